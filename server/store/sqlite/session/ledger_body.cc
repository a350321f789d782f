#include "store/sqlite/session/ledger_body.h"

#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec_wire.h"
#include "store/compression.h"

namespace leadline::store {

namespace {

// The first byte of a row.
constexpr char kForm = 2;

// What an event has beyond the usual.
constexpr uint64_t kOwnPacks = 1;     // another generation or other packs than the transaction's
constexpr uint64_t kDecided = 2;      // a decision
constexpr uint64_t kOwnSnapshot = 4;  // whose snapshot is not the transaction's
constexpr uint64_t kOfRecord = 8;     // whose record is the event's
constexpr uint64_t kSealed = 16;      // something in blocks
constexpr uint64_t kKnownFlags = kOwnPacks | kDecided | kOwnSnapshot | kOfRecord | kSealed;

// Small numbers of both signs take little room.
void PutSigned(int64_t value, std::string& out) {
  PutVarint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

void PutString(std::string_view value, std::string& out) {
  PutVarint(value.size(), out);
  out.append(value);
}

// They take a value from the front; false when the bytes end too early.
bool TakeNumber(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool TakeSigned(std::string_view& bytes, int64_t& value) {
  uint64_t folded = 0;
  if (!TakeNumber(bytes, folded)) return false;
  value = static_cast<int64_t>(folded >> 1) ^ -static_cast<int64_t>(folded & 1);
  return true;
}

bool TakeView(std::string_view& bytes, std::string_view& value) {
  uint64_t size = 0;
  if (!TakeNumber(bytes, size) || size > bytes.size()) return false;
  value = bytes.substr(0, static_cast<size_t>(size));
  bytes.remove_prefix(static_cast<size_t>(size));
  return true;
}

// A text as PutText (codec_wire.h) writes it: ids and hashes are half as long.
bool TakeText(std::string_view& bytes, std::string& value) {
  std::string_view view;
  return TakeView(bytes, view) && GetText(view, value);
}

// Times may be anything; their difference wraps rather than overflows.
int64_t Since(Time time, Time from) {
  return static_cast<int64_t>(static_cast<uint64_t>(time) - static_cast<uint64_t>(from));
}
Time After(Time from, int64_t difference) {
  return static_cast<Time>(static_cast<uint64_t>(from) + static_cast<uint64_t>(difference));
}

}  // namespace

uint64_t LedgerBodyWriter::IndexOf(const domain::RecordRef& record, int64_t sequence) {
  // Events of one record come one after another.
  if (last_record_ < records_.size() && records_[last_record_].ref == record) {
    records_[last_record_].last_sequence = sequence;
    return last_record_;
  }
  const auto [at, is_new] = record_index_.try_emplace(record, records_.size());
  if (is_new) records_.push_back({.ref = record, .first_sequence = sequence});
  records_[at->second].last_sequence = sequence;
  return last_record_ = at->second;
}

uint64_t LedgerBodyWriter::NumberOf(std::string_view text) {
  if (text.empty()) return 0;
  if (last_text_ > 0 && texts_[last_text_ - 1] == text) return last_text_;
  const auto [at, is_new] = text_numbers_.try_emplace(std::string(text), texts_.size() + 1);
  if (is_new) texts_.emplace_back(text);
  return last_text_ = at->second;
}

void LedgerBodyWriter::Add(const domain::RecordRef& record, int64_t sequence, const LedgerEntry& entry) {
  const bool own_packs = entry.generation != head_.generation || entry.packs_ref != head_.packs_ref;
  if (entry.decided && head_.snapshot_ref.empty()) head_.snapshot_ref = entry.snapshot_ref;
  // One without a snapshot says so: a later one may yet become the transaction's.
  const bool own_snapshot = entry.decided && (entry.snapshot_ref.empty() || entry.snapshot_ref != head_.snapshot_ref);
  event_.clear();
  PutVarint((own_packs ? kOwnPacks : 0) | (entry.decided ? kDecided : 0) | (own_snapshot ? kOwnSnapshot : 0) |
                (entry.decided && entry.decision_names_record ? kOfRecord : 0) | (entry.sealed > 0 ? kSealed : 0),
            event_);
  if (entry.sealed > 0) PutVarint(entry.sealed, event_);
  PutVarint(static_cast<uint64_t>(entry.type), event_);
  PutVarint(IndexOf(record, sequence), event_);
  PutVarint(NumberOf(entry.region), event_);
  PutVarint(NumberOf(entry.addressed), event_);
  PutSigned(Since(entry.time, head_.append_time), event_);
  if (own_packs) {
    PutSigned(entry.generation, event_);
    PutString(entry.packs_ref, event_);
  }
  PutString(entry.payload, event_);
  if (own_snapshot) PutString(entry.snapshot_ref, event_);
  if (entry.decided) PutString(entry.decision, event_);
  PutString(event_, events_);
  ++count_;
}

void LedgerBodyWriter::WriteContent(std::string& out) const {
  out.clear();
  PutVarint(static_cast<uint64_t>(count_), out);
  PutSigned(head_.append_time, out);
  PutSigned(head_.generation, out);
  for (const std::string* text : {&head_.actor, &head_.request_id, &head_.packs_ref, &head_.snapshot_ref}) {
    PutText(*text, out);
  }
  PutVarint(records_.size(), out);
  for (const LedgerRecord& record : records_) {
    PutVarint(static_cast<uint64_t>(record.ref.kind), out);
    PutText(record.ref.id, out);
    PutVarint(static_cast<uint64_t>(record.first_sequence), out);
  }
  PutVarint(texts_.size(), out);
  for (const std::string& text : texts_) PutText(text, out);
  out.append(events_);
}

absl::Status LedgerBodyWriter::WriteRow(KeyFile& keys, const SealedPlace& place, std::string& out) const {
  std::string content;
  WriteContent(content);
  out.assign(1, kForm);
  Compress(content, out);
  return blocks_.Write(keys, place, out);
}

absl::StatusOr<LedgerRow> OpenLedgerRow(std::string_view row) {
  if (row.empty() || row.front() != kForm) {
    return absl::DataLossError("the transaction is damaged, or of a form that this version does not know");
  }
  std::string_view left = row.substr(1);
  LedgerRow opened;
  if (!Decompress(left, opened.content) || !TakeBlocks(left, opened.blocks) || !left.empty()) {
    return absl::DataLossError(fmt::format("the transaction is damaged in its {} bytes", row.size()));
  }
  return opened;
}

absl::Status LedgerBodyReader::DamagedAt(std::string_view left) const {
  return absl::DataLossError(
      fmt::format("the transaction is damaged at byte {} of {}", size_of_content_ - left.size(), size_of_content_));
}

absl::StatusOr<LedgerBodyReader> LedgerBodyReader::Open(std::string_view content) {
  LedgerBodyReader reader(content);
  RETURN_IF_ERROR(reader.ReadHead());
  return reader;
}

absl::Status LedgerBodyReader::ReadHead() {
  uint64_t count = 0, records = 0, texts = 0;
  if (!TakeNumber(left_, count) || !TakeSigned(left_, head_.append_time) || !TakeSigned(left_, head_.generation) ||
      !TakeText(left_, head_.actor) || !TakeText(left_, head_.request_id) || !TakeText(left_, head_.packs_ref) ||
      !TakeText(left_, head_.snapshot_ref) || !TakeNumber(left_, records)) {
    return DamagedAt(left_);
  }
  count_ = static_cast<int64_t>(count);
  for (; records > 0; --records) {
    uint64_t kind = 0, sequence = 0;
    LedgerRecord record;
    if (!TakeNumber(left_, kind) || !TakeText(left_, record.ref.id) || !TakeNumber(left_, sequence)) {
      return DamagedAt(left_);
    }
    if (kind < static_cast<uint64_t>(domain::RecordKind::kAccount) ||
        kind > static_cast<uint64_t>(domain::RecordKind::kPlugin)) {
      return absl::DataLossError(fmt::format("record kind {} is unknown", kind));
    }
    record.ref.kind = static_cast<domain::RecordKind>(kind);
    record.first_sequence = static_cast<int64_t>(sequence);
    next_sequence_.push_back(record.first_sequence);
    records_.push_back(std::move(record));
  }
  if (!TakeNumber(left_, texts)) return DamagedAt(left_);
  for (; texts > 0; --texts) {
    if (!TakeText(left_, texts_.emplace_back())) return DamagedAt(left_);
  }
  return absl::OkStatus();
}

bool LedgerBodyReader::Next() {
  if (!status_.ok()) return false;
  if (next_ >= count_) {
    if (!left_.empty()) status_ = DamagedAt(left_);
    return false;
  }
  uint64_t type = 0, record = 0;
  if (!TakeView(left_, rest_)) {
    status_ = DamagedAt(left_);
    return false;
  }
  size_ = rest_.size();
  uint64_t sealed = 0;
  if (!TakeNumber(rest_, flags_) || flags_ > kKnownFlags || ((flags_ & kSealed) && !TakeNumber(rest_, sealed)) ||
      !TakeNumber(rest_, type) || !TakeNumber(rest_, record) || record >= records_.size()) {
    status_ = DamagedAt(left_);
    return false;
  }
  size_ += static_cast<size_t>(sealed);
  type_ = static_cast<int64_t>(type);
  record_ = static_cast<size_t>(record);
  sequence_ = next_sequence_[record_]++;
  ++next_;
  return true;
}

absl::StatusOr<LedgerEntry> LedgerBodyReader::Entry() const {
  std::string_view rest = rest_;
  LedgerEntry entry{.type = type_,
                    .generation = head_.generation,
                    .packs_ref = head_.packs_ref,
                    .decided = (flags_ & kDecided) != 0,
                    .decision_names_record = (flags_ & kOfRecord) != 0};
  uint64_t region = 0, addressed = 0;
  int64_t since = 0;
  bool sound = TakeNumber(rest, region) && region <= texts_.size() && TakeNumber(rest, addressed) &&
               addressed <= texts_.size() && TakeSigned(rest, since);
  if (flags_ & kOwnPacks) sound = sound && TakeSigned(rest, entry.generation) && TakeView(rest, entry.packs_ref);
  sound = sound && TakeView(rest, entry.payload);
  if (entry.decided) {
    entry.snapshot_ref = head_.snapshot_ref;
    if (flags_ & kOwnSnapshot) sound = sound && TakeView(rest, entry.snapshot_ref);
    sound = sound && TakeView(rest, entry.decision);
  }
  if (!sound) return DamagedAt(left_);
  if (region > 0) entry.region = texts_[static_cast<size_t>(region) - 1];
  if (addressed > 0) entry.addressed = texts_[static_cast<size_t>(addressed) - 1];
  entry.time = After(head_.append_time, since);
  return entry;
}

}  // namespace leadline::store
