#pragma once

#include "leadline/v1/report_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class ReportService final : public v1::ReportService::CallbackService {
 public:
  explicit ReportService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* GetFunnel(grpc::CallbackServerContext* call, const v1::GetFunnelRequest* request,
                                      v1::GetFunnelResponse* response) override;
  grpc::ServerUnaryReactor* GetVelocity(grpc::CallbackServerContext* call, const v1::GetVelocityRequest* request,
                                        v1::GetVelocityResponse* response) override;
  grpc::ServerUnaryReactor* GetSlaCompliance(grpc::CallbackServerContext* call,
                                             const v1::GetSlaComplianceRequest* request,
                                             v1::GetSlaComplianceResponse* response) override;
  grpc::ServerUnaryReactor* GetFlow(grpc::CallbackServerContext* call, const v1::GetFlowRequest* request,
                                    v1::GetFlowResponse* response) override;
  grpc::ServerUnaryReactor* GetPipeline(grpc::CallbackServerContext* call, const v1::GetPipelineRequest* request,
                                        v1::GetPipelineResponse* response) override;
  grpc::ServerUnaryReactor* GetFeedback(grpc::CallbackServerContext* call, const v1::GetFeedbackRequest* request,
                                        v1::GetFeedbackResponse* response) override;
  grpc::ServerUnaryReactor* ListReportRecords(grpc::CallbackServerContext* call,
                                              const v1::ListReportRecordsRequest* request,
                                              v1::ListReportRecordsResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
