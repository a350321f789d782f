#include "store/sqlite/database/storage_failure.h"

#include "base/errors.h"

namespace leadline::store {

absl::Status StorageFailure(std::string_view reason, std::string_view message) {
  return WithReason(absl::UnavailableError(std::string(message)), reason);
}

bool IsStorageFailure(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == kStoreFull || reason == kStoreFailing;
}

absl::Status StoreClosed() {
  return WithReason(absl::UnavailableError("the store is closed: the server is stopping; try again when it is up"),
                    kStoreClosed);
}

}  // namespace leadline::store
