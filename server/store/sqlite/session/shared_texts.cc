#include "store/sqlite/session/shared_texts.h"

#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"

namespace leadline::store {

namespace {

constexpr size_t kRefLength = 16;
// Few are in use at a time; more means that something makes a new one for each event.
constexpr size_t kRemembered = 64;
constexpr size_t kCached = 1024;

absl::StatusOr<std::string> Load(Connection& connection, std::string_view tenant, std::string_view ref) {
  Query query = connection.Prepare(Sql::kGetSharedText);
  if (query.Bind(tenant, ref).Next()) {
    return std::string(query.Bytes(0));
  }
  RETURN_IF_ERROR(query.status());
  return absl::DataLossError(fmt::format("shared_texts/{} is missing, though the ledger names it", ref));
}

absl::Status At(const absl::Status& status, std::string_view ref) {
  return absl::DataLossError(fmt::format("shared_texts/{}: {}", ref, std::string(status.message())));
}

}  // namespace

absl::StatusOr<std::string> SharedTextWriter::PutList(Connection& connection, std::string_view tenant,
                                                      const std::vector<std::string>& list) {
  if (list.empty()) {
    return std::string();
  }
  for (auto known = lists_.rbegin(); known != lists_.rend(); ++known) {
    if (known->first == list) {
      return known->second;
    }
  }
  Encode(list, body_);
  ASSIGN_OR_RETURN(std::string ref, Store(connection, tenant, body_));
  if (lists_.size() >= kRemembered) {
    lists_.erase(lists_.begin());
  }
  lists_.emplace_back(list, ref);
  return ref;
}

absl::StatusOr<std::string> SharedTextWriter::PutSnapshot(Connection& connection, std::string_view tenant,
                                                          const std::shared_ptr<const domain::SnapshotRef>& snapshot) {
  if (snapshot == nullptr) {
    return std::string();
  }
  for (auto known = snapshots_.rbegin(); known != snapshots_.rend(); ++known) {
    if (known->first == snapshot) {
      return known->second;
    }
  }
  Encode(*snapshot, body_);
  ASSIGN_OR_RETURN(std::string ref, Store(connection, tenant, body_));
  if (snapshots_.size() >= kRemembered) {
    snapshots_.erase(snapshots_.begin());
  }
  snapshots_.emplace_back(snapshot, ref);
  return ref;
}

absl::StatusOr<std::string> SharedTextWriter::Store(Connection& connection, std::string_view tenant,
                                                    const std::string& body) {
  std::string ref = Sha256Hex(body).substr(0, kRefLength);
  Query insert = connection.Prepare(Sql::kInsertSharedText);
  RETURN_IF_ERROR(insert.Bind(tenant, ref, Blob{body}).Run());
  if (connection.changes() > 0) {
    stored_new_ = true;
    return ref;
  }
  ASSIGN_OR_RETURN(const std::string stored, Load(connection, tenant, ref));
  if (stored != body) {
    return absl::InternalError(fmt::format("two texts have the reference {} in shared_texts", ref));
  }
  return ref;
}

void SharedTextWriter::Forget() {
  lists_.clear();
  snapshots_.clear();
  stored_new_ = false;
}

absl::StatusOr<std::vector<std::string>> SharedTextReader::GetList(Connection& connection, std::string_view tenant,
                                                                   std::string_view ref) {
  if (ref.empty()) {
    return std::vector<std::string>();
  }
  const std::string key(ref);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = lists_.find(key); known != lists_.end()) {
      return known->second;
    }
  }
  ASSIGN_OR_RETURN(const std::string body, Load(connection, tenant, ref));
  std::vector<std::string> list;
  if (absl::Status status = Decode(body, list); !status.ok()) {
    return At(status, ref);
  }
  const std::lock_guard lock(mutex_);
  if (lists_.size() >= kCached) {
    lists_.clear();
  }
  lists_.emplace(key, list);
  return list;
}

absl::StatusOr<std::shared_ptr<const domain::SnapshotRef>> SharedTextReader::GetSnapshot(Connection& connection,
                                                                                         std::string_view tenant,
                                                                                         std::string_view ref) {
  if (ref.empty()) {
    return std::shared_ptr<const domain::SnapshotRef>();
  }
  const std::string key(ref);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = snapshots_.find(key); known != snapshots_.end()) {
      return known->second;
    }
  }
  ASSIGN_OR_RETURN(const std::string body, Load(connection, tenant, ref));
  auto snapshot = std::make_shared<domain::SnapshotRef>();
  if (absl::Status status = Decode(body, *snapshot); !status.ok()) {
    return At(status, ref);
  }
  const std::lock_guard lock(mutex_);
  if (snapshots_.size() >= kCached) {
    snapshots_.clear();
  }
  return snapshots_.emplace(key, std::move(snapshot)).first->second;
}

}  // namespace leadline::store
