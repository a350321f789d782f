#include "store/sqlite/change_parts.h"

#include <algorithm>
#include <span>
#include <unordered_set>

#include "base/status_macros.h"
#include "store/draft.h"

namespace leadline::store {

absl::StatusOr<std::vector<size_t>> MakeChanges(ChangeSet& set, DecidePart& decide, const RecentChanges& changes,
                                                Session& session) {
  std::unordered_set<Scope> otherwise;  // what the parts that are decided again changed before, and change now
  std::unordered_set<Scope> missing;    // what the parts that are left out changed
  std::vector<size_t> left;
  const auto between = [](auto& all, size_t from, size_t to) { return std::span(all).subspan(from, to - from); };
  const auto among = [](const std::unordered_set<Scope>& some, std::span<const Scope> scopes) {
    return !some.empty() && std::any_of(scopes.begin(), scopes.end(), [&](Scope s) { return some.contains(s); });
  };
  ChangePart begin;
  for (size_t i = 0; i < set.parts.size(); ++i) {
    const ChangePart& end = set.parts[i];
    const std::span<const Scope> pools = between(set.read.pools, begin.pools_end, end.pools_end);
    const std::span<const Scope> firm = between(set.read.firm, begin.firm_end, end.firm_end);
    if (changes.ChangedSince(firm, set.read.number) || among(missing, firm)) {
      left.push_back(i);
      missing.insert(end.changed.begin(), end.changed.end());
    } else if (changes.ChangedSince(pools, set.read.number) || among(otherwise, pools) || among(otherwise, firm) ||
               among(missing, pools)) {
      const size_t before = session.changed_scopes().size();
      RETURN_IF_ERROR(decide(session, i));
      const std::span<const Scope> now = session.changed_scopes().subspan(before);
      otherwise.insert(end.changed.begin(), end.changed.end());
      otherwise.insert(now.begin(), now.end());
    } else {
      const absl::Status status = store::Apply(set, begin.changes_end, end.changes_end, session);
      // Another version, or something that was not there: the read set could not name it.
      if (absl::IsAborted(status) || absl::IsAlreadyExists(status)) return ReadConflict();
      RETURN_IF_ERROR(status);
    }
    begin = end;
  }
  if (left.size() == set.parts.size()) return ReadConflict();
  return left;
}

}  // namespace leadline::store
