// The tables.
#pragma once

#include "absl/status/status.h"
#include "store/sqlite/database/connection.h"

namespace leadline::store {

// The number of the only form that is read and written. Stores of another are refused, not brought up to date.
int SchemaVersion();

// Makes the tables in a database without any: all of them or, after an error, none. Changes nothing in another one, and
// answers OK when it has this version, FAILED_PRECONDITION when it has another, and INVALID_ARGUMENT when it belongs to
// another program.
absl::Status MakeSchema(Connection& connection);

// Whether the database is of this version; changes nothing and takes no lock. FAILED_PRECONDITION when it has another,
// INVALID_ARGUMENT when it belongs to another program.
absl::Status CheckSchema(Connection& connection);

}  // namespace leadline::store
