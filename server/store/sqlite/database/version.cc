#include "store/sqlite/database/version.h"

#include <sqlite3.h>

#include "fmt/format.h"

namespace leadline::store {

static_assert(SQLITE_VERSION_NUMBER >= 3'051'003,
              "SQLite before 3.51.3 can lose data when a checkpoint meets a commit; build with amalgamation.cmake");

SqliteVersion LinkedSqlite() { return {.number = sqlite3_libversion(), .source_id = sqlite3_sourceid()}; }

absl::Status CheckSqliteVersion(int number, std::string_view source_id) {
  if (number == SQLITE_VERSION_NUMBER && source_id == SQLITE_SOURCE_ID) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      fmt::format("the process runs SQLite {} ({}), and this program was built for {} ({}): another library took its "
                  "place; look at LD_PRELOAD and LD_LIBRARY_PATH, or build again",
                  number, source_id, SQLITE_VERSION_NUMBER, SQLITE_SOURCE_ID));
}

absl::Status CheckLinkedSqlite() { return CheckSqliteVersion(sqlite3_libversion_number(), sqlite3_sourceid()); }

}  // namespace leadline::store
