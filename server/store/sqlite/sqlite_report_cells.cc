#include "store/sqlite/sqlite_report_cells.h"

#include <array>
#include <filesystem>
#include <mutex>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/database/connection.h"
#include "store/sqlite/report_codec.h"

namespace leadline::store {
namespace {

using domain::CellKey;

// Another number: what was made is made again.
constexpr int kCellsVersion = 3;

// shape: of a cell, all of its key that are small numbers. Not clustered by their keys where rows are long. version, of
// inputs_before: the record was so until this one; body: empty where it was not there.
constexpr const char* kCellTables = R"sql(
CREATE TABLE report_state (
  tenant_id TEXT NOT NULL, lifecycle TEXT NOT NULL, input_rules TEXT NOT NULL, number INTEGER NOT NULL,
  transaction_id TEXT NOT NULL, commits INTEGER NOT NULL, version INTEGER NOT NULL, oldest_version INTEGER NOT NULL, names BLOB NOT NULL,
  PRIMARY KEY (tenant_id)) WITHOUT ROWID;
CREATE TABLE cells (
  cell INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL, shape INTEGER NOT NULL, period INTEGER NOT NULL, vals TEXT NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX cells_by_key ON cells (tenant_id, shape, period, vals);
CREATE TABLE inputs (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id)) WITHOUT ROWID;
CREATE TABLE inputs_before (
  tenant_id TEXT NOT NULL, record_kind INTEGER NOT NULL, record_id TEXT NOT NULL, version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (tenant_id, record_kind, record_id, version)) WITHOUT ROWID;
CREATE INDEX inputs_before_by_version ON inputs_before (tenant_id, version);
CREATE TABLE texts (
  tenant_id TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (tenant_id, number)) WITHOUT ROWID;
)sql";

constexpr std::array<const char*, 5> kAllCellTables = {"report_state", "cells", "inputs", "inputs_before", "texts"};

const std::string kGetState =
    "SELECT lifecycle, input_rules, number, transaction_id, commits, version, oldest_version, names FROM report_state "
    "WHERE tenant_id = ?1";
const std::string kPutState = "INSERT OR REPLACE INTO report_state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const std::string kCellsOfRange =
    "SELECT period, vals, body FROM cells WHERE tenant_id = ?1 AND shape = ?2 AND period >= ?3 AND period < ?4 "
    "ORDER BY period, vals";
const std::string kAllCells =
    "SELECT shape, period, vals, body FROM cells WHERE tenant_id = ?1 ORDER BY shape, period, vals";
const std::string kGetCell =
    "SELECT cell, body FROM cells WHERE tenant_id = ?1 AND shape = ?2 AND period = ?3 AND vals = ?4";
const std::string kInsertCell = "INSERT INTO cells (tenant_id, shape, period, vals, body) VALUES (?1, ?2, ?3, ?4, ?5)";
const std::string kUpdateCell = "UPDATE cells SET body = ?2 WHERE cell = ?1";
const std::string kDropCell = "DELETE FROM cells WHERE cell = ?1";
const std::string kGetInput = "SELECT body FROM inputs WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3";
const std::string kPutInput = "INSERT OR REPLACE INTO inputs VALUES (?1, ?2, ?3, ?4)";
const std::string kDropInput = "DELETE FROM inputs WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id = ?3";
const std::string kGetTexts = "SELECT text FROM texts WHERE tenant_id = ?1 ORDER BY number";
const std::string kPutText = "INSERT INTO texts VALUES (?1, ?2, ?3)";
// What was before the first change of a version stays.
const std::string kKeepBefore =
    "INSERT INTO inputs_before SELECT ?1, ?2, ?3, ?4, COALESCE((SELECT body FROM inputs WHERE tenant_id = ?1 "
    "AND record_kind = ?2 AND record_id = ?3), x'') WHERE true ON CONFLICT DO NOTHING";
// Records that are there or were there, with the first change after the wanted transaction.
const std::string kInputsAt =
    "SELECT r.record_id, COALESCE((SELECT b.body FROM inputs_before b WHERE b.tenant_id = ?1 AND b.record_kind = ?2 "
    "AND "
    "b.record_id = r.record_id AND b.version > ?3 ORDER BY b.version LIMIT 1), "
    "(SELECT i.body FROM inputs i WHERE i.tenant_id = ?1 AND i.record_kind = ?2 AND i.record_id = r.record_id), x'') "
    "FROM (SELECT * FROM (SELECT record_id FROM inputs WHERE tenant_id = ?1 AND record_kind = ?2 AND record_id > ?4 "
    "ORDER BY record_id LIMIT ?5) UNION SELECT * FROM (SELECT DISTINCT record_id FROM inputs_before WHERE tenant_id = "
    "?1 AND record_kind = ?2 AND record_id > ?4 ORDER BY record_id LIMIT ?5)) r ORDER BY r.record_id LIMIT ?5";
const std::string kForgetBefore = "DELETE FROM inputs_before WHERE tenant_id = ?1 AND version <= ?2";

int64_t ShapeOf(domain::RecordKind kind, domain::Section section, domain::Grouping grouping, domain::Level level) {
  return (static_cast<int64_t>(kind) << 24) | (static_cast<int64_t>(section) << 16) |
         (static_cast<int64_t>(grouping) << 8) | static_cast<int64_t>(level);
}
int64_t ShapeOf(const CellKey& key) { return ShapeOf(key.kind, key.section, key.grouping, key.level); }

CellKey KeyOfShape(int64_t shape) {
  return {.kind = static_cast<domain::RecordKind>(shape >> 24),
          .section = static_cast<domain::Section>((shape >> 16) & 0xff),
          .grouping = static_cast<domain::Grouping>((shape >> 8) & 0xff),
          .level = static_cast<domain::Level>(shape & 0xff)};
}

class CellsSession final : public ReportCellsSession {
 public:
  CellsSession(Connection& connection, std::string_view tenant) : connection_(connection), tenant_(tenant) {}

  absl::StatusOr<ReportCellsState> GetState() override {
    ReportCellsState state;
    Query query = connection_.Prepare(kGetState);
    if (query.Bind(tenant_).Next()) {
      state.lifecycle = query.String(0);
      state.input_rules = query.String(1);
      state.number = query.Int(2);
      state.transaction_id = query.String(3);
      state.commits = query.Int(4);
      state.version = query.Int(5);
      state.oldest_version = query.Int(6);
      RETURN_IF_ERROR(DecodeNames(query.Bytes(7), state.names));
    }
    RETURN_IF_ERROR(query.status());
    return state;
  }

  absl::Status PutState(const ReportCellsState& state) override {
    std::string names;
    EncodeNames(state.names, names);
    Query query = connection_.Prepare(kPutState);
    return query
        .Bind(tenant_, state.lifecycle, state.input_rules, state.number, state.transaction_id, state.commits,
              state.version, state.oldest_version, Blob{names})
        .Run();
  }

  absl::Status ForEachCell(domain::RecordKind kind, const domain::CellPlan& plan,
                           const std::function<bool(std::string_view)>& wanted,
                           const std::function<void(const CellKey&, const domain::Additions&)>& visit) override {
    domain::Additions additions;
    for (const domain::CellRange& range : plan.ranges) {
      const int64_t shape = ShapeOf(kind, plan.section, plan.grouping, range.level);
      CellKey key = KeyOfShape(shape);
      Query query = connection_.Prepare(kCellsOfRange);
      query.Bind(tenant_, shape, range.begin, range.end);
      while (query.Next()) {
        key.values = query.Text(1);
        if (!wanted(key.values)) continue;
        key.period = query.Int(0);
        RETURN_IF_ERROR(DecodeAdditions(query.Bytes(2), additions));
        visit(key, additions);
      }
      RETURN_IF_ERROR(query.status());
    }
    return absl::OkStatus();
  }

  absl::Status ForEachCell(const std::function<void(const CellKey&, const domain::Additions&)>& visit) override {
    domain::Additions additions;
    Query query = connection_.Prepare(kAllCells);
    query.Bind(tenant_);
    while (query.Next()) {
      CellKey key = KeyOfShape(query.Int(0));
      key.period = query.Int(1);
      key.values = query.Text(2);
      RETURN_IF_ERROR(DecodeAdditions(query.Bytes(3), additions));
      visit(key, additions);
    }
    return query.status();
  }

  absl::Status AddToCell(const CellKey& key, const domain::Additions& additions) override {
    const int64_t shape = ShapeOf(key);
    int64_t row = 0;
    stored_.clear();
    {
      Query query = connection_.Prepare(kGetCell);
      if (query.Bind(tenant_, shape, key.period, key.values).Next()) {
        row = query.Int(0);
        RETURN_IF_ERROR(DecodeAdditions(query.Bytes(1), stored_));
      }
      RETURN_IF_ERROR(query.status());
    }
    body_.clear();
    if (row == 0) {
      if (additions.empty()) return absl::OkStatus();
      EncodeAdditions(additions, body_);
      Query insert = connection_.Prepare(kInsertCell);
      return insert.Bind(tenant_, shape, key.period, key.values, Blob{body_}).Run();
    }
    const domain::Additions merged = domain::SumOf(stored_, additions);
    if (merged.empty()) {
      Query drop = connection_.Prepare(kDropCell);
      return drop.Bind(row).Run();
    }
    EncodeAdditions(merged, body_);
    Query update = connection_.Prepare(kUpdateCell);
    return update.Bind(row, Blob{body_}).Run();
  }

  absl::StatusOr<std::optional<domain::ReportInput>> GetInput(const domain::RecordRef& record) override {
    Query query = connection_.Prepare(kGetInput);
    std::optional<domain::ReportInput> input;
    RETURN_IF_ERROR(ReadTexts());
    if (query.Bind(tenant_, static_cast<int64_t>(record.kind), record.id).Next()) {
      RETURN_IF_ERROR(DecodeInput(query.Bytes(0), *texts_, input.emplace()));
    }
    RETURN_IF_ERROR(query.status());
    return input;
  }

  absl::Status PutInput(const domain::RecordRef& record, const domain::ReportInput* input) override {
    const auto kind = static_cast<int64_t>(record.kind);
    if (input == nullptr) {
      Query drop = connection_.Prepare(kDropInput);
      return drop.Bind(tenant_, kind, record.id).Run();
    }
    body_.clear();
    RETURN_IF_ERROR(ReadTexts());
    const uint64_t known = texts_->size();
    EncodeInput(*input, *texts_, body_);
    for (uint64_t number = known; number < texts_->size(); ++number) {
      Query put = connection_.Prepare(kPutText);
      RETURN_IF_ERROR(put.Bind(tenant_, static_cast<int64_t>(number), *texts_->TextOf(number)).Run());
    }
    Query put = connection_.Prepare(kPutInput);
    return put.Bind(tenant_, kind, record.id, Blob{body_}).Run();
  }

  absl::Status KeepInput(const domain::RecordRef& record, int64_t version) override {
    Query keep = connection_.Prepare(kKeepBefore);
    return keep.Bind(tenant_, static_cast<int64_t>(record.kind), record.id, version).Run();
  }

  absl::StatusOr<std::vector<ReportedInput>> InputsAt(int64_t at, domain::RecordKind kind, std::string_view after,
                                                      int limit, std::string& last) override {
    last.clear();
    RETURN_IF_ERROR(ReadTexts());
    std::vector<ReportedInput> inputs;
    int seen = 0;
    Query query = connection_.Prepare(kInputsAt);
    query.Bind(tenant_, static_cast<int64_t>(kind), at, after, limit);
    while (query.Next()) {
      ++seen;
      last = query.String(0);
      if (query.Bytes(1).empty()) continue;
      ReportedInput& input = inputs.emplace_back();
      input.id = last;
      RETURN_IF_ERROR(DecodeInput(query.Bytes(1), *texts_, input.input));
    }
    RETURN_IF_ERROR(query.status());
    if (seen < limit) last.clear();
    return inputs;
  }

  absl::Status ForgetBefore(int64_t version) override {
    Query query = connection_.Prepare(kForgetBefore);
    return query.Bind(tenant_, version).Run();
  }

  absl::Status Clear() override {
    texts_.reset();
    for (const char* table : kAllCellTables) {
      Query query = connection_.Prepare(fmt::format("DELETE FROM {} WHERE tenant_id = ?1", table));
      RETURN_IF_ERROR(query.Bind(tenant_).Run());
    }
    return absl::OkStatus();
  }

 private:
  // Those that inputs name, once.
  absl::Status ReadTexts() {
    if (texts_) return absl::OkStatus();
    InputTexts texts;
    Query query = connection_.Prepare(kGetTexts);
    query.Bind(tenant_);
    while (query.Next()) texts.NumberOf(query.String(0));
    RETURN_IF_ERROR(query.status());
    texts_ = std::move(texts);
    return absl::OkStatus();
  }

  Connection& connection_;
  const std::string_view tenant_;
  std::optional<InputTexts> texts_;  // nothing: not read yet
  std::string body_;                 // used again
  domain::Additions stored_;         // the same
};

// Thread-safe.
class SqliteReportCells final : public ReportCells {
 public:
  explicit SqliteReportCells(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  absl::Status Write(std::string_view tenant, const UseReportCells& use) override {
    const std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(connection_->Prepare(Sql::kBegin).Run());
    CellsSession session(*connection_, tenant);
    absl::Status status = use(session);
    if (status.ok()) status = connection_->Prepare(Sql::kCommit).Run();
    if (!status.ok() && connection_->in_transaction()) (void)connection_->Prepare(Sql::kRollback).Run();
    return status;
  }

  absl::Status Read(std::string_view tenant, const UseReportCells& use) override {
    const std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(connection_->Prepare(Sql::kBeginRead).Run());
    CellsSession session(*connection_, tenant);
    const absl::Status status = use(session);
    const absl::Status ended = connection_->Prepare(Sql::kCommit).Run();
    return status.ok() ? ended : status;
  }

 private:
  std::mutex mutex_;
  const std::unique_ptr<Connection> connection_;
};

absl::Status MakeCellTables(Connection& connection) {
  ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  if (version == kCellsVersion) return absl::OkStatus();
  RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  for (const char* table : kAllCellTables) {
    RETURN_IF_ERROR(connection.Execute(fmt::format("DROP TABLE IF EXISTS {}", table)));
  }
  RETURN_IF_ERROR(connection.Execute(kCellTables));
  RETURN_IF_ERROR(connection.Execute(fmt::format("PRAGMA user_version = {}", kCellsVersion)));
  return connection.Execute("COMMIT");
}

absl::StatusOr<std::unique_ptr<ReportCells>> OpenCellsAt(const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(path, /*create=*/true));
  RETURN_IF_ERROR(connection->Execute("PRAGMA page_size = 8192"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA journal_mode = WAL"));
  // Whatever the loss of power takes away is folded again.
  RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous = NORMAL"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA temp_store = MEMORY"));
  RETURN_IF_ERROR(connection->Execute("PRAGMA cache_size = -65536"));
  RETURN_IF_ERROR(MakeCellTables(*connection));
  return std::make_unique<SqliteReportCells>(std::move(connection));
}

}  // namespace

std::string ReportCellsPathOf(const std::string& database) {
  return std::filesystem::path(database).replace_extension(".reports").string();
}

absl::StatusOr<std::unique_ptr<ReportCells>> OpenReportCells(const std::string& path) {
  absl::StatusOr<std::unique_ptr<ReportCells>> cells = OpenCellsAt(path);
  if (cells.ok() || !(absl::IsDataLoss(cells.status()) || absl::IsInvalidArgument(cells.status()))) return cells;
  std::error_code error;
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end, error);
  return OpenCellsAt(path);
}

absl::StatusOr<std::unique_ptr<ReportCells>> OpenReportCellsToRead(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::unique_ptr<ReportCells>();
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Connection::Open(path, /*create=*/false));
  RETURN_IF_ERROR(connection->Execute("PRAGMA query_only = ON"));
  ASSIGN_OR_RETURN(const int64_t version, connection->QueryInt("PRAGMA user_version"));
  if (version != kCellsVersion) return std::unique_ptr<ReportCells>();
  return std::make_unique<SqliteReportCells>(std::move(connection));
}

}  // namespace leadline::store
