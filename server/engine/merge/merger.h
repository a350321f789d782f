// One merge, and one undoing, inside their transactions.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/work/write_scope.h"

namespace leadline::engine {

// The record with all that was merged into it.
absl::StatusOr<Entity> EntityOf(store::Reader& reader, const domain::RecordRef& ref);

// Whether a lead that is merged into another one is further on the way than that: its status, rep and clocks stand
// then.
bool StandsFurther(const domain::Lifecycle& lifecycle, const domain::Lead& other, const domain::Lead& lead);

// Merges one record into another of its kind; both stand for themselves. The answer's entity is the survivor's.
absl::StatusOr<MergeResult> MergeInto(WriteScope& scope, const domain::RecordRef& survivor,
                                      const domain::RecordRef& absorbed, const std::string& reason);

// Both records become what their own histories have of them, and so do all that were decided anew with the merge.
// Errors as of UndoMerge.
absl::StatusOr<UnmergeResult> Separate(WriteScope& scope, const std::string& merge_id, const std::string& reason);

}  // namespace leadline::engine
