#pragma once

#include "leadline/v1/routing_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class RoutingService final : public v1::RoutingService::CallbackService {
 public:
  explicit RoutingService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* RouteLead(grpc::CallbackServerContext* call, const v1::RouteLeadRequest* request,
                                      v1::RouteLeadResponse* response) override;
  grpc::ServerUnaryReactor* PreviewRoute(grpc::CallbackServerContext* call, const v1::PreviewRouteRequest* request,
                                         v1::PreviewRouteResponse* response) override;
  grpc::ServerUnaryReactor* ReassignLead(grpc::CallbackServerContext* call, const v1::ReassignLeadRequest* request,
                                         v1::ReassignLeadResponse* response) override;
  grpc::ServerUnaryReactor* BatchReassignLeads(grpc::CallbackServerContext* call,
                                               const v1::BatchReassignLeadsRequest* request,
                                               v1::BatchReassignLeadsResponse* response) override;
  grpc::ServerUnaryReactor* GetRep(grpc::CallbackServerContext* call, const v1::GetRepRequest* request,
                                   v1::Rep* response) override;
  grpc::ServerUnaryReactor* ListReps(grpc::CallbackServerContext* call, const v1::ListRepsRequest* request,
                                     v1::ListRepsResponse* response) override;
  grpc::ServerUnaryReactor* GetQueue(grpc::CallbackServerContext* call, const v1::GetQueueRequest* request,
                                     v1::Queue* response) override;
  grpc::ServerUnaryReactor* PlanAbsences(grpc::CallbackServerContext* call, const v1::PlanAbsencesRequest* request,
                                         v1::PlanAbsencesResponse* response) override;
  grpc::ServerUnaryReactor* SetAvailability(grpc::CallbackServerContext* call,
                                            const v1::SetAvailabilityRequest* request,
                                            v1::SetAvailabilityResponse* response) override;
  grpc::ServerUnaryReactor* ListQueues(grpc::CallbackServerContext* call, const v1::ListQueuesRequest* request,
                                       v1::ListQueuesResponse* response) override;
  grpc::ServerUnaryReactor* GetFairness(grpc::CallbackServerContext* call, const v1::GetFairnessRequest* request,
                                        v1::GetFairnessResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
