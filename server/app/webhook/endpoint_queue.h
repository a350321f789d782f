// What one endpoint is still to be told, told one message after another.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "app/webhook/endpoint.h"
#include "app/webhook/http_post.h"
#include "base/clock.h"
#include "store/store.h"

namespace leadline::app {

// Told of what somebody should know: a receiver that is down or back, a message that was given up, an outbox that
// grows. `text` says what; `error` may be empty.
using QueueReport = std::function<void(const std::string& endpoint, const std::string& text, const std::string& error)>;

// Sends what the outbox holds for an endpoint. Each message at least once; the messages about one record in the order
// of their events, so that one which fails holds up those of its record, and no others. What a receiver does not take
// is tried again with growing waits, and given up after kMostTries: then it is dead, kept for a while, and may be sent
// again (engine/outbox). A receiver that cannot be reached, or is in trouble (5xx, 408, 425, 429), is down: it is asked
// with one message at a time, as seldom as WaitBeforeProbe or its Retry-After says, and no message is given up because
// of it before it has waited for as long as the settings keep it. One that comes back is sent one message a second at
// first, then more and more, up to the settings' rate. Not thread-safe.
class EndpointQueue {
 public:
  struct Options {
    const Clock* clock = nullptr;
    store::Store* store = nullptr;
    HttpPoster* poster = nullptr;
    std::function<double()> random;  // from 0 to 1, without 1
    QueueReport report;
    std::string tenant = "default";
  };
  // What is pointed at outlives it.
  EndpointQueue(Endpoint endpoint, std::string source, Options options);

  // Sends what is due, at most `most` messages. How long to wait for the next step: 0, when more is due; kIdle at most.
  Duration Step(int most = 20);
  static constexpr Duration kIdle = kSecond / 2;

  bool down() const { return down_tries_ > 0; }

 private:
  // The first row of each record, oldest first, where it is due at `now`.
  absl::StatusOr<std::vector<store::Delivery>> Due(int most, Time now);
  // One of the oldest, whenever it is due: another one each time, so that none which the receiver cannot take makes it
  // seem down.
  absl::StatusOr<std::vector<store::Delivery>> ForProbe();
  // Sends one and writes down what came of it; false when nothing more is to be sent now.
  bool Send(store::Delivery row);
  absl::Status Settle(store::Delivery row, const HttpAnswer& answer);
  absl::Status GiveUp(store::Delivery row, std::string error);
  // Whether it was written down; otherwise says so, and waits.
  bool CanSettle(const absl::Status& settled);
  void TakeDown(const HttpAnswer& answer);
  void ComeUp();
  HttpAnswer Post(const std::string& id, const std::string& body);
  // Nothing when the ledger has none there; an error while it cannot be read.
  absl::StatusOr<std::optional<domain::Event>> EventOf(const store::Delivery& row);
  absl::Status Write(const std::function<absl::Status(store::Transaction&)>& write);
  void Report(const std::string& text, const std::string& error = "") const;

  const Endpoint endpoint_;
  const std::string source_;
  const Options options_;
  int64_t down_tries_ = 0;  // that failed one after another; 0: it is up
  Time probe_at_ = 0;
  double per_second_;  // now
  Time next_at_ = 0;   // by the rate
};

}  // namespace leadline::app
