// Merges as resources.
#pragma once

#include <functional>
#include <string>
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

// Merges into one record that stand, oldest first.
struct MergePage {
  std::vector<domain::MergeRecord> merges;
  std::string next;                 // empty: this is the last page
  bool scan_limit_reached = false;  // so many undone ones were passed over that the page ends early
};
inline constexpr int kMostMergesInPage = 1000;
// How many merges, undone ones too, are looked at for one page.
inline constexpr int kMostMergesLookedAt = 20'000;

// Asked of each merge of a page before it is added: no ends the page without it, unless it is the first. May be empty.
using MergeFits = std::function<bool(const domain::MergeRecord&)>;

// NOT_FOUND when there is none of that id. Both block on the store's reader; thread-safe.
absl::StatusOr<MergeView> GetMerge(const EngineOptions& options, const CallContext& context, std::string_view id);

// The merges that stand into the account, contact or lead of that resource name: those alone that named the record
// itself as the survivor. At most `limit`, from 1 to kMostMergesInPage, after `cursor`: empty, or a page's `next`.
// NOT_FOUND when there is no such record; INVALID_ARGUMENT for a cursor that is none.
absl::StatusOr<MergePage> ListMerges(const EngineOptions& options, const CallContext& context,
                                     std::string_view survivor, std::string_view cursor, int limit,
                                     const MergeFits& fits = {});

}  // namespace leadline::engine
