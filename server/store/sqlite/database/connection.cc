#include "store/sqlite/database/connection.h"

#include <utility>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec_wire.h"
#include "store/sqlite/database/storage_failure.h"

namespace leadline::store {

absl::Status SqliteError(int code, std::string_view message, std::string_view doing) {
  const std::string text = fmt::format("{}: {} (SQLite {})", doing, message, code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return WithReason(absl::UnavailableError(text + "; another program uses the database: try again"),
                        ErrorReason::kStoreBusy);
    case SQLITE_FULL:
      return StorageFailure(ErrorReason::kStoreFull,
                            fmt::format("the disk of the store is full ({}); make room there, then try again", text));
    case SQLITE_CORRUPT:
      return absl::DataLossError(text + "; restore the database from a backup");
    case SQLITE_NOTADB:
      return absl::InvalidArgumentError(text + "; name a file that Leadline made, or a new one");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return absl::FailedPreconditionError(text + "; check that the folder exists and may be written");
    case SQLITE_IOERR:
      return StorageFailure(ErrorReason::kStoreFailing,
                            fmt::format("the disk of the store fails ({}); look at the disk, then try again", text));
    case SQLITE_NOMEM:
      return WithReason(absl::ResourceExhaustedError(text), ErrorReason::kStoreOutOfMemory);
    default:
      return absl::InternalError(text);
  }
}

Query::Query(Query&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)),
      home_(std::exchange(other.home_, nullptr)),
      status_(std::move(other.status_)),
      uuids_(std::move(other.uuids_)) {}

Query::~Query() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    home_->push_back(statement_);
  }
}

void Query::Keep(int code) {
  if (status_.ok()) {
    status_ = SqliteError(code, sqlite3_errmsg(sqlite3_db_handle(statement_)), sqlite3_sql(statement_));
  }
}

void Query::BindOne(int index, std::string_view v) {
  if (statement_ == nullptr) {
    return;
  }
  if (char uuid[kUuidBytes]; PackUuid(v, uuid)) {
    if (int code = sqlite3_bind_blob(statement_, index, uuid, kUuidBytes, SQLITE_TRANSIENT); code != SQLITE_OK) {
      Keep(code);
    }
    return;
  }
  // A null pointer would bind NULL, which no column takes.
  const char* data = v.data() == nullptr ? "" : v.data();
  if (int code = sqlite3_bind_text64(statement_, index, data, v.size(), SQLITE_STATIC, SQLITE_UTF8);
      code != SQLITE_OK) {
    Keep(code);
  }
}

void Query::BindOne(int index, Blob v) {
  if (statement_ == nullptr) {
    return;
  }
  const char* data = v.bytes.data() == nullptr ? "" : v.bytes.data();
  if (int code = sqlite3_bind_blob64(statement_, index, data, v.bytes.size(), SQLITE_STATIC); code != SQLITE_OK) {
    Keep(code);
  }
}

void Query::BindOne(int index, int64_t v) {
  if (statement_ == nullptr) {
    return;
  }
  if (int code = sqlite3_bind_int64(statement_, index, v); code != SQLITE_OK) {
    Keep(code);
  }
}

void Query::BindOne(int index, double v) {
  if (statement_ == nullptr) {
    return;
  }
  if (int code = sqlite3_bind_double(statement_, index, v); code != SQLITE_OK) {
    Keep(code);
  }
}

bool Query::Next() {
  if (!status_.ok() || statement_ == nullptr) {
    return false;
  }
  if (!uuids_.empty()) uuids_.clear();
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    Keep(code);
  }
  return false;
}

absl::Status Query::Run() {
  while (Next()) {
  }
  return status_;
}

void Query::Reset() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
  }
}

std::string_view Query::Text(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_BLOB) {
    // Asked for again, it stays where it is.
    const auto [at, is_new] = uuids_.try_emplace(column);
    if (is_new) at->second = String(column);
    return at->second;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string Query::String(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_BLOB) return std::string(Text(column));
  const std::string_view bytes = Bytes(column);
  if (bytes.size() != kUuidBytes) return std::string(bytes);
  std::string text;
  AppendUuidText(bytes, text);
  return text;
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, bool create) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) {
    return SqliteError(code, database == nullptr ? "out of memory" : sqlite3_errmsg(database),
                       fmt::format("opening database {}", path));
  }
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 10'000);
  // No plan depends on what is bound: otherwise a LIMIT that is bound to another number prepares its statement anew.
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
  return connection;
}

Connection::~Connection() {
  for (auto& free : free_) {
    for (sqlite3_stmt* statement : free) {
      sqlite3_finalize(statement);
    }
  }
  for (auto& [sql, free] : free_texts_) {
    for (sqlite3_stmt* statement : free) {
      sqlite3_finalize(statement);
    }
  }
  sqlite3_close_v2(database_);
}

absl::Status Connection::Execute(const std::string& sql) {
  char* message = nullptr;
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message);
  if (code == SQLITE_OK) {
    return absl::OkStatus();
  }
  absl::Status status = SqliteError(code, message == nullptr ? sqlite3_errmsg(database_) : message, sql);
  sqlite3_free(message);
  return status;
}

absl::StatusOr<int64_t> Connection::QueryInt(const std::string& sql) {
  Query query = Prepare(sql);
  const bool row = query.Next();
  RETURN_IF_ERROR(query.status());
  if (!row) {
    return absl::InternalError(fmt::format("no row from: {}", sql));
  }
  return query.Int(0);
}

void Connection::WatchLog() {
  sqlite3_wal_hook(
      database_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

absl::Status Connection::Checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy: somebody else is at it.
  return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY ? absl::OkStatus()
                                                           : SqliteError(code, sqlite3_errmsg(database_), "checkpoint");
}

absl::Status Connection::FlushCache() {
  const int code = sqlite3_db_cacheflush(database_);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(code, sqlite3_errmsg(database_), "flushing the cache");
}

Query Connection::Prepare(Sql id) { return Lend(free_[static_cast<size_t>(id)], SqlText(id)); }

Query Connection::Prepare(const std::string& sql) { return Lend(free_texts_[sql], sql); }

Query Connection::Lend(std::vector<sqlite3_stmt*>& free, std::string_view sql) {
  if (!free.empty()) {
    sqlite3_stmt* statement = free.back();
    free.pop_back();
    return Query(statement, &free);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) {
    return Query(SqliteError(code, sqlite3_errmsg(database_), sql));
  }
  return Query(statement, &free);
}

// So many instructions of SQLite's machine take well under a millisecond.
constexpr int kInstructionsBetweenLooks = 4096;

Interruption::Interruption(Connection& connection, const std::function<bool()>& wanted)
    : database_(connection.database_), wanted_(wanted) {
  if (!wanted_) return;
  sqlite3_progress_handler(
      database_, kInstructionsBetweenLooks,
      [](void* self) {
        auto& interruption = *static_cast<Interruption*>(self);
        interruption.happened_ = interruption.happened_ || !interruption.wanted_();
        return static_cast<int>(interruption.happened_);
      },
      this);
}

Interruption::~Interruption() {
  if (wanted_) sqlite3_progress_handler(database_, 0, nullptr, nullptr);
}

}  // namespace leadline::store
