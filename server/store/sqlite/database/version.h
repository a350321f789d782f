// Which SQLite the process runs, and that it is one that can be trusted with data.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace leadline::store {

struct SqliteVersion {
  std::string number;     // "3.54.1"
  std::string source_id;  // date and hash of the check-in it was made from
};

// Of the library in the process. Thread-safe.
SqliteVersion LinkedSqlite();

// OK when a library with this version number (as sqlite3_libversion_number gives it) and source id is the one that this
// program was compiled for; FAILED_PRECONDITION otherwise. An older one than 3.51.3 does not compile: its checkpoints
// can lose or damage what was committed.
absl::Status CheckSqliteVersion(int number, std::string_view source_id);

// The same of the library in the process.
absl::Status CheckLinkedSqlite();

}  // namespace leadline::store
