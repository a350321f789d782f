// Folds for reports: the records one after another, each with what the ledger or the clocks say of it.
#include <algorithm>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/history_reader.h"
#include "store/sqlite/session/report_columns.h"
#include "store/sqlite/session/session.h"
#include "store/sqlite/session/standing_history.h"

namespace leadline::store {

namespace {

constexpr std::initializer_list<int64_t> kMovesAlone = {3, 9, 10};
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
      state > static_cast<int64_t>(domain::SlaState::kUndone)) {
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
  const ReportReading reading{.is_sales = filter.is_sales, .lifecycle = filter.lifecycle};
  while (query.Next()) {
    if (leads && !HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    ReadReported(query, journey.record);
    const domain::RecordRef record{.kind = filter.kind, .id = query.String(kRecordId)};
    ReportHistory history;
    RETURN_IF_ERROR(ReadHistory(record, filter.is_sales ? HistoryReader::kTypes : kMovesAlone, reading, history));
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
  Query query = connection_.Prepare(Sql::kLeadsForReport);
  const Time from = OrAlways(filter.created_from), to = OrEver(filter.created_to);
  query.Bind(tenant_, from, to, filter.region, filter.source);
  domain::SlaSample sample;
  while (query.Next()) {
    if (!HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    ReadReported(query, sample.record);
    ASSIGN_OR_RETURN(std::vector<domain::SlaClock> clocks, ReportedClocks(query.Text(kRecordId)));
    for (domain::SlaClock& clock : clocks) {
      sample.clock = std::move(clock);
      visit(sample);
    }
  }
  return Break(query.status());
}

absl::Status Session::JoinHistory(const domain::RecordRef& absorbed, std::initializer_list<int64_t> types,
                                  const ReportReading& reading, ReportHistory& history) {
  if (reading.lifecycle == nullptr) return absl::OkStatus();
  ReportHistory other;
  RETURN_IF_ERROR(ReadHistory(absorbed, types, reading, other));
  history.steps = JoinSteps(*reading.lifecycle, std::move(history.steps), std::move(other.steps));
  const bool earlier = history.touched_at == 0 || other.touched_at < history.touched_at;
  if (other.touched_at != 0 && earlier) history.touched_at = other.touched_at;
  return absl::OkStatus();
}

absl::Status Session::ReadHistory(const domain::RecordRef& record, std::initializer_list<int64_t> types,
                                  const ReportReading& reading, ReportHistory& history) {
  MergesOfRecord merges(record);
  HistoryReader histories(reading);
  RETURN_IF_ERROR(ForEachEntry(record, types, reading.through, [&](const LedgerEntry& entry) {
    return MergesOfRecord::Reads(entry.type) ? merges.Take(entry) : histories.Add(record.kind, entry, history);
  }));
  if (merges.empty()) return absl::OkStatus();
  // Whatever came before or after a merge is known now.
  history = {};
  HistoryReader again(reading);
  const std::vector<MergesOfRecord::Absorbed> absorbed = merges.absorbed();
  size_t joined = 0;
  std::optional<domain::StatusStep> stands;  // where the survivor stands after the merge
  const auto stand = [&] {
    if (stands.has_value()) StandAt(*reading.lifecycle, *std::exchange(stands, std::nullopt), history.steps);
  };
  const auto join = [&](int64_t before) -> absl::Status {
    for (; joined < absorbed.size() && absorbed[joined].transaction <= before; ++joined) {
      stand();
      if (reading.lifecycle != nullptr && !history.steps.empty()) stands = history.steps.back();
      RETURN_IF_ERROR(JoinHistory({record.kind, absorbed[joined].id}, types, reading, history));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachEntry(record, types, reading.through, [&](const LedgerEntry& entry) -> absl::Status {
    if (MergesOfRecord::Reads(entry.type) || merges.IsUndone(entry)) return absl::OkStatus();
    RETURN_IF_ERROR(join(entry.transaction));
    ASSIGN_OR_RETURN(const bool taken, merges.IsTakenPlace(entry));
    if (!taken || !stands.has_value()) {
      if (MergesOfRecord::IsMove(entry.type)) stand();
      return again.Add(record.kind, entry, history);
    }
    // How it came there is what the other one went through.
    ReportHistory place;
    RETURN_IF_ERROR(again.Add(record.kind, entry, place));
    stands = std::move(place.steps.back());
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(join(kWhole));
  stand();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::SlaClock>> Session::ReportedClocks(std::string_view lead_id) {
  ASSIGN_OR_RETURN(std::vector<domain::SlaClock> clocks, ClocksOfLead(lead_id));
  std::erase_if(clocks, [](const auto& clock) { return clock.state == domain::SlaState::kUndone; });
  ASSIGN_OR_RETURN(const std::vector<domain::MergeRecord> merges, MergesInto(domain::RecordKind::kLead, lead_id));
  for (const domain::MergeRecord& merge : merges) {
    ASSIGN_OR_RETURN(std::vector<domain::SlaClock> others, ReportedClocks(merge.absorbed_id));
    for (domain::SlaClock& other : others) {
      // One that went over to the survivor goes on there.
      const bool there = std::any_of(clocks.begin(), clocks.end(), [&](const domain::SlaClock& clock) {
        return clock.start == other.start && clock.sla_id == other.sla_id;
      });
      if (other.stopped != 0 && !there) clocks.push_back(std::move(other));
    }
  }
  return clocks;
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
  // What a merge gave that was undone, and what gives it back, is told of nobody.
  std::vector<std::pair<int64_t, AssignmentEvent>> of_lead;
  const auto add = [&](const LedgerEntry& entry) -> absl::Status {
    if (entry.time < begin || entry.time >= end) return absl::OkStatus();
    RETURN_IF_ERROR(DecodePayload(kAssignedType, entry.payload, payload));
    assignment.time = entry.time;
    assignment.assigned = std::get<domain::Assigned>(std::move(payload));
    const bool back = assignment.assigned.credited && assignment.assigned.route == "unmerge";
    if (!assignment.assigned.rep.empty() && !back) of_lead.emplace_back(entry.transaction, assignment);
    return absl::OkStatus();
  };
  while (query.Next()) {
    assignment.lead_id = query.Text(kRecordId);
    const domain::RecordRef lead{.kind = domain::RecordKind::kLead, .id = assignment.lead_id};
    MergesOfRecord merges(lead);
    of_lead.clear();
    RETURN_IF_ERROR(ForEachEntry(lead, {kAssignedType, 9, 10}, kWhole, [&](const LedgerEntry& entry) {
      return MergesOfRecord::Reads(entry.type) ? merges.Take(entry) : add(entry);
    }));
    for (const auto& [transaction, given] : of_lead) {
      if (!merges.IsUndone(transaction)) visit(given);
    }
  }
  return Break(query.status());
}

}  // namespace leadline::store
