#pragma once

#include "leadline/v1/notification_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class NotificationService final : public v1::NotificationService::CallbackService {
 public:
  explicit NotificationService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* ListWebhookDeliveries(grpc::CallbackServerContext* call,
                                                  const v1::ListWebhookDeliveriesRequest* request,
                                                  v1::ListWebhookDeliveriesResponse* response) override;
  grpc::ServerUnaryReactor* ReplayWebhookDeliveries(grpc::CallbackServerContext* call,
                                                    const v1::ReplayWebhookDeliveriesRequest* request,
                                                    v1::ReplayWebhookDeliveriesResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
