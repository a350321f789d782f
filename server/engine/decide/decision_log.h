// What one attempt at a write found out, so that the writer can go the same way once more without finding it out anew.
#pragma once

#include <any>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace leadline::engine {

// First an attempt records; where only the turns of reps have changed since, the writer plays the record back up to the
// point where it comes out differently. That holds because everything else that the attempt read is still as it was
// (store/change_set.h, ReadSet::firm) and because the moment and the ids are played back, too. Not thread-safe.
class DecisionLog {
 public:
  // A new attempt begins.
  void Record() {
    found_.clear();
    next_ = 0;
    playing_ = false;
  }
  // The same attempt once more.
  void PlayBack() {
    next_ = 0;
    playing_ = true;
  }
  bool playing() const { return playing_; }
  // Something that the attempt does not decide once and for all, such as whose turn it is, came out as `what`: where it
  // came out differently in the attempt, the record is of no use from here on.
  void Met(const std::string& what) {
    if (!playing_) {
      found_.emplace_back(what);
      return;
    }
    const auto* known = next_ < found_.size() ? std::any_cast<std::string>(&found_[next_]) : nullptr;
    playing_ = known != nullptr && *known == what;
    ++next_;
  }

  // What `find`, which gives an absl::StatusOr<T>, found in the attempt, or finds now. Errors are never played back:
  // they end an attempt.
  template <typename T, typename Find>
  absl::StatusOr<T> Remember(Find find) {
    if (playing_ && next_ < found_.size()) {
      if (const T* known = std::any_cast<T>(&found_[next_])) {
        ++next_;
        return *known;
      }
    }
    playing_ = false;
    absl::StatusOr<T> found = find();
    if (found.ok()) found_.emplace_back(*found);
    return found;
  }

 private:
  std::vector<std::any> found_;
  size_t next_ = 0;
  bool playing_ = false;
};

}  // namespace leadline::engine
