// A lead whose country, region or language was corrected: what depends on it is asked again.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "domain/records.h"
#include "engine/work/lead_session.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Moves `lead`, which has the corrected fields, into the region of its country. It stays where it is when one of
// `paths` says the region, when it was not in the region of the country that it had, and when its country is of no
// region.
void FollowCountry(const packs::RuleSet& rules, const domain::Lead& before, const std::vector<std::string>& paths,
                   domain::Lead& lead);

// Counts the lead's clocks by the region that it has now, where that is another one.
void CountClocksOfRegion(const domain::Lead& before, Time at, LeadSession& session);

// Asks the routes again where region, country or language are others than before, the lead is in a status that is
// routed, and routes gave it to whoever has it, or to the queue that it waits in. What a person decided stays.
absl::Status RouteCorrected(WriteScope& scope, const domain::Lead& before, LeadSession& session);

}  // namespace leadline::engine
