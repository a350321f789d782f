#include "rpc/outbox/notification_service.h"

#include <charconv>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "engine/outbox/deliveries.h"
#include "fmt/format.h"
#include "rpc/lists/whole_lists.h"

namespace leadline::rpc {
namespace {

constexpr std::string_view kEndpoints = "webhookEndpoints";
constexpr std::string_view kAllEndpoints = "webhookEndpoints/-";

void ToProto(const engine::DeliveryView& from, v1::WebhookDelivery* to) {
  const store::Delivery& delivery = from.delivery;
  to->set_name(fmt::format("{}/{}/deliveries/{}", kEndpoints, delivery.endpoint, delivery.position));
  const bool dead = delivery.dead_at != 0;
  to->set_state(dead ? v1::WEBHOOK_DELIVERY_STATE_DEAD : v1::WEBHOOK_DELIVERY_STATE_WAITING);
  to->set_event_id(from.event_id);
  to->set_record(domain::ResourceName(delivery.record));
  const std::vector<std::string> rules = absl::StrSplit(delivery.rules, ' ', absl::SkipEmpty());
  to->mutable_rules()->Assign(rules.begin(), rules.end());
  *to->mutable_create_time() = rpc::ToProto(delivery.created_at);
  if (dead) {
    *to->mutable_dead_time() = rpc::ToProto(delivery.dead_at);
  } else {
    *to->mutable_next_try_time() = rpc::ToProto(delivery.due);
  }
  to->set_try_count(static_cast<int32_t>(delivery.tries));
  to->set_last_error(delivery.error);
}

// Where a page ended, and back; an empty text is the beginning.
std::string CursorText(const engine::DeliveryPlace& place) {
  return fmt::format("{}/{}/{}", place.endpoint, place.dead ? 1 : 0, place.position);
}

bool ParsePosition(std::string_view text, int64_t& position) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  return error == std::errc() && end == text.data() + text.size() && position > 0;
}

engine::DeliveryPlace PlaceFrom(const FieldPath& path, const std::string& cursor, Checker& check) {
  engine::DeliveryPlace place;
  if (cursor.empty()) return place;
  const std::vector<std::string> parts = absl::StrSplit(cursor, '/');
  if (parts.size() != 3 || !ParsePosition(parts[2], place.position)) {
    check.Refuse(path, "is not a token of this list");
    return place;
  }
  place.endpoint = parts[0];
  place.dead = parts[1] == "1";
  return place;
}

std::optional<bool> DeadFrom(const FieldPath& path, v1::WebhookDeliveryState state, Checker& check) {
  switch (state) {
    case v1::WEBHOOK_DELIVERY_STATE_UNSPECIFIED:
      return std::nullopt;
    case v1::WEBHOOK_DELIVERY_STATE_WAITING:
      return false;
    case v1::WEBHOOK_DELIVERY_STATE_DEAD:
      return true;
    default:
      check.Refuse(path, "is no state of a delivery");
      return std::nullopt;
  }
}

// The positions of deliveries of one endpoint by their names.
std::vector<int64_t> PositionsFrom(const v1::ReplayWebhookDeliveriesRequest& request, Checker& check) {
  const FieldPath root;
  const FieldPath names = root / "names";
  check.Count(names, request.names_size(), engine::kMostReplayed);
  std::vector<int64_t> out;
  if (!check.ok()) return out;
  const std::string prefix = request.parent() + "/deliveries/";
  for (int i = 0; i < request.names_size(); ++i) {
    const FieldPath name = names[i];
    const std::string_view text = request.names(i);
    int64_t position = 0;
    if (!text.starts_with(prefix) || !ParsePosition(text.substr(prefix.size()), position)) {
      check.Refuse(name, fmt::format("is no name of a delivery of {}, such as {}1048576", request.parent(), prefix));
    }
    out.push_back(position);
  }
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* NotificationService::ListWebhookDeliveries(grpc::CallbackServerContext* call,
                                                                     const v1::ListWebhookDeliveriesRequest* request,
                                                                     v1::ListWebhookDeliveriesResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    std::string endpoint;
    if (request->parent() != kAllEndpoints) {
      endpoint = check.RequiredIdIn(root / "parent", request->parent(), kEndpoints);
    }
    const std::optional<bool> dead = DeadFrom(root / "state", request->state(), check);
    constexpr int kStandardPageSize = 100, kMostPageSize = 1000;
    const int size = check.PageSize(root / "page_size", request->page_size(), kStandardPageSize, kMostPageSize);
    const std::string scope =
        Scope("ListWebhookDeliveries", {context.actor, request->parent(), fmt::format("{}", int{request->state()})});
    const FieldPath token = root / "page_token";
    const engine::DeliveryPlace after = PlaceFrom(token, CursorOf(token, scope, request->page_token(), check), check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const engine::DeliveryPage page,
                     engine::ListDeliveries(env_.engine->options(), context, endpoint, dead, after, size));
    for (const engine::DeliveryView& view : page.deliveries) ToProto(view, response->add_webhook_deliveries());
    if (page.next.has_value()) response->set_next_page_token(PageToken(scope, CursorText(*page.next)));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* NotificationService::ReplayWebhookDeliveries(
    grpc::CallbackServerContext* call, const v1::ReplayWebhookDeliveriesRequest* request,
    v1::ReplayWebhookDeliveriesResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    const std::string endpoint = check.RequiredIdIn(root / "parent", request->parent(), kEndpoints);
    const std::vector<int64_t> positions = PositionsFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const int replayed,
                     engine::ReplayDeliveries(env_.engine->options(), context, endpoint, positions));
    response->set_replayed_count(replayed);
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
