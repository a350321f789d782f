#include "store/sqlite/database/storage_failure.h"

#include "base/errors.h"

namespace leadline::store {

absl::Status StorageFailure(ErrorReason reason, std::string_view message) {
  return WithReason(absl::UnavailableError(std::string(message)), reason);
}

bool IsStorageFailure(const absl::Status& status) {
  return HasReason(status, ErrorReason::kStoreFull) || HasReason(status, ErrorReason::kStoreFailing);
}

absl::Status StoreClosed() {
  return WithReason(absl::UnavailableError("the store is closed: the server is stopping; try again when it is up"),
                    ErrorReason::kStoreClosed);
}

}  // namespace leadline::store
