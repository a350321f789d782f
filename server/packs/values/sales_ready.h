// The `sales_ready:` of the central scoring.yaml.
#pragma once

#include "base/clock.h"
#include "packs/rule_set.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Nothing is changed when the file has no such block.
void ReadSalesReady(Problems& problems, MapReader& scoring, SalesReady& out);
// Warns (LL2212), at `place`, when the last day on which it stands is over.
void CheckReview(Problems& problems, const YamlNode& place, const SalesReady& sales_ready, Time now);

}  // namespace leadline::packs
