#include "store/change_set.h"

#include "absl/hash/hash.h"
#include "base/errors.h"

namespace leadline::store {

Scope ScopeOf(ScopeKind kind, std::string_view id, domain::RecordKind record) { return absl::HashOf(kind, record, id); }

absl::Status ReadConflict() {
  return WithReason(absl::AbortedError("what the decision rests on was changed meanwhile; try again"),
                    ErrorReason::kReadConflict);
}

bool IsReadConflict(const absl::Status& status) {
  return absl::IsAborted(status) && HasReason(status, ErrorReason::kReadConflict);
}

}  // namespace leadline::store
