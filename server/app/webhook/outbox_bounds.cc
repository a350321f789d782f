#include "app/webhook/outbox_bounds.h"

#include <algorithm>
#include <vector>

#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

bool IsNear(int64_t value, int64_t bound) { return value > bound / 5 * 4; }

}  // namespace

absl::StatusOr<bool> OutboxBounds::Tend(Time now) {
  std::vector<store::DeliveryCount> counts;
  RETURN_IF_ERROR(store_.Read(tenant_, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(counts, reader.CountDeliveries());
    return absl::OkStatus();
  }));
  bool done = true;
  for (const store::DeliveryCount& count : counts) {
    ASSIGN_OR_RETURN(const bool all, TendEndpoint(count, now));
    done = done && all;
  }
  return done;
}

absl::StatusOr<bool> OutboxBounds::TendEndpoint(const store::DeliveryCount& count, Time now) {
  const auto found = limits_.find(count.endpoint);
  const EndpointLimits limits = found == limits_.end() ? EndpointLimits() : found->second;
  Warn(count.endpoint, "rules name an endpoint that the settings do not have; its messages wait",
       found == limits_.end());
  Warn(count.endpoint, "the outbox is nearly full; then the oldest messages are dropped",
       IsNear(count.waiting + count.dead, limits.most_kept));
  Warn(count.endpoint, "messages have waited for so long that they are soon given up",
       count.waiting > 0 && IsNear(now - count.waiting_since, limits.keep_waiting));
  Warn(count.endpoint, "messages that were given up are soon dropped",
       count.dead > 0 && IsNear(now - count.dead_since, limits.keep_dead));
  const int64_t over = std::max<int64_t>(0, count.waiting + count.dead - limits.most_kept);
  const bool old_waiting = count.waiting > 0 && now - count.waiting_since >= limits.keep_waiting;
  const bool old_dead = count.dead > 0 && now - count.dead_since >= limits.keep_dead;
  if (over == 0 && !old_waiting && !old_dead) return true;
  int64_t given_up = 0, dropped = 0;
  bool more = false;
  RETURN_IF_ERROR(store::WriteAndWait(store_, tenant_, [&](store::Transaction& tx) -> absl::Status {
    given_up = dropped = 0;
    ASSIGN_OR_RETURN(const auto dead, tx.Deliveries(count.endpoint, true, 0, kMostAtOnce));
    ASSIGN_OR_RETURN(auto waiting, tx.Deliveries(count.endpoint, false, 0, kMostAtOnce));
    for (const store::Delivery& row : dead) {
      if (dropped >= over && now - row.dead_at < limits.keep_dead) continue;
      RETURN_IF_ERROR(tx.DropDelivery(row.endpoint, row.position));
      ++dropped;
    }
    for (store::Delivery& row : waiting) {
      if (dropped < over && count.dead <= static_cast<int64_t>(dead.size())) {
        RETURN_IF_ERROR(tx.DropDelivery(row.endpoint, row.position));
        ++dropped;
      } else if (now - row.created_at >= limits.keep_waiting) {
        row.dead_at = now;
        row.error = row.error.empty() ? "it waited too long" : "it waited too long; " + row.error;
        RETURN_IF_ERROR(tx.Put(row));
        ++given_up;
      }
    }
    more = dead.size() == kMostAtOnce || waiting.size() == kMostAtOnce;
    return absl::OkStatus();
  }));
  if (given_up > 0 && report_)
    report_(count.endpoint, fmt::format("{} messages waited too long: given up", given_up), "");
  if (dropped > 0 && report_) report_(count.endpoint, fmt::format("{} messages are dropped", dropped), "");
  return !more || given_up + dropped == 0;
}

void OutboxBounds::Warn(const std::string& endpoint, const std::string& what, bool near) {
  if (!near) {
    warned_.erase({endpoint, what});
  } else if (warned_.emplace(endpoint, what).second && report_) {
    report_(endpoint, what, "");
  }
}

}  // namespace leadline::app
