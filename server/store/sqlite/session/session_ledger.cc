// The ledger: appending and reading in order.
#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/sqlite/session/cursor.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {

namespace {

constexpr size_t kSlaChangedType = 7;
static_assert(std::is_same_v<std::variant_alternative_t<kSlaChangedType, domain::EventPayload>, domain::SlaChanged>);

absl::Status DamagedTransaction(int64_t number, const absl::Status& status) {
  return DamagedRecord("ledger", fmt::format("{}", number), status);
}

}  // namespace

absl::StatusOr<int64_t> Session::LastPosition() {
  if (appended_) {
    return last_position_;
  }
  if (mode_.memory != nullptr && mode_.memory->last_position >= 0) {
    return mode_.memory->last_position;
  }
  Query query = connection_.Prepare(Sql::kLastTransaction);
  if (!query.Bind(tenant_).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return 0;
  }
  const int64_t number = query.Int(0);
  const absl::StatusOr<LedgerRow> row = OpenLedgerRow(query.Bytes(1));
  if (!row.ok()) return DamagedTransaction(number, row.status());
  const absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(row->content);
  if (!reader.ok()) {
    return DamagedTransaction(number, reader.status());
  }
  return domain::PositionOf(number, std::max<int64_t>(reader->count(), 1) - 1);
}

absl::StatusOr<std::optional<std::string>> Session::TransactionIdAt(int64_t number) {
  RETURN_IF_ERROR(WriteTransaction());
  Query query = connection_.Prepare(Sql::kTransactionIdAt);
  std::optional<std::string> id;
  if (query.Bind(tenant_, number).Next()) {
    id = query.String(0);
  }
  RETURN_IF_ERROR(Break(query.status()));
  return id;
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

absl::Status Session::CheckEvent(const domain::Event& event) const {
  if (event.transaction_id.empty()) {
    return absl::InvalidArgumentError("transaction_id is empty; every event belongs to a ledger transaction");
  }
  if (!open_.has_value() || open_->id != event.transaction_id) {
    if (ended_.contains(event.transaction_id)) {
      return absl::InvalidArgumentError(
          fmt::format("ledger transaction {} ended when another one began; append its events one after another",
                      event.transaction_id));
    }
    return absl::OkStatus();
  }
  const LedgerHead& head = open_->body.head();
  const auto differs = [&event](std::string_view what) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not that of the first event of ledger transaction {}", what, event.transaction_id));
  };
  if (event.actor != head.actor) return differs("actor");
  if (event.request_id != head.request_id) return differs("request_id");
  if (event.append_time != head.append_time) return differs("append_time");
  if (open_->body.count() >= domain::kMostEventsInTransaction) {
    return absl::InvalidArgumentError(fmt::format("ledger transaction {} has {} events already, the most there can be",
                                                  event.transaction_id, domain::kMostEventsInTransaction));
  }
  return absl::OkStatus();
}

absl::Status Session::OpenTransactionOf(const domain::Event& event, std::string_view packs_ref) {
  if (open_.has_value() && open_->id == event.transaction_id) return absl::OkStatus();
  RETURN_IF_ERROR(WriteTransaction());
  ASSIGN_OR_RETURN(const int64_t last, LastPosition());
  if (open_.has_value()) ended_.insert(std::move(open_->id));
  LedgerHead head{.actor = event.actor,
                  .request_id = event.request_id,
                  .append_time = event.append_time,
                  .generation = event.generation,
                  .packs_ref = std::string(packs_ref)};
  open_ = OpenTransaction{
      .id = event.transaction_id, .number = domain::TransactionAt(last) + 1, .body = LedgerBodyWriter(std::move(head))};
  return absl::OkStatus();
}

absl::Status Session::Append(domain::Event& event) {
  RETURN_IF_ERROR(CheckEvent(event));
  RETURN_IF_ERROR(BeginWriting());
  SharedTextWriter& texts = mode_.memory->texts;
  const auto packs = texts.PutList(connection_, tenant_, event.pack_hashes);
  RETURN_IF_ERROR(Break(packs.status()));
  RETURN_IF_ERROR(OpenTransactionOf(event, *packs));
  ASSIGN_OR_RETURN(const int64_t sequence, NextSequence(event.record));
  const int64_t index = open_->body.count();
  const bool of_people =
      event.record.kind == domain::RecordKind::kContact || event.record.kind == domain::RecordKind::kLead;
  BlockSealer sealer(open_->body.blocks(), [&] { return SlotsOf(event); });
  Encode(event.payload, body_, of_people ? &sealer : nullptr);
  RETURN_IF_ERROR(sealer.status());
  LedgerEntry entry{.type = static_cast<int64_t>(event.payload.index()),
                    .region = event.region,
                    .addressed = event.addressed,
                    .time = event.time,
                    .generation = event.generation,
                    .packs_ref = *packs,
                    .payload = body_};
  absl::StatusOr<std::string> snapshot = std::string();
  if (event.decision.has_value()) {
    snapshot = texts.PutSnapshot(connection_, tenant_, event.decision->snapshot);
    RETURN_IF_ERROR(Break(snapshot.status()));
    entry.decided = true;
    entry.snapshot_ref = *snapshot;
    entry.decision_names_record = event.decision->record == domain::ResourceName(event.record);
    std::string name;
    if (entry.decision_names_record) name.swap(event.decision->record);
    Encode(*event.decision, second_body_, of_people ? &sealer : nullptr);
    RETURN_IF_ERROR(sealer.status());
    if (entry.decision_names_record) name.swap(event.decision->record);
    entry.decision = second_body_;
  }
  entry.sealed = sealer.size();
  open_->body.Add(event.record, sequence, entry);
  open_->written = false;
  event.id = fmt::format("{}.{}", event.transaction_id, index);
  event.position = domain::PositionOf(open_->number, index);
  event.sequence = sequence;
  last_position_ = event.position;
  last_sequence_[event.record] = sequence;
  appended_ = true;
  if (event.record.kind == domain::RecordKind::kLead && event.payload.index() == kSlaChangedType) {
    return TellClock(event.record.id, std::get<domain::SlaChanged>(event.payload).clock);
  }
  return absl::OkStatus();
}

absl::Status Session::WriteTransaction() {
  if (!open_.has_value() || open_->written) return absl::OkStatus();
  RETURN_IF_ERROR(open_->body.WriteRow(keys_, PlaceOf("ledger", open_->id), body_));
  {
    Query put = connection_.Prepare(Sql::kPutTransaction);
    RETURN_IF_ERROR(Run(put.Bind(tenant_, open_->number, open_->id, Blob{body_})));
  }
  for (const LedgerRecord& record : open_->body.records()) {
    Query put = connection_.Prepare(Sql::kPutTransactionOfRecord);
    RETURN_IF_ERROR(Run(
        put.Bind(tenant_, static_cast<int64_t>(record.ref.kind), record.ref.id, open_->number, record.last_sequence)));
  }
  open_->written = true;
  return absl::OkStatus();
}

absl::StatusOr<domain::Event> Session::EventOf(const LedgerBodyReader& reader, OpenedBlocks& blocks,
                                               std::string_view transaction_id, int64_t number) {
  ASSIGN_OR_RETURN(const LedgerEntry entry, reader.Entry());
  domain::Event event;
  event.id = fmt::format("{}.{}", transaction_id, reader.index());
  event.transaction_id = transaction_id;
  event.record = reader.records()[reader.record()].ref;
  event.addressed = entry.addressed;
  event.region = entry.region;
  event.sequence = reader.sequence();
  event.position = domain::PositionOf(number, reader.index());
  event.time = entry.time;
  event.append_time = reader.head().append_time;
  event.actor = reader.head().actor;
  event.request_id = reader.head().request_id;
  event.generation = entry.generation;
  ASSIGN_OR_RETURN(event.pack_hashes, texts_.GetList(connection_, tenant_, entry.packs_ref));
  BlockOpener opener(blocks);
  RETURN_IF_ERROR(DecodePayload(entry.type, entry.payload, event.payload, &opener));
  event.erased = opener.met_erased();  // what plugins answered is shown to nobody
  if (entry.decided) {
    BlockOpener decision_opener(blocks);
    RETURN_IF_ERROR(Decode(entry.decision, event.decision.emplace(), &decision_opener));
    if (entry.decision_names_record) event.decision->record = domain::ResourceName(event.record);
    ASSIGN_OR_RETURN(event.decision->snapshot, texts_.GetSnapshot(connection_, tenant_, entry.snapshot_ref));
  }
  return event;
}

struct Session::EventPage {
  const int64_t after;
  const size_t limit;
  int64_t bytes_left;
  const std::set<domain::RecordRef>* records = nullptr;  // null: of all
  std::vector<domain::Event> events;
  bool full = false;

  EventPage(int64_t position, int most, int64_t max_bytes)
      : after(position),
        limit(static_cast<size_t>(most)),
        bytes_left(max_bytes > 0 ? max_bytes : std::numeric_limits<int64_t>::max()) {}

  void Add(domain::Event event, size_t bytes) {
    events.push_back(std::move(event));
    bytes_left -= static_cast<int64_t>(bytes);
    full = events.size() >= limit || bytes_left <= 0;
  }
};

absl::Status Session::AddEvents(const Query& query, EventPage& page) {
  const int64_t number = query.Int(0);
  const absl::StatusOr<LedgerRow> row = OpenLedgerRow(query.Bytes(2));
  if (!row.ok()) return DamagedTransaction(number, row.status());
  absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(row->content);
  if (!reader.ok()) return DamagedTransaction(number, reader.status());
  OpenedBlocks blocks(keys_, PlaceOf("ledger", query.Text(1)), row->blocks);
  std::vector<bool> wanted(reader->records().size(), true);
  if (page.records != nullptr) {
    for (size_t i = 0; i < wanted.size(); ++i) wanted[i] = page.records->contains(reader->records()[i].ref);
  }
  while (!page.full && reader->Next()) {
    if (!wanted[reader->record()] || domain::PositionOf(number, reader->index()) <= page.after) continue;
    absl::StatusOr<domain::Event> event = EventOf(*reader, blocks, query.Text(1), number);
    if (!event.ok()) {
      return DamagedRecord("ledger", fmt::format("{}, event {}", number, reader->index()), event.status());
    }
    page.Add(*std::move(event), reader->size());
  }
  return reader->status().ok() ? absl::OkStatus() : DamagedTransaction(number, reader->status());
}

absl::StatusOr<std::vector<domain::Event>> Session::EventsAfter(int64_t after, int limit, int64_t max_bytes) {
  RETURN_IF_ERROR(CheckLimit(limit));
  RETURN_IF_ERROR(WriteTransaction());
  EventPage page(after, limit, max_bytes);
  Query query = connection_.Prepare(Sql::kTransactionsFrom);
  query.Bind(tenant_, domain::TransactionAt(after));
  while (!page.full && query.Next()) RETURN_IF_ERROR(AddEvents(query, page));
  RETURN_IF_ERROR(Break(query.status()));
  return std::move(page.events);
}

absl::StatusOr<std::vector<domain::Event>> Session::Timeline(std::span<const domain::RecordRef> records, int64_t after,
                                                             int limit, int64_t max_bytes) {
  RETURN_IF_ERROR(CheckLimit(limit));
  RETURN_IF_ERROR(WriteTransaction());
  const std::set<domain::RecordRef> distinct(records.begin(), records.end());
  // The numbers come from the index alone; only the transactions of the answer are read. That of `after` may have
  // nothing more, every other one has an event.
  const int64_t most = int64_t{limit} + 1;
  std::vector<int64_t> numbers;
  for (const domain::RecordRef& record : distinct) {
    Query query = connection_.Prepare(Sql::kNumbersOfRecord);
    query.Bind(tenant_, static_cast<int64_t>(record.kind), record.id, domain::TransactionAt(after), most);
    while (query.Next()) {
      numbers.push_back(query.Int(0));
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  EventPage page(after, limit, max_bytes);
  page.records = &distinct;
  for (auto number = numbers.begin(); number != numbers.end() && !page.full; ++number) {
    Query query = connection_.Prepare(Sql::kTransactionAt);
    const bool found = query.Bind(tenant_, *number).Next();
    RETURN_IF_ERROR(Break(query.status()));
    if (!found) {
      return DamagedTransaction(*number, absl::DataLossError("is in the index but not in the table"));
    }
    RETURN_IF_ERROR(AddEvents(query, page));
  }
  return std::move(page.events);
}

absl::Status Session::ForEachPayload(const domain::RecordRef& record, int64_t type,
                                     const std::function<absl::Status(Time, std::string_view)>& visit) {
  return ForEachEntry(record, {type}, std::numeric_limits<int64_t>::max(),
                      [&](const LedgerEntry& entry) { return visit(entry.time, entry.payload); });
}

absl::Status Session::ForEachEntry(const domain::RecordRef& record, std::initializer_list<int64_t> types,
                                   int64_t through, const std::function<absl::Status(const LedgerEntry&)>& visit) {
  Query query = connection_.Prepare(Sql::kTransactionsOfRecord);
  query.Bind(tenant_, static_cast<int64_t>(record.kind), record.id);
  while (query.Next()) {
    const int64_t number = query.Int(0);
    if (number > through) break;
    const absl::StatusOr<LedgerRow> row = OpenLedgerRow(query.Bytes(1));
    if (!row.ok()) return DamagedTransaction(number, row.status());
    absl::StatusOr<LedgerBodyReader> reader = LedgerBodyReader::Open(row->content);
    if (!reader.ok()) return DamagedTransaction(number, reader.status());
    while (reader->Next()) {
      const bool wanted = std::find(types.begin(), types.end(), reader->type()) != types.end();
      if (!wanted || reader->records()[reader->record()].ref != record) continue;
      absl::StatusOr<LedgerEntry> entry = reader->Entry();
      if (!entry.ok()) return DamagedTransaction(number, entry.status());
      entry->transaction = number;
      if (absl::Status status = visit(*entry); !status.ok()) {
        return DamagedTransaction(number, status);
      }
    }
    if (!reader->status().ok()) return DamagedTransaction(number, reader->status());
  }
  return Break(query.status());
}

}  // namespace leadline::store
