// Whether what is stored is what the ledger tells.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "store/store.h"
#include "store/verify/difference.h"

namespace leadline::store {

// Compares all that the reader's tenant has with the fold of its ledger, and adds to `counts` while it goes:
//   - accounts, contacts and leads field by field, but for `version` and for what is derived anew (meaning,
//     next_decision_at, blocking keys), which is not derived here; none without its creation, none created without
//     being there;
//   - sequences without gaps within a record, positions without gaps in the ledger;
//   - activities, clocks, merges, places in pools, availability and open leads of reps, what decides (the rollout, and
//     that the files of its packs are kept);
//   - what lists rest on: leads and activities of contacts, contacts and leads of accounts, counts by status,
//     region and queue.
// Reads everything and changes nothing. Holds one record's history at a time; of the rest, what there is of reps,
// pools, statuses, regions and queues. What cannot be read is a difference, too. An error is one of the store itself,
// after which the work was not done to the end.
absl::Status VerifyTenant(Reader& reader, std::string_view tenant, const OnDifference& found, VerifyCounts& counts);

}  // namespace leadline::store
