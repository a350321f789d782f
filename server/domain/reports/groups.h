// The groups of a report while it is folded, bounded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "domain/reports/division.h"

namespace leadline::domain {

// `Group` has `int64_t Size() const`, which says how large it is, and `void Merge(const Group&)`, which adds another
// one. Keys with the same first `leading` places share a rest. Not synchronised.
template <typename Group>
class Groups {
 public:
  struct Entry {
    GroupKey key;  // of a rest: its leading places
    bool rest = false;
    const Group* group = nullptr;
  };

  explicit Groups(size_t most_folded, size_t leading = 0) : most_folded_(most_folded), leading_(leading) {}

  // The group, made where there was none; past `most_folded`, the rest. Good until the next call.
  Group& At(const GroupKey& key) {
    if (const auto found = groups_.find(key); found != groups_.end()) return found->second;
    if (groups_.size() >= most_folded_) return RestOf(rests_, key);
    return groups_[key];
  }

  // Without the rests.
  size_t size() const { return groups_.size(); }

  // The `most` largest, those of the same size by key, then the rests of the others. Calls `visit` with each.
  template <typename Visit>
  void ForEachLargest(size_t most, const Visit& visit) const {
    std::vector<Entry> entries;
    entries.reserve(groups_.size());
    for (const auto& [key, group] : groups_) entries.push_back(Entry{.key = key, .group = &group});
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.group->Size() > b.group->Size(); });
    std::map<GroupKey, Group> rests = rests_;
    for (size_t i = most; i < entries.size(); ++i) RestOf(rests, entries[i].key).Merge(*entries[i].group);
    for (size_t i = 0; i < std::min(most, entries.size()); ++i) visit(entries[i]);
    for (const auto& [key, group] : rests) visit(Entry{.key = key, .rest = true, .group = &group});
  }

 private:
  Group& RestOf(std::map<GroupKey, Group>& rests, const GroupKey& key) const {
    return rests[GroupKey(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(leading_))];
  }

  size_t most_folded_;
  size_t leading_;
  std::map<GroupKey, Group> groups_;
  std::map<GroupKey, Group> rests_;
};

}  // namespace leadline::domain
