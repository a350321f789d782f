// What came of operations tells of nobody who is erased: work that is under way while a person is erased may still have
// read of them.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "store/operation.h"
#include "store/store.h"

namespace leadline::store {

// Drops the samples that tell of a contact who is erased, or of a lead that is, or that names such a contact.
absl::Status DropErasedSamples(Reader& reader, std::vector<OperationSample>& samples);

}  // namespace leadline::store
