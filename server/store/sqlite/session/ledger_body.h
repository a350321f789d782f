// The bytes of one ledger transaction, in its row:
//
//   row     := form content blocks
//   content := what its events share, once, then the events, each with its length in front, so that a reader passes
//              over those it does not want; made smaller (store/compression.h). Payloads and decisions are those of
//              store/codec.h.
//   blocks  := what is personal in the events (sealing/sealed_blocks.h)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/records.h"
#include "store/sealing/sealed_blocks.h"

namespace leadline::store {

// What the events of a transaction share. The references are those of shared_texts; empty: none.
struct LedgerHead {
  std::string actor;
  std::string request_id;
  Time append_time = 0;
  int64_t generation = 0;
  std::string packs_ref;
  std::string snapshot_ref;  // of its decisions
};

// What the bytes hold of one event. The texts live no longer than what they were taken from.
struct LedgerEntry {
  int64_t transaction = 0;  // its number; 0: not asked for
  int64_t type = 0;         // of the payload
  std::string_view region;
  std::string_view addressed;
  Time time = 0;
  int64_t generation = 0;
  std::string_view packs_ref;
  std::string_view payload;
  bool decided = false;                // the rest has a meaning
  bool decision_names_record = false;  // `decision` stands without its record, which is the event's
  std::string_view snapshot_ref;
  std::string_view decision;
  size_t sealed = 0;  // how many bytes of the event stand in blocks
};

// A record that a transaction has events of.
struct LedgerRecord {
  domain::RecordRef ref;
  int64_t first_sequence = 0;
  int64_t last_sequence = 0;  // only of a writer
};

// Gathers the events of one transaction. Not thread-safe.
class LedgerBodyWriter {
 public:
  explicit LedgerBodyWriter(LedgerHead head) : head_(std::move(head)) {}

  const LedgerHead& head() const { return head_; }
  const std::vector<LedgerRecord>& records() const { return records_; }
  int64_t count() const { return count_; }
  // `sequence` goes on from the record's last event.
  void Add(const domain::RecordRef& record, int64_t sequence, const LedgerEntry& entry);
  // Where what is personal in the events goes.
  SealedBlocks& blocks() { return blocks_; }
  // The content so far. Replaces `out`.
  void WriteContent(std::string& out) const;
  // The row so far. Replaces `out`. DATA_LOSS when a key is missing.
  absl::Status WriteRow(KeyFile& keys, const SealedPlace& place, std::string& out) const;

 private:
  uint64_t IndexOf(const domain::RecordRef& record, int64_t sequence);
  // 0 for an empty one.
  uint64_t NumberOf(std::string_view text);

  LedgerHead head_;
  std::vector<LedgerRecord> records_;
  std::map<domain::RecordRef, uint64_t> record_index_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint64_t> text_numbers_;
  uint64_t last_record_ = 0, last_text_ = 0;  // as they were asked for; of the text, its number
  int64_t count_ = 0;
  std::string events_, event_;
  SealedBlocks blocks_;
};

// What a row holds. The blocks are views of the row.
struct LedgerRow {
  std::string content;
  std::vector<std::string_view> blocks;
};
// DATA_LOSS for bytes that are damaged, or of another form.
absl::StatusOr<LedgerRow> OpenLedgerRow(std::string_view row);

// Goes through the events of one transaction. Not thread-safe; the content must stay meanwhile.
class LedgerBodyReader {
 public:
  // DATA_LOSS for bytes that are damaged.
  static absl::StatusOr<LedgerBodyReader> Open(std::string_view content);

  const LedgerHead& head() const { return head_; }
  const std::vector<LedgerRecord>& records() const { return records_; }
  int64_t count() const { return count_; }

  // Moves to the next event; false at the end and after an error, which status() tells.
  bool Next();
  const absl::Status& status() const { return status_; }

  // Of the event that Next moved to.
  int64_t index() const { return next_ - 1; }
  size_t record() const { return record_; }  // into records()
  int64_t sequence() const { return sequence_; }
  int64_t type() const { return type_; }
  size_t size() const { return size_; }  // in bytes, with what stands in blocks
  // The rest of it.
  absl::StatusOr<LedgerEntry> Entry() const;

 private:
  explicit LedgerBodyReader(std::string_view content) : size_of_content_(content.size()), left_(content) {}
  absl::Status ReadHead();
  absl::Status DamagedAt(std::string_view left) const;

  size_t size_of_content_;
  std::string_view left_;
  LedgerHead head_;
  std::vector<LedgerRecord> records_;
  std::vector<int64_t> next_sequence_;  // of each record
  std::vector<std::string> texts_;
  int64_t count_ = 0;
  absl::Status status_;

  int64_t next_ = 0;
  size_t record_ = 0;
  int64_t sequence_ = 0;
  int64_t type_ = 0;
  size_t size_ = 0;
  uint64_t flags_ = 0;
  std::string_view rest_;
};

}  // namespace leadline::store
