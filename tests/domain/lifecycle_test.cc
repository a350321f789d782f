#include "domain/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace leadline::domain {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Lifecycle Standard() {
  Lifecycle lifecycle;
  lifecycle.statuses = {{.id = "raw", .order = 0, .marketable = false},
                        {.id = "inquiry", .order = 1},
                        {.id = "mql", .order = 2},
                        {.id = "sal", .order = 3},
                        {.id = "customer", .order = 4, .terminal = true, .open = false, .won = true},
                        {.id = "re_market", .order = -1},
                        {.id = "disqualified", .order = -1, .terminal = true, .open = false}};
  lifecycle.remaps = {{"lead_new", "contacted"}, {"contacted", "inquiry"}};
  auto add = [&](std::string id, std::vector<std::string> from, std::string to, Trigger trigger, int condition) {
    lifecycle.transitions.push_back({.id = std::move(id),
                                     .layer = "central",
                                     .source = "status.yaml:1",
                                     .from = std::move(from),
                                     .to = std::move(to),
                                     .trigger = trigger,
                                     .condition = condition});
  };
  add("entry.raw", {}, "raw", Trigger::kEntry, 0);
  add("entry.inquiry", {}, "inquiry", Trigger::kEntry, 1);
  add("responds", {"raw"}, "inquiry", Trigger::kActivity, 2);
  add("qualifies", {"raw", "inquiry", "re_market"}, "mql", Trigger::kActivity, 3);
  add("accepted", {"mql"}, "sal", Trigger::kAccept, -1);
  add("recycled", {"mql", "sal"}, "re_market", Trigger::kReject, -1);
  add("thrown_out", {"*"}, "disqualified", Trigger::kTransition, -1);
  add("to_customer", {"*"}, "customer", Trigger::kTransition, -1);
  add("won_again", {"disqualified", "customer"}, "re_market", Trigger::kTransition, -1);
  add("customer_asks", {"customer"}, "inquiry", Trigger::kActivity, 4);
  return lifecycle;
}

ConditionTest Holding(std::set<int> holding) {
  return [holding = std::move(holding)](int index, const TransitionDef&) {
    Reason reason;
    reason.outcome = holding.contains(index) ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
    reason.message = "condition " + std::to_string(index);
    return reason;
  };
}

TEST(LifecycleTest, FindsStatusesAndFollowsRemaps) {
  Lifecycle lifecycle = Standard();
  ASSERT_NE(lifecycle.Find("mql"), nullptr);
  EXPECT_EQ(lifecycle.Find("mql")->order, 2);
  EXPECT_EQ(lifecycle.Find("MQL"), nullptr);
  EXPECT_EQ(lifecycle.Current("mql"), "mql");
  EXPECT_EQ(lifecycle.Current("contacted"), "inquiry");
  EXPECT_EQ(lifecycle.Current("lead_new"), "inquiry");
  EXPECT_EQ(lifecycle.Current("never_heard_of"), "never_heard_of");
}

TEST(LifecycleTest, RemapRingEnds) {
  Lifecycle lifecycle;
  lifecycle.remaps = {{"a", "b"}, {"b", "a"}};
  std::string_view end = lifecycle.Current("a");
  EXPECT_TRUE(end == "a" || end == "b");
}

TEST(LifecycleTest, TriggersHaveNames) {
  std::set<std::string_view> names;
  for (Trigger t : {Trigger::kEntry, Trigger::kActivity, Trigger::kRescore, Trigger::kTransition, Trigger::kAccept,
                    Trigger::kReject}) {
    names.insert(TriggerName(t));
  }
  EXPECT_EQ(names.size(), 6U);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(DecideStatusTest, EntryGivesTheFirstStatusWithReasons) {
  auto decision = DecideStatus(Standard(), "", Trigger::kEntry, "", Holding({0}));
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->to, "raw");
  EXPECT_EQ(decision->transition_id, "entry.raw");
  ASSERT_EQ(decision->reasons.size(), 2U);
  EXPECT_EQ(decision->reasons[0].rule_id, "entry.raw");
  EXPECT_EQ(decision->reasons[0].outcome, ReasonOutcome::kFired);
  EXPECT_EQ(decision->reasons[0].layer, "central");
  EXPECT_EQ(decision->reasons[0].source, "status.yaml:1");
  EXPECT_EQ(decision->reasons[0].message, "condition 0");
  EXPECT_EQ(decision->reasons[1].rule_id, "entry.inquiry");
  EXPECT_EQ(decision->reasons[1].outcome, ReasonOutcome::kNotFired);
}

TEST(DecideStatusTest, EntryDoesNotTouchARecordWithAStatus) {
  auto decision = DecideStatus(Standard(), "mql", Trigger::kEntry, "", Holding({0, 1}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "");
  EXPECT_TRUE(decision->reasons.empty());
}

TEST(DecideStatusTest, StaysWhenNothingHoldsAndSaysWhy) {
  auto decision = DecideStatus(Standard(), "raw", Trigger::kActivity, "", Holding({}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "");
  EXPECT_EQ(decision->transition_id, "");
  ASSERT_EQ(decision->reasons.size(), 2U);
  for (const Reason& reason : decision->reasons) EXPECT_EQ(reason.outcome, ReasonOutcome::kNotFired);
}

TEST(DecideStatusTest, FiredReasonsStandFirst) {
  auto decision = DecideStatus(Standard(), "raw", Trigger::kActivity, "", Holding({3}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "mql");
  ASSERT_EQ(decision->reasons.size(), 2U);
  EXPECT_EQ(decision->reasons[0].rule_id, "qualifies");
  EXPECT_EQ(decision->reasons[1].rule_id, "responds");
}

TEST(DecideStatusTest, TwoTargetsAtOnceAreAnInternalErrorThatNamesBoth) {
  auto decision = DecideStatus(Standard(), "raw", Trigger::kActivity, "", Holding({2, 3}));
  ASSERT_FALSE(decision.ok());
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(decision.status().message()),
              AllOf(HasSubstr("responds"), HasSubstr("qualifies"), HasSubstr("raw"), HasSubstr("status.yaml:1")));
}

TEST(DecideStatusTest, TwoWaysToOneTargetAgree) {
  Lifecycle lifecycle = Standard();
  lifecycle.transitions.push_back(
      {.id = "qualifies_too", .from = {"raw"}, .to = "mql", .trigger = Trigger::kActivity, .condition = 9});
  auto decision = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3, 9}));
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->to, "mql");
  EXPECT_EQ(decision->transition_id, "qualifies");
  EXPECT_EQ(decision->reasons[1].rule_id, "qualifies_too");
  EXPECT_EQ(decision->reasons[1].outcome, ReasonOutcome::kFired);
}

TEST(DecideStatusTest, WantedLimitsAPersonsMove) {
  Lifecycle lifecycle = Standard();
  auto out = DecideStatus(lifecycle, "mql", Trigger::kTransition, "disqualified", Holding({}));
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_EQ(out->to, "disqualified");
  auto nowhere = DecideStatus(lifecycle, "mql", Trigger::kTransition, "raw", Holding({}));
  ASSERT_TRUE(nowhere.ok());
  EXPECT_EQ(nowhere->to, "");
  EXPECT_FALSE(DecideStatus(lifecycle, "mql", Trigger::kTransition, "", Holding({})).ok());
}

TEST(DecideStatusTest, StarMeansEveryStatusThatIsNotTerminal) {
  Lifecycle lifecycle = Standard();
  for (const StatusDef& status : lifecycle.statuses) {
    auto decision = DecideStatus(lifecycle, status.id, Trigger::kTransition, "disqualified", Holding({}));
    ASSERT_TRUE(decision.ok());
    EXPECT_EQ(decision->to, status.terminal ? "" : "disqualified") << status.id;
  }
}

TEST(DecideStatusTest, TheCurrentStatusIsNoTarget) {
  Lifecycle lifecycle = Standard();
  lifecycle.transitions.push_back({.id = "again", .from = {"*"}, .to = "mql", .trigger = Trigger::kRescore});
  auto decision = DecideStatus(lifecycle, "mql", Trigger::kRescore, "", Holding({}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "");
  EXPECT_TRUE(decision->reasons.empty());
}

TEST(DecideStatusTest, TerminalStatusesAreLeftOnlyByAPerson) {
  Lifecycle lifecycle = Standard();
  auto automatic = DecideStatus(lifecycle, "customer", Trigger::kActivity, "", Holding({4}));
  ASSERT_TRUE(automatic.ok());
  EXPECT_EQ(automatic->to, "");
  ASSERT_EQ(automatic->reasons.size(), 1U);
  EXPECT_EQ(automatic->reasons[0].outcome, ReasonOutcome::kSkipped);
  EXPECT_THAT(automatic->reasons[0].message, HasSubstr("terminal"));
  auto person = DecideStatus(lifecycle, "customer", Trigger::kTransition, "re_market", Holding({}));
  ASSERT_TRUE(person.ok());
  EXPECT_EQ(person->to, "re_market");
}

TEST(DecideStatusTest, DeprecatedStatusesMoveAsTheirSuccessors) {
  auto decision = DecideStatus(Standard(), "lead_new", Trigger::kActivity, "", Holding({3}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "mql");
}

TEST(DecideStatusTest, AConditionThatCannotBeEvaluatedDoesNotHold) {
  auto failing = [](int, const TransitionDef&) {
    Reason reason;
    reason.outcome = ReasonOutcome::kError;
    reason.message = "no such field";
    return reason;
  };
  auto decision = DecideStatus(Standard(), "raw", Trigger::kActivity, "", failing);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "");
  ASSERT_EQ(decision->reasons.size(), 2U);
  EXPECT_EQ(decision->reasons[0].outcome, ReasonOutcome::kError);
  EXPECT_EQ(decision->reasons[0].message, "no such field");
}

TEST(DecideStatusTest, UnconditionalTransitionsAskNobody) {
  auto never = [](int, const TransitionDef&) -> Reason {
    ADD_FAILURE() << "asked";
    return {};
  };
  auto decision = DecideStatus(Standard(), "mql", Trigger::kAccept, "", never);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "sal");
}

// Two gates before mql; the answers are by gate.
Lifecycle Gated() {
  Lifecycle lifecycle = Standard();
  const std::vector<Trigger> all = {Trigger::kEntry, Trigger::kActivity, Trigger::kTransition, Trigger::kAccept};
  lifecycle.gates = {{.id = "junk", .layer = "central", .to = {"mql", "inquiry"}, .on = all, .denied_entry = "raw"},
                     {.id = "credit", .layer = "central", .to = {"mql"}, .on = {Trigger::kActivity}}};
  return lifecycle;
}

GateTest Denying(std::set<std::string> denying, std::vector<std::string>* asked = nullptr) {
  return [denying = std::move(denying), asked](const GateDef& gate, std::string_view from, std::string_view to) {
    if (asked != nullptr) asked->push_back(gate.id + ": " + std::string(from) + " > " + std::string(to));
    GateAnswer answer;
    answer.denied = denying.contains(gate.id);
    answer.reason.rule_id = gate.id;
    answer.reason.outcome = answer.denied ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
    return answer;
  };
}

TEST(LifecycleGates, ADeniedTransitionDoesNotHappenAndSaysSo) {
  auto decision = DecideStatus(Gated(), "raw", Trigger::kActivity, "", Holding({3}), Denying({"credit"}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "");
  EXPECT_EQ(decision->transition_id, "");
  EXPECT_EQ(decision->denied_by, "credit");
  ASSERT_EQ(decision->reasons.size(), 4U);
  EXPECT_EQ(decision->reasons[0].rule_id, "junk");
  EXPECT_EQ(decision->reasons[1].rule_id, "credit");
  EXPECT_EQ(decision->reasons[3].rule_id, "qualifies");
  EXPECT_EQ(decision->reasons[3].outcome, ReasonOutcome::kNotFired);
  EXPECT_EQ(decision->reasons[3].message, "its condition holds, but credit denies mql");
}

TEST(LifecycleGates, TheGateThatDeniesSaysWhereALeadWaits) {
  Lifecycle lifecycle = Gated();
  lifecycle.gates[0].hold = "junk";
  lifecycle.transitions[3].hold = "later";
  auto denied = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), Denying({"junk"}));
  ASSERT_TRUE(denied.ok()) << denied.status();
  EXPECT_EQ(denied->to, "");
  EXPECT_EQ(denied->hold, "junk");
  auto passed = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), Denying({}));
  ASSERT_TRUE(passed.ok()) << passed.status();
  EXPECT_EQ(passed->to, "mql");
  EXPECT_EQ(passed->hold, "later");
  auto other = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), Denying({"credit"}));
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->hold, "") << "this gate has no queue";
}

// Two that lead to one status may hold at once, but not into two queues.
TEST(DecideStatusTest, TwoQueuesAtOnceAreAContradiction) {
  Lifecycle lifecycle = Standard();
  lifecycle.transitions.push_back(lifecycle.transitions[3]);
  lifecycle.transitions.back().id = "qualifies.too";
  EXPECT_TRUE(DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), nullptr).ok());
  lifecycle.transitions.back().hold = "junk";
  const auto both = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), nullptr);
  EXPECT_EQ(both.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(both.status().message()), testing::HasSubstr("mql, held in queue junk"));
}

TEST(LifecycleGates, TheNextTransitionIsTried) {
  Lifecycle lifecycle = Gated();
  lifecycle.gates[0].to = {"mql"};
  // Both hold; without the gate that is a contradiction.
  EXPECT_FALSE(DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({2, 3}), Denying({})).ok());
  auto decision = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({2, 3}), Denying({"junk"}));
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->to, "inquiry");
  EXPECT_EQ(decision->denied_by, "");
  EXPECT_EQ(decision->reasons[0].rule_id, "responds");
}

// Of every status, event, wish, set of conditions that hold and set of gates that deny.
TEST(LifecycleGates, WithoutTheOtherTransitionsTheDecisionIsTheSame) {
  const Lifecycle lifecycle = Gated();
  const std::vector<std::set<std::string>> deniers = {{}, {"junk"}, {"credit"}, {"junk", "credit"}};
  int moved = 0, shorter = 0;
  for (const char* current :
       {"", "raw", "inquiry", "contacted", "mql", "sal", "customer", "re_market", "disqualified"}) {
    for (const Trigger trigger : {Trigger::kEntry, Trigger::kActivity, Trigger::kTransition, Trigger::kAccept}) {
      for (unsigned holding = 0; holding < 32; ++holding) {
        std::set<int> hold;
        for (int i = 0; i < 5; ++i) {
          if ((holding >> i & 1U) != 0) hold.insert(i);
        }
        for (const std::set<std::string>& denying : deniers) {
          const auto decide = [&](bool tell_others) {
            return DecideStatus(lifecycle, current, trigger, "", Holding(hold), Denying(denying), tell_others);
          };
          const auto all = decide(true), some = decide(false);
          ASSERT_EQ(all.status(), some.status());
          if (!all.ok()) continue;
          EXPECT_EQ(all->to, some->to);
          EXPECT_EQ(all->transition_id, some->transition_id);
          EXPECT_EQ(all->denied_by, some->denied_by);
          EXPECT_EQ(all->answers, some->answers);
          std::vector<Reason> reasons = all->reasons;
          std::erase_if(reasons, [&](const Reason& reason) {
            const bool of_gate = reason.rule_id == "junk" || reason.rule_id == "credit";
            return !of_gate && reason.outcome != ReasonOutcome::kFired;
          });
          EXPECT_EQ(reasons, some->reasons);
          moved += !all->to.empty();
          shorter += some->reasons.size() < all->reasons.size();
        }
      }
    }
  }
  EXPECT_GT(moved, 100);
  EXPECT_GT(shorter, 100);
}

TEST(LifecycleGates, OnlyMovesThatWouldHappenAreAskedAndEachOnce) {
  Lifecycle lifecycle = Gated();
  lifecycle.transitions.push_back(lifecycle.transitions[3]);
  lifecycle.transitions.back().id = "qualifies_too";
  std::vector<std::string> asked;
  auto decision = DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({3}), Denying({}, &asked));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->transition_id, "qualifies");
  EXPECT_THAT(asked, ::testing::ElementsAre("junk: raw > mql", "credit: raw > mql"));
  asked.clear();
  // Another event, another status, a condition that does not hold.
  EXPECT_TRUE(
      DecideStatus(lifecycle, "raw", Trigger::kTransition, "disqualified", Holding({}), Denying({}, &asked)).ok());
  EXPECT_TRUE(DecideStatus(lifecycle, "raw", Trigger::kActivity, "", Holding({}), Denying({}, &asked)).ok());
  EXPECT_THAT(asked, ::testing::IsEmpty());
}

TEST(LifecycleGates, ANewRecordThatIsDeniedBecomesWhatTheGateSays) {
  auto decision = DecideStatus(Gated(), "", Trigger::kEntry, "", Holding({1}), Denying({"junk"}));
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->to, "raw");
  EXPECT_EQ(decision->transition_id, "junk");
  EXPECT_EQ(decision->denied_by, "junk");
  decision = DecideStatus(Gated(), "", Trigger::kEntry, "", Holding({1}), Denying({}));
  EXPECT_EQ(decision->to, "inquiry");
  EXPECT_EQ(decision->denied_by, "");
}

TEST(LifecycleGates, AnErrorEndsTheDecision) {
  auto failing = [](const GateDef&, std::string_view, std::string_view) -> absl::StatusOr<GateAnswer> {
    return absl::UnavailableError("down");
  };
  auto decision = DecideStatus(Gated(), "raw", Trigger::kActivity, "", Holding({3}), failing);
  EXPECT_EQ(decision.status(), absl::UnavailableError("down"));
}

TEST(LifecycleTest, ARejectionGoesByItsReasonWhereOneIsNamed) {
  Lifecycle lifecycle = Standard();
  lifecycle.transitions.push_back({.id = "never",
                                   .from = {"mql"},
                                   .to = "disqualified",
                                   .trigger = Trigger::kReject,
                                   .reasons = {"competitor", "student"}});
  const auto to = [&](std::string_view from, std::string_view reason) {
    auto decision = DecideStatus(lifecycle, from, Trigger::kReject, "", Holding({}), nullptr, true, reason);
    EXPECT_TRUE(decision.ok()) << decision.status();
    return decision.ok() ? decision->transition_id : "";
  };
  EXPECT_EQ(to("mql", "competitor"), "never");
  EXPECT_EQ(to("mql", "student"), "never");
  EXPECT_EQ(to("mql", "timing"), "recycled");
  EXPECT_EQ(to("mql", ""), "recycled");
  EXPECT_EQ(to("sal", "competitor"), "recycled") << "nothing names it from there";
  // What is no rejection knows no reasons.
  EXPECT_EQ(DecideStatus(lifecycle, "mql", Trigger::kAccept, "", Holding({}), nullptr, true, "competitor")->to, "sal");
}

}  // namespace
}  // namespace leadline::domain
