#pragma once

#include "leadline/v1/lead_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe, as every service here; translates and nothing else.
class LeadService final : public v1::LeadService::CallbackService {
 public:
  explicit LeadService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* SubmitEnquiry(grpc::CallbackServerContext* call, const v1::SubmitEnquiryRequest* request,
                                          v1::SubmitEnquiryResponse* response) override;
  grpc::ServerBidiReactor<v1::ImportLeadsRequest, v1::ImportLeadsResponse>* ImportLeads(
      grpc::CallbackServerContext* call) override;
  grpc::ServerUnaryReactor* GetLead(grpc::CallbackServerContext* call, const v1::GetLeadRequest* request,
                                    v1::Lead* response) override;
  grpc::ServerUnaryReactor* ListLeads(grpc::CallbackServerContext* call, const v1::ListLeadsRequest* request,
                                      v1::ListLeadsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateLead(grpc::CallbackServerContext* call, const v1::UpdateLeadRequest* request,
                                       v1::Lead* response) override;
  grpc::ServerUnaryReactor* RecordActivity(grpc::CallbackServerContext* call, const v1::RecordActivityRequest* request,
                                           v1::RecordActivityResponse* response) override;
  grpc::ServerUnaryReactor* GetTimeline(grpc::CallbackServerContext* call, const v1::GetTimelineRequest* request,
                                        v1::GetTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ExplainLead(grpc::CallbackServerContext* call, const v1::ExplainLeadRequest* request,
                                        v1::ExplainLeadResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(grpc::CallbackServerContext* call,
                                                                 const v1::WatchEventsRequest* request) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
