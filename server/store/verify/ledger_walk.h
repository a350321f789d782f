// The ledger from its first event to its last, and what it tells of more than one record.
#pragma once

#include "absl/status/status.h"
#include "store/store.h"
#include "store/verify/findings.h"
#include "store/verify/tally.h"

namespace leadline::store {

// Compares places in pools, reps and the rollout with the whole ledger, and the events that `tally` has from the
// records' own histories with those in it.
absl::Status WalkLedger(Reader& reader, Findings& findings, const Tally& tally);

}  // namespace leadline::store
