// The tables, and how a database of an earlier version is brought up to date.
#pragma once

#include "absl/status/status.h"
#include "store/sqlite/database/connection.h"

namespace leadline::store {

// The number of the newest migration.
int SchemaVersion();

// Makes or updates the schema up to migration `to`; all of it or, after an error, nothing. FAILED_PRECONDITION when a
// newer version wrote the database; INVALID_ARGUMENT when it belongs to another program.
absl::Status Migrate(Connection& connection, int to = SchemaVersion());

}  // namespace leadline::store
