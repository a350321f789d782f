// The outbox as operators see it: what waits for an endpoint, what was given up, and how that is sent again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "store/delivery.h"

namespace leadline::engine {

// A row with the name of its event.
struct DeliveryView {
  store::Delivery delivery;
  std::string event_id;
};

// Where a list of deliveries stands: after this one.
struct DeliveryPlace {
  std::string endpoint;  // empty: at the beginning
  bool dead = false;
  int64_t position = 0;
};

struct DeliveryPage {
  std::vector<DeliveryView> deliveries;
  std::optional<DeliveryPlace> next;  // nothing on the last page
};

// By endpoint; of each those that wait, then the dead ones, both in the order of their events. `endpoint`: of one
// alone, empty: of all. `dead`: only these or those; nothing: both. At most `limit`. NOT_FOUND for an endpoint that is
// neither in the settings nor in a rule of notify.yaml, and that nothing waits for. Blocks on the store's reader;
// thread-safe.
absl::StatusOr<DeliveryPage> ListDeliveries(const EngineOptions& options, const CallContext& context,
                                            const std::string& endpoint, std::optional<bool> dead,
                                            const DeliveryPlace& after, int limit);

// Has deliveries of the endpoint sent again at once that were given up: those of the events at `positions`, or, where
// none is named, all, at most kMostReplayed, the oldest first. How many they were. NOT_FOUND, and nothing changed, when
// there is no such endpoint, or one that is named was not given up. With CallContext::validate_only they are only
// counted. Blocks on the store.
inline constexpr int kMostReplayed = 1000;
absl::StatusOr<int> ReplayDeliveries(const EngineOptions& options, const CallContext& context,
                                     const std::string& endpoint, const std::vector<int64_t>& positions);

}  // namespace leadline::engine
