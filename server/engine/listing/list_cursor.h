// Where a list goes on, bound to the list. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "store/listing.h"

namespace leadline::engine {

// `list` says which list it is: its kind, filter and order.
std::string FormatListCursor(std::string_view list, const store::ListPlace& place);
// INVALID_ARGUMENT for a text that FormatListCursor did not make for this list.
absl::StatusOr<store::ListPlace> ParseListCursor(std::string_view list, std::string_view cursor);

}  // namespace leadline::engine
