// Why the store as a whole does not do what a call asks: its disk, or its end.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "base/error_reasons.h"

namespace leadline::store {

// UNAVAILABLE with a reason of the disk, kStoreFull or kStoreFailing: what a client can do about it is to try again
// later, or elsewhere. RESOURCE_EXHAUSTED would say that it asks for too much.
absl::Status StorageFailure(ErrorReason reason, std::string_view message);
// Whether a status has one of the reasons of a disk.
bool IsStorageFailure(const absl::Status& status);

// UNAVAILABLE: no failure, the server is stopping.
absl::Status StoreClosed();

}  // namespace leadline::store
