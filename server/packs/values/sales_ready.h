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
// Whether the last day on which it stands is over.
bool ReviewOverdue(const SalesReady& sales_ready, Time now);
// Warns, at `place`, when it is (LL2212), and of signatures of a day to come (LL2213). `now` 0: nobody asks.
void CheckSalesReady(Problems& problems, const YamlNode& place, const SalesReady& sales_ready, Time now);

}  // namespace leadline::packs
