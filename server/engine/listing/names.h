// Records that filters name.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "engine/listing/bound_filter.h"
#include "store/store.h"

namespace leadline::engine {

// Makes the term's ids those of what the named records stand for today, and of all that was merged into it: other
// records name the ones that they came with. INVALID_ARGUMENT on the field "filter" for a record that there is not.
absl::Status ResolveNames(store::Reader& reader, domain::RecordKind kind, std::string_view filter, BoundTerm& term);

}  // namespace leadline::engine
