#include "rpc/tail/event_tail.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "base/status_macros.h"

namespace leadline::rpc {
namespace {

// Of one read for all.
constexpr int kReadEvents = 512;
// Heartbeats of so long are sent together.
constexpr std::chrono::milliseconds kBeat{50};
// The thread gets up at least as often.
constexpr std::chrono::hours kLongest{1};

std::chrono::steady_clock::time_point Now() { return std::chrono::steady_clock::now(); }

// Under which id a filter's group is found.
std::string IdOf(const WatchFilter& filter) { return filter.record.has_value() ? filter.record->id : std::string(); }

}  // namespace

EventTail::EventTail(EventSource& source, EventTailOptions options)
    : source_(source), ring_(options.most_events, options.most_bytes), most_replays_(options.most_replays) {
  thread_ = std::thread([this] { Loop(); });
  listener_ = source_.AddListener([this] {
    if (joined_.load() > 0) Wake();
  });
}

EventTail::~EventTail() { Stop(); }

void EventTail::Stop() {
  {
    const std::lock_guard lock(wake_mutex_);
    if (stopped_) return;
    stopped_ = true;
  }
  wake_.notify_one();
  thread_.join();
  source_.RemoveListener(listener_);
}

void EventTail::Join(Watcher& watcher, WatchStart start) {
  {
    const std::lock_guard lock(mutex_);
    const auto [at, added] = groups_[IdOf(start.filter)].try_emplace(start.filter);
    if (added) at->second.filter = &at->first;  // others read it without the lock
    ++at->second.joined;
    watcher.group_ = &at->second;
    watcher.place_ = std::move(start.place);
    watcher.greet_ = start.greet;
    watcher.heartbeat_ = start.heartbeat;
    watcher.last_write_ = Now();
    ++joined_;  // before the end is looked for: from here on the store tells of commits
    PutBeat(watcher, watcher.last_write_ + watcher.heartbeat_);
    WakeAt(watcher.beat_);
  }
  Advance(watcher);
}

void EventTail::Leave(Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  if (watcher.group_ == nullptr) return;
  beats_.erase({watcher.beat_, &watcher});
  if (--watcher.group_->joined == 0) {
    const WatchFilter filter = *watcher.group_->filter;
    const auto of_id = groups_.find(IdOf(filter));
    of_id->second.erase(filter);
    if (of_id->second.empty()) groups_.erase(of_id);
  }
  watcher.group_ = nullptr;
  if (--joined_ == 0) ForgetEnd();
}

void EventTail::Advance(Watcher& watcher) {
  Step step;
  {
    const std::lock_guard lock(mutex_);
    step = Next(watcher);
  }
  Begin(watcher, std::move(step));
}

void EventTail::End(Watcher& watcher, const absl::Status& status) {
  Step step;
  {
    const std::lock_guard lock(mutex_);
    if (!watcher.ending_.has_value()) watcher.ending_ = status;
    if (watcher.queued_) {
      watcher.queued_ = false;
      watcher.node_.splice(watcher.node_.end(), queue_, watcher.self_);
    } else if (watcher.waiting_) {
      TakeOut(watcher);
    } else {
      return;  // whose step is under way sees it afterwards
    }
    step = Next(watcher);
  }
  Begin(watcher, std::move(step));
}

void EventTail::Begin(Watcher& watcher, Step step) {
  switch (step.kind) {
    case Step::Kind::kNone:
      return;
    case Step::Kind::kWrite:
      return watcher.Write(std::move(step.bytes));
    case Step::Kind::kLoad:
      return watcher.Load();
    case Step::Kind::kFinish:
      return watcher.Finish(step.status);
  }
}

EventTail::Step EventTail::Next(Watcher& watcher) {
  if (watcher.ending_.has_value()) return {Step::Kind::kFinish, nullptr, *watcher.ending_};
  if (watcher.page_ != nullptr) {
    Watcher::Page& page = *watcher.page_;
    Watcher::Page::Item item = std::move(page.items[page.next]);
    if (++page.next == page.items.size()) watcher.page_.reset();
    watcher.place_ = std::move(item.place);
    watcher.last_write_ = Now();
    return {Step::Kind::kWrite, std::move(item.bytes), {}};
  }
  if (watcher.read_.position > watcher.place_.position) watcher.place_ = watcher.read_;
  // Before more is read: much may be left out, and the caller hears how far it is.
  const bool greet = std::exchange(watcher.greet_, false);
  if (greet || Now() - watcher.last_write_ >= watcher.heartbeat_) return Heartbeat(watcher);
  if (!end_known_) return LoadInTurn(watcher);
  if (watcher.place_.position >= end_.position) return Wait(watcher);
  if (watcher.place_.position < ring_.floor()) return LoadInTurn(watcher);
  return NextOfRing(watcher);
}

EventTail::Step EventTail::NextOfRing(Watcher& watcher) {
  const WatchFilter& filter = *watcher.group_->filter;
  for (size_t i = ring_.IndexAfter(watcher.place_.position); i < ring_.size(); ++i) {
    const TailEvent& event = ring_[i];
    if (!filter.Wants(event)) {
      if (filter.full) watcher.place_ = event.place;  // so that it is not read again
      continue;
    }
    // Without bytes: read before anybody with this filter had joined.
    if (filter.full || event.bytes == nullptr) return LoadInTurn(watcher);
    watcher.place_ = event.place;
    watcher.last_write_ = Now();
    return {Step::Kind::kWrite, event.bytes, {}};
  }
  watcher.place_ = end_;
  return Wait(watcher);
}

EventTail::Step EventTail::Heartbeat(Watcher& watcher) {
  if (told_bytes_ == nullptr || told_ != watcher.place_) {
    told_ = watcher.place_;
    told_bytes_ = std::make_shared<const std::string>(source_.EncodePlace(told_));
  }
  watcher.last_write_ = Now();
  return {Step::Kind::kWrite, told_bytes_, {}};
}

EventTail::Step EventTail::Wait(Watcher& watcher) {
  watcher.waiting_ = true;
  std::list<Watcher*>& waiting = watcher.group_->waiting;
  waiting.splice(waiting.end(), watcher.node_, watcher.self_);
  return {};
}

void EventTail::TakeOut(Watcher& watcher) {
  watcher.waiting_ = false;
  watcher.node_.splice(watcher.node_.end(), watcher.group_->waiting, watcher.self_);
  if (end_.position > watcher.place_.position) watcher.place_ = end_;
}

absl::Status EventTail::FindEnd() {
  {
    const std::lock_guard lock(mutex_);
    if (end_known_) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(engine::LedgerPlace end, source_.LastPlace());
  {
    const std::lock_guard lock(mutex_);
    if (end_known_) return absl::OkStatus();
    end_known_ = true;
    ++times_found_;
    ring_.Clear(end.position);
    end_ = std::move(end);
  }
  // What was committed meanwhile may have been told when nothing could be done with it.
  Wake();
  return absl::OkStatus();
}

void EventTail::ForgetEnd() {
  end_known_ = false;
  ring_.Clear(0);
}

void EventTail::Append(TailEvent event, Steps& steps) {
  const SteadyTime now = Now();
  ForEachWanting(event, [&](Group& group) {
    for (auto at = group.waiting.begin(); at != group.waiting.end();) {
      Watcher& watcher = **at++;
      if (watcher.place_.position >= event.place.position) continue;  // it has read the store by itself
      TakeOut(watcher);
      if (group.filter->full || event.bytes == nullptr) {
        if (Step step = LoadInTurn(watcher); step.kind != Step::Kind::kNone)
          steps.emplace_back(&watcher, std::move(step));
        continue;
      }
      watcher.place_ = event.place;
      watcher.last_write_ = now;
      steps.emplace_back(&watcher, Step{Step::Kind::kWrite, event.bytes, {}});
    }
  });
  end_ = event.place;
  ring_.Append(std::move(event));
}

template <typename Visit>
void EventTail::ForEachWanting(const TailEvent& event, Visit visit) {
  const auto of_id = [&](const std::string& id) {
    const auto found = groups_.find(id);
    if (found == groups_.end()) return;
    for (auto& [filter, group] : found->second) {
      if (filter.Wants(event)) visit(group);
    }
  };
  of_id(std::string());
  if (!event.record.id.empty()) of_id(event.record.id);
  if (!event.addressed.empty() && event.addressed != event.record.id) of_id(event.addressed);
}

void EventTail::ReadOn() {
  while (ReadOnce()) {
  }
}

bool EventTail::ReadOnce() {
  int64_t after = 0, times_found = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!end_known_) return false;
    after = end_.position;
    times_found = times_found_;
  }
  tail_reads_.fetch_add(1, std::memory_order_relaxed);
  const absl::StatusOr<std::vector<domain::Event>> events = source_.EventsAfter(after, kReadEvents);
  const size_t count = events.ok() ? events->size() : 0;
  std::vector<TailEvent> read;
  for (size_t i = 0; i < count; ++i) read.push_back(FactsOf((*events)[i], source_.KindOf((*events)[i])));
  std::vector<bool> wanted(count);
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < count; ++i) {
      ForEachWanting(read[i], [&](const Group& group) { wanted[i] = wanted[i] || !group.filter->full; });
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (wanted[i]) read[i].bytes = std::make_shared<const std::string>(source_.Encode((*events)[i]));
  }
  Steps steps;
  {
    const std::lock_guard lock(mutex_);
    if (!end_known_ || times_found != times_found_) return true;  // all left meanwhile
    if (!events.ok()) EndAll(events.status(), steps);
    for (TailEvent& event : read) Append(std::move(event), steps);
  }
  for (auto& [watcher, step] : steps) Begin(*watcher, std::move(step));
  return count == static_cast<size_t>(kReadEvents);
}

void EventTail::EndAll(const absl::Status& status, Steps& steps) {
  for (auto& [id, groups] : groups_) {
    for (auto& [filter, group] : groups) {
      while (!group.waiting.empty()) {
        Watcher& watcher = *group.waiting.front();
        TakeOut(watcher);
        watcher.ending_ = status;
        steps.emplace_back(&watcher, Next(watcher));
      }
    }
  }
  ForgetEnd();
}

void EventTail::PutBeat(Watcher& watcher, SteadyTime beat) {
  beats_.erase({watcher.beat_, &watcher});
  watcher.beat_ = std::chrono::ceil<std::chrono::duration<int64_t, std::ratio<kBeat.count(), 1000>>>(beat);
  beats_.emplace(watcher.beat_, &watcher);
}

void EventTail::SendHeartbeats() {
  Steps steps;
  {
    const std::lock_guard lock(mutex_);
    const SteadyTime now = Now();
    while (!beats_.empty() && beats_.begin()->first <= now) {
      Watcher& watcher = *beats_.begin()->second;
      const SteadyTime due = watcher.last_write_ + watcher.heartbeat_;
      if (due <= now && watcher.waiting_) {
        TakeOut(watcher);
        steps.emplace_back(&watcher, Heartbeat(watcher));
      }
      // Who is busy looks by itself when its step is done.
      PutBeat(watcher, due > now ? due : now + watcher.heartbeat_);
    }
    const std::lock_guard wake_lock(wake_mutex_);
    next_beat_ = beats_.empty() ? SteadyTime::max() : beats_.begin()->first;
  }
  for (auto& [watcher, step] : steps) Begin(*watcher, std::move(step));
}

void EventTail::Wake() {
  {
    const std::lock_guard lock(wake_mutex_);
    if (std::exchange(committed_, true)) return;
  }
  wake_.notify_one();
}

void EventTail::WakeAt(SteadyTime beat) {
  {
    const std::lock_guard lock(wake_mutex_);
    if (beat >= next_beat_) return;
    next_beat_ = beat;
  }
  wake_.notify_one();
}

void EventTail::Loop() {
  std::unique_lock lock(wake_mutex_);
  while (!stopped_) {
    const SteadyTime now = Now();
    const bool due = next_beat_ <= now;
    if (!committed_ && !due) {
      wake_.wait_until(lock, std::min(next_beat_, now + kLongest));
      continue;
    }
    const bool committed = std::exchange(committed_, false);
    lock.unlock();
    if (committed) ReadOn();
    if (due) SendHeartbeats();
    lock.lock();
  }
}

}  // namespace leadline::rpc
