// A year of one team: enquiries by day and night, holidays, vacations, days of illness, both changes of the clock.
// Nobody starves, nothing is left behind, and service levels are met as an independent calculation in Python says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "tests/engine/with_cells.h"

namespace leadline::engine {
namespace {

using domain::ReportDimension;
using nlohmann::json;

constexpr char kFirst[] = "2026-01-05T00:00:00Z";  // a Monday
constexpr int kDays = 364;

class YearOfATeamTest : public WithCells {
 protected:
  void Begin() {
    clock_.Set(*ParseTime(kFirst));
    OpenCells();
    random_.seed(2026);
    for (const domain::Rep& rep : holder_->Get()->rules->ForRegion("emea").routing.reps) {
      if (rep.id.starts_with("emea-")) reps_.push_back("reps/" + rep.id);
    }
    for (const std::string& rep : reps_) PlanVacation(rep);
  }

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  bool Once(int in) { return Below(in) == 0; }

  // Three weeks in summer, and one at another time.
  void PlanVacation(const std::string& rep) {
    const Time summer = clock_.Now() + (170 + Below(50)) * kDay, other = clock_.Now() + (20 + Below(120)) * kDay;
    std::vector<domain::Absence> absences = {{other, other + 7 * kDay}, {summer, summer + 21 * kDay}};
    Done(Wait<RepView>([&](leadline::engine::Done<RepView> done) {
           engine_->PlanAbsences({}, rep, std::move(absences), std::move(done));
         }).status());
  }

  void Arrive(int number) {
    static const std::vector<std::pair<std::string, std::string>> kPlaces = {
        {"DE", "de"}, {"DE", "de"}, {"AT", "de"}, {"FR", "fr"}, {"GB", "en"}, {"SE", "sv"}, {"ES", "es"}, {"PL", "pl"}};
    const auto& [country, language] = kPlaces[static_cast<size_t>(Below(static_cast<int>(kPlaces.size())))];
    Enquiry enquiry;
    enquiry.account.name = fmt::format("Company {}", number);
    enquiry.account.domain = fmt::format("company-{}.example", number);
    enquiry.account.country = country;
    enquiry.account.employees = Once(2) ? 300 : 30;
    enquiry.contact.given_name = fmt::format("Given{}", number);
    enquiry.contact.family_name = fmt::format("Family{}", number);
    enquiry.contact.email = fmt::format("person@company-{}.example", number);
    enquiry.contact.country = country;
    enquiry.contact.title = Once(3) ? "Head of Purchasing" : "Buyer";
    enquiry.contact.language = language;
    enquiry.language = language;
    enquiry.source = "website";
    enquiry.activities = {Did("website", "high", Once(3) ? "contact_me" : "trial")};
    const auto submitted = Submit(std::move(enquiry));
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    leads_.push_back(submitted->lead.id);
  }

  // What reps do in their hours: they take up what they have, some of it late, some never; then it goes on.
  void Work() {
    for (const std::string& id : leads_) {
      const domain::Lead lead = Read(id);
      if (over_.contains(id)) continue;
      if (lead.assignee.empty()) {
        if (Once(20)) GiveOut(lead);
      } else if (lead.status == "mql" && Once(3)) {
        Take(lead);
      } else if (lead.status == "sal" && Once(40)) {
        Move(lead, "sql");
      } else if (lead.status == "sql" && Once(120)) {
        Move(lead, Once(3) ? "customer" : "re_market");
      }
    }
  }
  // Whoever looks after the queues asks the routes again.
  void GiveOut(const domain::Lead& lead) {
    Done(Wait<RouteResult>([&](leadline::engine::Done<RouteResult> done) {
           engine_->RouteLead({}, LeadName(lead), std::move(done));
         }).status());
  }
  void Take(const domain::Lead& lead) {
    const std::string name = LeadName(lead);
    if (Once(5)) {
      return Done(Wait<RecordResult>([&](leadline::engine::Done<RecordResult> done) {
                    engine_->RejectLead({}, name, "no_budget", "", std::move(done));
                  }).status());
    }
    Done(Wait<RecordResult>([&](leadline::engine::Done<RecordResult> done) {
           engine_->AcceptLead({}, name, "", std::move(done));
         }).status());
  }
  void Move(const domain::Lead& lead, const std::string& status) {
    Done(Wait<RecordResult>([&](leadline::engine::Done<RecordResult> done) {
           engine_->Transition({}, LeadName(lead), status, "as it went", std::move(done));
         }).status());
  }

  // One in forty is ill today, and back tomorrow.
  void FallIll() {
    for (const std::string& rep : reps_) {
      if (!Once(40)) continue;
      Done(Wait<RepView>([&](leadline::engine::Done<RepView> done) {
             engine_->SetAvailability({}, rep, false, clock_.Now() + kDay, std::move(done));
           }).status());
    }
  }

  void Live() {
    int number = 0;
    for (int day = 0; day < kDays; ++day) {
      if (day % 7 < 5) FallIll();
      for (int hour = 0; hour < 24; ++hour) {
        // Never at a full hour, so that nothing is due in the very moment in which it is done.
        clock_.Advance(kHour + (Below(200) - 100) * (kSecond / 1000));
        Done(engine_->AdvanceClocks({}, 1000).status());
        const bool open = day % 7 < 5 && hour >= 8 && hour < 17;
        if (open) Work();
        if (Once(open ? 7 : 30)) Arrive(++number);
      }
      Settle();
    }
  }

  // Leads that are at an end are not looked at any more.
  void Settle() {
    for (const std::string& id : leads_) {
      const domain::Lead lead = Read(id);
      if (lead.status == "customer" || lead.status == "re_market" || lead.status == "disqualified") over_.insert(id);
    }
    std::erase_if(leads_, [&](const std::string& id) { return over_.contains(id); });
  }

  domain::Lead Read(const std::string& id) {
    const auto lead = engine_->GetLead({}, domain::ResourceName(domain::RecordKind::kLead, id));
    EXPECT_TRUE(lead.ok()) << lead.status();
    return lead.ok() ? *lead : domain::Lead();
  }
  static void Done(const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; }

  // What the script is told: when clocks ran, and by which rules; nothing that was computed of it.
  json Told() {
    const packs::RegionRules& rules = holder_->Get()->rules->ForRegion("emea");
    json told = {{"now", clock_.Now()}, {"clocks", json::array()}, {"calendars", json::object()}};
    told["calendars"]["berlin"] = CalendarOf("Europe/Berlin", ReadFile("regions/emea/holidays_de.ics"), "17:00");
    told["calendars"]["working_week"] = CalendarOf("Etc/UTC", "", "18:00");
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      const auto ids = reader.LeadIds("", 100'000);
      if (!ids.ok()) return ids.status();
      for (const std::string& id : *ids) {
        const auto lead = reader.GetLead(id);
        const auto clocks = reader.ClocksOfLead(id);
        if (!lead.ok() || !clocks.ok()) return absl::InternalError("a lead cannot be read");
        for (const domain::SlaClock& clock : *clocks) {
          const domain::SlaDef& level = *rules.sla.Find(clock.sla_id);
          const bool answered = clock.state == domain::SlaState::kMet || clock.state == domain::SlaState::kMetLate;
          told["clocks"].push_back({{"level", clock.sla_id},
                                    {"owner", lead->assignee},
                                    {"calendar", level.calendar},
                                    {"start", clock.start},
                                    {"stopped", clock.stopped},
                                    {"cancelled", clock.stopped != 0 && !answered},
                                    {"due_after", level.due_after},
                                    {"latest", level.due_at_latest}});
        }
      }
      return absl::OkStatus();
    });
    Done(status);
    return told;
  }
  static json CalendarOf(const std::string& zone, const std::string& holidays, const std::string& friday_end) {
    json hours;
    const auto until = [](const std::string& end) { return json::array({json::array({"09:00", end})}); };
    for (const char* day : {"monday", "tuesday", "wednesday", "thursday"}) hours[day] = until("18:00");
    hours["friday"] = until(friday_end);
    return {{"time_zone", zone}, {"hours", hours}, {"holidays", holidays}};
  }
  static std::string ReadFile(const std::string& path) {
    std::ifstream in(std::filesystem::path(kRulesRoot) / path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // What the script computes: a line for each level and owner.
  std::string Computed(const json& told) {
    const std::filesystem::path input = folder_ / "told.json", output = folder_ / "computed.txt";
    std::ofstream(input) << told.dump();
    const std::string command = fmt::format("/usr/bin/python3 {}/tests/engine/compliance.py <{} >{}",
                                            LEADLINE_SOURCE_DIR, input.string(), output.string());
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream in(output);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::string Reported(const std::vector<domain::SlaCompliance>& levels) {
    std::vector<std::string> lines;
    for (const domain::SlaCompliance& level : levels) {
      lines.push_back(fmt::format("{} {} {} {} {} {} {}\n", level.sla_id, level.group[0].empty() ? "-" : level.group[0],
                                  level.met, level.breached, level.running, level.cancelled,
                                  level.median_response.value_or(-1)));
    }
    std::sort(lines.begin(), lines.end());
    return fmt::format("{}", fmt::join(lines, ""));
  }

  std::mt19937_64 random_;
  std::vector<std::string> reps_;
  std::vector<std::string> leads_;  // that are not at an end, by id
  std::set<std::string> over_;
};

TEST_F(YearOfATeamTest, NobodyStarvesNothingIsLeftBehindAndComplianceIsWhatPythonSays) {
  Begin();
  Live();
  while (!cells_engine_->FoldReports({}, 10'000)->at_head) {
  }
  // Compliance, by the scan of the records and by the sums.
  const std::string computed = Computed(Told());
  EXPECT_GT(std::count(computed.begin(), computed.end(), '\n'), 30);
  for (Engine* engine : {engine_.get(), cells_engine_.get()}) {
    const auto levels = engine->GetSlaCompliance({}, {}, {ReportDimension::kOwner});
    ASSERT_TRUE(levels.ok()) << levels.status();
    // Medians of sums are within 1 %.
    if (engine == engine_.get()) {
      EXPECT_EQ(Reported(*levels), computed);
    }
    int64_t met = 0, breached = 0;
    for (const domain::SlaCompliance& level : *levels) met += level.met, breached += level.breached;
    EXPECT_GT(met, 300);
    EXPECT_GT(breached, 50) << "some are late, or the year proves little";
  }
  // Nothing that somebody works on is without a next step.
  const auto flows = cells_engine_->GetFlow({}, {}, {});
  ASSERT_TRUE(flows.ok()) << flows.status();
  for (const domain::StatusCount& left : flows->front().left_behind) {
    EXPECT_THAT(left.status, testing::AnyOf("raw", "inquiry", "re_market")) << left.count;
  }
  // Whoever sells where enquiries come from had their part of them.
  const auto fairness = engine_->GetFairness({}, 0, 0, "emea");
  ASSERT_TRUE(fairness.ok()) << fairness.status();
  std::map<std::string, int64_t> given;
  for (const RepShare& share : fairness->reps) given[share.rep.rep.id] = share.assigned;
  for (const char* rep :
       {"emea-anna-weber", "emea-jonas-keller", "emea-claire-moreau", "emea-bram-de-vries", "emea-olivia-clarke",
        "emea-erik-lund", "emea-lucia-romero", "emea-zofia-nowak", "emea-lena-fischer", "emea-tom-hughes"}) {
    EXPECT_GT(given[rep], 5) << rep;
  }
}

}  // namespace
}  // namespace leadline::engine
