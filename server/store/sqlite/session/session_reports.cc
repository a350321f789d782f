// Folds for reports: one streaming query each, grouped by record.
#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr int64_t kStatusChangedType = 3;
constexpr int64_t kAssignedType = 6;
constexpr int64_t kSlaChangedType = 7;
static_assert(
    std::is_same_v<std::variant_alternative_t<kStatusChangedType, domain::EventPayload>, domain::StatusChanged>);
static_assert(std::is_same_v<std::variant_alternative_t<kAssignedType, domain::EventPayload>, domain::Assigned>);
static_assert(std::is_same_v<std::variant_alternative_t<kSlaChangedType, domain::EventPayload>, domain::SlaChanged>);

Time OrEver(Time to) { return to == 0 ? std::numeric_limits<Time>::max() : to; }
Time OrAlways(Time from) { return from == 0 ? std::numeric_limits<Time>::min() : from; }

// Columns of the report queries.
enum Column { kRecordId, kSource, kRegion, kCreatedAt, kProducts, kTime, kPayload };

// `products` holds each product with a separator on both sides (session_put.cc).
bool HasProduct(std::string_view products, const std::string& wanted) {
  return wanted.empty() || products.find("\x1f" + wanted + "\x1f") != std::string_view::npos;
}

absl::Status ReadPayload(int64_t type, const Query& query, int column, std::string_view record,
                         domain::EventPayload& payload) {
  if (absl::Status status = DecodePayload(type, query.Text(column), payload); !status.ok()) {
    return DamagedRecord("an event of a record", record, status);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Session::ForEachJourney(const JourneyFilter& filter,
                                     const std::function<void(const domain::Journey&)>& visit) {
  const bool leads = filter.kind == domain::RecordKind::kLead;
  if (!leads && filter.kind != domain::RecordKind::kContact) {
    return absl::InvalidArgumentError("only leads and contacts have journeys");
  }
  Query query = connection_.Prepare(leads ? Sql::kLeadJourneys : Sql::kContactJourneys);
  const Time from = OrAlways(filter.created_from), to = OrEver(filter.created_to);
  query.Bind(tenant_, from, to, filter.region);
  if (leads) {
    query.BindAt(5, filter.source);
  }
  std::string record;
  domain::Journey journey;
  domain::EventPayload payload;
  bool any = false;
  while (query.Next()) {
    if (leads && !HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    if (!any || query.Text(kRecordId) != record) {
      if (any) {
        visit(journey);
      }
      any = true;
      record = query.String(kRecordId);
      journey.source = query.Text(kSource);
      journey.region = query.Text(kRegion);
      journey.created_at = query.Int(kCreatedAt);
      journey.steps.clear();
    }
    if (query.Text(kPayload).empty()) {
      continue;  // a record whose status never changed
    }
    RETURN_IF_ERROR(ReadPayload(kStatusChangedType, query, kPayload, record, payload));
    auto& change = std::get<domain::StatusChanged>(payload);
    journey.steps.push_back({.to = std::move(change.to), .time = query.Int(kTime)});
  }
  RETURN_IF_ERROR(Break(query.status()));
  if (any) {
    visit(journey);
  }
  return absl::OkStatus();
}

absl::Status Session::ForEachClock(const JourneyFilter& filter,
                                   const std::function<void(const domain::SlaSample&)>& visit) {
  if (filter.kind != domain::RecordKind::kLead) {
    return absl::InvalidArgumentError("only leads have service-level clocks");
  }
  Query query = connection_.Prepare(Sql::kLeadClocks);
  const Time from = OrAlways(filter.created_from), to = OrEver(filter.created_to);
  query.Bind(tenant_, from, to, filter.region, filter.source);
  std::string record;
  std::vector<domain::SlaSample> samples;  // of one lead: one per level and start
  domain::EventPayload payload;
  while (query.Next()) {
    if (!HasProduct(query.Text(kProducts), filter.product)) {
      continue;
    }
    if (query.Text(kRecordId) != record) {
      std::for_each(samples.begin(), samples.end(), visit);
      samples.clear();
      record = query.String(kRecordId);
    }
    RETURN_IF_ERROR(ReadPayload(kSlaChangedType, query, kPayload, record, payload));
    auto& clock = std::get<domain::SlaChanged>(payload).clock;
    const auto same = std::find_if(samples.begin(), samples.end(), [&clock](const domain::SlaSample& s) {
      return s.clock.sla_id == clock.sla_id && s.clock.start == clock.start;
    });
    if (same != samples.end()) {
      same->clock = std::move(clock);
    } else {
      samples.push_back({.source = query.String(kSource),
                         .region = query.String(kRegion),
                         .created_at = query.Int(kCreatedAt),
                         .clock = std::move(clock)});
    }
  }
  RETURN_IF_ERROR(Break(query.status()));
  std::for_each(samples.begin(), samples.end(), visit);
  return absl::OkStatus();
}

absl::Status Session::ForEachAssignment(Time from, Time to, const std::function<void(const AssignmentEvent&)>& visit) {
  Query query = connection_.Prepare(Sql::kAssignments);
  query.Bind(tenant_, OrAlways(from), OrEver(to));
  AssignmentEvent assignment;
  domain::EventPayload payload;
  while (query.Next()) {
    assignment.lead_id = query.Text(0);
    assignment.time = query.Int(1);
    RETURN_IF_ERROR(ReadPayload(kAssignedType, query, 2, assignment.lead_id, payload));
    assignment.assigned = std::get<domain::Assigned>(std::move(payload));
    if (!assignment.assigned.rep.empty()) {
      visit(assignment);
    }
  }
  return Break(query.status());
}

}  // namespace leadline::store
