// Every account, contact and lead against its own history.
#pragma once

#include "absl/status/status.h"
#include "store/store.h"
#include "store/verify/findings.h"
#include "store/verify/tally.h"

namespace leadline::store {

// Compares record by record, and says in `tally` what the records and their histories say together.
absl::Status WalkRecords(Reader& reader, Findings& findings, Tally& tally);

}  // namespace leadline::store
