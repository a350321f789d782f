#include "rpc/open_streams.h"

#include <chrono>
#include <utility>

#include "base/errors.h"

namespace leadline::rpc {

absl::Status ShuttingDown() {
  return WithReason(absl::UnavailableError("the server is shutting down; connect again and go on"), "SHUTTING_DOWN");
}

OpenStreams::OpenStreams(store::Store& store, size_t most) : store_(store), most_(most) {
  thread_ = std::thread([this] { Loop(); });
  listener_ = store_.AddListener([this] {
    {
      std::lock_guard lock(wake_mutex_);
      committed_ = true;
    }
    wake_.notify_one();
  });
}

OpenStreams::~OpenStreams() { Shutdown(); }

absl::Status OpenStreams::Add(OpenStream* stream) {
  std::lock_guard lock(mutex_);
  {
    std::lock_guard wake_lock(wake_mutex_);
    if (stopped_) return ShuttingDown();
  }
  if (streams_.size() >= most_) {
    return WithReason(absl::ResourceExhaustedError("too many streams are open; close some, or try again later"),
                      "TOO_MANY_STREAMS");
  }
  streams_.insert(stream);
  return absl::OkStatus();
}

void OpenStreams::Remove(OpenStream* stream) {
  std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void OpenStreams::Shutdown() {
  {
    std::lock_guard lock(wake_mutex_);
    if (stopped_) return;
    stopped_ = true;
  }
  wake_.notify_one();
  thread_.join();
  store_.RemoveListener(listener_);
  std::lock_guard lock(mutex_);
  for (OpenStream* stream : streams_) stream->Stop(ShuttingDown());
}

void OpenStreams::Loop() {
  std::unique_lock wake_lock(wake_mutex_);
  while (!stopped_) {
    wake_.wait_for(wake_lock, std::chrono::seconds(1), [this] { return stopped_ || committed_; });
    if (stopped_) return;
    bool committed = std::exchange(committed_, false);
    wake_lock.unlock();
    {
      std::lock_guard lock(mutex_);
      for (OpenStream* stream : streams_) stream->Wake(committed);
    }
    wake_lock.lock();
  }
}

}  // namespace leadline::rpc
