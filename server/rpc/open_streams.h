// The streams that are open: so that they are bounded, and end when the server stops.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <set>

#include "absl/status/status.h"

namespace leadline::rpc {

// Called from any thread, never after OpenStreams::Remove has returned. Must return at once.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // Ends the stream with `status`, after what it is doing.
  virtual void Stop(const absl::Status& status) = 0;
};

// Thread-safe.
class OpenStreams {
 public:
  // Enough for 10,000 who watch, and for imports beside them.
  explicit OpenStreams(size_t most = 11'000) : most_(most) {}
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
  const size_t most_;
  std::mutex mutex_;  // guards streams_ and is held while they are called
  std::set<OpenStream*> streams_;
  std::atomic<bool> stopped_{false};  // changed under mutex_, read without it
};

// What streams end with when the server stops.
absl::Status ShuttingDown();

}  // namespace leadline::rpc
