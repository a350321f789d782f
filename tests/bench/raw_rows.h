// What a store writes to its tables, row by row, so that the same rows can be written again with nothing but SQLite.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;

namespace leadline::bench {

struct Bytes {
  std::string value;
  bool operator==(const Bytes&) const = default;
};
using Cell = std::variant<std::monostate, int64_t, double, std::string, Bytes>;

// One row written. `key` are the primary key's columns of an update or a deletion, by number.
struct RowChange {
  enum class Kind : uint8_t { kInsert, kUpdate, kDelete } kind = Kind::kInsert;
  int table = 0;
  uint64_t changed = 0;     // columns that an update sets, a bit each
  std::vector<Cell> cells;  // by column: as written; of a deletion: as it was
};

struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<int> key;
};

// Records every row that others write to a database, by triggers in it. Ends the program on errors of SQLite. Not
// thread-safe.
class RowRecorder {
 public:
  // `path`: a database whose tables exist. It is changed for good: record on a copy.
  explicit RowRecorder(const std::string& path);
  ~RowRecorder();
  RowRecorder(const RowRecorder&) = delete;
  RowRecorder& operator=(const RowRecorder&) = delete;

  // What was committed since the last call, in the order written.
  std::vector<RowChange> TakeNew();
  const std::vector<Table>& tables() const { return tables_; }

 private:
  sqlite3* database_ = nullptr;
  std::vector<Table> tables_;
  int64_t seen_ = 0;
};

// Bytes of the cells that a change writes.
int64_t BytesOf(const RowChange& change);

// Writes recorded rows with prepared statements, as fast as SQLite goes, with the same durability that the store asks
// for. Ends the program on errors of SQLite. Not thread-safe.
class RowWriter {
 public:
  RowWriter(const std::string& path, const std::vector<Table>& tables);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  void Begin();
  void Write(const RowChange& change);
  void Commit();

 private:
  struct Statements;
  sqlite3* database_ = nullptr;
  const std::vector<Table>& tables_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace leadline::bench
