// Whether values that filters name are known: of the packs that decide, or of a stored record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/snapshot.h"
#include "store/store.h"

namespace leadline::engine {

// What is said of a value that nobody has; nothing of one that is known. Not thread-safe; lives no longer than its
// arguments.
class KnownValues {
 public:
  KnownValues(const Snapshot& snapshot, store::Reader& reader) : snapshot_(snapshot), reader_(reader) {}

  // Of fields of leads: "status", "region", "assignee", "hold_queue", "source"; every value of another one is known. An
  // empty answer: it is known.
  absl::StatusOr<std::string> Unknown(std::string_view field, const std::string& value);
  // Of contacts' statuses: the packs' alone.
  std::string UnknownStatus(const std::string& value) const;

 private:
  absl::StatusOr<bool> Stored(store::IdScan::By by, const std::string& value);

  const Snapshot& snapshot_;
  store::Reader& reader_;
};

}  // namespace leadline::engine
