// Where the people whose leads come in stood just before, and who comes back after a sale, from what an engine decided.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/leads/lead_split.h"
#include "store/verify/verify_reports.h"
#include "tests/engine/engine_fixture.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CrossingsTest : public CellsBeside<EngineTest> {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    OpenCells();
  }

  static Enquiry Of(const std::string& person) {
    Enquiry enquiry = HotEnquiry();
    enquiry.contact.email = person + "@acme.es";
    enquiry.contact.given_name = person;
    enquiry.contact.family_name = "of " + person;
    return enquiry;
  }
  domain::Lead SubmitOf(const std::string& person) {
    clock_.Advance(kHour);
    const auto submitted = Submit(Of(person));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->lead : domain::Lead();
  }
  void Move(const domain::Lead& lead, const std::vector<std::string>& statuses) {
    for (const std::string& status : statuses) {
      clock_.Advance(kHour);
      const auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
        engine_->Transition({}, LeadName(lead), status, "as it is", std::move(done));
      });
      EXPECT_TRUE(moved.ok()) << moved.status();
    }
  }
  static Time Day(const char* day) { return *ParseTime(std::string(day) + "T10:00:00Z"); }
  // Of the person, from another system.
  domain::Lead ImportOf(const std::string& person, const char* created, std::vector<HistoryStep> history) {
    Enquiry enquiry = Of(person);
    enquiry.created_at = Day(created);
    enquiry.activities = {Did("website", "high", "contact_me", enquiry.created_at)};
    enquiry.history = std::move(history);
    const auto submitted = Submit(std::move(enquiry));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->lead : domain::Lead();
  }
  // As the lead's first event tells it.
  std::string Before(const domain::Lead& lead) {
    const auto events = History(LeadName(lead));
    EXPECT_TRUE(events.ok() && !events->empty()) << events.status();
    const auto* created = std::get_if<domain::RecordCreated>(&events->front().payload);
    return created == nullptr ? "no creation" : created->enquirer_status;
  }

  // The whole flow, whose crossings add up, and are the sums of the records behind them.
  domain::Flow Read(bool contacts = false) {
    ReportMoment moment;
    ReportFilter filter;
    filter.contacts = contacts;
    const auto flows = cells_engine_->GetFlow({}, filter, {}, &moment);
    EXPECT_TRUE(flows.ok() && flows->size() == 1) << flows.status();
    if (!flows.ok() || flows->empty()) return {};
    const domain::Flow& flow = flows->front();
    const auto listed = [&](Measure measure, std::optional<std::string> status = {}) {
      return ListedSum({.filter = filter,
                        .number = {.section = domain::Section::kFlow, .measure = measure, .first = std::move(status)},
                        .moment = moment});
    };
    int64_t leads = 0, won = 0;
    for (const domain::StatusCrossing& crossing : flow.crossings) {
      EXPECT_EQ(listed(Measure::kCrossed, crossing.status), crossing.leads) << crossing.status;
      EXPECT_EQ(listed(Measure::kCrossedWon, crossing.status), crossing.won) << crossing.status;
      leads += crossing.leads;
      won += crossing.won;
    }
    if (!contacts) {
      EXPECT_EQ(leads, flow.total);
      EXPECT_EQ(won, flow.won);
      EXPECT_EQ(listed(Measure::kCrossed), flow.total);
    }
    EXPECT_EQ(listed(Measure::kWon), flow.won);
    EXPECT_EQ(listed(Measure::kNewRound), flow.new_round);
    EXPECT_EQ(listed(Measure::kWonAgain), flow.won_again);
    return flow;
  }
  std::vector<std::string> Crossings() {
    std::vector<std::string> out;
    for (const domain::StatusCrossing& crossing : Read().crossings) {
      out.push_back(fmt::format("{}: {}, {} won", crossing.status, crossing.leads, crossing.won));
    }
    return out;
  }
  std::vector<store::Difference> Verified() {
    std::vector<store::Difference> found;
    store::VerifyCounts counts;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) {
      return VerifyReports(
          *cells_, reader, "default", [&](const store::Difference& d) { found.push_back(d); }, counts);
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  using Measure = domain::Measure;
};

TEST_F(CrossingsTest, NewPeopleCustomersAndThoseToBeWarmedAgain) {
  const domain::Lead first = SubmitOf("Ana");
  EXPECT_EQ(Before(first), "");
  EXPECT_EQ(Before(SubmitOf("Ana")), "mql") << "she has not been answered yet";
  Move(first, {"sal", "sql", "customer"});
  const domain::Lead again = SubmitOf("Ana");
  EXPECT_EQ(Before(again), "customer");
  const domain::Lead cold = SubmitOf("Bo");
  EXPECT_EQ(Before(cold), "") << "a colleague of a customer is new";
  Move(cold, {"re_market"});
  EXPECT_EQ(Before(SubmitOf("Bo")), "re_market");
  EXPECT_THAT(Crossings(), ElementsAre(": 2, 1 won", "mql: 1, 0 won", "customer: 1, 0 won", "re_market: 1, 0 won"));
  const domain::Flow people = Read(/*contacts=*/true);
  EXPECT_THAT(people.crossings, IsEmpty());
  EXPECT_EQ(people.won, 1);
  EXPECT_EQ(people.new_round, 1);
  EXPECT_EQ(people.won_again, 0);

  Move(again, {"sal", "sql", "customer"});
  EXPECT_THAT(Crossings(), ElementsAre(": 2, 1 won", "mql: 1, 0 won", "customer: 1, 1 won", "re_market: 1, 0 won"))
      << "what the lead came from is kept while it goes on";
  EXPECT_EQ(Read(/*contacts=*/true).won_again, 1);
  const auto found = Verified();
  EXPECT_TRUE(found.empty()) << DescribeAll(found);
}

TEST_F(CrossingsTest, OfAnImportedPastItIsThatOfThen) {
  const domain::Lead first =
      ImportOf("Ana", "2022-05-01", {{Day("2022-06-01"), "sql", "", ""}, {Day("2022-07-01"), "customer", "", ""}});
  EXPECT_EQ(Before(first), "");
  EXPECT_EQ(Before(ImportOf("Ana", "2022-06-10", {})), "sql") << "customer came later";
  EXPECT_EQ(Before(ImportOf("Ana", "2019-03-01", {})), "") << "nobody knew her yet";
  EXPECT_EQ(Before(ImportOf("Ana", "2023-01-01", {})), "customer");
  EXPECT_EQ(Before(SubmitOf("Ana")), "mql") << "that of 2023 waits for sales";
  EXPECT_THAT(Crossings(), ElementsAre(": 2, 1 won", "mql: 1, 0 won", "sql: 1, 0 won", "customer: 1, 0 won"));
}

TEST_F(CrossingsTest, WhoseLeadIsSplitWasKnown) {
  Enquiry enquiry = Of("Ana");
  enquiry.products = {"platform", "suite"};
  const auto submitted = Submit(std::move(enquiry));
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  Move(submitted->lead, {"sal", "sql"});
  const auto split = Wait<SplitResult>([&](Done<SplitResult> done) {
    SplitLead(engine_->options(), {}, {.lead = LeadName(submitted->lead), .products = {"suite"}, .reason = "two sites"},
              std::move(done));
  });
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(Before(split->new_lead), "sql");
  EXPECT_THAT(Crossings(), ElementsAre(": 1, 0 won", "sql: 1, 0 won"));
}

TEST_F(CrossingsTest, VerifyingTellsWhereTheyAreOthers) {
  const domain::Lead lead = SubmitOf("Ana");
  Read();
  const domain::RecordRef ref{domain::RecordKind::kLead, lead.id};
  ASSERT_TRUE(cells_
                  ->Write("default",
                          [&](store::ReportCellsSession& session) -> absl::Status {
                            auto input = session.GetInput(ref);
                            if (!input.ok() || !*input) return absl::NotFoundError("no input");
                            (*input)->enquirer_status = "customer";
                            return session.PutInput(ref, &**input);
                          })
                  .ok());
  bool told = false;
  for (const store::Difference& difference : Verified()) {
    told |= difference.stored.find("in status \"customer\"") != std::string::npos &&
            difference.told.find("in status \"\"") != std::string::npos;
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace leadline::engine
