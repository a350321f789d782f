// The unary methods of NotificationService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/notification_service.pb.h"

namespace leadline::cli::notification_service {

inline constexpr UnaryMethod<v1::ListWebhookDeliveriesRequest, v1::ListWebhookDeliveriesResponse>
    kListWebhookDeliveries{"/leadline.v1.NotificationService/ListWebhookDeliveries"};
inline constexpr UnaryMethod<v1::ReplayWebhookDeliveriesRequest, v1::ReplayWebhookDeliveriesResponse>
    kReplayWebhookDeliveries{"/leadline.v1.NotificationService/ReplayWebhookDeliveries"};

}  // namespace leadline::cli::notification_service
