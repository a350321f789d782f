// Whom rules of notify.yaml tell of which events.
#include "engine/notify/told.h"

#include <gmock/gmock.h>

#include "domain/sla.h"
#include "engine/notify/told_event.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using On = packs::NotifyRule::On;

packs::NotifyRule Rule(std::string id, On on, std::vector<std::string> to, int condition = -1) {
  packs::NotifyRule rule;
  rule.id = std::move(id);
  rule.on = on;
  rule.to = std::move(to);
  rule.condition = condition;
  return rule;
}

std::vector<std::string> ToldBy(const std::vector<packs::NotifyRule>& rules, const domain::Lead& before,
                                const std::vector<domain::EventPayload>& events, std::vector<int> false_ones = {}) {
  std::vector<const domain::EventPayload*> pointers;
  for (const domain::EventPayload& event : events) pointers.push_back(&event);
  std::vector<std::string> out;
  const auto holds = [&](int condition) {
    return std::find(false_ones.begin(), false_ones.end(), condition) == false_ones.end();
  };
  for (const auto& [number, told] : ToldOf(rules, before, pointers, holds)) {
    for (const auto& one : told) out.push_back(std::to_string(number) + " " + one.endpoint + ": " + one.rules);
  }
  return out;
}

const std::vector<packs::NotifyRule>& All() {
  static const auto* const rules =
      new std::vector<packs::NotifyRule>{Rule("a", On::kAssigned, {"x"}), Rule("w", On::kSlaWarned, {"x"}),
                                         Rule("b", On::kSlaBreached, {"x"}), Rule("q", On::kQualified, {"x"})};
  return *rules;
}

domain::SlaChanged ClockIn(domain::SlaState state, Time start = 1) {
  return {{.sla_id = "first", .start = start, .stopped = state == domain::SlaState::kMetLate ? 9 : 0, .state = state}};
}

TEST(ToldTest, AnAssignmentIsToAnotherRep) {
  EXPECT_THAT(ToldBy(All(), {},
                     {domain::Assigned{.rep = "ana"}, domain::Assigned{.rep = "", .previous_rep = "ana"},
                      domain::Assigned{.rep = "ana", .previous_rep = "ana"},
                      domain::Assigned{.rep = "bo", .closed = true}, domain::Assigned{.rep = "bo", .route = "import"}}),
              ElementsAre("0 x: a"));
}

TEST(ToldTest, AClockIsWarnedOfAndBreachedOnce) {
  using enum domain::SlaState;
  EXPECT_THAT(ToldBy(All(), {}, {ClockIn(kRunning), ClockIn(kWarned), ClockIn(kBreached), ClockIn(kMetLate)}),
              ElementsAre("1 x: w", "2 x: b"));
  EXPECT_THAT(ToldBy(All(), {}, {ClockIn(kWarned), ClockIn(kMetLate)}), ElementsAre("0 x: w", "1 x: b"))
      << "nobody looked before it was met too late";
  domain::Lead late;
  domain::TakeClock(ClockIn(kBreached).clock, late);
  EXPECT_THAT(ToldBy(All(), late, {ClockIn(kBreached), ClockIn(kMetLate)}), IsEmpty()) << "told before";
  EXPECT_THAT(ToldBy(All(), late, {ClockIn(kBreached, 2)}), ElementsAre("0 x: b")) << "another clock";
}

TEST(ToldTest, TheBarIsCrossedUpwards) {
  domain::ScoreChanged below, above;
  above.score.qualified = true;
  EXPECT_THAT(ToldBy(All(), {}, {below, above, above, below, above}), ElementsAre("1 x: q", "4 x: q"));
  domain::Lead qualified;
  qualified.score.qualified = true;
  EXPECT_THAT(ToldBy(All(), qualified, {above}), IsEmpty());
}

TEST(ToldTest, AnEndpointIsToldOnceByAllRulesThatHold) {
  const std::vector<packs::NotifyRule> rules = {Rule("one", On::kAssigned, {"x", "y"}),
                                                Rule("two", On::kAssigned, {"x"}, 3),
                                                Rule("three", On::kAssigned, {"z"}, 4)};
  EXPECT_THAT(ToldBy(rules, {}, {domain::Assigned{.rep = "ana"}}, {4}), ElementsAre("0 x: one two", "0 y: one"));
}

TEST(ToldTest, WhoeverSendsAnEventKnowsWhatItIsAbout) {
  EXPECT_EQ(OnOf(domain::Assigned{}), On::kAssigned);
  EXPECT_EQ(OnOf(ClockIn(domain::SlaState::kWarned)), On::kSlaWarned);
  EXPECT_EQ(OnOf(ClockIn(domain::SlaState::kMetLate)), On::kSlaBreached);
  EXPECT_EQ(OnOf(ClockIn(domain::SlaState::kRunning)), std::nullopt);
  EXPECT_EQ(OnOf(domain::QueueLong{}), On::kQueueLong);
  EXPECT_EQ(OnOf(domain::CalendarEnding{}), On::kCalendarEnding);
  EXPECT_EQ(OnOf(domain::DecisionTaken{}), std::nullopt);
}

}  // namespace
}  // namespace leadline::engine
