// Every account, contact and lead against its own history.
#pragma once

#include "absl/status/status.h"
#include "store/store.h"
#include "store/verify/findings.h"
#include "store/verify/tally.h"

namespace leadline::store {

// Compares record by record, and says in `tally` what the records and their histories say together.
absl::Status WalkRecords(Reader& reader, Findings& findings, Tally& tally);

// Names what a list gives and no record names, or the other way round. To be called where the sums differ: reads all
// records again, and their lists for each.
absl::Status NameListDifferences(Reader& reader, Findings& findings, const Tally& tally);

}  // namespace leadline::store
