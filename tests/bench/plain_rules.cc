#include "tests/bench/plain_rules.h"

#include "packs/run/fields.h"

namespace leadline::bench {

bool PlainRules::Holds(const packs::RegionRules& region, int condition, const packs::RecordView& view,
                       const domain::Activity* activity) {
  if (condition < 0) return true;
  const cel::Program& program = *region.conditions[static_cast<size_t>(condition)].program;
  fields_.Reset();
  work_.Reset();
  for (const int slot : program.used_slots()) {
    const packs::FieldDef& field = rules_.fields()[static_cast<size_t>(slot)];
    slots_[static_cast<size_t>(slot)] = field.accessor({view, activity, field, rules_.responses(), region, fields_});
  }
  return program.Evaluate(slots_, work_).is_true();
}

void PlainRules::ScoringHits(const packs::RegionRules& region, const packs::RecordView& view,
                             std::vector<domain::RuleHit>& hits) {
  hits.clear();
  for (size_t i = 0; i < region.scoring.rules.size(); ++i) {
    const domain::ScoringRule& rule = region.scoring.rules[i];
    const int number = static_cast<int>(i);
    if (!rule.each_activity) {
      if (Holds(region, rule.condition, view, nullptr)) hits.push_back({number, -1});
      continue;
    }
    for (size_t a = 0; a < view.activities.size(); ++a) {
      if (Holds(region, rule.condition, view, &view.activities[a])) hits.push_back({number, static_cast<int>(a)});
    }
  }
}

int PlainRules::FirstRoute(const packs::RegionRules& region, const packs::RecordView& view) {
  for (size_t i = 0; i < region.routing.routes.size(); ++i) {
    if (Holds(region, region.routing.routes[i].condition, view, nullptr)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace leadline::bench
