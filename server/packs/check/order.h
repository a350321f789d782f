// Lists of which the first entry that holds decides: normalisation tables and service levels.
#pragma once

#include "packs/check/written_rules.h"

namespace leadline::packs {

// Reports LL2804: a row for whose records rows of the same pack before it always hold. A region's row may stand in for
// central ones, so rows of different packs are not compared. Also what CheckCondition says of the rows' conditions.
void CheckNormalizers(const WrittenRules& written);
// What CheckCondition says of conditions against marketing. Only for the central pack.
void CheckConsent(const WrittenRules& written);
// Reports LL2705: a service level that never begins, because levels before it take all its leads in all its statuses
// and queues. Also what CheckCondition says. Only for the central pack: regions add no levels.
void CheckServiceLevels(const WrittenRules& written);

}  // namespace leadline::packs
