// Activities counted by day: to which classes one belongs, and what the classes give at a moment.
#include <algorithm>

#include "packs/run/evaluation.h"
#include "packs/run/refusals.h"
#include "packs/run/responses.h"
#include "packs/run/scoring_plan.h"

namespace leadline::packs {
namespace {

// Of several without an id nobody can tell which is which.
bool IsOf(const KnownHits::OfActivity& known, const domain::Activity& activity) {
  return !activity.id.empty() && known.id == activity.id && known.time == activity.time;
}

}  // namespace

const std::string& Evaluation::Counting(const RegionRules& region) { return region.plan->counting.name; }

bool Evaluation::Count(const RegionRules& region, std::span<const domain::Activity> activities,
                       domain::ActivityTally& tally) {
  const CountingPlan& counting = region.plan->counting;
  Bind(region, {});
  tally.counted_by = counting.name;
  const ResponseKinds& responses = rules_.responses();
  const auto among = [](const std::vector<std::string>& some, const std::string& response) {
    return std::find(some.begin(), some.end(), response) != some.end();
  };
  std::vector<int64_t> signs;
  for (const domain::Activity& activity : activities) {
    if (!domain::CanCount(activity.time)) return false;
    SetActivity(&activity);
    of_activity_.clear();
    AddClasses(of_activity_);
    numbers_.assign(of_activity_.begin(), of_activity_.end());
    for (size_t m = 0; m < region.scoring.matrices.size(); ++m) {
      const domain::ScoringMatrix& matrix = region.scoring.matrices[m];
      const domain::ScoringMatrix::Cell* cell = matrix.Find(activity);
      if (cell == nullptr) continue;
      numbers_.push_back(static_cast<int64_t>(counting.first_cells[m]) + (cell - matrix.cells.data()));
    }
    std::sort(numbers_.begin(), numbers_.end());
    SignsOf(responses, activity, signs);
    tally.Add(activity,
              {.interaction = !IsTouch(responses, activity),
               .contact_request = among(responses.contact_requests, activity.response),
               .signs = signs},
              numbers_);
  }
  SetActivity(nullptr);
  return true;
}

void Evaluation::AddClasses(std::vector<uint32_t>& classes) {
  const CountingPlan& counting = region_->plan->counting;
  for (const int slot : counting.index.slots) BindSlot(slot);
  classes_.clear();
  AddHits(counting.index, 0, classes_);
  const auto first = static_cast<std::ptrdiff_t>(classes.size());
  for (const domain::RuleHit& hit : classes_) classes.push_back(static_cast<uint32_t>(hit.rule));
  // A rule that several words lead to is met several times.
  std::sort(classes.begin() + first, classes.end());
  classes.erase(std::unique(classes.begin() + first, classes.end()), classes.end());
}

void Evaluation::AddActivityHits(KnownHits& known, std::vector<domain::RuleHit>& hits) {
  const CountingPlan& counting = region_->plan->counting;
  for (size_t a = 0; a < view_.activities.size(); ++a) {
    const domain::Activity& activity = view_.activities[a];
    SetActivity(&activity);
    const uint32_t begin = a == 0 ? 0 : known.activities[a - 1].end;
    if (a < known.activities.size() && !IsOf(known.activities[a], activity)) known.activities.resize(a);
    if (a == known.activities.size()) {
      known.classes.resize(begin);
      AddClasses(known.classes);
      known.activities.push_back({activity.id, activity.time, static_cast<uint32_t>(known.classes.size())});
    }
    bool aged = false;
    for (uint32_t c = begin; c < known.activities[a].end; ++c) {
      const CountingPlan::RuleClass& rule = counting.rules[known.classes[c]];
      if (rule.count > 0) {
        if (!aged && age_slot_ >= 0) BindSlot(age_slot_);
        aged = true;
        if (!AllHold(rule.first, rule.count)) continue;
      }
      hits.push_back({rule.rule, static_cast<int>(a)});
    }
  }
}

void Evaluation::CountedHits(std::vector<domain::CountedHit>& hits) {
  hits.clear();
  if (view_.past == nullptr) return;
  const CountingPlan& counting = region_->plan->counting;
  const int64_t today = domain::DayOf(view_.now);
  domain::Activity of_day;  // any of the day's: they have one age
  size_t matrix = 0;
  for (const domain::ClassOfActivities& c : view_.past->tally->classes) {
    const auto number = static_cast<size_t>(c.number);
    if (number >= counting.classes) break;  // damage
    domain::CountedHit hit;
    const CountingPlan::RuleClass* rule = nullptr;
    if (number < counting.rules.size()) {
      rule = &counting.rules[number];
      hit.rule = rule->rule;
    } else {
      while (matrix + 1 < counting.first_cells.size() && counting.first_cells[matrix + 1] <= number) ++matrix;
      hit.matrix = static_cast<int>(matrix);
      hit.cell = static_cast<int>(number - counting.first_cells[matrix]);
    }
    for (size_t i = 0; i < c.days.size() && c.days[i] <= view_.past->last_day; ++i) {
      if (rule != nullptr && rule->count > 0) {
        of_day.time = std::max<Time>(1, domain::StartOfDay(c.days[i]));
        SetActivity(&of_day);
        if (age_slot_ >= 0) BindSlot(age_slot_);
        if (!AllHold(rule->first, rule->count)) continue;
      }
      hit.age_days = std::max<int64_t>(0, today - c.days[i]);
      hit.activities = c.counts[i];
      hits.push_back(hit);
    }
  }
  SetActivity(nullptr);
}

}  // namespace leadline::packs
