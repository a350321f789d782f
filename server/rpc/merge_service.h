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
  grpc::ServerUnaryReactor* Merge(grpc::CallbackServerContext* call, const v1::MergeRequest* request,
                                  v1::MergeResponse* response) override;
  grpc::ServerUnaryReactor* Unmerge(grpc::CallbackServerContext* call, const v1::UnmergeRequest* request,
                                    v1::UnmergeResponse* response) override;
  grpc::ServerUnaryReactor* GetEntity(grpc::CallbackServerContext* call, const v1::GetEntityRequest* request,
                                      v1::GetEntityResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
