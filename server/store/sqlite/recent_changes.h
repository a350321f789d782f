// What changed in a tenant lately, so that the writer knows whether what a change set rests on still stands.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "store/change_set.h"

namespace leadline::store {

// Not thread-safe. Bounded: what is not remembered counts as changed, never the other way round.
class RecentChanges {
 public:
  // Nothing is known of commits up to `number`, which is the last one.
  explicit RecentChanges(int64_t number) : last_(number), forgotten_(number) {}

  // The last commit.
  int64_t last() const { return last_; }
  // The scopes change with the commit that follows the last one.
  void Note(std::span<const Scope> scopes);
  // That commit stands, if something was noted; its number, or 0 when nothing was.
  int64_t Pending() const { return noted_ ? last_ + 1 : 0; }
  void Committed();

  // Whether one of the scopes has changed after the commit `number`, the one under way included.
  bool ChangedSince(std::span<const Scope> scopes, int64_t number) const;

 private:
  static constexpr size_t kMostRemembered = size_t{1} << 18;

  int64_t last_;
  int64_t forgotten_;  // changes of this commit and before may be forgotten
  bool noted_ = false;
  std::unordered_map<Scope, int64_t> changed_;
};

}  // namespace leadline::store
