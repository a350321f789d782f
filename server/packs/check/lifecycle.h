// Whether the lifecycle gives every record one status, and a way on from it.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports LL2404 to LL2407 and LL2410 to LL2413, and what CheckCondition says of the rules' conditions. Nothing when
// status.yaml or schema.yaml has errors: a rule whose condition did not compile would look like one that always holds.
void CheckLifecycle(const WrittenRules& written);

}  // namespace leadline::packs
