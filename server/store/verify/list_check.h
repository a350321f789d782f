// Lists of the members that an owner has, such as the leads of an account.
#pragma once

#include "absl/status/status.h"
#include "store/store.h"
#include "store/verify/findings.h"
#include "store/verify/tally.h"

namespace leadline::store {

// Names what a list gives and no record names, or the other way round. Reads records again only where the sums of a
// list differ, and then their lists for each of them.
// Adds a difference for each lead that is listed with a score that is not the stored record's.
absl::Status CheckScores(Reader& reader, Findings& findings, Tally& tally);
absl::Status CheckLists(Reader& reader, Findings& findings, const Tally& tally);

}  // namespace leadline::store
