// One reader of the ledger's end for all who watch it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "rpc/tail/event_ring.h"
#include "rpc/tail/event_source.h"
#include "rpc/tail/watcher.h"

namespace leadline::rpc {

struct EventTailOptions {
  // Of the events that are kept for those who are a little behind.
  size_t most_events = 4096;
  size_t most_bytes = size_t{16} << 20;
  // How many watchers have decisions decided again at once; the others wait for their turn.
  int most_replays = 2;
};

// What somebody wants to follow, and from where on.
struct WatchStart {
  WatchFilter filter;
  engine::LedgerPlace place;  // everything after it; checked
  bool greet = false;         // tell the place at once
  std::chrono::milliseconds heartbeat{15'000};
};

// A thread reads new events once for all, as soon as they are committed, encodes those that somebody wants, and keeps
// the last ones. Watchers with the same filter are asked once whether they want an event; those who do not are not
// touched. Who is slow holds a place and nothing else, and is in no list that a commit goes through. Who is further
// behind than what is kept reads the store by pages. While nobody watches, nothing is read. Each watcher gets every
// event that its filter wants, once and in commit order; and, when it was sent nothing for as long as its heartbeat,
// the place up to which it has been sent all.
// Decisions that are decided again are dear: nobody does that for all. Who wants them reads the store by small pages,
// in turn, when there is something for it. Thread-safe.
class EventTail {
 public:
  // `source` outlives it.
  explicit EventTail(EventSource& source, EventTailOptions options = {});
  ~EventTail();  // as Stop()
  EventTail(const EventTail&) = delete;
  EventTail& operator=(const EventTail&) = delete;

  // Begins. Until then the watcher counts as one whose step is under way.
  void Join(Watcher& watcher, WatchStart start);
  // The watcher's step is done: goes on with the next one.
  void Advance(Watcher& watcher);
  // Reads the next page of a watcher that was told to Load, and goes on. Blocks on the store.
  void LoadPage(Watcher& watcher);
  // Ends the watcher with `status`, after the step under way. The first status counts.
  void End(Watcher& watcher, const absl::Status& status);
  // Forgets a watcher whose steps are over; called for each that joined, before the watcher or the tail is gone.
  void Leave(Watcher& watcher);

  // No new events are read and no heartbeats sent from here on. Idempotent.
  void Stop();

  // Of one page of a watcher that has decisions decided again.
  static constexpr int kReplayedInPage = 16;

  // How many pages were read: for all, and for watchers that were behind. For tests.
  int64_t tail_reads() const { return tail_reads_.load(std::memory_order_relaxed); }
  int64_t page_reads() const { return page_reads_.load(std::memory_order_relaxed); }

 private:
  using Group = Watcher::Group;
  using SteadyTime = Watcher::SteadyTime;
  struct Step {
    enum class Kind { kNone, kWrite, kLoad, kFinish } kind = Kind::kNone;
    Encoded bytes = nullptr;
    absl::Status status = {};
  };
  // Steps that begin when the lock is free again.
  using Steps = std::vector<std::pair<Watcher*, Step>>;

  void Loop();
  // Reads what is new, and hands it over.
  void ReadOn();
  // One read; false when there was nothing new, or nobody watches.
  bool ReadOnce();
  void SendHeartbeats();
  // Has the thread read soon.
  void Wake();
  // Has the thread get up for this heartbeat.
  void WakeAt(SteadyTime beat);
  // Finds the end of the ledger, if nobody has since somebody watches.
  absl::Status FindEnd();
  static void Begin(Watcher& watcher, Step step);
  absl::Status ReadPage(Watcher& watcher);
  // What of the events goes into the page; how many of them were looked at.
  size_t FillPage(Watcher& watcher, const std::vector<domain::Event>& events, Watcher::Page& page);
  absl::StatusOr<size_t> FillReplayed(Watcher& watcher, std::vector<domain::Event> events, Watcher::Page& page);
  bool IsEnding(Watcher& watcher);
  // A turn to replay is over: it is another's.
  void EndTurn();

  // The rest with mutex_.
  Step Next(Watcher& watcher);
  Step NextOfRing(Watcher& watcher);
  // To read the store: at once, or when it is the watcher's turn.
  Step LoadInTurn(Watcher& watcher);
  Step Heartbeat(Watcher& watcher);
  Step Wait(Watcher& watcher);
  // The watcher's step is the caller's from here on.
  void TakeOut(Watcher& watcher);
  void Append(TailEvent event, Steps& steps);
  void EndAll(const absl::Status& status, Steps& steps);
  void PutBeat(Watcher& watcher, SteadyTime beat);
  void ForgetEnd();
  // Calls `visit` with every group that wants the event.
  template <typename Visit>
  void ForEachWanting(const TailEvent& event, Visit visit);

  EventSource& source_;
  std::atomic<int> joined_{0};  // changed with mutex_
  std::atomic<int64_t> tail_reads_{0}, page_reads_{0};

  std::mutex mutex_;  // guards what follows, and the watchers
  // By the id of the record that they are about, empty for those about all; then by filter.
  std::unordered_map<std::string, std::map<WatchFilter, Group>> groups_;
  EventRing ring_;
  const int most_replays_;
  int replays_ = 0;            // under way
  std::list<Watcher*> queue_;  // of those who wait for their turn; none while there is room
  bool end_known_ = false;     // the next two are valid
  engine::LedgerPlace end_;    // of the last event that the ring was given
  int64_t times_found_ = 0;    // the end was found anew, and not by reading on
  engine::LedgerPlace told_;   // the place that told_bytes_ tells
  Encoded told_bytes_;
  // Who may be due for a heartbeat, and when. A write does not move them: they are put on when it is their turn.
  std::set<std::pair<SteadyTime, Watcher*>> beats_;

  std::mutex wake_mutex_;  // guards what follows; taken last
  std::condition_variable wake_;
  bool committed_ = false;
  bool stopped_ = false;
  SteadyTime next_beat_ = SteadyTime::max();

  int listener_ = 0;
  std::thread thread_;
};

}  // namespace leadline::rpc
