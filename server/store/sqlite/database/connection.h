// One connection to a database and its prepared statements, over SQLite's C API.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/sqlite/database/statements.h"

namespace leadline::store {

// Bytes to be bound as such; a std::string is bound as a text.
struct Blob {
  std::string_view bytes;
};

// A status for SQLite's result code; `doing` says what was tried.
absl::Status SqliteError(int code, std::string_view message, std::string_view doing);

// A prepared statement on loan. Gives itself back, reset, when destroyed. Errors are kept until status() or Run()
// tells them. Not thread-safe; lives no longer than its connection.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  // Binds ?1, ?2, ... in order. Texts and bytes are not copied: they must stay until the query is done. A text that is
  // a UUID in canonical form (store/codec_wire.h) is bound as its sixteen bytes, and read back as that text.
  template <typename... Args>
  Query& Bind(const Args&... args) {
    int index = 0;
    (BindOne(++index, args), ...);
    return *this;
  }
  template <typename T>
  Query& BindAt(int index, const T& value) {
    BindOne(index, value);
    return *this;
  }
  // Moves to the next row; false at the end and after an error.
  bool Next();
  // Runs a statement that gives no rows.
  absl::Status Run();
  const absl::Status& status() const { return status_; }
  // For running it again with other values.
  void Reset();

  int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  double Real(int column) const { return sqlite3_column_double(statement_, column); }
  // Valid until the next step.
  std::string_view Text(int column) const;
  std::string String(int column) const;
  // Likewise, of a column of bytes: read without turning them into a text.
  std::string_view Bytes(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  friend class Connection;
  Query(sqlite3_stmt* statement, std::vector<sqlite3_stmt*>* home) : statement_(statement), home_(home) {}
  explicit Query(absl::Status status) : status_(std::move(status)) {}

  void BindOne(int index, std::string_view v);
  void BindOne(int index, const std::string& v) { BindOne(index, std::string_view(v)); }
  void BindOne(int index, const char* v) { BindOne(index, std::string_view(v)); }
  void BindOne(int index, Blob v);
  void BindOne(int index, int64_t v);
  void BindOne(int index, int v) { BindOne(index, static_cast<int64_t>(v)); }
  void BindOne(int index, bool v) { BindOne(index, static_cast<int64_t>(v)); }
  void BindOne(int index, double v);
  void Keep(int code);

  sqlite3_stmt* statement_ = nullptr;
  std::vector<sqlite3_stmt*>* home_ = nullptr;
  absl::Status status_;
  mutable std::map<int, std::string> uuids_;  // of columns of this row, where they were asked for
};

// Not thread-safe.
class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, bool create);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Statements without parameters, separated by semicolons.
  absl::Status Execute(const std::string& sql);
  // The single value of the only row.
  absl::StatusOr<int64_t> QueryInt(const std::string& sql);
  // Prepared once and used again; used twice at the same time, it is prepared twice.
  Query Prepare(Sql id);
  // Likewise for statements whose text is put together; there must be few different ones.
  Query Prepare(const std::string& sql);

  // From now on wal_pages() tells, after each commit, how long the write-ahead log is, and SQLite carries nothing from
  // it into the file by itself.
  void WatchLog();
  int wal_pages() const { return wal_pages_; }
  // Carries what it can of the write-ahead log into the file, waiting for nobody.
  absl::Status Checkpoint();
  // Writes what the transaction under way has changed so far into the write-ahead log, without committing it.
  absl::Status FlushCache();

  // Rows that the last statement inserted, changed or deleted.
  int64_t changes() const { return sqlite3_changes64(database_); }
  // False after an error that made SQLite roll back by itself.
  bool in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

 private:
  explicit Connection(sqlite3* database) : database_(database) {}
  Query Lend(std::vector<sqlite3_stmt*>& free, std::string_view sql);
  friend class Interruption;

  sqlite3* database_;
  int wal_pages_ = 0;
  std::array<std::vector<sqlite3_stmt*>, kSqlCount> free_;
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>> free_texts_;
};

// While it lives, statements of the connection end with an error soon after `wanted` says no; where it is empty, they
// do not. Belongs to one thread; lives no longer than the connection and `wanted`.
class Interruption {
 public:
  Interruption(Connection& connection, const std::function<bool()>& wanted);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  bool happened() const { return happened_; }

 private:
  sqlite3* const database_;
  const std::function<bool()>& wanted_;
  bool happened_ = false;
};

}  // namespace leadline::store
