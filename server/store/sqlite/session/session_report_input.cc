// What the cells of reports are made of: which records changed, and what one of them went through.
#include <map>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/history_reader.h"
#include "store/sqlite/session/report_columns.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {
namespace {

constexpr int kHoldQueueColumn = kAssignee + 1;
constexpr int kBodyColumn = kHoldQueueColumn + 1;

bool IsReportedKind(domain::RecordKind kind) {
  return kind == domain::RecordKind::kLead || kind == domain::RecordKind::kContact ||
         kind == domain::RecordKind::kAccount;
}

// Adds what one transaction tells to the changes of its records.
absl::Status AddChanges(std::string_view body, HistoryReader& histories,
                        std::map<domain::RecordRef, ReportedChange>& changes) {
  ASSIGN_OR_RETURN(const LedgerRow row, OpenLedgerRow(body));
  ASSIGN_OR_RETURN(LedgerBodyReader reader, LedgerBodyReader::Open(row.content));
  std::vector<ReportedChange*> of_records;
  for (const LedgerRecord& record : reader.records()) {
    ReportedChange* change = nullptr;
    if (IsReportedKind(record.ref.kind)) {
      change = &changes[record.ref];
      change->from_first |= record.first_sequence == 1;
    }
    of_records.push_back(change);
  }
  while (reader.Next()) {
    ReportedChange* change = of_records[reader.record()];
    if (change == nullptr || !HistoryReader::Reads(reader.type())) continue;
    ASSIGN_OR_RETURN(const LedgerEntry entry, reader.Entry());
    RETURN_IF_ERROR(histories.Add(reader.records()[reader.record()].ref.kind, entry, change->history));
  }
  return reader.status();
}

}  // namespace

absl::StatusOr<ReportedChanges> Session::ReportedChangesAfter(int64_t after, int most_transactions,
                                                              const ReportReading& reading) {
  RETURN_IF_ERROR(WriteTransaction());
  ReportedChanges changes;
  changes.through = after;
  std::map<domain::RecordRef, ReportedChange> of_records;
  HistoryReader histories(reading);
  Query query = connection_.Prepare(Sql::kTransactionsFrom);
  query.Bind(tenant_, after + 1);
  for (int i = 0; i < most_transactions; ++i) {
    if (!query.Next()) {
      RETURN_IF_ERROR(Break(query.status()));
      changes.end = true;
      break;
    }
    changes.through = query.Int(0);
    if (const absl::Status status = AddChanges(query.Bytes(2), histories, of_records); !status.ok()) {
      return DamagedRecord("ledger", fmt::format("{}", changes.through), status);
    }
  }
  changes.records.reserve(of_records.size());
  for (auto& [ref, change] : of_records) {
    change.ref = ref;
    changes.records.push_back(std::move(change));
  }
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

absl::Status Session::ReadProspects(std::string_view lead_id, std::string_view body, const ReportReading& reading,
                                    domain::ReportInput& input) {
  domain::Lead lead;
  KeyOpener opener(keys_, PlaceOf("leads", lead_id));
  if (absl::Status status = Decode(body, lead, &opener); !status.ok()) {
    return DamagedRecord("leads", lead_id, status);
  }
  input.value = std::move(lead.value);
  input.probability = lead.probability;
  if (reading.completeness) input.completeness = reading.completeness(lead);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<domain::ReportInput>> Session::GetReportInput(const domain::RecordRef& record,
                                                                           const ReportReading& reading,
                                                                           ReportHistory* history) {
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
    if (lead) RETURN_IF_ERROR(ReadProspects(record.id, query.Bytes(kBodyColumn), reading, input));
  }
  ReportHistory told;
  if (history == nullptr) {
    history = &told;
    RETURN_IF_ERROR(ReadHistory(record, HistoryReader::kTypes, reading, told));
  }
  input.steps = std::move(history->steps);
  input.touched_at = history->touched_at;
  input.enquirer_status = std::move(history->enquirer_status);
  if (!lead) return input;
  ASSIGN_OR_RETURN(const std::vector<domain::SlaClock> clocks, ReportedClocks(record.id));
  for (const domain::SlaClock& clock : clocks) {
    input.step_due |= clock.open();
    input.clocks.push_back({.sla_id = clock.sla_id,
                            .calendar = clock.calendar,
                            .state = clock.state,
                            .start = clock.start,
                            .due = clock.due,
                            .stopped = clock.stopped,
                            .response = reading.response ? reading.response(input.record.region, clock) : 0});
  }
  return input;
}

}  // namespace leadline::store
