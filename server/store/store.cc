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

absl::StatusOr<std::vector<std::string>> Reader::FindByKeys(domain::RecordKind kind, std::span<const std::string> keys,
                                                            int limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  std::unordered_map<std::string, int> shared;
  const std::set<std::string_view> distinct(keys.begin(), keys.end());
  for (const std::string_view key : distinct) {
    ASSIGN_OR_RETURN(std::vector<std::string> ids, RecordsOfKey(kind, key));
    for (std::string& id : ids) {
      ++shared[std::move(id)];
    }
  }
  std::vector<std::pair<std::string, int>> found(std::make_move_iterator(shared.begin()),
                                                 std::make_move_iterator(shared.end()));
  const size_t kept = std::min(found.size(), static_cast<size_t>(limit));
  std::partial_sort(
      found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
      [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  std::vector<std::string> ids;
  ids.reserve(kept);
  for (size_t i = 0; i < kept; ++i) {
    ids.push_back(std::move(found[i].first));
  }
  return ids;
}

}  // namespace leadline::store
