#include "engine/outbox/deliveries.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/notify/told.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using store::Delivery;

constexpr int64_t kBeforeAll = 0;
constexpr std::string_view kReplay = "ReplayWebhookDeliveries";

absl::StatusOr<std::string> EventIdAt(store::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(const std::optional<std::string> id, reader.TransactionIdAt(domain::TransactionAt(position)));
  if (!id.has_value()) return std::string();
  return fmt::format("{}.{}", *id, position & (domain::kMostEventsInTransaction - 1));
}

// NOT_FOUND where neither the settings nor a rule of notify.yaml name the endpoint, and it has no rows.
absl::Status CheckEndpoint(const EngineOptions& options, const std::vector<store::DeliveryCount>& counts,
                           const std::string& endpoint) {
  const std::shared_ptr<const Deciding> deciding = options.snapshots->GetDeciding();
  std::set<std::string> known = EndpointsNamed(*deciding);
  if (deciding->recipients != nullptr) {
    for (const auto& [id, regions] : deciding->recipients->regions) known.insert(id);
  }
  for (const store::DeliveryCount& count : counts) known.insert(count.endpoint);
  if (known.contains(endpoint)) return absl::OkStatus();
  const std::string hint = DidYouMean(endpoint, {known.begin(), known.end()});
  return WithResource(
      absl::NotFoundError(fmt::format("there is no endpoint {}{}{}", Quoted(endpoint), hint.empty() ? "" : "; ", hint)),
      "webhookEndpoints/" + endpoint);
}

// The endpoint and the half of its rows that come after a place.
class Walk {
 public:
  Walk(store::Reader& reader, std::optional<bool> dead, int limit) : reader_(reader), dead_(dead), limit_(limit) {}

  absl::Status Add(const std::string& endpoint, bool dead, int64_t after, DeliveryPage& page) {
    if (full_ || (dead_.has_value() && *dead_ != dead)) return absl::OkStatus();
    const int room = limit_ - static_cast<int>(page.deliveries.size());
    // One more tells whether the list goes on.
    ASSIGN_OR_RETURN(std::vector<Delivery> rows, reader_.Deliveries(endpoint, dead, after, room + 1));
    for (Delivery& row : rows) {
      if (static_cast<int>(page.deliveries.size()) == limit_) {
        const Delivery& last = page.deliveries.back().delivery;
        page.next = DeliveryPlace{last.endpoint, last.dead_at != 0, last.position};
        full_ = true;
        return absl::OkStatus();
      }
      ASSIGN_OR_RETURN(std::string id, EventIdAt(reader_, row.position));
      page.deliveries.push_back({std::move(row), std::move(id)});
    }
    return absl::OkStatus();
  }

 private:
  store::Reader& reader_;
  const std::optional<bool> dead_;
  const int limit_;
  bool full_ = false;
};

}  // namespace

absl::StatusOr<DeliveryPage> ListDeliveries(const EngineOptions& options, const CallContext& context,
                                            const std::string& endpoint, std::optional<bool> dead,
                                            const DeliveryPlace& after, int limit) {
  DeliveryPage page;
  RETURN_IF_ERROR(options.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    page = {};
    ASSIGN_OR_RETURN(const std::vector<store::DeliveryCount> counts, reader.CountDeliveries());
    // What was listed to its end has no rows any more.
    if (!endpoint.empty() && after.endpoint.empty()) RETURN_IF_ERROR(CheckEndpoint(options, counts, endpoint));
    Walk walk(reader, dead, limit);
    for (const store::DeliveryCount& count : counts) {
      if (!endpoint.empty() && count.endpoint != endpoint) continue;
      if (count.endpoint < after.endpoint) continue;
      const bool here = count.endpoint == after.endpoint;
      if (!here || !after.dead) {
        RETURN_IF_ERROR(walk.Add(count.endpoint, false, here ? after.position : kBeforeAll, page));
      }
      RETURN_IF_ERROR(walk.Add(count.endpoint, true, here && after.dead ? after.position : kBeforeAll, page));
    }
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<int> ReplayDeliveries(const EngineOptions& options, const CallContext& context,
                                     const std::string& endpoint, const std::vector<int64_t>& positions) {
  const Time now = options.clock->Now();
  int replayed = 0;
  const auto replay = [&](store::Transaction& tx) -> absl::Status {
    replayed = 0;
    ASSIGN_OR_RETURN(const auto earlier, EarlierRequest(tx, context, kReplay));
    if (earlier.has_value()) {
      (void)absl::SimpleAtoi(earlier->result, &replayed);
      return absl::OkStatus();
    }
    std::vector<Delivery> rows;
    if (positions.empty()) {
      ASSIGN_OR_RETURN(rows, tx.Deliveries(endpoint, /*dead=*/true, kBeforeAll, kMostReplayed));
      if (rows.empty()) {
        ASSIGN_OR_RETURN(const std::vector<store::DeliveryCount> counts, tx.CountDeliveries());
        RETURN_IF_ERROR(CheckEndpoint(options, counts, endpoint));
      }
    }
    for (const int64_t position : positions) {
      ASSIGN_OR_RETURN(std::vector<Delivery> one, tx.Deliveries(endpoint, /*dead=*/true, position - 1, 1));
      if (one.empty() || one[0].position != position) {
        const std::string name = fmt::format("webhookEndpoints/{}/deliveries/{}", endpoint, position);
        return WithResource(absl::NotFoundError(fmt::format("{} is not among those that were given up", name)), name);
      }
      rows.push_back(std::move(one[0]));
    }
    for (Delivery& row : rows) {
      row.dead_at = row.tries = 0;
      row.due = row.created_at = now;  // it waits anew
      if (!context.validate_only) RETURN_IF_ERROR(tx.Put(row));
      ++replayed;
    }
    if (context.request_id.empty() || context.validate_only) return absl::OkStatus();
    return tx.Put(store::RequestRecord{context.request_id, fmt::format("{} {}", kReplay, context.fingerprint),
                                       fmt::format("{}", replayed), now});
  };
  RETURN_IF_ERROR(store::WriteAndWait(*options.store, context.tenant, replay));
  return replayed;
}

}  // namespace leadline::engine
