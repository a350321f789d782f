// What the cells of reports are made of: which records changed, and what one of them went through.
#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/report_columns.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {
namespace {

constexpr int64_t kMovedType = 3;
constexpr int64_t kDisposedType = 4;
static_assert(std::is_same_v<std::variant_alternative_t<kMovedType, domain::EventPayload>, domain::StatusChanged>);
static_assert(
    std::is_same_v<std::variant_alternative_t<kDisposedType, domain::EventPayload>, domain::DispositionRecorded>);

constexpr int kHoldQueueColumn = kAssignee + 1;

bool IsReportedKind(domain::RecordKind kind) {
  return kind == domain::RecordKind::kLead || kind == domain::RecordKind::kContact ||
         kind == domain::RecordKind::kAccount;
}

// The status that a record was made with is nobody's answer, and imported history does not say who did it.
bool Touches(const domain::StatusChanged& change) {
  return !change.from.empty() && ByPerson(change) && change.trigger != "import";
}

bool Holds(std::span<const std::string> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

absl::StatusOr<ReportedChanges> Session::ReportedChangesAfter(int64_t after, int most_transactions) {
  RETURN_IF_ERROR(WriteTransaction());
  ReportedChanges changes;
  changes.through = after;
  std::set<domain::RecordRef> seen;
  Query query = connection_.Prepare(Sql::kTransactionsFrom);
  query.Bind(tenant_, after + 1);
  for (int i = 0; i < most_transactions; ++i) {
    if (!query.Next()) {
      RETURN_IF_ERROR(Break(query.status()));
      changes.end = true;
      break;
    }
    changes.through = query.Int(0);
    const absl::StatusOr<LedgerRow> row = OpenLedgerRow(query.Bytes(2));
    if (!row.ok()) return DamagedRecord("ledger", fmt::format("{}", changes.through), row.status());
    const absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(row->content);
    if (!reader.ok()) return DamagedRecord("ledger", fmt::format("{}", changes.through), reader.status());
    for (const LedgerRecord& record : reader->records()) {
      if (IsReportedKind(record.ref.kind)) seen.insert(record.ref);
    }
  }
  changes.records.assign(seen.begin(), seen.end());
  return changes;
}

absl::StatusOr<std::vector<RecordChange>> Session::LeadsOfOtherSource(int64_t from, int limit) {
  Query query = connection_.Prepare(Sql::kLeadsOfOtherSource);
  query.Bind(tenant_, from, limit);
  std::vector<RecordChange> leads;
  while (query.Next()) leads.push_back({query.Int(0), query.String(1)});
  RETURN_IF_ERROR(Break(query.status()));
  return leads;
}

absl::StatusOr<std::optional<domain::ReportInput>> Session::GetReportInput(const domain::RecordRef& record,
                                                                           const ReportReading& reading) {
  const bool lead = record.kind == domain::RecordKind::kLead;
  if (!lead && record.kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("only leads and contacts are reported");
  }
  RETURN_IF_ERROR(WriteTransaction());
  domain::ReportInput input;
  input.kind = record.kind;
  {
    Query query = connection_.Prepare(lead ? Sql::kLeadForReport : Sql::kContactForReport);
    if (!query.Bind(tenant_, record.id).Next()) {
      RETURN_IF_ERROR(Break(query.status()));
      return std::optional<domain::ReportInput>();
    }
    ReadReported(query, input.record);
    input.step_due = !query.Text(kHoldQueueColumn).empty();
  }
  domain::EventPayload payload;
  const auto touch = [&](Time time) {
    if (input.touched_at == 0 || time < input.touched_at) input.touched_at = time;
  };
  RETURN_IF_ERROR(ForEachPayload(
      record, {kMovedType, kDisposedType}, [&](int64_t type, Time time, std::string_view bytes) -> absl::Status {
        RETURN_IF_ERROR(DecodePayload(type, bytes, payload));
        if (auto* moved = std::get_if<domain::StatusChanged>(&payload)) {
          if (Touches(*moved)) touch(time);
          input.steps.push_back({.to = std::move(moved->to), .time = time});
        } else if (const auto* told = std::get_if<domain::DispositionRecorded>(&payload)) {
          if (!Holds(reading.attempts, told->disposition)) touch(time);
        }
        return absl::OkStatus();
      }));
  if (!lead) return input;
  ASSIGN_OR_RETURN(const std::vector<domain::SlaClock> clocks, ClocksOfLead(record.id));
  for (const domain::SlaClock& clock : clocks) {
    input.step_due |= clock.open();
    input.clocks.push_back({.sla_id = clock.sla_id,
                            .state = clock.state,
                            .start = clock.start,
                            .due = clock.due,
                            .stopped = clock.stopped,
                            .response = reading.response ? reading.response(input.record.region, clock) : 0});
  }
  return input;
}

}  // namespace leadline::store
