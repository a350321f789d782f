#include "store/sqlite/beside_database.h"

#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

struct KeysRow {
  std::string store_id;
  int64_t slots = 0;
};

absl::StatusOr<std::optional<KeysRow>> ReadKeysRow(Connection& connection) {
  std::optional<KeysRow> row;
  Query query = connection.Prepare(Sql::kGetKeysFile);
  if (query.Next()) row = {.store_id = query.String(0), .slots = query.Int(1)};
  RETURN_IF_ERROR(query.status());
  return row;
}

std::string Beside(const std::string& database, std::string_view suffix) {
  std::string_view stem = database;
  if (stem.ends_with(".db")) stem.remove_suffix(3);
  return std::string(stem).append(suffix);
}

// For a database that has no keys file yet.
absl::StatusOr<std::unique_ptr<KeyFile>> NewKeys(const std::string& path, const KeyFile::Random& random) {
  absl::StatusOr<std::unique_ptr<KeyFile>> there = KeyFile::Open(path, KeyFile::Access::kWrite, random);
  if (absl::IsNotFound(there.status())) return KeyFile::Create(path, random);
  // A crash may have come between the two; then no key was ever given out.
  if (there.ok() && (*there)->slots() > 0) {
    return absl::FailedPreconditionError(fmt::format(
        "the database is new, and there is a keys file {} of another one already; what that one seals cannot be read "
        "without it: put its database back, or move the file away, together with the erasure log beside it",
        path));
  }
  return there;
}

// The one that the database names.
absl::StatusOr<std::unique_ptr<KeyFile>> OldKeys(const std::string& path, const KeysRow& row, KeyFile::Access access,
                                                 const KeyFile::Random& random) {
  absl::StatusOr<std::unique_ptr<KeyFile>> keys = KeyFile::Open(path, access, random);
  if (absl::IsNotFound(keys.status())) {
    return absl::FailedPreconditionError(
        fmt::format("its keys file {} is missing: without it nothing that names people can be read. Put it back, from "
                    "its own backup when it must be; it is that of store {}",
                    path, row.store_id));
  }
  RETURN_IF_ERROR(keys.status());
  if ((*keys)->store_id() != row.store_id) {
    return absl::FailedPreconditionError(
        fmt::format("the keys file {} is that of store {}, and the database is store {}: put the right one back", path,
                    (*keys)->store_id(), row.store_id));
  }
  if ((*keys)->slots() < row.slots) {
    return absl::FailedPreconditionError(fmt::format(
        "the keys file {} has {} keys, and the database needs {}: the file is older than the database, or cut off; put "
        "the newest one back",
        path, (*keys)->slots(), row.slots));
  }
  return keys;
}

}  // namespace

std::string KeysPathOf(const std::string& database) { return Beside(database, ".keys"); }
std::string ErasuresPathOf(const std::string& database) { return Beside(database, ".erasures"); }

absl::StatusOr<BesideDatabase> OpenBeside(Connection& connection, const std::string& database, KeyFile::Random random) {
  BesideDatabase beside;
  const std::string keys_path = KeysPathOf(database), log_path = ErasuresPathOf(database);
  ASSIGN_OR_RETURN(const std::optional<KeysRow> row, ReadKeysRow(connection));
  if (row.has_value()) {
    ASSIGN_OR_RETURN(beside.keys, OldKeys(keys_path, *row, KeyFile::Access::kWrite, random));
  } else {
    ASSIGN_OR_RETURN(beside.keys, NewKeys(keys_path, random));
  }
  auto log = ErasureLog::Open(log_path, beside.keys->store_id(), /*make=*/!row.has_value());
  if (absl::IsNotFound(log.status())) {
    return absl::FailedPreconditionError(
        fmt::format("its erasure log {} is missing: it says who was erased, and must not come back with a restored "
                    "database. Put it back; when it is lost, and the database is no older copy, make a new one with "
                    "the line \"leadline erasures 1 {}\"",
                    log_path, beside.keys->store_id()));
  }
  RETURN_IF_ERROR(log.status());
  beside.log = *std::move(log);
  if (!row.has_value()) {
    Query insert = connection.Prepare(Sql::kInsertKeysFile);
    RETURN_IF_ERROR(insert.Bind(beside.keys->store_id()).Run());
  }
  return beside;
}

absl::StatusOr<std::unique_ptr<KeyFile>> OpenKeysToRead(Connection& connection, const std::string& database) {
  ASSIGN_OR_RETURN(const std::optional<KeysRow> row, ReadKeysRow(connection));
  const std::string path = KeysPathOf(database);
  // A database that was just made may not say yet which its keys are.
  if (!row.has_value()) return KeyFile::Open(path, KeyFile::Access::kRead);
  return OldKeys(path, *row, KeyFile::Access::kRead, FillRandom);
}

absl::StatusOr<std::vector<ErasedRecord>> ErasedRecords(Connection& connection) {
  std::vector<ErasedRecord> records;
  for (const auto& [kind, sql] : {std::pair{domain::RecordKind::kContact, Sql::kErasedContacts},
                                  std::pair{domain::RecordKind::kLead, Sql::kErasedLeads}}) {
    Query query = connection.Prepare(sql);
    while (query.Next()) {
      records.push_back(
          {.tenant = query.String(0), .record = {kind, query.String(1)}, .slot = query.Int(2), .time = 0});
    }
    RETURN_IF_ERROR(query.status());
  }
  return records;
}

}  // namespace leadline::store
