// Many WatchEvents streams of one client over a few connections, on one thread.
#pragma once

#include <grpcpp/channel.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "leadline/v1/lead_service.pb.h"

namespace leadline::bench {

// Reads all that the streams are sent, and counts it. Ends the program when a stream ends by itself. Thread-safe.
class WatchLoad {
 public:
  explicit WatchLoad(std::vector<std::shared_ptr<grpc::Channel>> channels);
  ~WatchLoad();
  WatchLoad(const WatchLoad&) = delete;
  WatchLoad& operator=(const WatchLoad&) = delete;

  // Opens so many more, and waits until each was told where it stands: `request` is of new events only.
  void Open(int count, const v1::WatchEventsRequest& request);
  // Events that came, of all streams.
  int64_t events() const;
  // Heartbeats, with the greetings.
  int64_t heartbeats() const;
  // Until so many events have come.
  void WaitForEvents(int64_t count) const;

 private:
  class Streams;
  std::unique_ptr<Streams> streams_;
};

}  // namespace leadline::bench
