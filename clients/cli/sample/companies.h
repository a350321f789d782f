// Made-up companies.
#pragma once

#include <cstdint>

#include "cli/sample/lead.h"

namespace leadline::sample {

// Company `index` of a world with `seed`: the same every time, and no two with one domain.
Company MakeCompany(uint64_t seed, uint64_t index);

}  // namespace leadline::sample
