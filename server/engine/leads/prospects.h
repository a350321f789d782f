// What the packs that decide say of a lead's prospects: how likely it is won, what it is worth, who takes part.
#pragma once

#include <optional>
#include <vector>

#include "domain/deals/buying_group.h"
#include "domain/records.h"
#include "engine/decide/deciding.h"

namespace leadline::engine {

struct Prospects {
  std::optional<double> win_probability;  // as domain::WinProbability
  // In the packs' currency, to a millionth of its unit; nothing, too, beyond what money holds.
  std::optional<domain::Money> weighted_value;
  std::vector<domain::RoleNeed> needs;  // as domain::NeedsOf
};

// Thread-safe.
Prospects ProspectsOf(const Deciding& deciding, const domain::Lead& lead);

}  // namespace leadline::engine
