// One moment of an embedded store, for whoever looks at all of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace leadline::store {

// Sees what was committed when it was opened, all tenants alike, and changes nothing; a server may go on writing beside
// it. While it is there, the write-ahead log cannot be emptied: it grows with what is written meanwhile. Not
// thread-safe.
class SqliteSnapshot {
 public:
  // kAlone: holds the right to write as long as it is there, so that no server can begin to.
  enum class Beside { kServer, kAlone };

  // NOT_FOUND when there is no such file; FAILED_PRECONDITION when the database is of another version, and with the
  // reason STORE_IN_USE when it was to be alone and a server has it; INVALID_ARGUMENT when it is no database of
  // Leadline.
  static absl::StatusOr<std::unique_ptr<SqliteSnapshot>> Open(const std::string& path, Beside beside = Beside::kServer);
  virtual ~SqliteSnapshot() = default;

  // Who has anything in it, in order.
  virtual absl::StatusOr<std::vector<std::string>> Tenants() = 0;
  virtual absl::Status Read(std::string_view tenant, const ReadFunction& read) = 0;
};

}  // namespace leadline::store
