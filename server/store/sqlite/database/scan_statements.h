// The statements that give a list's ids, put together from the index that serves it and the direction.
#pragma once

#include <string>

#include "store/listing.h"

namespace leadline::store {

// What the scan gives (its id, and the number that its order goes by): ?1 tenant, ?2 and ?3 the ids between which they
// stand, ?4 how many at most, ?5 the value where there is one, ?6 and ?7 the numbers between which they stand where the
// order goes by one. Empty for a list that there is not.
std::string ScanSql(domain::RecordKind kind, IdScan::By by, bool descending);
// How many of it there are, up to ?4.
std::string CountScanSql(domain::RecordKind kind, IdScan::By by);
// Whether the order goes by a number.
bool GoesByNumber(IdScan::By by);

}  // namespace leadline::store
