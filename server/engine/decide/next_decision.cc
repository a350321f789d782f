// When time alone changes what is decided.
#include <algorithm>

#include "domain/activities/days.h"
#include "engine/decide/decider.h"
#include "engine/decide/score_crossing.h"
#include "packs/run/time_plan.h"

namespace leadline::engine {
namespace {

constexpr int64_t kMostDays = kFarthestLook / kDay;

Time Earlier(Time a, Time b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

// Whether nothing but a person's word leads out of the status.
bool IsClosed(const domain::Lifecycle& lifecycle, std::string_view current) {
  const domain::StatusDef* status = lifecycle.Find(current);
  return status != nullptr && status->terminal &&
         std::none_of(lifecycle.transitions.begin(), lifecycle.transitions.end(), [&](const auto& transition) {
           return transition.trigger == domain::Trigger::kRescore && StartsFrom(lifecycle, transition, current);
         });
}

// Those that can move a record in the status, and go by the time or the score.
absl::InlinedVector<const packs::TimedTransition*, 4> TimedFrom(const packs::RegionRules& rules,
                                                                std::string_view current) {
  absl::InlinedVector<const packs::TimedTransition*, 4> out;
  for (const packs::TimedTransition& timed : rules.timing->transitions) {
    const auto& transition = rules.lifecycle.transitions[static_cast<size_t>(timed.transition)];
    if (StartsFrom(rules.lifecycle, transition, current)) out.push_back(&timed);
  }
  return out;
}

// Points that decay do so at midnight, as ages of activities grow.
class DecayWatch {
 public:
  DecayWatch(const packs::RecordView& view, std::span<const domain::DecayingPoints> decaying)
      : score_(view.lead->score), now_(view.now), all_(decaying) {
    for (const domain::DecayingPoints& part : decaying) (part.regional ? regional_ : central_).push_back(part);
  }

  Time Crossing(const packs::ScoreTest& test) const {
    switch (test.of) {
      case packs::ScoreTest::Of::kCentral:
        return Crossing(score_.central, test.constant, central_);
      case packs::ScoreTest::Of::kAdjustment:
        return Crossing(score_.adjustment, test.constant, regional_);
      case packs::ScoreTest::Of::kTotal:
        return Crossing(score_.total, test.constant, all_);
    }
    return 0;
  }
  Time AnyChange() const { return all_.empty() ? 0 : Midnight(1); }

 private:
  Time Midnight(int64_t days) const { return domain::StartOfDay(domain::DayOf(now_) + days); }
  Time Crossing(double value, double constant, std::span<const domain::DecayingPoints> parts) const {
    if (parts.empty()) return 0;
    bool never = false;
    const int64_t days = DaysToCross(value, constant, parts, kMostDays, &never);
    return never ? 0 : Midnight(days == 0 ? kMostDays : days);
  }

  const domain::Score& score_;
  const Time now_;
  std::span<const domain::DecayingPoints> all_;
  domain::DecayingList central_, regional_;
};

}  // namespace

Time Decider::NextDecision(const packs::RecordView& view, std::span<const domain::DecayingPoints> decaying,
                           Time next_activity) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  const std::string_view current = rules.lifecycle.Current(view.lead->status);
  if (IsClosed(rules.lifecycle, current)) return 0;
  Time next = next_activity;
  const packs::RecordView counted = BindCounted(rules, view);
  next = Earlier(next, evaluation_.NextScoringFlip());
  if (view.meaning == nullptr && view.lead->meaning.regional.has_value()) {
    BindFor(rules, counted, /*regional=*/true);
    next = Earlier(next, evaluation_.NextScoringFlip());
    BindFor(rules, counted, /*regional=*/false);
  }
  const DecayWatch decay(view, decaying);
  // Whether it is at the bars is told of every record.
  for (const double bar : {rules.scoring.bars.mql, rules.scoring.bars.maql}) {
    next = Earlier(next, decay.Crossing({packs::ScoreTest::Of::kCentral, bar}));
  }
  for (const packs::TimedTransition* timed : TimedFrom(rules, current)) {
    next = evaluation_.NextTransitionFlip(*timed, next);
    for (const packs::ScoreTest& test : timed->scores) next = Earlier(next, decay.Crossing(test));
    if (timed->any_score) next = Earlier(next, decay.AnyChange());
  }
  return next == 0 ? 0 : std::min(next, view.now + kFarthestLook);
}

Time Decider::NextAfterMove(const packs::RecordView& view, Time known) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  const std::string_view current = rules.lifecycle.Current(view.lead->status);
  if (IsClosed(rules.lifecycle, current)) return 0;
  // What of the score decays is not known here, nor what a status that nobody looked at hid. Points decay at midnight.
  const Time midnight = domain::StartOfDay(domain::DayOf(view.now) + 1);
  Time next = known == 0 && !rules.timing->rules.empty() ? midnight : known;
  BindCounted(rules, view);
  for (const packs::TimedTransition* timed : TimedFrom(rules, current)) {
    next = evaluation_.NextTransitionFlip(*timed, next);
    if (!timed->scores.empty() || timed->any_score) next = Earlier(next, midnight);
  }
  return next;
}

}  // namespace leadline::engine
