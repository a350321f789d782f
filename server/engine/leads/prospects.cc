#include "engine/leads/prospects.h"

#include <cmath>

#include "domain/history/record_limits.h"
#include "domain/lifecycle.h"
#include "packs/rule_set.h"

namespace leadline::engine {

Prospects ProspectsOf(const Deciding& deciding, const domain::Lead& lead) {
  const packs::RegionRules& rules = deciding.For(lead.id)->rules->ForRegion(lead.region);
  Prospects prospects;
  prospects.win_probability = domain::WinProbability(rules.lifecycle, lead);
  const std::optional<double> worth = lead.value ? rules.currencies->Convert(*lead.value) : std::nullopt;
  if (worth && prospects.win_probability) {
    const double weighted = *worth * *prospects.win_probability;
    if (weighted <= static_cast<double>(domain::kLargestAmount)) {
      prospects.weighted_value = domain::Money{rules.currencies->currency, std::llround(weighted * 1e6)};
    }
  }
  prospects.needs = domain::NeedsOf(*rules.buying_groups, lead);
  return prospects;
}

}  // namespace leadline::engine
