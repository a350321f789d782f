// How Store::Apply tells that some parts of a change set must be decided again, while the others were made.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/status.h"

namespace leadline::store {

// ABORTED. `left`: the parts that rest on what has changed since it was read, by number. All others are durable.
absl::Status PartConflict(const std::vector<size_t>& left);
// Of a status that PartConflict made; nothing for others.
std::optional<std::vector<size_t>> PartsLeft(const absl::Status& status);

}  // namespace leadline::store
