// What the ledger tells of a record for reports where merges came and went: without what a merge made of it that was
// undone, and with what those went through that were merged into it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/lifecycle.h"
#include "domain/records.h"
#include "store/sqlite/session/history_reader.h"
#include "store/sqlite/session/ledger_body.h"
#include "store/store.h"

namespace leadline::store {

// Both ways as one, to which the survivor's steps since the merge are to be added: at each moment the furthest status
// of the two stands, and where one was in a status that the other was beyond, it was there on the way. `steps` and
// `other` are in ledger order.
std::vector<domain::StatusStep> JoinSteps(const domain::Lifecycle& lifecycle, std::vector<domain::StatusStep> steps,
                                          std::vector<domain::StatusStep> other);

// The way leads there, where it ends elsewhere.
void StandAt(const domain::Lifecycle& lifecycle, domain::StatusStep step, std::vector<domain::StatusStep>& steps);

// Merges of one record, as its history tells them. Not thread-safe.
class MergesOfRecord {
 public:
  // Types of the events that are read: Merged, Unmerged.
  static bool Reads(int64_t type) { return type == 9 || type == 10; }
  static bool IsMove(int64_t type) { return type == 3; }

  explicit MergesOfRecord(domain::RecordRef record) : record_(std::move(record)) {}

  // Takes an entry of one of these types, in the order of the ledger. DATA_LOSS for damaged bytes.
  absl::Status Take(const LedgerEntry& entry);
  // Whether what the entry tells is the doing of a merge that was undone, or went with the record that was absorbed.
  bool IsUndone(const LedgerEntry& entry) const;
  // The same of all that the transaction did.
  bool IsUndone(int64_t transaction) const;
  // Whether the entry tells that the survivor stands where the absorbed record did, which that one's own history tells.
  absl::StatusOr<bool> IsTakenPlace(const LedgerEntry& entry) const;

  // One record that was merged into this one and stands there.
  struct Absorbed {
    std::string id;
    int64_t transaction = 0;  // of the merge
  };
  // In the order of the merges.
  std::vector<Absorbed> absorbed() const;
  bool empty() const { return merges_.empty(); }

 private:
  struct Merge {
    std::string id;
    std::string absorbed;  // empty: this record was not the survivor
    std::vector<int64_t> transactions;
    int64_t undone = 0;  // the transaction; 0: it stands
    bool Did(int64_t transaction) const;
  };

  const domain::RecordRef record_;
  std::vector<Merge> merges_;
};

}  // namespace leadline::store
