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

// So many threads at work, and one queue, first come, first served. Thread-safe.
class Executor {
 public:
  // Work that waits for somebody else says so while this lives, on its own thread: one of the spare threads works in
  // its place. Elsewhere than on an executor's thread it does nothing. When it ends, more threads than usual may be at
  // work for a while.
  class Away {
   public:
    Away();
    ~Away();
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;

   private:
    Executor* const executor_;
  };

  Executor(int threads, size_t max_waiting, int spare_threads = 0);
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
  // Wakes a thread where there is need; with mutex_. One at a time: whoever wakes looks whether there is work for
  // another, so that a burst of work does not wake all for what the first will have done.
  void WakeOne();
  bool HasRoom() const { return working_ - away_ < most_working_; }

  const int most_working_;
  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> waiting_;
  size_t idle_ = 0;      // threads that wait for work
  bool waking_ = false;  // one of them was told, and has not begun yet
  int working_ = 0;      // threads
  int away_ = 0;         // of these
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace leadline
