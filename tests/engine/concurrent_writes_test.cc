// Requests that are decided at the same time, on several threads.
#include <gmock/gmock.h>

#include <future>
#include <random>
#include <set>
#include <thread>

#include "base/executor.h"
#include "engine/decide/decision_log.h"
#include "engine/work/reservations.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;

class ConcurrentWritesTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    MakeEngine();
  }
  void TearDown() override {
    deciders_.Stop();
    EngineTest::TearDown();
  }
  void MakeEngine() {
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.deciders = &deciders_;
    engine_ = std::make_unique<Engine>(options);
  }
  std::future<absl::StatusOr<SubmitResult>> Begin(Enquiry enquiry, const std::string& request_id = "") {
    auto promise = std::make_shared<std::promise<absl::StatusOr<SubmitResult>>>();
    CallContext context;
    context.request_id = request_id;
    engine_->SubmitEnquiry(context, std::move(enquiry), false,
                           [promise](absl::StatusOr<SubmitResult> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  static std::string Text(int i) { return std::to_string(i); }

  using Answers = std::vector<std::future<absl::StatusOr<SubmitResult>>>;
  // What came of enquiries that were sent at once.
  struct Made {
    std::set<std::string> people, companies, leads;
    int new_people = 0, new_companies = 0;  // as the answers say
  };
  static Made WaitForAll(Answers& answers) {
    Made made;
    for (auto& answer : answers) {
      const absl::StatusOr<SubmitResult> result = answer.get();
      EXPECT_TRUE(result.ok()) << result.status();
      if (!result.ok()) continue;
      made.people.insert(result->contact.id);
      made.companies.insert(result->account.id);
      made.leads.insert(result->lead.id);
      made.new_people += result->contact_created ? 1 : 0;
      made.new_companies += result->account_created ? 1 : 0;
    }
    return made;
  }

  Executor deciders_{4, 4096};
};

TEST_F(ConcurrentWritesTest, SixtyFourEnquiriesOfOnePersonAtOnceMakeOnePerson) {
  Answers answers;
  for (int i = 0; i < 64; ++i) answers.push_back(Begin(HotEnquiry()));
  const Made made = WaitForAll(answers);
  EXPECT_EQ(made.people.size(), 1u);
  EXPECT_EQ(made.companies.size(), 1u);
  EXPECT_EQ(made.leads.size(), 64u);
  EXPECT_EQ(made.new_people, 1);
}

// With a name and an address at work alone: the company is known by the person.
TEST_F(ConcurrentWritesTest, OnePersonWhoGivesAnAddressAloneHasOneCompany) {
  Answers answers;
  for (int i = 0; i < 32; ++i) {
    Enquiry e = HotEnquiry();
    e.account = {};
    e.contact.country = "";
    answers.push_back(Begin(std::move(e)));
  }
  const Made made = WaitForAll(answers);
  EXPECT_EQ(made.leads.size(), 32u);
  EXPECT_EQ(made.people.size(), 1u);
  EXPECT_EQ(made.companies.size(), 1u);
  EXPECT_EQ(made.new_companies, 1);
}

// Nothing that is known before deciding says that these are one person: other address each time, the same number.
TEST_F(ConcurrentWritesTest, NearDuplicatesAtOnceMakeOnePerson) {
  Answers answers;
  for (int i = 0; i < 32; ++i) {
    Enquiry e = HotEnquiry();
    e.account = {};
    e.contact.email = "";
    e.contact.phone = i % 2 == 0 ? "+34 912 34 56 78" : "0034912345678";
    e.contact.given_name = i % 3 == 0 ? "ANA" : "Ana";
    answers.push_back(Begin(std::move(e)));
  }
  const Made made = WaitForAll(answers);
  EXPECT_EQ(made.leads.size(), 32u);
  Enquiry last = HotEnquiry();
  last.account = {};
  last.contact.email = "";
  last.contact.phone = "+34912345678";
  EXPECT_FALSE(Submit(last)->contact_created);
  // As many as one after the other makes.
  EXPECT_EQ(made.new_people, 1);
}

TEST_F(ConcurrentWritesTest, ANamedRequestActsOnceHoweverOftenItIsSentAtOnce) {
  std::vector<std::future<absl::StatusOr<SubmitResult>>> answers;
  for (int i = 0; i < 32; ++i) answers.push_back(Begin(HotEnquiry(), "form-7"));
  std::set<std::string> leads;
  for (auto& answer : answers) {
    absl::StatusOr<SubmitResult> result = answer.get();
    ASSERT_TRUE(result.ok()) << result.status();
    leads.insert(result->lead.id);
  }
  EXPECT_EQ(leads.size(), 1u);
}

TEST_F(ConcurrentWritesTest, TurnsAndOpenLeadsComeOutAsOneAfterTheOther) {
  std::vector<std::future<absl::StatusOr<SubmitResult>>> answers;
  for (int i = 0; i < 60; ++i) {
    Enquiry e = HotEnquiry();
    e.account.name = "Firma " + Text(i);
    e.account.domain = "firma" + Text(i) + ".es";
    e.contact.email = "jefe@firma" + Text(i) + ".es";
    e.contact.given_name = std::string(1, static_cast<char>('A' + i % 26));
    e.contact.family_name = "Nombre" + Text(i);
    answers.push_back(Begin(std::move(e)));
  }
  int64_t open = 0;
  std::map<std::string, int64_t> assigned;
  for (auto& answer : answers) {
    absl::StatusOr<SubmitResult> result = answer.get();
    ASSERT_TRUE(result.ok()) << result.status();
    if (result->lead.assignee.empty()) continue;
    ++assigned[result->lead.assignee];
    open += result->lead.open ? 1 : 0;
  }
  EXPECT_GT(open, 0);
  EXPECT_EQ(OpenLeads(), open);
  auto fairness = engine_->GetFairness({}, 0, 0, "");
  ASSERT_TRUE(fairness.ok()) << fairness.status();
  for (const RepShare& share : fairness->reps)
    EXPECT_EQ(share.assigned, assigned[share.rep.rep.id]) << share.rep.rep.id;
}

TEST_F(ConcurrentWritesTest, ImportedRowsOfOneCompanyStayOneCompany) {
  std::vector<ImportRow> rows;
  for (int i = 0; i < 200; ++i) {
    ImportRow row;
    row.row = i + 1;
    row.enquiry = HotEnquiry();
    row.enquiry.account.name = "Grupo " + Text(i / 10);
    row.enquiry.account.domain = "grupo" + Text(i / 10) + ".es";
    row.enquiry.contact.email = "p" + Text(i) + "@grupo" + Text(i / 10) + ".es";
    row.enquiry.contact.given_name = "P" + Text(i);
    row.enquiry.contact.family_name = "Q" + Text(i * 7919);
    rows.push_back(std::move(row));
  }
  auto result = Import("list", rows);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->created, 200);
  std::set<std::string> companies;
  for (const domain::Lead& lead : NewestLeads()) companies.insert(lead.account_id);
  EXPECT_EQ(companies.size(), 20u);
  EXPECT_EQ(Import("list", rows)->already_imported, 200);
}

TEST_F(ConcurrentWritesTest, ManyActivitiesOnOneLeadAtOnce) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  std::vector<std::future<absl::StatusOr<ActivityResult>>> answers;
  for (int i = 0; i < 40; ++i) {
    domain::Activity activity = Did("website", "low", "visit", clock_.Now() - i);
    activity.lead_id = submitted->lead.id;
    auto promise = std::make_shared<std::promise<absl::StatusOr<ActivityResult>>>();
    answers.push_back(promise->get_future());
    engine_->RecordActivity({}, activity, [promise](auto result) { promise->set_value(std::move(result)); });
  }
  for (auto& answer : answers) {
    absl::StatusOr<ActivityResult> result = answer.get();
    ASSERT_TRUE(result.ok()) << result.status();
  }
  EXPECT_EQ(engine_->GetLead({}, LeadName(submitted->lead))->activity_count, 41);
}

absl::StatusOr<int> Found(int value, int& times) {
  ++times;
  return value;
}

TEST(DecisionLogTest, PlaysBackUntilSomethingComesOutDifferently) {
  DecisionLog log;
  int times = 0;
  const auto find = [&](int value) { return *log.Remember<int>([&] { return Found(value, times); }); };
  log.Record();
  EXPECT_EQ(find(1), 1);
  log.Met("mia");
  EXPECT_EQ(find(2), 2);
  log.Met("tom");
  EXPECT_EQ(find(3), 3);
  EXPECT_EQ(times, 3);
  for (int again = 0; again < 2; ++again) {
    log.PlayBack();
    times = 0;
    EXPECT_EQ(find(7), 1);
    log.Met("mia");
    EXPECT_EQ(find(8), 2);
    EXPECT_EQ(times, 0);
    log.Met("ann");
    EXPECT_FALSE(log.playing());
    EXPECT_EQ(find(9), 9);
    EXPECT_EQ(times, 1);
  }
  log.Record();
  EXPECT_EQ(find(4), 4);
}

TEST(DecisionLogTest, AnotherKindOfFindingIsNotPlayedBack) {
  DecisionLog log;
  log.Record();
  ASSERT_TRUE(log.Remember<int>([] { return absl::StatusOr<int>(1); }).ok());
  log.PlayBack();
  EXPECT_EQ(*log.Remember<std::string>([] { return absl::StatusOr<std::string>("new"); }), "new");
  EXPECT_FALSE(log.playing());
}

TEST(ReservationsTest, FirstComeFirstServedForEachKey) {
  Reservations reservations;
  std::vector<std::string> begun;
  std::map<std::string, Reservations::Hold> holds;
  const auto acquire = [&](const std::string& name, std::vector<uint64_t> keys) {
    reservations.Acquire(std::move(keys), [&, name](Reservations::Hold hold, bool waited) {
      begun.push_back(name + (waited ? " after waiting" : ""));
      holds[name] = std::move(hold);
    });
  };
  acquire("a", {1, 2, 2});
  acquire("b", {2, 3});
  acquire("c", {3});
  acquire("d", {4});
  EXPECT_THAT(begun, ElementsAre("a", "d"));
  holds["a"].Release();
  EXPECT_THAT(begun, ElementsAre("a", "d", "b after waiting"));
  holds["b"].Release();
  EXPECT_THAT(begun, ElementsAre("a", "d", "b after waiting", "c after waiting"));
  acquire("e", {1, 2, 3});
  holds["c"].Release();
  EXPECT_EQ(begun.back(), "e after waiting");
}

}  // namespace
}  // namespace leadline::engine
