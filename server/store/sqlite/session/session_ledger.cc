// The ledger: appending and reading in order.
#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

absl::Status CheckLimit(int limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  return absl::OkStatus();
}

std::string Place(int64_t position) { return fmt::format("{}", position); }

}  // namespace

absl::StatusOr<int64_t> Session::LastPosition() {
  if (appended_) {
    return last_position_;
  }
  if (mode_.memory != nullptr && mode_.memory->last_position >= 0) {
    return mode_.memory->last_position;
  }
  Query query = connection_.Prepare(Sql::kLastPosition);
  const int64_t last = query.Bind(tenant_).Next() ? query.Int(0) : 0;
  RETURN_IF_ERROR(Break(query.status()));
  return last;
}

absl::StatusOr<int64_t> Session::NextSequence(const domain::RecordRef& record) {
  if (const auto known = last_sequence_.find(record); known != last_sequence_.end()) {
    return known->second + 1;
  }
  Query query = connection_.Prepare(Sql::kLastSequence);
  const bool found = query.Bind(tenant_, static_cast<int64_t>(record.kind), record.id).Next();
  RETURN_IF_ERROR(Break(query.status()));
  return (found ? query.Int(0) : 0) + 1;
}

absl::Status Session::Append(domain::Event& event) {
  RETURN_IF_ERROR(BeginWriting());
  ASSIGN_OR_RETURN(const int64_t last, LastPosition());
  ASSIGN_OR_RETURN(const int64_t sequence, NextSequence(event.record));
  SharedTextWriter& texts = mode_.memory->texts;
  auto packs = texts.PutList(connection_, tenant_, event.pack_hashes);
  RETURN_IF_ERROR(Break(packs.status()));
  absl::StatusOr<std::string> snapshot = std::string();
  Encode(event.payload, body_);
  second_body_.clear();
  if (event.decision.has_value()) {
    snapshot = texts.PutSnapshot(connection_, tenant_, event.decision->snapshot);
    RETURN_IF_ERROR(Break(snapshot.status()));
    Encode(*event.decision, second_body_);
  }
  Query insert = connection_.Prepare(Sql::kInsertEvent);
  RETURN_IF_ERROR(
      Run(insert.Bind(tenant_, last + 1, event.id, static_cast<int64_t>(event.record.kind), event.record.id, sequence,
                      static_cast<int64_t>(event.payload.index()), event.time, event.append_time, event.actor,
                      event.request_id, event.generation, *packs, body_, *snapshot, second_body_)));
  event.position = last + 1;
  event.sequence = sequence;
  last_position_ = event.position;
  last_sequence_[event.record] = sequence;
  appended_ = true;
  return absl::OkStatus();
}

// The columns of LEADLINE_EVENT_COLUMNS.
absl::StatusOr<domain::Event> Session::ReadEvent(const Query& query) {
  domain::Event event;
  event.position = query.Int(0);
  event.id = query.String(1);
  const int64_t kind = query.Int(2);
  if (kind < static_cast<int64_t>(domain::RecordKind::kAccount) ||
      kind > static_cast<int64_t>(domain::RecordKind::kPlugin)) {
    return DamagedRecord("events", Place(event.position),
                         absl::DataLossError(fmt::format("record kind {} is unknown", kind)));
  }
  event.record = {.kind = static_cast<domain::RecordKind>(kind), .id = query.String(3)};
  event.sequence = query.Int(4);
  event.time = query.Int(6);
  event.append_time = query.Int(7);
  event.actor = query.String(8);
  event.request_id = query.String(9);
  event.generation = query.Int(10);
  ASSIGN_OR_RETURN(event.pack_hashes, texts_.GetList(connection_, tenant_, query.Text(11)));
  if (absl::Status status = DecodePayload(query.Int(5), query.Text(12), event.payload); !status.ok()) {
    return DamagedRecord("events", Place(event.position), status);
  }
  if (const std::string_view decision = query.Text(14); !decision.empty()) {
    if (absl::Status status = Decode(decision, event.decision.emplace()); !status.ok()) {
      return DamagedRecord("events", Place(event.position) + "/decision", status);
    }
    ASSIGN_OR_RETURN(event.decision->snapshot, texts_.GetSnapshot(connection_, tenant_, query.Text(13)));
  }
  return event;
}

absl::StatusOr<std::vector<domain::Event>> Session::EventsAfter(int64_t after, int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  Query query = connection_.Prepare(Sql::kEventsAfter);
  query.Bind(tenant_, after, limit);
  std::vector<domain::Event> events;
  while (query.Next()) {
    ASSIGN_OR_RETURN(domain::Event event, ReadEvent(query));
    events.push_back(std::move(event));
  }
  RETURN_IF_ERROR(Break(query.status()));
  return events;
}

absl::StatusOr<std::vector<domain::Event>> Session::Timeline(std::span<const domain::RecordRef> records, int64_t after,
                                                             int limit) {
  RETURN_IF_ERROR(CheckLimit(limit));
  // The positions come from the index alone; only the events of the answer are read whole.
  std::vector<int64_t> positions;
  const std::set<domain::RecordRef> distinct(records.begin(), records.end());
  for (const domain::RecordRef& record : distinct) {
    Query query = connection_.Prepare(Sql::kPositionsOfRecord);
    query.Bind(tenant_, static_cast<int64_t>(record.kind), record.id, after, limit);
    while (query.Next()) {
      positions.push_back(query.Int(0));
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  std::sort(positions.begin(), positions.end());
  positions.resize(std::min(positions.size(), static_cast<size_t>(limit)));
  std::vector<domain::Event> events;
  events.reserve(positions.size());
  for (const int64_t position : positions) {
    Query query = connection_.Prepare(Sql::kEventAt);
    const bool found = query.Bind(tenant_, position).Next();
    RETURN_IF_ERROR(Break(query.status()));
    if (!found) {
      return DamagedRecord("events", Place(position), absl::DataLossError("is in the index but not in the table"));
    }
    ASSIGN_OR_RETURN(domain::Event event, ReadEvent(query));
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace leadline::store
