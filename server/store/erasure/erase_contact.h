// The erasure of a person: what it changes, in one transaction. It asks no rules, so that it can be done to a database
// that no server runs on.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace leadline::store {

struct Erasure {
  std::string id;      // of the contact: any that the person has or had
  std::string reason;  // kept in clear: it must name nobody
  std::string actor;
  std::string request_id;      // may be empty
  std::string transaction_id;  // of the ledger; a new one
  Time now = 0;
};

struct ErasureResult {
  std::string standing_id;            // of the contact that the name leads to
  std::vector<std::string> contacts;  // erased now: that one, and those merged into it; none: they were before
  std::vector<std::string> leads;     // whose personal part was erased now
  int64_t requests = 0;               // whose content was forgotten
};

// Erases the contact that the id leads to, all that were merged into it, and what is personal in the leads that name
// one of them and whose first contact it is, or was when they were made, with all leads that those were merged with:
// Erased in the history of each, rows without anything that names the person, no blocking keys, and nothing of what
// those requests held whose ledger transactions are in the history of the person or of a lead that names them, and no
// sample in what came of operations that tells of the person or of any lead that they are on. When the
// transaction is committed, the store destroys the data keys, and with them everything in the ledger, in activities and
// in merges that they sealed. NOT_FOUND when there is no such contact. Idempotent. The transaction must be one of
// Store::Write.
absl::StatusOr<ErasureResult> EraseContact(Transaction& transaction, const Erasure& erasure);

// The same for what is personal in one lead alone, `erasure.id`, with all leads that it was merged with. For leads that
// the erasure log names: the person whose it was may not be known to an older copy of the database.
absl::StatusOr<ErasureResult> EraseLead(Transaction& transaction, const Erasure& erasure);

}  // namespace leadline::store
