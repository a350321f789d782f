// The bytes of one ledger transaction: what its events share once, then the events, each with its length in front, so
// that a reader passes over those it does not want. Payloads and decisions are those of store/codec.h.
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
  int64_t type = 0;  // of the payload
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
  // The bytes of everything so far. Replaces `out`.
  void Write(std::string& out) const;

 private:
  uint64_t IndexOf(const domain::RecordRef& record, int64_t sequence);
  // 0 for an empty one.
  uint64_t NumberOf(std::string_view text);

  LedgerHead head_;
  std::vector<LedgerRecord> records_;
  std::map<domain::RecordRef, uint64_t> record_index_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, uint64_t> text_numbers_;
  int64_t count_ = 0;
  std::string events_, event_;
};

// Goes through the events of one transaction. Not thread-safe; the bytes must stay meanwhile.
class LedgerBodyReader {
 public:
  // DATA_LOSS for bytes that are damaged, or of another form.
  static absl::StatusOr<LedgerBodyReader> Open(std::string_view body);

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
  size_t size() const { return size_; }  // in bytes
  // The rest of it.
  absl::StatusOr<LedgerEntry> Entry() const;

 private:
  explicit LedgerBodyReader(std::string_view body) : size_of_body_(body.size()), left_(body) {}
  absl::Status ReadHead();
  absl::Status DamagedAt(std::string_view left) const;

  size_t size_of_body_;
  std::string_view left_;
  LedgerHead head_;
  std::vector<LedgerRecord> records_;
  std::vector<int64_t> next_sequence_;  // of each record
  std::vector<std::string_view> texts_;
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
