// Why the store as a whole does not do what a call asks: its disk, or its end.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace leadline::store {

// Reasons (base/errors.h) that the statuses carry. All of the store's own begin with "STORE_".
inline constexpr std::string_view kStoreFull = "STORE_FULL";        // no room on the disk
inline constexpr std::string_view kStoreFailing = "STORE_FAILING";  // the disk does not take or give data

inline constexpr std::string_view kStoreClosed = "STORE_CLOSED";  // the server is stopping

// UNAVAILABLE with that reason: what a client can do about it is to try again later, or elsewhere. RESOURCE_EXHAUSTED
// would say that it asks for too much.
absl::Status StorageFailure(std::string_view reason, std::string_view message);
// Whether a status has one of the reasons of a disk.
bool IsStorageFailure(const absl::Status& status);

// UNAVAILABLE: no failure, the server is stopping.
absl::Status StoreClosed();

}  // namespace leadline::store
