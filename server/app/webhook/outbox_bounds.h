// The outbox is bounded by count and by age, and says so before it drops anything.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "app/webhook/endpoint_queue.h"
#include "base/clock.h"
#include "store/store.h"

namespace leadline::app {

// What an endpoint has waiting for too long is given up (dead); what was given up too long ago is dropped, and so are,
// of an endpoint with too many rows, the dead ones first, the oldest first. From four fifths of a bound on the report
// says so, once until it falls back. Endpoints that no settings name any more have the usual bounds. Not thread-safe.
class OutboxBounds {
 public:
  OutboxBounds(store::Store& store, std::map<std::string, EndpointLimits> limits, QueueReport report,
               std::string tenant = "default")
      : store_(store), limits_(std::move(limits)), report_(std::move(report)), tenant_(std::move(tenant)) {}

  // Looks at all rows; changes at most kMostAtOnce of each endpoint. False when there is more to do.
  absl::StatusOr<bool> Tend(Time now);
  static constexpr int kMostAtOnce = 500;

 private:
  absl::StatusOr<bool> TendEndpoint(const store::DeliveryCount& count, Time now);
  // Reports once while `near` holds.
  void Warn(const std::string& endpoint, const std::string& what, bool near);

  store::Store& store_;
  const std::map<std::string, EndpointLimits> limits_;
  const QueueReport report_;
  const std::string tenant_;
  std::set<std::pair<std::string, std::string>> warned_;  // endpoint, what
};

}  // namespace leadline::app
