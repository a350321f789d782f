// How the writer makes a change set true where turns of reps may have changed since it was decided.
#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/change_set.h"
#include "store/sqlite/recent_changes.h"
#include "store/sqlite/session/session.h"
#include "store/store.h"

namespace leadline::store {

// Makes the changes of the parts that still hold. A part that read reps or pools which have changed since, or anything
// that such a part changed then or changes now, is decided once more with `decide` instead. A part that read anything
// else which has changed since is left out, and so is one that read what such a part changed then; the numbers of those
// are given back. ReadConflict() where all are left, or where a conflict comes out only when something was made.
absl::StatusOr<std::vector<size_t>> MakeChanges(ChangeSet& set, DecidePart& decide, const RecentChanges& changes,
                                                Session& session);

}  // namespace leadline::store
