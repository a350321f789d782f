// A ledger in memory, and followers that keep what they are sent.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "rpc/tail/event_tail.h"

namespace leadline::rpc {

// Events are sent as "e POSITION", those decided again as "f POSITION", places as "p POSITION". Thread-safe.
class FakeLedger final : public EventSource {
 public:
  // One transaction of these events; their places are given here.
  void Commit(std::vector<domain::Event> events) {
    std::vector<std::function<void()>> told;
    {
      const std::lock_guard lock(mutex_);
      const int64_t number = ++transactions_;
      for (size_t i = 0; i < events.size(); ++i) {
        events[i].position = domain::PositionOf(number, static_cast<int64_t>(i));
        events[i].transaction_id = std::to_string(number);
        events_.push_back(std::move(events[i]));
      }
    }
    const std::lock_guard lock(listeners_mutex_);
    for (const auto& [id, listener] : listeners_) listener();
  }

  // From now on reads fail with it; OK: they work again.
  void FailReads(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    failure_ = status;
  }
  // Reads wait from now on, or go on.
  void HoldReads(bool hold) {
    {
      const std::lock_guard lock(mutex_);
      held_ = hold;
    }
    changed_.notify_all();
  }

  std::vector<domain::Event> All() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  // Deciding again waits from now on, or goes on.
  void HoldReplays(bool hold) {
    {
      const std::lock_guard lock(mutex_);
      replays_held_ = hold;
    }
    changed_.notify_all();
  }
  // Until so many wait, held; false when they do not.
  bool WaitForReplays(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return replaying_ == count; });
  }
  int replaying() {
    const std::lock_guard lock(mutex_);
    return replaying_;
  }
  int64_t replayed() const { return replayed_; }
  // The most events that were given to be decided again at once.
  size_t most_replayed() {
    const std::lock_guard lock(mutex_);
    return most_replayed_;
  }
  int64_t reads() const { return reads_; }
  int64_t encoded() const { return encoded_; }

  absl::StatusOr<engine::LedgerPlace> LastPlace() override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    if (events_.empty()) return engine::LedgerPlace();
    return engine::LedgerPlace{events_.back().position, events_.back().transaction_id};
  }
  absl::StatusOr<std::vector<domain::Event>> EventsAfter(int64_t position, int limit) override {
    std::unique_lock lock(mutex_);
    ++reads_;
    changed_.wait(lock, [this] { return !held_; });
    if (!failure_.ok()) return failure_;
    std::vector<domain::Event> out;
    for (const domain::Event& event : events_) {
      if (event.position > position && out.size() < static_cast<size_t>(limit)) out.push_back(event);
    }
    return out;
  }
  unsigned KindOf(const domain::Event& event) const override { return static_cast<unsigned>(event.payload.index()); }
  std::string Encode(const domain::Event& event) const override {
    ++encoded_;
    return "e " + std::to_string(event.position);
  }
  absl::Status Replay(std::vector<domain::Event> events, const std::function<bool()>& wanted,
                      const std::function<bool(std::string)>& add) override {
    std::unique_lock lock(mutex_);
    ++replaying_;
    most_replayed_ = std::max(most_replayed_, events.size());
    changed_.notify_all();
    absl::Status status;
    for (const domain::Event& event : events) {
      changed_.wait(lock, [this] { return !replays_held_; });
      lock.unlock();
      const bool wants = wanted();
      bool enough = false;
      if (wants) {
        ++replayed_;
        enough = !add("f " + std::to_string(event.position));
      }
      lock.lock();
      if (!wants) status = absl::CancelledError("nobody waits");
      if (!wants || enough) break;
    }
    --replaying_;
    changed_.notify_all();
    return status;
  }
  std::string EncodePlace(const engine::LedgerPlace& place) const override {
    EXPECT_EQ(place.transaction_id, place.position == 0 ? "" : std::to_string(domain::TransactionAt(place.position)));
    return "p " + std::to_string(place.position);
  }
  int AddListener(std::function<void()> listener) override {
    const std::lock_guard lock(listeners_mutex_);
    listeners_.emplace(++last_listener_, std::move(listener));
    return last_listener_;
  }
  void RemoveListener(int id) override {
    const std::lock_guard lock(listeners_mutex_);
    listeners_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t transactions_ = 0;
  std::vector<domain::Event> events_;
  absl::Status failure_;
  bool held_ = false, replays_held_ = false;
  int replaying_ = 0;
  size_t most_replayed_ = 0;
  std::atomic<int64_t> reads_{0}, replayed_{0};
  mutable std::atomic<int64_t> encoded_{0};
  std::mutex listeners_mutex_;
  std::map<int, std::function<void()>> listeners_;
  int last_listener_ = 0;
};

// Keeps what it is sent; each message is done a moment later, on a thread of the executor. Thread-safe.
class Follower final : public Watcher {
 public:
  // `pause`: how long each message takes.
  Follower(EventTail& tail, Executor& executor, std::chrono::microseconds pause = {})
      : tail_(tail), executor_(executor), pause_(pause) {}
  ~Follower() override {
    Stop().IgnoreError();
    tail_.Leave(*this);
  }

  void Start(WatchStart start) { tail_.Join(*this, std::move(start)); }
  // Ends it, and waits until it has.
  absl::Status Stop(const absl::Status& status = absl::CancelledError("stopped")) {
    if (std::exchange(stopped_, true)) return *ended_;
    tail_.End(*this, status);
    return WaitForEnd();
  }
  absl::Status WaitForEnd() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    changed_.wait(lock, [this] { return ended_.has_value(); });
    return *ended_;
  }

  // No message is done while it is held.
  void Hold(bool hold) {
    bool go_on = false;
    {
      const std::lock_guard lock(mutex_);
      held_ = hold;
      go_on = !hold && std::exchange(undone_, false);
    }
    if (go_on) Done();
  }

  std::vector<std::string> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  // Events alone.
  std::vector<std::string> events() {
    std::vector<std::string> out = messages();
    std::erase_if(out, [](const std::string& message) { return message.front() == 'p'; });
    return out;
  }
  // Until so many messages came; false when they do not.
  bool WaitForMessages(size_t count, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return messages_.size() >= count; });
  }
  // Until this one has come.
  bool WaitForMessage(const std::string& message) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return std::find(messages_.begin(), messages_.end(), message) != messages_.end(); });
  }

 private:
  void Write(Encoded bytes) override {
    bool done = false;
    {
      const std::lock_guard lock(mutex_);
      EXPECT_FALSE(std::exchange(writing_, true)) << "two at once";
      EXPECT_FALSE(ended_.has_value());
      messages_.push_back(*bytes);
      done = !held_;
      undone_ = !done;
      changed_.notify_all();
    }
    if (done) Done();
  }
  void Done() {
    executor_.Run([this] {
      if (pause_.count() > 0) std::this_thread::sleep_for(pause_);
      {
        const std::lock_guard lock(mutex_);
        writing_ = false;
      }
      tail_.Advance(*this);
    });
  }
  void Load() override {
    executor_.Run([this] { tail_.LoadPage(*this); });
  }
  void Finish(const absl::Status& status) override {
    const std::lock_guard lock(mutex_);
    EXPECT_FALSE(ended_.has_value()) << "ended twice";
    EXPECT_FALSE(writing_) << "ended within a message";
    ended_ = status;
    changed_.notify_all();
  }

  EventTail& tail_;
  Executor& executor_;
  const std::chrono::microseconds pause_;
  bool stopped_ = false;  // of the test's thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> messages_;
  bool held_ = false, undone_ = false, writing_ = false;
  std::optional<absl::Status> ended_;
};

// An event about a lead.
inline domain::Event EventOf(const std::string& lead, const std::string& region = "", size_t kind = 1,
                             const std::string& addressed = "") {
  domain::Event event;
  event.record = {domain::RecordKind::kLead, lead};
  event.region = region;
  event.addressed = addressed;
  switch (kind) {
    case 0:
      event.payload = domain::RecordCreated();
      break;
    case 1:
      event.payload = domain::FieldsChanged();
      break;
    case 2:
      event.payload = domain::ActivityRecorded();
      break;
    default:
      event.payload = domain::StatusChanged();
      break;
  }
  return event;
}

inline WatchFilter OfLead(const std::string& lead) {
  return {0, domain::RecordRef{domain::RecordKind::kLead, lead}, ""};
}

inline WatchFilter InFull(WatchFilter filter = {}) {
  filter.full = true;
  return filter;
}

// What a follower is to be sent: the events after `position` that the filter takes, found without the tail.
inline std::vector<std::string> Naive(const std::vector<domain::Event>& all, const WatchFilter& filter,
                                      int64_t position) {
  std::vector<std::string> out;
  for (const domain::Event& event : all) {
    if (event.position <= position) continue;
    if (filter.kinds != 0 && (filter.kinds & uint64_t{1} << event.payload.index()) == 0) continue;
    if (!filter.region.empty() && filter.region != event.region) continue;
    if (filter.record.has_value() && filter.record->id != event.record.id && filter.record->id != event.addressed) {
      continue;
    }
    out.push_back((filter.full ? "f " : "e ") + std::to_string(event.position));
  }
  return out;
}

}  // namespace leadline::rpc
