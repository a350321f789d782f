// A small store in which everything is what its ledger tells.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "store/store.h"

namespace leadline::store {

// Writes it through `t`:
//   accounts/a1; contacts/c1 and c2, which is merged into c1 (merges/m1); leads/l1 with c1 and c2, open, of reps/mia,
//   with the activities x1 and x2 and two clocks; leads/l2, merged into l1 (m2) and separated again; reps/mia away
//   until some day; pools/emea with mia and ben; a rollout whose only pack is kept.
absl::Status PutToldStore(Transaction& t);

}  // namespace leadline::store
