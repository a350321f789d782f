// How the writer makes a change set true where turns of reps may have changed since it was decided.
#pragma once

#include "absl/status/status.h"
#include "store/change_set.h"
#include "store/sqlite/recent_changes.h"
#include "store/sqlite/session/session.h"
#include "store/store.h"

namespace leadline::store {

// Makes the changes of the parts that still hold. A part that read reps or pools which have changed since, or anything
// that such a part changed then or changes now, is decided once more with `decide` instead. Nothing else that the set
// read has changed: the caller has looked. ReadConflict() where that comes out only now.
absl::Status MakeChanges(ChangeSet& set, DecidePart& decide, const RecentChanges& changes, Session& session);

}  // namespace leadline::store
