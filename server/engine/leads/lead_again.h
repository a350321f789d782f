// One lead decided again, because of something else than what happened to itself.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// Gives a lead and its enquirer what the packs make of them now. Whether the lead's score, status or what counts as open
// became another. Where nothing did, nothing is written of it.
absl::StatusOr<bool> DecideAgain(WriteScope& scope, const std::string& lead_id);

}  // namespace leadline::engine
