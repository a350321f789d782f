// What the ledger says of one change of a pack, and how a change is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/errors.h"
#include "domain/event.h"
#include "domain/rollout.h"
#include "fmt/format.h"

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

// "marketing" or "sales".
inline std::string SideName(domain::ApprovalSide side) {
  return side == domain::ApprovalSide::kMarketing ? "marketing" : "sales";
}

// Of a hash, for people.
inline std::string ShortHash(std::string_view sha256) { return std::string(sha256.substr(0, 12)); }

// NOT_FOUND of a version that nobody has proposed.
inline absl::Status NoSuchVersion(std::string_view sha256) {
  return WithResource(
      absl::NotFoundError(fmt::format("no version with the hash {} is kept; propose it first, or look with GetRollout",
                                      ShortHash(sha256))),
      "PackVersion", sha256);
}

// ABORTED when the caller expects another generation to decide than the one that does; 0 expects none.
inline absl::Status CheckGeneration(int64_t deciding, int64_t expected) {
  if (expected == 0 || expected == deciding) return absl::OkStatus();
  return WithReason(
      absl::AbortedError(fmt::format("generation {} decides now, not {}: the packs or plugins were changed "
                                     "since you looked; look at what decides and ask again",
                                     deciding, expected)),
      ErrorReason::kGenerationMismatch, {{"current_generation", fmt::format("{}", deciding)}});
}

// FAILED_PRECONDITION with a stable reason that comes with it, about "packs/emea" or "plugins/com.example.fit".
inline absl::Status RefusedChange(std::string message, ErrorReason reason, const std::string& resource = "") {
  return WithReason(WithResource(absl::FailedPreconditionError(std::move(message)), resource), reason);
}

// ABORTED: others changed what decides meanwhile; a client may try again.
inline absl::Status PacksChanged(std::string message) {
  return WithReason(absl::AbortedError(std::move(message)), ErrorReason::kPacksChanged);
}

}  // namespace leadline::engine
