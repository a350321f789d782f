#include "store/sqlite/recent_changes.h"

#include <algorithm>

namespace leadline::store {

void RecentChanges::Note(std::span<const Scope> scopes) {
  if (scopes.empty()) {
    return;
  }
  if (changed_.size() + scopes.size() > kMostRemembered) {
    changed_.clear();
    // Of the commit under way too: whoever read before it ends decides again.
    forgotten_ = last_ + 1;
  }
  noted_ = true;
  for (const Scope scope : scopes) {
    changed_[scope] = last_ + 1;
  }
}

void RecentChanges::Committed() {
  last_ += noted_ ? 1 : 0;
  noted_ = false;
}

bool RecentChanges::ChangedSince(std::span<const Scope> scopes, int64_t number) const {
  if (number < forgotten_) {
    return !scopes.empty();
  }
  return std::any_of(scopes.begin(), scopes.end(), [&](Scope scope) {
    const auto found = changed_.find(scope);
    return found != changed_.end() && found->second > number;
  });
}

}  // namespace leadline::store
