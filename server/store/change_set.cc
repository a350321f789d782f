#include "store/change_set.h"

#include <type_traits>
#include <utility>

#include "absl/hash/hash.h"
#include "base/errors.h"
#include "fmt/format.h"
#include "store/store.h"

namespace leadline::store {

namespace {

constexpr std::string_view kReadConflict = "READ_CONFLICT";

absl::Status ApplyOne(domain::Activity& activity, Transaction& tx) {
  const absl::StatusOr<bool> added = tx.AddActivity(activity);
  if (!added.ok() || *added) {
    return added.status();
  }
  return absl::AlreadyExistsError(fmt::format("activity {} is recorded already", activity.id));
}
absl::Status ApplyOne(OpenLeads& load, Transaction& tx) { return tx.AddOpenLeads(load.rep, load.change); }
absl::Status ApplyOne(PoolPlaces& places, Transaction& tx) { return tx.PutPool(places.pool, places.members); }
absl::Status ApplyOne(RecordKeys& keys, Transaction& tx) { return tx.SetKeys(keys.kind, keys.id, keys.keys); }
absl::Status ApplyOne(domain::Event& event, Transaction& tx) { return tx.Append(event); }
// A batch of changes may be made more than once, so the version stays the one that is expected.
template <typename T>
requires requires(T& value) { value.version; }
absl::Status ApplyOne(T& value, Transaction& tx) {
  const int64_t version = value.version;
  absl::Status status = tx.Put(value);
  value.version = version;
  return status;
}
absl::Status ApplyOne(domain::MergeRecord& merge, Transaction& tx) { return tx.Put(merge); }
absl::Status ApplyOne(RequestRecord& request, Transaction& tx) { return tx.Put(request); }

}  // namespace

Scope ScopeOf(ScopeKind kind, std::string_view id, domain::RecordKind record) { return absl::HashOf(kind, record, id); }

absl::Status Apply(ChangeSet& set, Transaction& transaction) {
  for (Change& change : set.changes) {
    absl::Status status = std::visit([&](auto& value) { return ApplyOne(value, transaction); }, change);
    if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status ReadConflict() {
  return WithReason(absl::AbortedError("what the decision rests on was changed meanwhile; try again"), kReadConflict);
}

bool IsReadConflict(const absl::Status& status) { return absl::IsAborted(status) && ReasonOf(status) == kReadConflict; }

}  // namespace leadline::store
