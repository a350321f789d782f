#include "store/change_set.h"

#include "absl/hash/hash.h"
#include "base/errors.h"

namespace leadline::store {

namespace {

constexpr std::string_view kReadConflict = "READ_CONFLICT";

}  // namespace

Scope ScopeOf(ScopeKind kind, std::string_view id, domain::RecordKind record) { return absl::HashOf(kind, record, id); }

absl::Status ReadConflict() {
  return WithReason(absl::AbortedError("what the decision rests on was changed meanwhile; try again"), kReadConflict);
}

bool IsReadConflict(const absl::Status& status) { return absl::IsAborted(status) && ReasonOf(status) == kReadConflict; }

}  // namespace leadline::store
