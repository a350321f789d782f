// Whether every lead has a route, and every route can get a lead.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports what nobody works, of the pack's own: teams (LL2504) and territories (LL2507) without a rep, and a route
// behind a hold that takes everything (LL2509). Only when routing.yaml was read without a problem.
void CheckRouting(const WrittenRules& written);
// Reports LL2509 to LL2512 for the pack's own routes, and what CheckCondition says of their conditions. The routes are
// asked in order; one that holds but has no free rep hands on to the next, only `hold:` keeps what it gets; what no
// route keeps waits in `default_hold`, which every central pack has. Nothing when routing.yaml or schema.yaml has
// errors.
void CheckRoutes(const WrittenRules& written);

}  // namespace leadline::packs
