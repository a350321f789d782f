// Threads for work that would block gRPC's own.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace leadline {

using Work = absl::AnyInvocable<void()>;

// A fixed number of threads and one queue, first come, first served. Thread-safe.
class Executor {
 public:
  Executor(int threads, size_t max_waiting);
  ~Executor();  // as Stop()
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Takes new work, unless `max_waiting` pieces wait already or it was stopped.
  [[nodiscard]] bool TryRun(Work work);
  // Takes work that ends what was begun, whatever waits; after Stop() it is done on the calling thread.
  void Run(Work work);
  // Does what waits, then ends the threads. Idempotent.
  void Stop();

 private:
  void Loop();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace leadline
