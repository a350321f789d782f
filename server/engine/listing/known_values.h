// Whether values that filters name are known: of the packs that decide, or of a stored record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/snapshot.h"
#include "engine/engine.h"
#include "store/store.h"

namespace leadline::engine {

// What is said of a value that nobody has; nothing of one that is known. Not thread-safe; lives no longer than its
// arguments.
class KnownValues {
 public:
  KnownValues(const Snapshot& snapshot, store::Reader& reader) : snapshot_(snapshot), reader_(reader) {}

  // Of fields of leads: "status", "region", "assignee", "hold_queue", "source", "product"; every value of another one
  // is known. An empty answer: it is known. Reads all leads for a source or a product that the packs do not have.
  absl::StatusOr<std::string> Unknown(std::string_view field, const std::string& value);
  // Of contacts' statuses: the packs' alone.
  std::string UnknownStatus(const std::string& value) const;

 private:
  absl::StatusOr<bool> Stored(store::IdScan::By by, const std::string& value);
  // Of a field whose values schema.yaml lists: "source" or "products".
  absl::StatusOr<std::string> UnknownListed(std::string_view field, std::string_view what, const std::string& value,
                                            const store::JourneyFilter& having);

  const Snapshot& snapshot_;
  store::Reader& reader_;
};

// KnownValues::Unknown by the packs that decide now. Blocks on the store's reader. Thread-safe.
absl::StatusOr<std::string> UnknownValue(const EngineOptions& options, const CallContext& context,
                                         std::string_view field, const std::string& value);

}  // namespace leadline::engine
