// The workers of one plugin, and the thread that looks after them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/call_record.h"
#include "plugin/load_options.h"
#include "plugin/worker/death_window.h"
#include "plugin/worker/worker_child.h"

namespace leadline::plugin {

// Lends workers, each to one call at a time: at most `limit` at once, and one more process stands ready as a spare.
// Processes are started as calls need them, always in the background, so that no call waits for one when there is a
// spare. A worker that dies is replaced; after quarantine_after deaths within quarantine_window all are ended and none
// is started any more. Thread-safe.
class WorkerPool {
 public:
  // `record` counts the deaths and must outlive the pool.
  WorkerPool(WorkerSpec spec, uint32_t limit, CallRecord& record);
  // Ends all workers and waits until nothing is left of them.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Starts the first worker and, when that is ready, more in the background. Call once, before anything else; after a
  // failure nothing else may be called.
  absl::Status Open();
  // What the first worker said, of the plugin and of what holds it. Only after Open().
  const wire::Ready& ready() const { return ready_; }
  const Sandbox& sandbox() const { return sandbox_; }

  // One worker on loan; ends with one of Return(), Leave() and Bury(). Waits while all are busy or being replaced.
  // UNAVAILABLE when the plugin is quarantined, or no worker came up within call_timeout; CANCELLED or
  // DEADLINE_EXCEEDED when the caller stops waiting first.
  absl::StatusOr<WorkerChild*> Borrow(const CallOptions& options);
  void Return(WorkerChild* child);
  // It works on a call that nobody waits for any more: it is taken back when it answers, and ended at `hang`.
  void Leave(WorkerChild* child, std::chrono::steady_clock::time_point hang);
  // It died or has to: `what`, half a sentence, goes into the health.
  void Bury(WorkerChild* child, std::string_view what);

  PluginHealth::State state() const;
  // Takes no lock.
  bool quarantined() const { return quarantined_.load(std::memory_order_relaxed); }

 private:
  using Child = std::unique_ptr<WorkerChild>;
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Late {
    WorkerChild* child;
    TimePoint hang;
  };
  // What the thread waits for.
  struct Watch;

  void Supervise();
  bool WantsOne() const;  // with mutex_
  void StartOne();
  absl::Status Accept(const wire::Ready& ready);
  Watch WhatToWatch();
  void EndTheDead();
  void LookAfter(const Watch& watch);
  void LookAtIdle(WorkerChild* child);
  void LookAtLate(const Late& late);
  void CountDeath(std::string_view what);                            // with mutex_
  void Retire(WorkerChild* child);                                   // with mutex_
  absl::Status Quarantined() const;                                  // with mutex_
  size_t Living() const { return children_.size() - dead_.size(); }  // with mutex_
  void Wake() const;

  WorkerSpec spec_;
  const uint32_t limit_;
  const std::string who_;  // "plugin com.example.fit"
  CallRecord& record_;
  wire::Ready ready_;  // of the first worker
  Sandbox sandbox_;    // as well
  uint32_t next_instance_ = 1;
  int wake_fd_ = -1;
  std::atomic<bool> closing_{false};

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Child> children_;     // all that are not ended; taken out by the thread alone
  std::vector<WorkerChild*> idle_;  // the last one was used last
  std::vector<WorkerChild*> dead_;  // to be ended
  std::vector<Late> late_;
  uint32_t lent_ = 0;  // late ones too
  uint32_t waiting_ = 0;
  TimePoint next_start_{};  // not before
  DeathWindow deaths_;
  std::string quarantine_;  // why; empty: it is not
  std::atomic<bool> quarantined_{false};
  bool opened_ = false;
  absl::Status opening_;
  std::thread thread_;
};

}  // namespace leadline::plugin
