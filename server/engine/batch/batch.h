// Many requests of one kind in one call: each does what it would do alone, and has its own answer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

inline constexpr size_t kMostBatchItems = 1000;
// Of one batch so many are under way at the same time: it leaves room for others, and cannot fill the queue by itself.
inline constexpr int kBatchWindow = 16;

template <typename Item>
struct BatchItem {
  Item item;
  std::string request_id = {};   // as in CallContext, of this item alone; empty: it is not named
  std::string fingerprint = {};  // of this item's content
  bool validate_only = false;    // as in CallContext, of this item alone, as the next one
  std::string etag = {};
  absl::Status invalid = {};  // what the transport found wrong with it: its answer, and it is not begun
};

// One for each item, in their order.
template <typename Result>
using BatchResults = std::vector<absl::StatusOr<Result>>;

}  // namespace leadline::engine
