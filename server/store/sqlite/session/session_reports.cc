// Folds for reports: the records one after another, each with what the ledger or the clocks say of it.
#include <algorithm>
#include <initializer_list>
#include <limits>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/history_reader.h"
#include "store/sqlite/session/report_columns.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr std::initializer_list<int64_t> kMovesAlone = {3};
constexpr int64_t kAssignedType = 6;
constexpr int64_t kWhole = std::numeric_limits<int64_t>::max();
static_assert(std::is_same_v<std::variant_alternative_t<3, domain::EventPayload>, domain::StatusChanged>);
static_assert(std::is_same_v<std::variant_alternative_t<kAssignedType, domain::EventPayload>, domain::Assigned>);

Time OrEver(Time to) { return to == 0 ? std::numeric_limits<Time>::max() : to; }
Time OrAlways(Time from) { return from == 0 ? std::numeric_limits<Time>::min() : from; }

// `products` holds each product with a separator on both sides (session_put.cc).
bool HasProduct(std::string_view products, const std::string& wanted) {
  return wanted.empty() || products.find("\x1f" + wanted + "\x1f") != std::string_view::npos;
}

absl::StatusOr<domain::SlaClock> ReadClock(const Query& query) {
  const int64_t state = query.Int(kState);
  if (state < static_cast<int64_t>(domain::SlaState::kRunning) ||
      state > static_cast<int64_t>(domain::SlaState::kCancelled)) {
    return DamagedRecord("clocks", query.Text(kRecordId), absl::DataLossError(fmt::format("state {}", state)));
  }
  return domain::SlaClock{.sla_id = query.String(kSlaId),
                          .start = query.Int(kStart),
                          .warn = query.Int(kWarn),
                          .due = query.Int(kDue),
                          .stopped = query.Int(kStopped),
                          .state = static_cast<domain::SlaState>(state),
                          .calendar = query.String(kCalendar),
                          .since = query.Int(kSince),
                          .counted = query.Int(kCounted),
                          .paused = query.Int(kPaused),
                          .steps = query.Int(kSteps),
                          .step_at = query.Int(kStepAt)};
}

}  // namespace

absl::Status Session::ForEachJourney(const JourneyFilter& filter,
                                     const std::function<void(const domain::Journey&)>& visit) {
  const bool leads = filter.kind == domain::RecordKind::kLead;
  if (!leads && filter.kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("only leads and contacts have journeys");
  }
  RETURN_IF_ERROR(WriteTransaction());
  Query query = connection_.Prepare(leads ? Sql::kLeadsForReport : Sql::kContactsForReport);
  const Time from = OrAlways(filter.created_from), to = OrEver(filter.created_to);
  query.Bind(tenant_, from, to, filter.region);
  if (leads) {
    query.BindAt(5, filter.source);
  }
  domain::Journey journey;
  const ReportReading reading{.is_sales = filter.is_sales};
  while (query.Next()) {
    if (leads && !HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    ReadReported(query, journey.record);
    const domain::RecordRef record{.kind = filter.kind, .id = query.String(kRecordId)};
    ReportHistory history;
    HistoryReader histories(reading);
    RETURN_IF_ERROR(ForEachEntry(record, filter.is_sales ? HistoryReader::kTypes : kMovesAlone, kWhole,
                                 [&](const LedgerEntry& entry) { return histories.Add(filter.kind, entry, history); }));
    journey.steps = std::move(history.steps);
    visit(journey);
  }
  return Break(query.status());
}

absl::Status Session::ForEachClock(const JourneyFilter& filter,
                                   const std::function<void(const domain::SlaSample&)>& visit) {
  if (filter.kind != domain::RecordKind::kLead) {
    return absl::InvalidArgumentError("only leads have service-level clocks");
  }
  Query query = connection_.Prepare(Sql::kLeadClocks);
  const Time from = OrAlways(filter.created_from), to = OrEver(filter.created_to);
  query.Bind(tenant_, from, to, filter.region, filter.source);
  domain::SlaSample sample;
  while (query.Next()) {
    if (!HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    ReadReported(query, sample.record);
    ASSIGN_OR_RETURN(sample.clock, ReadClock(query));
    visit(sample);
  }
  return Break(query.status());
}

absl::StatusOr<std::vector<domain::SlaClock>> Session::ClocksOfLead(std::string_view lead_id) {
  Query query = connection_.Prepare(Sql::kClocksOfLead);
  query.Bind(tenant_, lead_id);
  std::vector<domain::SlaClock> clocks;
  while (query.Next()) {
    ASSIGN_OR_RETURN(domain::SlaClock clock, ReadClock(query));
    clocks.push_back(std::move(clock));
  }
  RETURN_IF_ERROR(Break(query.status()));
  return clocks;
}

absl::Status Session::ForEachAssignment(Time from, Time to, const std::function<void(const AssignmentEvent&)>& visit) {
  RETURN_IF_ERROR(WriteTransaction());
  Query query = connection_.Prepare(Sql::kLeadsForReport);
  query.Bind(tenant_, OrAlways(0), OrEver(0), std::string_view(), std::string_view());
  const Time begin = OrAlways(from), end = OrEver(to);
  AssignmentEvent assignment;
  domain::EventPayload payload;
  const auto add = [&](Time time, std::string_view bytes) -> absl::Status {
    if (time < begin || time >= end) return absl::OkStatus();
    RETURN_IF_ERROR(DecodePayload(kAssignedType, bytes, payload));
    assignment.time = time;
    assignment.assigned = std::get<domain::Assigned>(std::move(payload));
    if (!assignment.assigned.rep.empty()) visit(assignment);
    return absl::OkStatus();
  };
  while (query.Next()) {
    assignment.lead_id = query.Text(kRecordId);
    RETURN_IF_ERROR(ForEachPayload({.kind = domain::RecordKind::kLead, .id = assignment.lead_id}, kAssignedType, add));
  }
  return Break(query.status());
}

}  // namespace leadline::store
