// Plugins at the gates before statuses: what they deny does not happen, and is told.
#include "domain/history/stored_decision.h"
#include "engine/explain/explanation.h"
#include "tests/engine/plugin_slots_fixture.h"

namespace leadline::engine {
namespace {

using domain::Reason;
using domain::ReasonOutcome;
using domain::Trigger;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(PluginSlots, AGateTurnsANewRecordAwayAndHoldsAKnownOneBack) {
  Use();
  auto junk = Submit(From("junk"));
  ASSERT_TRUE(junk.ok()) << junk.status();
  EXPECT_EQ(junk->lead.status, "raw");
  const Reason* said = nullptr;
  int told = 0;
  for (const domain::Decision& decision : junk->decisions) {
    if (decision.kind != domain::DecisionKind::kStatus) continue;
    ++told;
    said = Find(decision.reasons, "junk");
    EXPECT_THAT(decision.summary, HasSubstr("enters as raw by junk"));
  }
  EXPECT_EQ(told, 1);
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->outcome, ReasonOutcome::kFired);
  EXPECT_EQ(said->message, "denies inquiry: the source is junk");

  auto good = Submit(From("web", "bo@acme.com"));
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->lead.status, "inquiry");

  // A further activity: it would become an inquiry, and the ledger says why it does not.
  domain::Activity visit = Did("website", "high", "visit", clock_.Now());
  visit.lead_id = junk->lead.id;
  auto acted = Act(visit);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.status, "raw");
  auto history = History(LeadName(junk->lead));
  ASSERT_TRUE(history.ok());
  int denials = 0;
  for (const domain::Event& event : *history) {
    if (!event.decision.has_value() || event.decision->kind != domain::DecisionKind::kStatus) continue;
    if (domain::FromStored(event).summary == "stays raw: held back by junk") ++denials;
  }
  EXPECT_EQ(denials, 1);
}

TEST_F(PluginSlots, APersonIsToldWhatTheGateSays) {
  Use();
  auto submitted = Submit(From("web"));
  ASSERT_TRUE(submitted.ok());
  const std::string name = LeadName(submitted->lead);
  const auto move = [&] {
    return Wait<RecordResult>(
        [&](Done<RecordResult> done) { engine_->Transition({}, name, "maql", "good", std::move(done)); });
  };
  Uses denying;
  denying.gate = "on_failure: fallback, fallback: deny";
  Use(denying);
  gate_->failure = absl::UnavailableError("org.test.gate: down");
  auto refused = move();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr("the gate junk keeps the record in \"inquiry\": the plugin failed, so the fallback deny counts"));
  gate_->failure = absl::OkStatus();
  auto moved = move();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->lead->status, "maql");
  const Reason* allowed = Find(moved->decisions.back().reasons, "junk");
  ASSERT_NE(allowed, nullptr);
  EXPECT_EQ(allowed->outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(allowed->message, "allows maql: the source is web");
}

TEST_F(PluginSlots, AGateThatFailsDoesWhatThePackSays) {
  const domain::Lead lead = LeadFrom("poison");
  const packs::RecordView view{&lead, nullptr, nullptr, {}, 5};
  Uses uses;
  Decider skipping(Use(uses));
  auto decided = skipping.Status(view, "inquiry", Trigger::kTransition, "maql", Explain::kFired);
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(decided->to, "maql");
  ASSERT_NE(Find(decided->reasons, "junk"), nullptr);
  EXPECT_EQ(Find(decided->reasons, "junk")->message, "the plugin was skipped: org.test.gate: cannot read this");
  EXPECT_THAT(gate_->calls, ElementsAre(1));  // the decision is made twice, the gate is asked once

  uses.gate = "on_failure: fail";
  Decider failing(Use(uses));
  EXPECT_TRUE(
      absl::IsInternal(failing.Status(view, "inquiry", Trigger::kTransition, "maql", Explain::kNothing).status()));
  // What no gate guards, none is asked about.
  EXPECT_TRUE(failing.Status(view, "inquiry", Trigger::kTransition, "disqualified", Explain::kNothing).ok());
}

TEST_F(PluginSlots, AnExplanationAsksTheGatesToo) {
  Use();
  auto submitted = Submit(From("junk"));
  ASSERT_TRUE(submitted.ok());
  ExplainRequest request;
  request.name = LeadName(submitted->lead);
  request.why_not_status = "inquiry";
  auto explained = engine_->ExplainLead({}, request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  ASSERT_EQ(explained->why_not.size(), 1U);
  EXPECT_THAT(explained->why_not[0].answer,
              HasSubstr("its condition holds, but junk denies inquiry: the source is junk"));
}

}  // namespace
}  // namespace leadline::engine
