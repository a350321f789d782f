#include "store/sqlite/sqlite_snapshot.h"

#include <filesystem>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/beside_database.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/database/schema.h"
#include "store/sqlite/database/version.h"
#include "store/sqlite/file_lock.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr const char* kTablesOfTenants =
    "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'tenant_id' "
    "WHERE t.type = 'table' ORDER BY t.name";

class Snapshot final : public SqliteSnapshot {
 public:
  Snapshot(std::unique_ptr<FileLock> lock, std::unique_ptr<KeyFile> keys, std::unique_ptr<Connection> connection)
      : lock_(std::move(lock)), keys_(std::move(keys)), connection_(std::move(connection)) {}
  ~Snapshot() override { (void)connection_->Prepare(Sql::kCommit).Run(); }

  absl::StatusOr<std::vector<std::string>> Tenants() override {
    std::set<std::string> tenants;
    Query tables = connection_->Prepare(std::string(kTablesOfTenants));
    while (tables.Next()) {
      // From one tenant to the next by the index, whose first column it is.
      const std::string next_of =
          fmt::format("SELECT tenant_id FROM {} WHERE tenant_id > ?1 ORDER BY tenant_id LIMIT 1", tables.String(0));
      std::string last;
      while (true) {
        Query query = connection_->Prepare(next_of);
        const bool found = query.Bind(last).Next();
        RETURN_IF_ERROR(query.status());
        if (!found) break;
        last = query.String(0);
        tenants.insert(last);
      }
    }
    RETURN_IF_ERROR(tables.status());
    return std::vector<std::string>(tenants.begin(), tenants.end());
  }

  absl::Status Read(std::string_view tenant, const ReadFunction& read) override {
    Session session(*connection_, texts_, *keys_, tenant, {});
    RETURN_IF_ERROR(read(session));
    return session.broken();
  }

 private:
  const std::unique_ptr<FileLock> lock_;  // null beside a server
  const std::unique_ptr<KeyFile> keys_;
  const std::unique_ptr<Connection> connection_;
  SharedTextReader texts_;
};

absl::StatusOr<std::unique_ptr<SqliteSnapshot>> OpenAt(const std::string& path, std::unique_ptr<FileLock> lock) {
  RETURN_IF_ERROR(CheckLinkedSqlite());
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(path, /*create=*/false));
  RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = ON"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA temp_store = MEMORY"));
  RETURN_IF_ERROR(CheckSchema(*connection));
  RETURN_IF_ERROR(connection->Prepare(Sql::kBeginRead).Run());
  // The moment is that of the first read.
  RETURN_IF_ERROR(connection->Prepare(Sql::kProbeRead).Run());
  ASSIGN_OR_RETURN(std::unique_ptr<KeyFile> keys, OpenKeysToRead(*connection, path));
  return std::make_unique<Snapshot>(std::move(lock), std::move(keys), std::move(connection));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSnapshot>> SqliteSnapshot::Open(const std::string& path, Beside beside) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::NotFoundError(
        fmt::format("there is no database {}; name the file leadline.db in the server's data "
                    "folder",
                    path));
  }
  std::unique_ptr<FileLock> lock;
  if (beside == Beside::kAlone) {
    auto taken = FileLock::Take(path + ".lock");
    if (!taken.ok()) return WithReason(taken.status(), ErrorReason::kStoreInUse);
    lock = *std::move(taken);
  }
  auto snapshot = OpenAt(path, std::move(lock));
  if (snapshot.ok()) return snapshot;
  return absl::Status(snapshot.status().code(),
                      fmt::format("database {}: {}", path, std::string(snapshot.status().message())));
}

}  // namespace leadline::store
