// A stored record with some values corrected: which become others, checked as in an enquiry.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/given/update_mask.h"
#include "engine/input/input_check.h"

namespace leadline::engine {

// ABORTED, ETAG_MISMATCH, where `given` is neither 0 nor the record's version.
absl::Status CheckVersion(const domain::RecordRef& record, int64_t stored, int64_t given);

// Refuses what takes away an attribute that neither record nor schema has: that is a slip. `record` is the path of the
// record, `given` what the request says, `stored` what there is.
void CheckAttributePaths(InputCheck& check, const FieldPath& record, InputCheck::Record kind,
                         const std::vector<std::string>& paths, const domain::Attributes& given,
                         const domain::Attributes& stored);

}  // namespace leadline::engine
