// The streams that are open: so that they hear of new events, keep their beat and end when the server stops.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "absl/status/status.h"
#include "store/store.h"

namespace leadline::rpc {

// Called from any thread, never after OpenStreams::Remove has returned. Must return at once.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // `committed`: events were appended; otherwise about a second has passed.
  virtual void Wake(bool committed) = 0;
  // Ends the stream with `status`, after what it is doing.
  virtual void Stop(const absl::Status& status) = 0;
};

// Listens to the store for them. Thread-safe.
class OpenStreams {
 public:
  explicit OpenStreams(store::Store& store, size_t most = 10'000);
  ~OpenStreams();  // as Shutdown()
  OpenStreams(const OpenStreams&) = delete;
  OpenStreams& operator=(const OpenStreams&) = delete;

  // UNAVAILABLE after Shutdown, RESOURCE_EXHAUSTED when too many are open.
  absl::Status Add(OpenStream* stream);
  void Remove(OpenStream* stream);
  // Stops every stream and refuses new ones. Idempotent.
  void Shutdown();
  // Whether Shutdown was called.
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

 private:
  void Loop();

  store::Store& store_;
  const size_t most_;
  int listener_ = 0;
  std::mutex mutex_;  // guards streams_ and is held while they are called
  std::set<OpenStream*> streams_;
  std::mutex wake_mutex_;  // guards what follows; taken after the other, never before it
  std::condition_variable wake_;
  bool committed_ = false;
  std::atomic<bool> stopped_{false};  // changed under wake_mutex_, read without it
  std::thread thread_;
};

// What streams end with when the server stops.
absl::Status ShuttingDown();

}  // namespace leadline::rpc
