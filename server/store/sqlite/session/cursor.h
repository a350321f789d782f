// Cursors of lists: where the next page starts, in a form that shows damage. Functions are thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"

namespace leadline::store {

struct PageCursor {
  Time time = 0;  // 0 in lists that are ordered by id alone
  std::string id;
};

// `list` is one letter that says which list the cursor belongs to.
std::string FormatCursor(char list, const PageCursor& cursor);
// INVALID_ARGUMENT for what FormatCursor did not make for this list.
absl::StatusOr<PageCursor> ParseCursor(char list, std::string_view text);
// INVALID_ARGUMENT for a page of no items.
absl::Status CheckLimit(int limit);

}  // namespace leadline::store
