// Lists: where records stand in an order, and which changed last.
#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/sqlite/database/scan_statements.h"
#include "store/sqlite/session/cursor.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

absl::Status NoSuchList() { return absl::InvalidArgumentError("there is no such list of records of this kind"); }

void BindId(Query& query, int index, std::string_view id) {
  id == kAfterAllIds ? query.BindAt(index, Blob{id}) : query.BindAt(index, id);
}

// `low` and `high` are the scan's, or stand before and after everything.
void BindScan(Query& query, std::string_view tenant, const IdScan& scan, const ListPlace& low, const ListPlace& high,
              int limit) {
  query.BindAt(1, tenant);
  BindId(query, 2, low.id);
  BindId(query, 3, high.id);
  query.BindAt(4, limit);
  if (scan.by != IdScan::By::kEverything) query.BindAt(5, scan.value);
  if (!GoesByNumber(scan.by)) return;
  query.BindAt(6, low.number);
  query.BindAt(7, high.number);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const ListPlace& LowOf(const IdScan& scan) {
  static const ListPlace kBeforeAll{-kInfinity, {}};
  return scan.low.has_value() ? *scan.low : kBeforeAll;
}
const ListPlace& HighOf(const IdScan& scan) {
  static const ListPlace kAfterAll{kInfinity, std::string(kAfterAllIds)};
  return scan.high.has_value() ? *scan.high : kAfterAll;
}

}  // namespace

absl::StatusOr<std::vector<ListPlace>> Session::ScanIds(const IdScan& scan, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  const std::string sql = ScanSql(scan.kind, scan.by, scan.descending);
  if (sql.empty()) return NoSuchList();
  Query query = connection_.Prepare(sql);
  BindScan(query, tenant_, scan, LowOf(scan), HighOf(scan), limit);
  std::vector<ListPlace> places;
  while (query.Next()) places.push_back({query.Real(1), query.String(0)});
  RETURN_IF_ERROR(Break(query.status()));
  return places;
}

absl::StatusOr<int64_t> Session::CountIds(const IdScan& scan, int most) {
  RETURN_IF_ERROR(CheckLimit(most));
  const std::string sql = CountScanSql(scan.kind, scan.by);
  if (sql.empty()) return NoSuchList();
  Query query = connection_.Prepare(sql);
  BindScan(query, tenant_, scan, LowOf(scan), HighOf(scan), most);
  const int64_t count = query.Next() ? query.Int(0) : 0;
  RETURN_IF_ERROR(Break(query.status()));
  return count;
}

absl::StatusOr<int64_t> Session::LastChangeOf(domain::RecordKind kind, std::string_view id) {
  RETURN_IF_ERROR(WriteTransaction());
  Query query = connection_.Prepare(Sql::kLastNumber);
  const int64_t number = query.Bind(tenant_, static_cast<int64_t>(kind), id).Next() ? query.Int(0) : 0;
  RETURN_IF_ERROR(Break(query.status()));
  return number;
}

absl::StatusOr<ChangePage> Session::ChangesAfter(domain::RecordKind kind, int64_t after, int limit,
                                                 int most_transactions) {
  RETURN_IF_ERROR(CheckLimit(limit));
  RETURN_IF_ERROR(CheckLimit(most_transactions));
  RETURN_IF_ERROR(WriteTransaction());
  ChangePage page;
  page.through = after;
  if (after == std::numeric_limits<int64_t>::max()) {
    page.end = true;
    return page;
  }
  Query query = connection_.Prepare(Sql::kTransactionsFrom);
  query.Bind(tenant_, after + 1);
  while (static_cast<int>(page.items.size()) < limit && page.looked_at < most_transactions) {
    if (!query.Next()) {
      RETURN_IF_ERROR(Break(query.status()));
      page.end = true;
      break;
    }
    ++page.looked_at;
    page.through = query.Int(0);
    const absl::StatusOr<LedgerRow> row = OpenLedgerRow(query.Bytes(2));
    if (!row.ok()) return DamagedRecord("ledger", fmt::format("{}", page.through), row.status());
    const absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(row->content);
    if (!reader.ok()) return DamagedRecord("ledger", fmt::format("{}", page.through), reader.status());
    const size_t begin = page.items.size();
    for (const LedgerRecord& record : reader->records()) {
      if (record.ref.kind != kind) continue;
      ASSIGN_OR_RETURN(const int64_t last, LastChangeOf(kind, record.ref.id));
      if (last == page.through) page.items.push_back({last, record.ref.id});
    }
    std::sort(page.items.begin() + static_cast<std::ptrdiff_t>(begin), page.items.end(),
              [](const RecordChange& a, const RecordChange& b) { return a.id < b.id; });
  }
  return page;
}

}  // namespace leadline::store
