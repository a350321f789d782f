// Texts that many events share (the packs' hashes, the snapshot a decision was taken with): stored once, named by
// their hash.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "store/sqlite/database/connection.h"

namespace leadline::store {

// What the writer stored already, of one tenant. Not thread-safe.
class SharedTextWriter {
 public:
  // The reference of the list; "" for an empty one. Stores it when it is new.
  absl::StatusOr<std::string> PutList(Connection& connection, std::string_view tenant,
                                      const std::vector<std::string>& list);
  // Likewise; "" for null.
  absl::StatusOr<std::string> PutSnapshot(Connection& connection, std::string_view tenant,
                                          const std::shared_ptr<const domain::SnapshotRef>& snapshot);
  // Since the last call, something was stored that a rollback takes away.
  bool TakeNew() { return std::exchange(stored_new_, false); }
  void Forget();

 private:
  absl::StatusOr<std::string> Store(Connection& connection, std::string_view tenant, const std::string& body);

  std::vector<std::pair<std::vector<std::string>, std::string>> lists_;
  // By identity: a snapshot never changes, and holding it keeps its address.
  std::vector<std::pair<std::shared_ptr<const domain::SnapshotRef>, std::string>> snapshots_;
  bool stored_new_ = false;
  std::string body_;
};

// What was read already, of all tenants: equal references have equal content. Thread-safe.
class SharedTextReader {
 public:
  absl::StatusOr<std::vector<std::string>> GetList(Connection& connection, std::string_view tenant,
                                                   std::string_view ref);
  // One object for all who ask for the same reference.
  absl::StatusOr<std::shared_ptr<const domain::SnapshotRef>> GetSnapshot(Connection& connection,
                                                                         std::string_view tenant, std::string_view ref);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<std::string>> lists_;
  std::unordered_map<std::string, std::shared_ptr<const domain::SnapshotRef>> snapshots_;
};

}  // namespace leadline::store
