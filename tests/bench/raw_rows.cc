#include "tests/bench/raw_rows.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <tuple>

#include "fmt/format.h"

namespace leadline::bench {
namespace {

constexpr char kLog[] = "bench_log";
constexpr int kCacheMib = 256;               // as the store's writer
constexpr int kCheckpointPages = 16 * 1024;  // likewise

void Must(sqlite3* database, int code, std::string_view doing) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  std::cerr << doing << ": " << sqlite3_errmsg(database) << std::endl;
  std::exit(1);
}

sqlite3* OpenDatabase(const std::string& path) {
  sqlite3* database = nullptr;
  Must(database, sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr), path);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);  // as the store's connections
  return database;
}

void Execute(sqlite3* database, const std::string& sql) {
  Must(database, sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), sql);
}

sqlite3_stmt* Prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  Must(database, sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), sql);
  return statement;
}

// Calls `visit` with the statement at each of its rows.
template <typename Visit>
void ForEachRow(sqlite3* database, const std::string& sql, Visit visit) {
  sqlite3_stmt* statement = Prepare(database, sql);
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) visit(statement);
  Must(database, code, sql);
  sqlite3_finalize(statement);
}

std::string TextAt(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr ? "" : std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
}

Cell CellAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      return Bytes{bytes == nullptr ? std::string() : std::string(bytes, size)};
    }
    default:
      return TextAt(statement, column);
  }
}

std::vector<Table> TablesOf(sqlite3* database) {
  std::vector<Table> tables;
  ForEachRow(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
             [&](sqlite3_stmt* row) {
               tables.push_back({TextAt(row, 0), {}, {}});
             });
  for (Table& table : tables) {
    std::map<int, int> key;  // by place in the key
    ForEachRow(database, fmt::format("PRAGMA table_info({})", table.name), [&](sqlite3_stmt* row) {
      if (int place = sqlite3_column_int(row, 5); place > 0) key[place] = static_cast<int>(table.columns.size());
      table.columns.push_back(TextAt(row, 1));
    });
    for (const auto& [place, column] : key) table.key.push_back(column);
  }
  return tables;
}

std::string Columns(const Table& table, std::string_view row) {
  std::string out;
  for (const std::string& column : table.columns) out += fmt::format(", {}.{}", row, column);
  return out;
}

std::string Parameters(size_t count) {
  std::string out;
  for (size_t i = 1; i <= count; ++i) out += fmt::format("{}?{}", i == 1 ? "" : ", ", i);
  return out;
}

std::string ColumnList(std::string_view prefix, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += fmt::format(", {}{}", prefix, i);
  return out;
}

size_t WidestOf(const std::vector<Table>& tables) {
  size_t widest = 0;
  for (const Table& table : tables) widest = std::max(widest, table.columns.size());
  return widest;
}

void AddTriggers(sqlite3* database, const std::vector<Table>& tables) {
  const size_t widest = WidestOf(tables);
  Execute(database, fmt::format("CREATE TABLE {} (n INTEGER PRIMARY KEY, tab, kind{}{})", kLog, ColumnList("a", widest),
                                ColumnList("b", widest)));
  for (size_t t = 0; t < tables.size(); ++t) {
    const Table& table = tables[t];
    const auto add = [&](std::string_view event, int kind, const std::string& values, const std::string& targets) {
      Execute(database, fmt::format("CREATE TRIGGER {0}_{1}_{2} AFTER {2} ON {1} BEGIN "
                                    "INSERT INTO {0} (tab, kind{3}) VALUES ({4}, {5}{6}); END",
                                    kLog, table.name, event, targets, t, kind, values));
    };
    const size_t count = table.columns.size();
    add("INSERT", 0, Columns(table, "NEW"), ColumnList("a", count));
    add("UPDATE", 1, Columns(table, "NEW") + Columns(table, "OLD"), ColumnList("a", count) + ColumnList("b", count));
    add("DELETE", 2, Columns(table, "OLD"), ColumnList("a", count));
  }
}

}  // namespace

RowRecorder::RowRecorder(const std::string& path) : database_(OpenDatabase(path)), tables_(TablesOf(database_)) {
  AddTriggers(database_, tables_);
}

RowRecorder::~RowRecorder() { sqlite3_close(database_); }

std::vector<RowChange> RowRecorder::TakeNew() {
  std::vector<RowChange> changes;
  const int widest = static_cast<int>(WidestOf(tables_));
  ForEachRow(database_, fmt::format("SELECT * FROM {} WHERE n > {} ORDER BY n", kLog, seen_), [&](sqlite3_stmt* row) {
    seen_ = sqlite3_column_int64(row, 0);
    RowChange change;
    change.table = sqlite3_column_int(row, 1);
    change.kind = static_cast<RowChange::Kind>(sqlite3_column_int(row, 2));
    const int count = static_cast<int>(tables_[static_cast<size_t>(change.table)].columns.size());
    for (int i = 0; i < count; ++i) {
      change.cells.push_back(CellAt(row, 3 + i));
      if (change.kind == RowChange::Kind::kUpdate && change.cells.back() != CellAt(row, 3 + widest + i)) {
        change.changed |= uint64_t{1} << i;
      }
    }
    changes.push_back(std::move(change));
  });
  return changes;
}

int64_t BytesOf(const RowChange& change) {
  int64_t bytes = 0;
  for (size_t i = 0; i < change.cells.size(); ++i) {
    if (change.kind == RowChange::Kind::kUpdate && (change.changed >> i & 1) == 0) continue;
    const auto* text = std::get_if<std::string>(&change.cells[i]);
    const auto* blob = std::get_if<Bytes>(&change.cells[i]);
    bytes += text != nullptr   ? static_cast<int64_t>(text->size())
             : blob != nullptr ? static_cast<int64_t>(blob->value.size())
                               : 8;
  }
  return bytes;
}

struct RowWriter::Statements {
  sqlite3_stmt* begin = nullptr;
  sqlite3_stmt* commit = nullptr;
  std::map<std::tuple<int, RowChange::Kind, uint64_t>, sqlite3_stmt*> by_change;
};

RowWriter::RowWriter(const std::string& path, const std::vector<Table>& tables)
    : database_(OpenDatabase(path)), tables_(tables), statements_(std::make_unique<Statements>()) {
  Execute(database_, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
  Execute(database_,
          fmt::format("PRAGMA wal_autocheckpoint = {}; PRAGMA cache_size = -{}", kCheckpointPages, kCacheMib * 1024));
  statements_->begin = Prepare(database_, "BEGIN IMMEDIATE");
  statements_->commit = Prepare(database_, "COMMIT");
}

RowWriter::~RowWriter() {
  sqlite3_finalize(statements_->begin);
  sqlite3_finalize(statements_->commit);
  for (const auto& [change, statement] : statements_->by_change) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

void RowWriter::Begin() {
  Must(database_, sqlite3_step(statements_->begin), "BEGIN");
  sqlite3_reset(statements_->begin);
}

void RowWriter::Commit() {
  Must(database_, sqlite3_step(statements_->commit), "COMMIT");
  sqlite3_reset(statements_->commit);
}

namespace {

// Parameters are numbered by column, so that one binding serves all statements.
std::string SqlFor(const Table& table, const RowChange& change) {
  std::string where, set;  // a table without a key has one row
  for (int column : table.key) {
    where += fmt::format("{}{} = ?{}", where.empty() ? " WHERE " : " AND ", table.columns[static_cast<size_t>(column)],
                         column + 1);
  }
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if ((change.changed >> i & 1) == 0) continue;
    set += fmt::format("{}{} = ?{}", set.empty() ? "" : ", ", table.columns[i], i + 1);
  }
  switch (change.kind) {
    case RowChange::Kind::kInsert:
      return fmt::format("INSERT INTO {} VALUES ({})", table.name, Parameters(table.columns.size()));
    case RowChange::Kind::kUpdate:
      return fmt::format("UPDATE {} SET {}{}", table.name, set, where);
    default:
      return fmt::format("DELETE FROM {}{}", table.name, where);
  }
}

void BindCell(sqlite3_stmt* statement, int index, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  } else if (const auto* blob = std::get_if<Bytes>(&cell)) {
    sqlite3_bind_blob64(statement, index, blob->value.data(), blob->value.size(), SQLITE_STATIC);
  } else if (const auto* number = std::get_if<int64_t>(&cell)) {
    sqlite3_bind_int64(statement, index, *number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    sqlite3_bind_double(statement, index, *real);
  } else {
    sqlite3_bind_null(statement, index);
  }
}

}  // namespace

void RowWriter::Write(const RowChange& change) {
  if (change.kind == RowChange::Kind::kUpdate && change.changed == 0) return;
  const Table& table = tables_[static_cast<size_t>(change.table)];
  sqlite3_stmt*& statement = statements_->by_change[{change.table, change.kind, change.changed}];
  if (statement == nullptr) statement = Prepare(database_, SqlFor(table, change));
  const int count = sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) BindCell(statement, i, change.cells[static_cast<size_t>(i - 1)]);
  Must(database_, sqlite3_step(statement), table.name);
  sqlite3_reset(statement);
}

}  // namespace leadline::bench
