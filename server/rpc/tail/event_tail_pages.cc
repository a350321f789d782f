// What watchers read of the store for themselves: a page at a time; those with decisions that are decided again, in
// turn.
#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "rpc/tail/event_tail.h"

namespace leadline::rpc {
namespace {

// So many bytes of what is wanted, and the event that reaches them, are held for a watcher at most.
constexpr size_t kPageBytes = size_t{64} << 10;

}  // namespace

EventTail::Step EventTail::LoadInTurn(Watcher& watcher) {
  if (watcher.group_->filter->full) {
    if (replays_ == most_replays_) {
      watcher.queued_ = true;
      queue_.splice(queue_.end(), watcher.node_, watcher.self_);
      return {};
    }
    ++replays_;
  }
  return {Step::Kind::kLoad, nullptr, {}};
}

void EventTail::EndTurn() {
  Watcher* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      --replays_;
      return;
    }
    next = queue_.front();
    next->queued_ = false;
    next->node_.splice(next->node_.end(), queue_, next->self_);
  }
  next->Load();
}

bool EventTail::IsEnding(Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  return watcher.ending_.has_value();
}

void EventTail::LoadPage(Watcher& watcher) {
  page_reads_.fetch_add(1, std::memory_order_relaxed);
  const absl::Status status = ReadPage(watcher);
  if (watcher.group_->filter->full) EndTurn();
  if (!status.ok()) End(watcher, status);
  Advance(watcher);
}

absl::Status EventTail::ReadPage(Watcher& watcher) {
  constexpr int kLeast = 16, kMost = 2048;
  RETURN_IF_ERROR(FindEnd());
  ASSIGN_OR_RETURN(std::vector<domain::Event> events,
                   source_.EventsAfter(watcher.place_.position, watcher.page_limit_));
  const size_t count = events.size();
  auto page = std::make_unique<Watcher::Page>();
  size_t looked_at = 0;
  if (watcher.group_->filter->full) {
    ASSIGN_OR_RETURN(looked_at, FillReplayed(watcher, std::move(events), *page));
  } else {
    looked_at = FillPage(watcher, events, *page);
  }
  // As many the next time as will be used.
  if (looked_at < count) {
    watcher.page_limit_ = std::max(kLeast, static_cast<int>(looked_at + looked_at / 4));
  } else if (count == static_cast<size_t>(watcher.page_limit_)) {
    watcher.page_limit_ = std::min(kMost, watcher.page_limit_ * 2);
  }
  if (!page->items.empty()) watcher.page_ = std::move(page);
  return absl::OkStatus();
}

size_t EventTail::FillPage(Watcher& watcher, const std::vector<domain::Event>& events, Watcher::Page& page) {
  size_t bytes = 0, looked_at = 0;
  while (looked_at < events.size() && bytes < kPageBytes) {
    const domain::Event& event = events[looked_at++];
    watcher.read_ = {event.position, event.transaction_id};
    if (!watcher.group_->filter->Wants(FactsOf(event, source_.KindOf(event)))) continue;
    page.items.push_back({watcher.read_, std::make_shared<const std::string>(source_.Encode(event))});
    bytes += page.items.back().bytes->size();
  }
  return looked_at;
}

absl::StatusOr<size_t> EventTail::FillReplayed(Watcher& watcher, std::vector<domain::Event> events,
                                               Watcher::Page& page) {
  std::vector<domain::Event> wanted;
  std::vector<std::pair<engine::LedgerPlace, size_t>> places;  // of these; and how many events end with each
  size_t looked_at = 0;
  while (looked_at < events.size() && wanted.size() < kReplayedInPage) {
    domain::Event& event = events[looked_at++];
    watcher.read_ = {event.position, event.transaction_id};
    if (!watcher.group_->filter->Wants(FactsOf(event, source_.KindOf(event)))) continue;
    places.emplace_back(watcher.read_, looked_at);
    wanted.push_back(std::move(event));
  }
  if (wanted.empty()) return looked_at;
  size_t bytes = 0;
  const auto add = [&](std::string message) {
    bytes += message.size();
    page.items.push_back({places[page.items.size()].first, std::make_shared<const std::string>(std::move(message))});
    return bytes < kPageBytes;
  };
  RETURN_IF_ERROR(source_.Replay(
      std::move(wanted), [&] { return !IsEnding(watcher); }, add));
  if (page.items.size() == places.size()) return looked_at;
  const auto& [place, end] = places[page.items.size() - 1];
  watcher.read_ = place;
  return end;
}

}  // namespace leadline::rpc
