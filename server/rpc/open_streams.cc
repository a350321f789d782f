#include "rpc/open_streams.h"

#include <string>

#include "base/errors.h"

namespace leadline::rpc {

absl::Status ShuttingDown() {
  return WithReason(absl::UnavailableError("the server is shutting down; connect again and go on"),
                    ErrorReason::kShuttingDown);
}

OpenStreams::~OpenStreams() { Shutdown(); }

absl::Status OpenStreams::Add(OpenStream* stream) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return ShuttingDown();
  if (streams_.size() >= most_) {
    return WithReason(absl::ResourceExhaustedError("too many streams are open; close some, or try again later"),
                      ErrorReason::kTooManyStreams, {{"limit", std::to_string(most_)}});
  }
  streams_.insert(stream);
  return absl::OkStatus();
}

void OpenStreams::Remove(OpenStream* stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void OpenStreams::Shutdown() {
  const std::lock_guard lock(mutex_);
  if (stopped_.exchange(true)) return;
  for (OpenStream* stream : streams_) stream->Stop(ShuttingDown());
}

}  // namespace leadline::rpc
