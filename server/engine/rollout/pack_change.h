// What the ledger says of one change of a pack, and how a change is refused.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/errors.h"
#include "domain/event.h"

namespace leadline::engine {

inline domain::PackChanged PackChangeOf(std::string action, const domain::PackRef& ref, std::string reason) {
  domain::PackChanged change;
  change.action = std::move(action);
  change.pack = ref.pack;
  change.version = ref.version;
  change.sha256 = ref.sha256;
  change.reason = std::move(reason);
  return change;
}

// FAILED_PRECONDITION with a stable reason.
inline absl::Status RefusedChange(std::string message, std::string reason) {
  return WithReason(absl::FailedPreconditionError(std::move(message)), std::move(reason));
}

}  // namespace leadline::engine
