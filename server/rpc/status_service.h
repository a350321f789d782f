#pragma once

#include "leadline/v1/status_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class StatusService final : public v1::StatusService::CallbackService {
 public:
  explicit StatusService(const Environment& env);

  grpc::ServerUnaryReactor* TransitionLead(grpc::CallbackServerContext* call, const v1::TransitionLeadRequest* request,
                                           v1::TransitionLeadResponse* response) override;
  grpc::ServerUnaryReactor* TransitionContact(grpc::CallbackServerContext* call,
                                              const v1::TransitionContactRequest* request,
                                              v1::TransitionContactResponse* response) override;
  grpc::ServerUnaryReactor* RecordDisposition(grpc::CallbackServerContext* call,
                                              const v1::RecordDispositionRequest* request,
                                              v1::RecordDispositionResponse* response) override;
  grpc::ServerUnaryReactor* AcceptLead(grpc::CallbackServerContext* call, const v1::AcceptLeadRequest* request,
                                       v1::AcceptLeadResponse* response) override;
  grpc::ServerUnaryReactor* RejectLead(grpc::CallbackServerContext* call, const v1::RejectLeadRequest* request,
                                       v1::RejectLeadResponse* response) override;
  grpc::ServerUnaryReactor* GetStatusHistory(grpc::CallbackServerContext* call,
                                             const v1::GetStatusHistoryRequest* request,
                                             v1::GetStatusHistoryResponse* response) override;
  grpc::ServerUnaryReactor* ListOverdue(grpc::CallbackServerContext* call, const v1::ListOverdueRequest* request,
                                        v1::ListOverdueResponse* response) override;
  grpc::ServerUnaryReactor* RemapStatuses(grpc::CallbackServerContext* call, const v1::RemapStatusesRequest* request,
                                          google::longrunning::Operation* response) override;

 private:
  const Environment& env_;
  Executor starts_{/*threads=*/1, /*max_waiting=*/64};  // of operations
};

}  // namespace leadline::rpc
