// What a plugin said of an item, kept so that it is not asked the same again.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/hash/hash.h"

namespace leadline::plugin {

// Results by the bytes of what was asked, which are compared whole. Bounded: at most kMostItems results and kMostBytes
// in all; those that were asked for last stay longest. Result has `reasons`, each with a `text`. Thread-safe.
template <class Result>
class AnswerMemo {
 public:
  static constexpr size_t kMostItems = 4'096;
  static constexpr size_t kMostBytes = 4 << 20;

  // False, and `result` unchanged, when it does not know.
  bool Find(std::string_view asked, Result& result) {
    const std::lock_guard lock(mutex_);
    if (const auto found = young_.find(asked); found != young_.end()) {
      result = found->second;
      return true;
    }
    const auto found = old_.find(asked);
    if (found == old_.end()) return false;
    result = found->second;
    std::string key = found->first;
    old_.erase(found);
    Add(std::move(key), result);
    return true;
  }

  void Keep(std::string asked, const Result& result) {
    const std::lock_guard lock(mutex_);
    if (!young_.contains(asked)) Add(std::move(asked), result);
  }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return absl::HashOf(text); }
  };
  using Generation = std::unordered_map<std::string, Result, Hash, std::equal_to<>>;

  // With the lock held. Half of the room is for the young; when that is full, they are the old, and the old are gone.
  void Add(std::string key, const Result& result) {
    size_t bytes = sizeof(Result) + key.size();
    for (const auto& reason : result.reasons) bytes += sizeof(reason) + reason.text.size();
    if (bytes > kMostBytes / 64) return;  // a few large ones must not drive out all others
    if (young_.size() >= kMostItems / 2 || young_bytes_ + bytes > kMostBytes / 2) {
      old_ = std::exchange(young_, {});
      young_bytes_ = 0;
    }
    young_bytes_ += bytes;
    young_.emplace(std::move(key), result);
  }

  std::mutex mutex_;
  Generation young_, old_;
  size_t young_bytes_ = 0;
};

}  // namespace leadline::plugin
