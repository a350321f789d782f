// When conditions come out otherwise by the time that passes alone.
#include <algorithm>

#include "packs/run/evaluation.h"
#include "packs/run/fields.h"
#include "packs/run/scoring_plan.h"
#include "packs/run/time_plan.h"

namespace leadline::packs {
namespace {

// A condition that comes out the same so often is looked at again for its own sake.
constexpr int kMostProbes = 8;
// What is read in a form that tells no moments.
constexpr Duration kOpenStep = kHour;

// The first of the turns whose moment is after `after`; 0: none is.
template <typename MomentOf>
Time FirstAfter(const std::vector<int64_t>& turns, Time after, MomentOf moment_of) {
  for (const int64_t turn : turns) {
    const Time moment = moment_of(turn);
    if (moment > after) return moment;
  }
  return 0;
}

Time NextDay(const AgeField& age, Time since, Time after) {
  // Ages by the calendar are at most one day further than those by the hour.
  int64_t days = std::max<int64_t>(1, (after - since) / kDay);
  while (age.reached(since, days) <= after) ++days;
  return age.reached(since, days);
}

}  // namespace

Time Evaluation::NextTurn(const TimeTest& test, Time after) {
  const FieldDef& field = rules_.fields()[static_cast<size_t>(test.slot)];
  switch (test.source) {
    case TimeTest::Source::kAge: {
      const AgeField& age = *FindAgeField(field.name);
      const Time since = age.since({view_, activity_, field, rules_.responses(), *region_, fields_arena_});
      if (since == 0) return 0;
      if (test.open) return NextDay(age, since, after);
      return FirstAfter(test.turns, after, [&](int64_t days) { return days < 1 ? 0 : age.reached(since, days); });
    }
    case TimeTest::Source::kSince: {
      const cel::Value since = Field(test.slot);
      if (!since.is_timestamp()) return 0;
      return FirstAfter(test.turns, after, [&](int64_t length) { return since.timestamp_micros() + length; });
    }
    case TimeTest::Source::kNow:
      if (test.open) return after + kOpenStep;
      return FirstAfter(test.turns, after, [](int64_t moment) { return moment; });
  }
  return 0;
}

template <typename Ask>
Time Evaluation::NextFlip(const TimedCondition& timed, const domain::Activity* activity, Time best, Ask holds) {
  const RecordView view = view_;
  const RegionRules& region = *region_;
  bool known = false, before = false;
  Time at = view.now;
  Time found = best;
  SetActivity(activity);
  for (int probes = 0;; ++probes) {
    Time next = 0;
    bool open = false;
    for (const TimeTest& test : timed.tests) {
      const Time turn = NextTurn(test, at);
      if (turn == 0 || (next != 0 && turn > next)) continue;
      open = test.open || (open && turn == next);
      next = turn;
    }
    at = next;
    if (at == 0 || (best != 0 && at >= best)) break;
    if (open || probes == kMostProbes) {
      found = at;
      break;
    }
    if (!known) before = holds();
    known = true;
    RecordView later = view;
    later.now = at;
    Bind(region, later);
    SetActivity(activity);
    if (holds() != before) {
      found = at;
      break;
    }
  }
  if (known) Bind(region, view);
  SetActivity(nullptr);
  return found;
}

// Those of one day and class turn together, as their age does, which is all that the condition asks of the time.
Time Evaluation::NextCountedFlip(const TimedCondition& timed, Time best) {
  if (view_.past == nullptr || timed.counted_as < 0) return best;
  const std::vector<domain::ClassOfActivities>& classes = view_.past->tally->classes;
  const auto counted = std::lower_bound(classes.begin(), classes.end(), timed.counted_as,
                                        [](const auto& c, int number) { return c.number < number; });
  if (counted == classes.end() || counted->number != timed.counted_as) return best;
  const CountingPlan::RuleClass& rule = region_->plan->counting.rules[static_cast<size_t>(timed.counted_as)];
  const auto holds = [&] {
    if (age_slot_ >= 0) BindSlot(age_slot_);
    return AllHold(rule.first, rule.count);
  };
  const int64_t last_day = view_.past->last_day;
  domain::Activity of_day;  // any of the day's
  for (size_t i = counted->days.size(); i-- > 0;) {
    if (counted->days[i] > last_day) continue;
    of_day.time = std::max<Time>(1, domain::StartOfDay(counted->days[i]));
    best = NextFlip(timed, &of_day, best, holds);
  }
  return best;
}

Time Evaluation::NextScoringFlip() {
  Time best = 0;
  for (const TimedCondition& timed : region_->timing->rules) {
    const auto holds = [&] { return Holds(timed.condition); };
    if (!timed.of_activity) {
      best = NextFlip(timed, nullptr, best, holds);
      continue;
    }
    const std::span<const domain::Activity> activities = view_.activities;
    for (size_t i = activities.size(); i-- > 0;) best = NextFlip(timed, &activities[i], best, holds);
    best = NextCountedFlip(timed, best);
  }
  return best;
}

Time Evaluation::NextTransitionFlip(const TimedTransition& timed, Time best) {
  if (timed.when.tests.empty()) return best;
  return NextFlip(timed.when, nullptr, best, [&] { return Holds(timed.when.condition); });
}

}  // namespace leadline::packs
