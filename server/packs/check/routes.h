// Whether every lead has a route, and every route can get a lead.
#pragma once

#include "packs/read/load_context.h"

namespace leadline::packs {

// Reports LL2509 to LL2512 for the pack's own routes, and what CheckCondition says of their conditions. The routes are
// asked in order; one that holds but has no free rep hands on to the next, only `hold:` keeps what it gets; what no
// route keeps waits in `default_hold`, which every central pack has. Nothing when routing.yaml or schema.yaml has
// errors.
void CheckRoutes(LoadContext& context, const PackSource& pack, const RegionRules& rules);

}  // namespace leadline::packs
