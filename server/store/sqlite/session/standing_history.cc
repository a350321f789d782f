#include "store/sqlite/session/standing_history.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "domain/history/person_status.h"
#include "store/codec.h"

namespace leadline::store {
namespace {

using domain::Lifecycle;
using domain::StatusStep;

constexpr int64_t kMovedType = 3, kMergedType = 9, kUnmergedType = 10;
static_assert(std::is_same_v<std::variant_alternative_t<kMovedType, domain::EventPayload>, domain::StatusChanged>);
static_assert(std::is_same_v<std::variant_alternative_t<kMergedType, domain::EventPayload>, domain::Merged>);
static_assert(std::is_same_v<std::variant_alternative_t<kUnmergedType, domain::EventPayload>, domain::Unmerged>);

using Steps = std::vector<StatusStep>;

// Those that began a stay that still counts, as StaysOf has them.
Steps Standing(const Lifecycle& lifecycle, Steps steps) {
  Steps standing;
  for (StatusStep& step : steps) {
    while (!standing.empty() && standing.back().time > step.time) standing.pop_back();
    const bool same = !standing.empty() && lifecycle.Current(standing.back().to) == lifecycle.Current(step.to);
    if (!same) standing.push_back(std::move(step));
  }
  return standing;
}

class Joining {
 public:
  explicit Joining(const Lifecycle& lifecycle) : lifecycle_(lifecycle) {}

  // The steps of both by time; `own` come first of those of one time.
  void Join(const Steps& own, const Steps& other) {
    const StatusStep *of_own = nullptr, *of_other = nullptr;
    for (size_t i = 0, j = 0; i < own.size() || j < other.size();) {
      const bool from_own = j == other.size() || (i < own.size() && own[i].time <= other[j].time);
      (from_own ? of_own : of_other) = from_own ? &own[i++] : &other[j++];
      const bool others = of_own == nullptr || (of_other != nullptr && Place(*of_other) > Place(*of_own));
      Add(others ? *of_other : *of_own);
    }
  }
  // A status in which one was that the other was beyond, on the way.
  void AddPassed(const StatusStep& step) {
    const std::string_view status = lifecycle_.Current(step.to);
    const auto same = [&](const StatusStep& s) { return lifecycle_.Current(s.to) == status; };
    if (std::any_of(joined_.begin(), joined_.end(), same)) return;
    auto place = std::find_if(joined_.begin(), joined_.end(), [&](const auto& s) { return Place(s) > Place(step); });
    if (place == joined_.end()) return;
    StatusStep passed = step;
    passed.time = place->time;
    joined_.insert(place, std::move(passed));
  }
  Steps joined() && { return std::move(joined_); }

 private:
  int Place(const StatusStep& step) const { return domain::PlaceOnWay(lifecycle_, step.to); }
  void Add(const StatusStep& step) {
    if (!joined_.empty() && lifecycle_.Current(joined_.back().to) == lifecycle_.Current(step.to)) return;
    joined_.push_back(step);
    // One that was overtaken comes back at the time when the other left.
    if (joined_.size() > 1) joined_.back().time = std::max(step.time, joined_[joined_.size() - 2].time);
  }

  const Lifecycle& lifecycle_;
  Steps joined_;
};

}  // namespace

Steps JoinSteps(const Lifecycle& lifecycle, Steps steps, Steps other) {
  const Steps own = Standing(lifecycle, std::move(steps)), theirs = Standing(lifecycle, std::move(other));
  Joining joining(lifecycle);
  joining.Join(own, theirs);
  for (const StatusStep& step : own) joining.AddPassed(step);
  for (const StatusStep& step : theirs) joining.AddPassed(step);
  return std::move(joining).joined();
}

void StandAt(const Lifecycle& lifecycle, StatusStep step, Steps& steps) {
  if (!steps.empty()) {
    if (lifecycle.Current(steps.back().to) == lifecycle.Current(step.to)) return;
    step.time = std::max(step.time, steps.back().time);
  }
  steps.push_back(std::move(step));
}

absl::Status MergesOfRecord::Take(const LedgerEntry& entry) {
  domain::EventPayload payload;
  RETURN_IF_ERROR(DecodePayload(entry.type, entry.payload, payload));
  const auto* merged = std::get_if<domain::Merged>(&payload);
  const auto* unmerged = std::get_if<domain::Unmerged>(&payload);
  const std::string& id = merged != nullptr ? merged->merge_id : unmerged->merge_id;
  auto merge = std::find_if(merges_.begin(), merges_.end(), [&](const Merge& m) { return m.id == id; });
  if (merge == merges_.end()) {
    merge = merges_.insert(merges_.end(), Merge{.id = id});
    if (merged != nullptr && merged->survivor == record_) merge->absorbed = merged->absorbed.id;
  }
  if (merged != nullptr) {
    merge->transactions.push_back(entry.transaction);
  } else {
    merge->undone = entry.transaction;
  }
  return absl::OkStatus();
}

bool MergesOfRecord::Merge::Did(int64_t transaction) const {
  return std::find(transactions.begin(), transactions.end(), transaction) != transactions.end();
}

bool MergesOfRecord::IsUndone(int64_t transaction) const {
  return std::any_of(merges_.begin(), merges_.end(),
                     [&](const Merge& merge) { return merge.undone != 0 && merge.Did(transaction); });
}

bool MergesOfRecord::IsUndone(const LedgerEntry& entry) const {
  if (IsUndone(entry.transaction)) return true;
  if (entry.addressed.empty()) return false;
  return std::any_of(merges_.begin(), merges_.end(), [&](const Merge& merge) {
    return merge.undone != 0 && entry.addressed == merge.absorbed && entry.transaction < merge.undone &&
           !merge.transactions.empty() && entry.transaction > merge.transactions.front();
  });
}

std::vector<MergesOfRecord::Absorbed> MergesOfRecord::absorbed() const {
  std::vector<Absorbed> absorbed;
  for (const Merge& merge : merges_) {
    if (merge.undone != 0 || merge.absorbed.empty()) continue;
    absorbed.push_back({merge.absorbed, merge.transactions.empty() ? 0 : merge.transactions.front()});
  }
  return absorbed;
}

absl::StatusOr<bool> MergesOfRecord::IsTakenPlace(const LedgerEntry& entry) const {
  if (entry.type != kMovedType || entry.decided) return false;
  const bool of_merge = std::any_of(merges_.begin(), merges_.end(), [&](const Merge& merge) {
    return merge.undone == 0 && !merge.absorbed.empty() && merge.Did(entry.transaction);
  });
  if (!of_merge) return false;
  domain::EventPayload payload;
  RETURN_IF_ERROR(DecodePayload(entry.type, entry.payload, payload));
  return std::get<domain::StatusChanged>(payload).trigger == "merge";
}

}  // namespace leadline::store
