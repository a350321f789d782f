// Reps as resources: those that the packs which decide list, with what the store knows of each.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace leadline::engine {

inline constexpr int kMostRepsInPage = 1000;

struct RepFilter {
  std::string_view region, team;  // empty: any
};

// By its resource name. NOT_FOUND when no pack that decides lists it. Both block on the store's reader; thread-safe.
absl::StatusOr<RepView> GetRep(const EngineOptions& options, const CallContext& context, std::string_view name);

// How many reps ListReps has in all.
int64_t CountReps(const EngineOptions& options, const RepFilter& filter);

// By id; a rep whom only the candidate of a trial lists works leads, too. At most `limit`, from 1 to kMostRepsInPage,
// after `cursor`: empty, or a page's `next`; reps that come and go meanwhile do not shift the others.
absl::StatusOr<store::Page<RepView>> ListReps(const EngineOptions& options, const CallContext& context,
                                              const RepFilter& filter, std::string_view cursor, int limit);

}  // namespace leadline::engine
