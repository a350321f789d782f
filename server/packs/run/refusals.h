// Whether people want to be written to, by what they did.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/records.h"
#include "packs/rule_set.h"
#include "packs/run/record_view.h"

namespace leadline::packs {

// What the activity says, as numbers of signs (domain::LastSign), ascending: for each refusal one that makes it and one
// that takes it back. Replaces what `signs` had.
void SignsOf(const ResponseKinds& responses, const domain::Activity& activity, std::vector<int64_t>& signs);

// Whether the refusal stands: something made it, and nothing that came later took it back. At the same moment it
// stands.
bool Stands(const ResponseKinds& responses, int refusal, const RecordView& view);

}  // namespace leadline::packs
