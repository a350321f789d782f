// An engine on which records are merged and separated, with everything that is reported beside it.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/history/record_fields.h"
#include "fmt/ranges.h"
#include "tests/engine/people_fixture.h"
#include "tests/engine/with_cells.h"

namespace leadline::engine {

// All numbers of all reports of an engine, as text; from cells the ways between statuses, too.
inline std::string ReportText(Engine& engine, bool cells) {
  std::string out;
  for (const bool contacts : {false, true}) {
    ReportFilter filter;
    filter.contacts = contacts;
    const auto funnels = engine.GetFunnel({}, filter, {});
    EXPECT_TRUE(funnels.ok()) << funnels.status();
    for (const domain::Funnel& funnel : *funnels) {
      out += fmt::format("funnel {} jumps {} back {}\n", funnel.total, funnel.jumps, funnel.steps_back);
      for (const domain::FunnelStage& s : funnel.stages) {
        out += fmt::format("  {} entered {} current {} advanced {}\n", s.status, s.entered, s.current, s.advanced);
      }
    }
    const auto velocities = engine.GetVelocity({}, filter, {});
    EXPECT_TRUE(velocities.ok()) << velocities.status();
    for (const domain::Velocity& velocity : *velocities) {
      for (const domain::DurationStats& s : velocity.stages) {
        out += fmt::format("velocity {} {} open {} mean {} median {}\n", s.status, s.count, s.open, s.mean, s.median);
      }
      out += fmt::format("to customer {}\n", velocity.creation_to_customer.count);
    }
    if (!cells) continue;
    const auto flows = engine.GetFlow({}, filter, {});
    EXPECT_TRUE(flows.ok()) << flows.status();
    for (const domain::Flow& flow : *flows) {
      out += fmt::format("flow {} returns {} {} recycled {} {} touched {} {} {}\n", flow.total, flow.returns,
                         flow.returned, flow.recycled, flow.recycled_won, flow.touched, flow.never_touched,
                         flow.touch_median);
      for (const auto& m : flow.moves) out += fmt::format("  {} > {} {}\n", m.from, m.to, m.count);
      for (const auto& s : flow.left_behind) out += fmt::format("  left behind {} {}\n", s.status, s.count);
    }
  }
  const auto levels = engine.GetSlaCompliance({}, {}, {});
  EXPECT_TRUE(levels.ok()) << levels.status();
  for (const domain::SlaCompliance& l : *levels) {
    out += fmt::format("sla {} started {} met {} breached {} running {} cancelled {}\n", l.sla_id, l.started, l.met,
                       l.breached, l.running, l.cancelled);
  }
  const auto feedback = engine.GetFeedback({}, {}, {});
  EXPECT_TRUE(feedback.ok()) << feedback.status();
  for (const domain::Feedback& f : feedback->feedbacks) {
    out += fmt::format("feedback waiting {} rejected {} accepted {} won {}\n", f.total.waiting, f.total.rejected,
                       f.total.accepted, f.total.won);
    for (const auto& r : f.rules) {
      out += fmt::format("  {} {} {}\n", r.rule_id, r.counts.waiting, r.counts.accepted);
    }
    for (const auto& b : f.bands) out += fmt::format("  band {} {} {}\n", b.band, b.counts.waiting, b.counts.accepted);
  }
  const auto fairness = engine.GetFairness({}, 0, 0, "");
  EXPECT_TRUE(fairness.ok()) << fairness.status();
  for (const RepShare& s : fairness->reps) {
    if (s.assigned + s.credited + s.rep.state.open_leads == 0) continue;
    out += fmt::format("rep {} given {} credited {} open {} mean {}\n", s.rep.rep.id, s.assigned, s.credited,
                       s.rep.state.open_leads, s.mean_score);
  }
  if (!cells) return out;
  const auto pipeline = engine.GetPipeline({}, {}, {});
  EXPECT_TRUE(pipeline.ok()) << pipeline.status();
  for (const domain::Pipeline& p : pipeline->pipelines) {
    for (const auto& s : p.stages) {
      out += fmt::format("pipeline {} {} {} {} {}\n", s.status, s.leads, s.valued, s.value, s.weighted_value);
    }
  }
  return out;
}

class MergeCases : public CellsBeside<PeopleTest> {
 protected:
  void SetUp() override {
    CellsBeside<PeopleTest>::SetUp();
    OpenCells();
  }

  // Somebody at a company of their own, who did this.
  SubmitResult Person(const std::string& name, std::vector<domain::Activity> activities, std::string title = "") {
    Enquiry e;
    e.account.name = "Company of " + name;
    e.account.domain = name + ".es";
    e.account.country = "ES";
    e.contact.given_name = name;
    e.contact.family_name = "Family of " + name;
    e.contact.email = name + "@" + name + ".es";
    e.contact.country = "ES";
    e.contact.title = std::move(title);
    e.source = activities.empty() ? "fair" : "website";
    e.purchased = activities.empty();
    e.activities = std::move(activities);
    return Take(std::move(e));
  }
  static std::vector<domain::Activity> Asks() { return {Did("website", "high", "contact_me")}; }
  static std::vector<domain::Activity> Visits() { return {Did("website", "low", "visit")}; }

  void Accept(const domain::Lead& lead) {
    const auto done =
        Wait<RecordResult>([&](Done<RecordResult> d) { engine_->AcceptLead({}, LeadName(lead), "", std::move(d)); });
    ASSERT_TRUE(done.ok()) << done.status();
  }
  void Reject(const std::string& name, const std::string& reason) {
    const auto done =
        Wait<RecordResult>([&](Done<RecordResult> d) { engine_->RejectLead({}, name, reason, "", std::move(d)); });
    ASSERT_TRUE(done.ok()) << done.status();
  }
  void Move(const std::string& name, const std::string& status) {
    const auto done = Wait<RecordResult>(
        [&](Done<RecordResult> d) { engine_->Transition({}, name, status, "asked for", std::move(d)); });
    ASSERT_TRUE(done.ok()) << done.status();
  }
  // As far as a customer, an hour for each step.
  void Sell(const domain::Lead& lead) {
    Accept(lead);
    for (const char* status : {"sql", "customer"}) {
      clock_.Advance(kHour);
      Move(LeadName(lead), status);
    }
  }
  void Act(const domain::Lead& lead, domain::Activity activity) {
    activity.lead_id = lead.id;
    const auto done = EngineTest::Act(std::move(activity));
    ASSERT_TRUE(done.ok()) << done.status();
  }
  std::string MustMerge(const std::string& survivor, const std::string& absorbed) {
    const auto merged = Merge(survivor, absorbed);
    EXPECT_TRUE(merged.ok()) << merged.status();
    return merged.ok() ? merged->merge_id : "";
  }
  void MustSeparate(const std::string& merge) {
    const auto separated = Unmerge(merge);
    ASSERT_TRUE(separated.ok()) << separated.status();
  }

  // Of the engine that reads records, and of the one that has cells.
  std::string Reports() { return ReportText(*engine_, false) + "--- cells\n" + ReportText(*cells_engine_, true); }
  // "inquiry 2, mql 1": how many leads, or people, were ever in each status.
  std::string Entered(bool contacts = false) {
    ReportFilter filter;
    filter.contacts = contacts;
    std::vector<std::string> out;
    for (Engine* engine : {engine_.get(), cells_engine_.get()}) {
      const auto funnels = engine->GetFunnel({}, filter, {});
      EXPECT_TRUE(funnels.ok()) << funnels.status();
      std::vector<std::string> stages;
      for (const domain::FunnelStage& stage : funnels->front().stages) {
        if (stage.entered > 0) stages.push_back(fmt::format("{} {}", stage.status, stage.entered));
      }
      out.push_back(fmt::format("{}", fmt::join(stages, ", ")));
    }
    EXPECT_EQ(out[0], out[1]) << "of cells, and of the records";
    return out[0];
  }

  // Records as they are stored, but for the marks of being written.
  template <typename Record>
  static Record Unmarked(Record record) {
    record.version = 0;
    record.updated_at = 0;
    return record;
  }
};

// Differences of two records, in words; empty where they are equal. When time alone may change a record is derived with
// every score, for the moment of that, and may be earlier.
template <typename Record>
std::string Differences(Record a, Record b) {
  std::string out;
  for (const auto& change : domain::DiffState(a, b)) {
    out += fmt::format("{}: {} > {}; ", change.field, change.before, change.after);
  }
  if constexpr (requires { a.meaning; }) {
    a.next_decision_at = b.next_decision_at;
    if (!(a.score == b.score)) {
      out += fmt::format("score {} as of {} > {} as of {}; ", a.score.total, FormatTime(a.score.as_of), b.score.total,
                         FormatTime(b.score.as_of));
    }
    if (a.moves != b.moves) out += fmt::format("{} > {} moves; ", a.moves.size(), b.moves.size());
    if (!(a.meaning == b.meaning)) {
      out += fmt::format("meaning {} of {} > {} of {}; ", a.meaning.derived_from, a.meaning.generation,
                         b.meaning.derived_from, b.meaning.generation);
    }
  } else if (a.score != b.score) {
    const auto show = [](const auto& score) {
      return score ? fmt::format("{} of {} people at {}", score->total, score->people, score->position) : "none";
    };
    out += fmt::format("account score {} > {}; ", show(a.score), show(b.score));
  }
  if constexpr (requires { a.value_times; }) {
    if (a.value_times != b.value_times) out += "times of values; ";
  }
  if constexpr (requires { a.former; }) {
    if (!(a.former == b.former)) out += fmt::format("former {} > {}; ", a.former.rep, b.former.rep);
    if (a.given_by != b.given_by) out += fmt::format("given by {} > {}; ", a.given_by, b.given_by);
    if (a.sla != b.sla || a.other_clocks != b.other_clocks || a.handed_on != b.handed_on) out += "clocks; ";
  }
  return out.empty() && !(a == b) ? "something else" : out;
}

}  // namespace leadline::engine
