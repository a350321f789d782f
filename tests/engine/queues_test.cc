// Hold queues: what gates and rejections put into them, how leads leave them, their clocks, and who sees them.
#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "engine/explain/explanation.h"
#include "engine/routing/queue_view.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using domain::SlaState;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

void Replace(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from;
  text.replace(text.find(from), from.size(), to);
}

// The small packs; the gate holds in `review`, the source "junk" is what it denies, and so does a rejection for wrong
// data. Both queues have a service level.
class QueuesTest : public PluginSlots {
 protected:
  static packs::PackSet Packs(const std::string& gate = "on_failure: skip, hold: review", bool rescores = false) {
    Uses uses;
    uses.gate = gate;
    uses.fit = uses.habit = uses.same = "";
    packs::PackSet set = PacksWith(uses);
    packs::PackFiles central = *set.Find("central");
    std::string& status = central.files["status.yaml"];
    Replace(status, "{id: inquiry, order: 1}", "{id: inquiry, order: 1, open: false}");
    if (rescores) Replace(status, "to: inquiry, on: activity,", "to: inquiry, on: [activity, rescore],");
    Replace(status, "{id: re_market}", "{id: re_market, open: false}");
    Replace(status, "{id: disqualified, terminal: true}", "{id: disqualified, open: false, terminal: true}");
    Replace(status, "[no_need]", "[no_need, wrong_data]");
    Replace(status, "dispositions:",
            "  - {id: wrong.rejected, from: '*', to: re_market, on: reject, reasons: [wrong_data], hold: mend}\n"
            "dispositions:");
    Replace(central.files["routing.yaml"], "queues: [", "queues: [{id: mend, owner: data-team}, ");
    central.files["sla.yaml"] +=
        "  - {id: review, start_on_hold: [review], due_after: 4h, calendar: office}\n"
        "  - {id: mend, start_on_hold: [mend, unassigned], warn_after: 1h, due_after: 9h, calendar: office}\n";
    set.Put(central);
    return set;
  }

  void SetUp() override {
    EngineTest::SetUp();
    Decide(Packs());
  }
  void Decide(const packs::PackSet& set) {
    std::shared_ptr<Snapshot> snapshot = Make(set);
    gate_ = Add(*snapshot, kGate, "lead.source");
    titles_ = Add(*snapshot, kTitles, "contact.title");
    holder_->Set(snapshot);
  }

  domain::Lead Sent(const std::string& source, const std::string& email = "ana@acme.com") {
    auto submitted = Submit(From(source, email));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? submitted->lead : domain::Lead();
  }
  domain::Lead Visit(const domain::Lead& lead) {
    domain::Activity visit = Did("website", "low", "visit", clock_.Now());
    visit.lead_id = lead.id;
    auto acted = Act(visit);
    EXPECT_TRUE(acted.ok()) << acted.status();
    return acted.ok() ? acted->lead : domain::Lead();
  }
  domain::Lead Move(const domain::Lead& lead, std::string status) {
    auto moved = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->Transition({}, LeadName(lead), std::move(status), "a person says so", std::move(done));
    });
    EXPECT_TRUE(moved.ok()) << moved.status();
    return moved.ok() ? *moved->lead : domain::Lead();
  }
  domain::Lead Reject(const domain::Lead& lead, std::string reason) {
    auto rejected = Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RejectLead({}, LeadName(lead), std::move(reason), "", std::move(done));
    });
    EXPECT_TRUE(rejected.ok()) << rejected.status();
    return rejected.ok() ? *rejected->lead : domain::Lead();
  }
  domain::Lead Give(const domain::Lead& lead, std::string rep) {
    auto given = Wait<domain::Lead>([&](Done<domain::Lead> done) {
      engine_->ReassignLead({}, LeadName(lead), std::move(rep), "knows them", std::move(done));
    });
    EXPECT_TRUE(given.ok()) << given.status();
    return given.ok() ? *given : domain::Lead();
  }
  domain::Lead SetSource(const domain::Lead& lead, std::string source) {
    UpdateRequest update;
    update.lead.id = lead.id;
    update.lead.source = std::move(source);
    update.paths = {"source"};
    auto updated =
        Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, update, std::move(done)); });
    EXPECT_TRUE(updated.ok()) << updated.status();
    return updated.ok() ? updated->lead : domain::Lead();
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }

  // Every clock that the lead had, "review kMet".
  std::vector<std::pair<std::string, SlaState>> Clocks(const domain::Lead& lead) {
    std::vector<std::pair<std::string, SlaState>> out;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             const auto clocks = reader.ClocksOfLead(lead.id);
                             for (const domain::SlaClock& clock : *clocks) {
                               out.emplace_back(clock.sla_id, clock.state);
                             }
                             return absl::OkStatus();
                           })
                    .ok());
    return out;
  }
  template <typename Payload>
  std::vector<Payload> Events(const domain::Lead& lead) {
    std::vector<Payload> out;
    auto history = History(LeadName(lead));
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      if (const auto* payload = std::get_if<Payload>(&event.payload)) out.push_back(*payload);
    }
    return out;
  }
  QueueView Queue(std::string_view id) {
    auto queues = engine_->ListQueues({});
    EXPECT_TRUE(queues.ok()) << queues.status();
    for (const QueueView& view : *queues) {
      if (view.queue.id == id) return view;
    }
    ADD_FAILURE() << "no queue " << id;
    return {};
  }
  std::vector<std::string> Waiting(const std::string& queue) {
    std::vector<std::string> ids;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<store::ListPlace> places,
                       reader.ScanIds({.by = store::IdScan::By::kQueueByHold, .value = queue}, 100));
      for (const store::ListPlace& place : places) ids.push_back(place.id);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return ids;
  }
};

TEST_F(QueuesTest, WhatAGateDeniesWaitsWithAClockAndSaysNothingTwice) {
  const domain::Lead lead = Sent("junk");
  EXPECT_EQ(lead.status, "raw");
  EXPECT_EQ(lead.hold_queue, "review");
  EXPECT_EQ(lead.held_by, "junk");
  EXPECT_EQ(lead.held_since, clock_.Now());
  ASSERT_TRUE(lead.sla.has_value());
  EXPECT_EQ(lead.sla->sla_id, "review");
  EXPECT_EQ(lead.sla->start, clock_.Now());
  EXPECT_EQ(Queue("review").leads, 1);

  clock_.Advance(kMinute);
  const domain::Lead again = Visit(lead);
  EXPECT_GT(again.activity_count, lead.activity_count) << "it keeps being looked at";
  EXPECT_EQ(again.hold_queue, "review");
  EXPECT_EQ(again.held_since, lead.held_since);
  EXPECT_EQ(again.sla, lead.sla);
  EXPECT_EQ(Events<domain::Assigned>(lead).size(), 1u);
  const auto history = History(LeadName(lead));
  ASSERT_TRUE(history.ok());
  int denials = 0;
  for (const domain::Event& event : *history) {
    const bool status = event.decision.has_value() && event.decision->kind == domain::DecisionKind::kStatus;
    denials += status && std::holds_alternative<domain::DecisionTaken>(event.payload) ? 1 : 0;
  }
  EXPECT_EQ(denials, 0);
}

// The gate's decision stands with the event that puts a known lead into the queue.
TEST_F(QueuesTest, AKnownLeadIsHeldWithTheGatesDecision) {
  Decide(Packs("on_failure: skip"));
  const domain::Lead lead = Sent("junk");
  EXPECT_EQ(lead.hold_queue, "");
  Decide(Packs());
  clock_.Advance(kMinute);
  const domain::Lead held = Visit(lead);
  EXPECT_EQ(held.hold_queue, "review");
  EXPECT_EQ(held.status, "raw");
  ASSERT_TRUE(held.sla.has_value());
  EXPECT_EQ(held.sla->sla_id, "review");
  bool told = false;
  const auto history = History(LeadName(lead));
  ASSERT_TRUE(history.ok());
  for (const domain::Event& event : *history) {
    const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
    if (assigned == nullptr) continue;
    EXPECT_EQ(assigned->rep, "");
    EXPECT_EQ(assigned->route, "junk");
    EXPECT_EQ(assigned->hold_queue, "review");
    ASSERT_TRUE(event.decision.has_value());
    EXPECT_EQ(event.decision->trigger, "activity");
    EXPECT_EQ(domain::FromStored(event).summary, "stays raw: held back by junk, waits in queue review");
    told = true;
  }
  EXPECT_TRUE(told);
}

// Packs that hold what they only denied before find it when they look again.
TEST_F(QueuesTest, LookingAgainHoldsWhatNobodyHas) {
  Decide(Packs("on_failure: skip", /*rescores=*/true));
  const auto looked_at_in_an_hour = [&](const std::string& email) {
    const domain::Lead lead = Sent("junk", email);
    domain::Activity to_come = Did("email", "low", "sent", clock_.Now() + kHour);  // gives no points
    to_come.lead_id = lead.id;
    EXPECT_TRUE(Act(to_come).ok());
    return lead;
  };
  const domain::Lead free = looked_at_in_an_hour("ana@acme.com");
  const domain::Lead given = Give(looked_at_in_an_hour("bo@acme.com"), "reps/avery");
  Decide(Packs("on_failure: skip, hold: review", /*rescores=*/true));
  clock_.Advance(2 * kHour);
  ASSERT_TRUE(engine_->AdvanceClocks({}, 100).ok());
  EXPECT_EQ(Now(free).hold_queue, "review");
  EXPECT_EQ(Now(free).held_since, clock_.Now());
  EXPECT_EQ(Now(given).assignee, "avery") << "who was given it keeps it";
}

TEST_F(QueuesTest, WhatTheGateLetsPassLaterMovesOnAndLeaves) {
  const domain::Lead lead = Sent("junk");
  SetSource(lead, "web");
  clock_.Advance(kMinute);
  const domain::Lead passed = Visit(lead);
  EXPECT_EQ(passed.status, "inquiry");
  EXPECT_EQ(passed.hold_queue, "");
  EXPECT_EQ(passed.held_by, "");
  EXPECT_EQ(passed.held_since, 0);
  EXPECT_THAT(Clocks(lead), ElementsAre(std::pair("review", SlaState::kMet)));
  EXPECT_TRUE(Waiting("review").empty());
  EXPECT_EQ(Events<domain::Assigned>(lead).back(), (domain::Assigned{.score = passed.score.total}))
      << "that it left is an event";
}

TEST_F(QueuesTest, APersonThrowsItAwayTooLate) {
  const domain::Lead lead = Sent("junk");
  clock_.Set(lead.sla->due - 1);
  EXPECT_EQ(Queue("review").overdue, 0);
  clock_.Set(lead.sla->due + 1);
  EXPECT_EQ(Queue("review").overdue, 1) << "before anybody looked at the clocks";
  ASSERT_TRUE(engine_->AdvanceClocks({}, 100).ok());
  EXPECT_EQ(Now(lead).sla->state, SlaState::kBreached);
  EXPECT_EQ(Queue("review").overdue, 1);
  const domain::Lead gone = Move(lead, "disqualified");
  EXPECT_EQ(gone.hold_queue, "");
  EXPECT_EQ(gone.sla->state, SlaState::kMetLate);
  EXPECT_EQ(Queue("review").overdue, 0);
}

TEST_F(QueuesTest, ARepTakesItOut) {
  const domain::Lead given = Give(Sent("junk"), "reps/avery");
  EXPECT_EQ(given.hold_queue, "");
  EXPECT_EQ(given.held_since, 0);
  EXPECT_EQ(given.assignee, "avery");
  EXPECT_EQ(given.sla->state, SlaState::kMet);
}

TEST_F(QueuesTest, ARejectionHoldsAndNobodyWorksItAnyMore) {
  const domain::Lead lead = Give(Sent("web"), "reps/avery");
  clock_.Advance(kMinute);
  const domain::Lead held = Reject(lead, "wrong_data");
  EXPECT_EQ(held.status, "re_market");
  EXPECT_EQ(held.hold_queue, "mend");
  EXPECT_EQ(held.held_by, "wrong.rejected");
  EXPECT_EQ(held.assignee, "");
  EXPECT_EQ(OpenLeads(), 0);
  EXPECT_EQ(held.sla->sla_id, "mend");
  EXPECT_EQ(Events<domain::Assigned>(lead).back().previous_rep, "avery");
  const domain::Lead other = Reject(Sent("web", "bo@acme.com"), "no_need");
  EXPECT_EQ(other.status, "re_market");
  EXPECT_EQ(other.hold_queue, "");
}

// The move holds again in the same queue: it waits on since before, and so does its clock.
TEST_F(QueuesTest, AMoveThatHoldsAgainLeavesItWhereItWaits) {
  packs::PackSet set = Packs();
  packs::PackFiles central = *set.Find("central");
  Replace(central.files["status.yaml"], "  - {id: wrong.rejected, from: '*', to: re_market,",
          "  - {id: again.rejected, from: re_market, to: disqualified, on: reject, reasons: [wrong_data], hold: mend}\n"
          "  - {id: wrong.rejected, from: [raw, inquiry], to: re_market,");
  set.Put(central);
  Decide(set);
  const domain::Lead held = Reject(Sent("web"), "wrong_data");
  clock_.Advance(kHour);
  const domain::Lead again = Reject(held, "wrong_data");
  EXPECT_EQ(again.status, "disqualified");
  EXPECT_EQ(again.hold_queue, "mend");
  EXPECT_EQ(again.held_by, "again.rejected");
  EXPECT_EQ(again.held_since, held.held_since);
  EXPECT_EQ(again.sla, held.sla);
  EXPECT_THAT(Clocks(held), ElementsAre(std::pair("mend", SlaState::kRunning)));
}

// From one queue into another: the first clock is met, the other's begins.
TEST_F(QueuesTest, AnotherQueueHasItsOwnClock) {
  const domain::Lead lead = Reject(Sent("junk"), "wrong_data");
  EXPECT_EQ(lead.hold_queue, "mend");
  EXPECT_THAT(Clocks(lead), testing::UnorderedElementsAre(std::pair("review", SlaState::kMet),
                                                          std::pair("mend", SlaState::kRunning)));
}

// A clock that runs is not replaced because the lead is put into a queue.
TEST_F(QueuesTest, TheClockOfAStatusGoesBeforeThatOfAQueue) {
  Enquiry hot = From("web");
  for (int i = 0; i < 30; ++i) {
    hot.activities.push_back(Did("website", "high", "contact_me", clock_.Now() - i * kMinute));
  }
  auto away =
      Wait<RepView>([&](Done<RepView> done) { engine_->SetAvailability({}, "reps/avery", false, 0, std::move(done)); });
  ASSERT_TRUE(away.ok()) << away.status();
  auto submitted = Submit(hot);
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const domain::Lead lead = submitted->lead;
  ASSERT_EQ(lead.status, "mql");
  EXPECT_EQ(lead.hold_queue, "unassigned");
  EXPECT_EQ(lead.held_by, "") << "no route had a rep for it";
  EXPECT_EQ(lead.sla->sla_id, "mql");
  // Where none runs, the queue's begins.
  clock_.Advance(kMinute);
  const domain::Lead other = Sent("web", "bo@acme.com");
  auto routed =
      Wait<RouteResult>([&](Done<RouteResult> done) { engine_->RouteLead({}, LeadName(other), std::move(done)); });
  ASSERT_TRUE(routed.ok()) << routed.status();
  EXPECT_EQ(routed->lead.hold_queue, "unassigned");
  EXPECT_EQ(routed->lead.sla->sla_id, "mend");
  EXPECT_THAT(Waiting("unassigned"), ElementsAre(lead.id, other.id)) << "the longest waiting first";
  EXPECT_EQ(Queue("unassigned").held_since, lead.held_since);
  EXPECT_EQ(Queue("unassigned").leads, 2);
}

TEST_F(QueuesTest, QueuesThatNoPackHasAnyMoreAreShown) {
  const domain::Lead lead = Sent("junk");
  EXPECT_TRUE(Queue("review").declared);
  EXPECT_EQ(Queue("review").queue.owner, "operations");
  EXPECT_EQ(Queue("emea.review").queue.layer, "emea");
  packs::PackSet set = Packs("on_failure: skip");
  packs::PackFiles central = *set.Find("central");
  for (const char* file : {"routing.yaml", "sla.yaml"}) {
    std::string& text = central.files[file];
    for (size_t at = 0; (at = text.find(": review", at)) != std::string::npos;) text.replace(at, 8, ": newer");
    for (size_t at = 0; (at = text.find("[review", at)) != std::string::npos;) text.replace(at, 7, "[newer");
  }
  set.Put(central);
  Decide(set);
  const QueueView old = Queue("review");
  EXPECT_FALSE(old.declared);
  EXPECT_EQ(old.queue.owner, "");
  EXPECT_EQ(old.leads, 1);
  EXPECT_TRUE(Queue("newer").declared);
  EXPECT_THAT(Waiting("review"), ElementsAre(lead.id));
  EXPECT_EQ(Give(lead, "reps/avery").hold_queue, "");
  const auto queues = engine_->ListQueues({});
  for (const QueueView& view : *queues) EXPECT_NE(view.queue.id, "review") << "nobody waits in it any more";
}

TEST_F(QueuesTest, AnAbsorbedLeadWaitsInNoQueueUntilItIsSeparated) {
  const domain::Lead held = Sent("junk"), other = Sent("web");
  auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
    engine_->Merge({}, LeadName(other), LeadName(held), "the same", std::move(done));
  });
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(Queue("review").leads, 0);
  EXPECT_TRUE(Waiting("review").empty());
  EXPECT_EQ(merged->entity.lead->hold_queue, "");
  clock_.Set(held.sla->due + 1);
  EXPECT_EQ(Queue("review").overdue, 0);
  auto separated = Wait<UnmergeResult>(
      [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merged->merge_id, "not the same", std::move(done)); });
  ASSERT_TRUE(separated.ok()) << separated.status();
  EXPECT_EQ(separated->restored.lead->hold_queue, "review");
  EXPECT_EQ(separated->restored.lead->held_since, held.held_since);
  EXPECT_EQ(Queue("review").leads, 1);
  EXPECT_EQ(Queue("review").overdue, 1);
}

// What people did with it elsewhere goes before what a gate says.
TEST_F(QueuesTest, AnImportedStepOfAPersonLeavesTheQueue) {
  ImportRow row;
  row.row = 1;
  row.enquiry = From("junk");
  row.enquiry.created_at = clock_.Now() - kDay;
  row.enquiry.activities = {Did("website", "low", "visit", clock_.Now() - kDay)};
  row.enquiry.history = {{clock_.Now() - kHour, "sal", "avery", "taken up there"}};
  auto imported = Import("old", {row});
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->created, 1);
  const domain::Lead lead = NewestLeads().front();
  EXPECT_EQ(lead.status, "sal");
  EXPECT_EQ(lead.assignee, "avery");
  EXPECT_EQ(lead.hold_queue, "");
  EXPECT_THAT(Clocks(lead),
              testing::UnorderedElementsAre(std::pair("review", SlaState::kMet), std::pair("sal", SlaState::kRunning)));
}

TEST_F(QueuesTest, AnExplanationSaysWhereItWaitsAndWhoAnswers) {
  const domain::Lead lead = Sent("junk");
  ExplainRequest request;
  request.name = LeadName(lead);
  request.why_not_status = "inquiry";
  auto explained = engine_->ExplainLead({}, request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_THAT(explained->why_not[0].answer,
              HasSubstr("junk denies inquiry: the source is junk; it waits in queue review"));
  std::string route, level;
  for (const domain::Decision& decision : explained->decisions) {
    if (decision.kind == domain::DecisionKind::kRoute) route = decision.summary;
    if (decision.kind == domain::DecisionKind::kSla) level = decision.summary;
  }
  EXPECT_THAT(route, AllOf(HasSubstr("Waits in queue review since 2026-03-02T10:00:00Z, put there by junk"),
                           HasSubstr("operations answers for it")));
  EXPECT_THAT(level, HasSubstr("review runs since 2026-03-02T10:00:00Z"));
}

}  // namespace
}  // namespace leadline::engine
