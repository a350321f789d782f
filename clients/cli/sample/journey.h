// What made-up people did.
#pragma once

#include "cli/sample/lead.h"
#include "cli/sample/random.h"

namespace leadline::sample {

// Fills source, products, value, touches and, for some that are long ago, history. The lead's created_at and purchased
// are given; nothing happens after `now`.
void MakeJourney(SampleLead& lead, Time now, Random& random);

}  // namespace leadline::sample
