#pragma once

#include <google/longrunning/operations.grpc.pb.h>

#include "rpc/call.h"

namespace leadline::rpc {

// google.longrunning.Operations: long work, looked at, waited for, cancelled, forgotten. Thread-safe; translates and
// nothing else.
class OperationsService final : public google::longrunning::Operations::CallbackService {
 public:
  explicit OperationsService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* ListOperations(grpc::CallbackServerContext* call,
                                           const google::longrunning::ListOperationsRequest* request,
                                           google::longrunning::ListOperationsResponse* response) override;
  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* call,
                                         const google::longrunning::GetOperationRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* DeleteOperation(grpc::CallbackServerContext* call,
                                            const google::longrunning::DeleteOperationRequest* request,
                                            google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* CancelOperation(grpc::CallbackServerContext* call,
                                            const google::longrunning::CancelOperationRequest* request,
                                            google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* WaitOperation(grpc::CallbackServerContext* call,
                                          const google::longrunning::WaitOperationRequest* request,
                                          google::longrunning::Operation* response) override;

 private:
  const Environment& env_;
  // Short waits for the store, beside nothing that takes long.
  Executor calls_{/*threads=*/2, /*max_waiting=*/256};
};

}  // namespace leadline::rpc
