// Merges as resources.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

// A merge that stands or was undone.
struct MergeView {
  domain::MergeRecord merge;
  Time undone_at = 0;  // 0: it stands
};

struct MergeList {
  std::vector<MergeView> merges;
  bool more = false;  // there are later ones
};
inline constexpr size_t kMostMergesListed = 1000;

// NOT_FOUND when there is none of that id. Both block on the store's reader; thread-safe.
absl::StatusOr<MergeView> GetMerge(const EngineOptions& options, const CallContext& context, std::string_view id);

// Merges into the account, contact or lead of that resource name, undone ones too, oldest first; at most
// kMostMergesListed. Those alone that named the record itself as the survivor. NOT_FOUND when there is no such record.
// Reads the record's history; CANCELLED when nobody waits any more.
absl::StatusOr<MergeList> ListMerges(const EngineOptions& options, const CallContext& context,
                                     std::string_view survivor);

}  // namespace leadline::engine
