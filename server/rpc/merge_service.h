#pragma once

#include "leadline/v1/merge_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class MergeService final : public v1::MergeService::CallbackService {
 public:
  explicit MergeService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* FindDuplicates(grpc::CallbackServerContext* call, const v1::FindDuplicatesRequest* request,
                                           v1::FindDuplicatesResponse* response) override;
  grpc::ServerUnaryReactor* MergeRecords(grpc::CallbackServerContext* call, const v1::MergeRecordsRequest* request,
                                         v1::MergeRecordsResponse* response) override;
  grpc::ServerUnaryReactor* UndoMerge(grpc::CallbackServerContext* call, const v1::UndoMergeRequest* request,
                                      v1::UndoMergeResponse* response) override;
  grpc::ServerUnaryReactor* GetMerge(grpc::CallbackServerContext* call, const v1::GetMergeRequest* request,
                                     v1::Merge* response) override;
  grpc::ServerUnaryReactor* ListMerges(grpc::CallbackServerContext* call, const v1::ListMergesRequest* request,
                                       v1::ListMergesResponse* response) override;
  grpc::ServerUnaryReactor* GetEntity(grpc::CallbackServerContext* call, const v1::GetEntityRequest* request,
                                      v1::GetEntityResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
