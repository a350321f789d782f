#include "store/store.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

absl::Status WriteAndWait(Store& store, std::string_view tenant, WriteFunction write) {
  std::promise<absl::Status> result;
  std::future<absl::Status> waiting = result.get_future();
  store.Write(tenant, std::move(write), [&result](absl::Status status) { result.set_value(std::move(status)); });
  return waiting.get();
}

namespace {

// What a record has in common with what is looked for.
struct Shared {
  size_t rarest = Reader::kMostRecordsOfKey;  // records of the rarest key in common
  int keys = 0;

  auto Rank() const { return std::pair(rarest, -keys); }
};
using Found = std::pair<std::string, Shared>;

// The first of `found`, which are in order, without those of the last rank when they do not all have room.
size_t WholeRanksWithin(const std::vector<Found>& found, size_t limit) {
  if (found.size() <= limit) return found.size();
  size_t kept = limit;
  while (kept > 0 && found[kept - 1].second.Rank() == found[limit].second.Rank()) --kept;
  return kept;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> Reader::FindByKeys(domain::RecordKind kind, std::span<const std::string> keys,
                                                            int limit, IdsOfKeys* of_key) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  IdsOfKeys own;
  IdsOfKeys& ids_of = of_key == nullptr ? own : *of_key;
  std::unordered_map<std::string, Shared> shared;
  for (const std::string& key : std::set<std::string>(keys.begin(), keys.end())) {
    ASSIGN_OR_RETURN(ids_of[key], RecordsOfKey(kind, key));
    const std::vector<std::string>& ids = ids_of[key];
    if (ids.size() >= kMostRecordsOfKey) continue;
    for (const std::string& id : ids) {
      Shared& of = shared[id];
      of.rarest = std::min(of.rarest, ids.size());
      ++of.keys;
    }
  }
  std::vector<Found> found(std::make_move_iterator(shared.begin()), std::make_move_iterator(shared.end()));
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    const auto x = a.second.Rank(), y = b.second.Rank();
    return x != y ? x < y : a.first < b.first;
  });
  found.resize(WholeRanksWithin(found, static_cast<size_t>(limit)));
  std::vector<std::string> ids;
  ids.reserve(found.size());
  for (Found& one : found) ids.push_back(std::move(one.first));
  return ids;
}

}  // namespace leadline::store
