#pragma once

#include "leadline/v1/lead_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe, as every service here; translates and nothing else.
class LeadService final : public v1::LeadService::WithRawCallbackMethod_WatchEvents<v1::LeadService::CallbackService> {
 public:
  explicit LeadService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* SubmitEnquiry(grpc::CallbackServerContext* call, const v1::SubmitEnquiryRequest* request,
                                          v1::SubmitEnquiryResponse* response) override;
  grpc::ServerBidiReactor<v1::ImportLeadsRequest, v1::ImportLeadsResponse>* ImportLeads(
      grpc::CallbackServerContext* call) override;
  grpc::ServerUnaryReactor* BatchSubmitEnquiries(grpc::CallbackServerContext* call,
                                                 const v1::BatchSubmitEnquiriesRequest* request,
                                                 v1::BatchSubmitEnquiriesResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetLeads(grpc::CallbackServerContext* call, const v1::BatchGetLeadsRequest* request,
                                          v1::BatchGetLeadsResponse* response) override;
  grpc::ServerUnaryReactor* SplitLead(grpc::CallbackServerContext* call, const v1::SplitLeadRequest* request,
                                      v1::SplitLeadResponse* response) override;
  grpc::ServerUnaryReactor* AddLeadContact(grpc::CallbackServerContext* call, const v1::AddLeadContactRequest* request,
                                           v1::AddLeadContactResponse* response) override;
  grpc::ServerUnaryReactor* RemoveLeadContact(grpc::CallbackServerContext* call,
                                              const v1::RemoveLeadContactRequest* request,
                                              v1::RemoveLeadContactResponse* response) override;
  grpc::ServerUnaryReactor* BatchRecordActivities(grpc::CallbackServerContext* call,
                                                  const v1::BatchRecordActivitiesRequest* request,
                                                  v1::BatchRecordActivitiesResponse* response) override;
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
  // In bytes, which many streams share.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchEvents(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
