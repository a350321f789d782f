#include "engine/merge/own_history.h"

#include <variant>

#include "base/status_macros.h"

namespace leadline::engine {
namespace {

using domain::Event;

constexpr int kHistoryPage = 500;

}  // namespace

absl::Status OwnHistory::ForEachEvent(const Visit& visit) const {
  for (int64_t after = 0;;) {
    ASSIGN_OR_RETURN(const std::vector<Event> events, reader_.Timeline({&record_, 1}, after, kHistoryPage));
    for (const Event& event : events) RETURN_IF_ERROR(visit(event));
    if (events.size() < kHistoryPage) return absl::OkStatus();
    after = events.back().position;
  }
}

absl::StatusOr<OwnHistory> OwnHistory::Of(store::Reader& reader, domain::RecordRef record, std::string_view without,
                                          const std::vector<std::string>& leaving) {
  OwnHistory history(reader, std::move(record));
  history.without_ = without;
  history.leaving_.insert(leaving.begin(), leaving.end());
  RETURN_IF_ERROR(history.ForEachEvent([&](const Event& event) {
    if (const auto* merged = std::get_if<domain::Merged>(&event.payload)) {
      Merge& merge = history.merges_[merged->merge_id];
      if (merge.first == 0) merge.first = event.position;
      if (merged->survivor == history.record_) merge.absorbed = merged->absorbed.id;
      merge.transactions.insert(domain::TransactionAt(event.position));
    } else if (const auto* unmerged = std::get_if<domain::Unmerged>(&event.payload)) {
      history.merges_[unmerged->merge_id].undone = event.position;
    }
    return absl::OkStatus();
  }));
  std::erase_if(history.merges_, [&](const auto& m) { return m.second.undone == 0 && m.first != history.without_; });
  if (const auto own = history.merges_.find(history.without_); own != history.merges_.end()) {
    history.position_ = own->second.first;
  }
  return history;
}

bool OwnHistory::Leaves(const Event& event) const {
  return position_ != 0 && domain::TransactionAt(event.position) > domain::TransactionAt(position_) &&
         leaving_.contains(event.addressed);
}

bool OwnHistory::Stands(const Event& event) const {
  const int64_t transaction = domain::TransactionAt(event.position);
  for (const auto& [id, merge] : merges_) {
    if (merge.transactions.contains(transaction)) return false;
    if (merge.undone == 0) continue;
    // What undoing it told is all in the state that it came to.
    if (transaction == domain::TransactionAt(merge.undone) && event.position <= merge.undone) return false;
    const bool between = event.position > merge.first && event.position < merge.undone;
    if (between && !event.addressed.empty() && event.addressed == merge.absorbed) return false;
  }
  return !Leaves(event);
}

absl::Status OwnHistory::ForEach(const Visit& visit) const {
  return ForEachEvent([&](const Event& event) { return Stands(event) ? visit(event) : absl::OkStatus(); });
}

absl::Status OwnHistory::ForEachLeaving(const Visit& visit) const {
  return ForEachEvent([&](const Event& event) { return Leaves(event) ? visit(event) : absl::OkStatus(); });
}

absl::Status OwnHistory::ForEachUndone(const Visit& visit) const {
  const auto merge = merges_.find(without_);
  if (merge == merges_.end()) return absl::OkStatus();
  return ForEachEvent([&](const Event& event) {
    const bool of_it = merge->second.transactions.contains(domain::TransactionAt(event.position));
    return of_it ? visit(event) : absl::OkStatus();
  });
}

absl::StatusOr<domain::ValueTimes> TimesOfLead(store::Reader& reader, const std::string& id) {
  ASSIGN_OR_RETURN(const OwnHistory history, OwnHistory::Of(reader, {domain::RecordKind::kLead, id}));
  domain::ValueTimes times;
  RETURN_IF_ERROR(history.ForEach([&](const Event& event) {
    domain::TakeTimesOfLead(event, times);
    return absl::OkStatus();
  }));
  return times;
}

}  // namespace leadline::engine
