// Central routes that a region's own routes come before.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Warns (LL2513) of each route of the region that takes, before it, all leads that a sealed central route is for. Only
// what is proved is reported: a route without a condition, or one whose condition holds whenever the central one does.
// A central route without a condition is there for what regions leave, so only a hold hides it. A no-op while a
// routing.yaml has errors.
void CheckHiddenRoutes(const WrittenRules& written);

}  // namespace leadline::packs
