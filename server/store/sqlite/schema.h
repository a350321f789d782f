// The tables, and how a database of an earlier version is brought up to date.
#pragma once

#include "absl/status/status.h"
#include "store/sqlite/connection.h"

namespace leadline::store {

// Makes or updates the schema. FAILED_PRECONDITION when a newer version wrote the database; INVALID_ARGUMENT when it
// belongs to another program.
absl::Status Migrate(Connection& connection);

// The number of the newest migration.
int SchemaVersion();

}  // namespace leadline::store
