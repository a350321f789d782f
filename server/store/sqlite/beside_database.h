// The files that belong to a database and lie beside it: keys of people, and who was erased.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/erasure/erasure_log.h"
#include "store/sealing/key_file.h"
#include "store/sqlite/database/connection.h"

namespace leadline::store {

// Where they are: leadline.keys and leadline.erasures for leadline.db: the data keys of people
// (sealing/key_file.h) and who was erased (erasure/erasure_log.h).
std::string KeysPathOf(const std::string& database);
std::string ErasuresPathOf(const std::string& database);

struct BesideDatabase {
  std::unique_ptr<KeyFile> keys;
  std::unique_ptr<ErasureLog> log;
};

// Opens the files for writing; makes them for a database that has none yet. FAILED_PRECONDITION, with what to do, when
// one is missing, is another store's, or is older than the database.
absl::StatusOr<BesideDatabase> OpenBeside(Connection& connection, const std::string& database, KeyFile::Random random);

// The keys alone, for whoever only reads, perhaps beside a server. Errors as above.
absl::StatusOr<std::unique_ptr<KeyFile>> OpenKeysToRead(Connection& connection, const std::string& database);

// All contacts and leads that are erased in the database; their time is not known (0).
absl::StatusOr<std::vector<ErasedRecord>> ErasedRecords(Connection& connection);

}  // namespace leadline::store
