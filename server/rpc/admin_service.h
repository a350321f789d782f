#pragma once

#include "leadline/v1/admin_service.grpc.pb.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  explicit AdminService(const Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* ValidatePack(grpc::CallbackServerContext* call, const v1::ValidatePackRequest* request,
                                         v1::ValidatePackResponse* response) override;
  grpc::ServerUnaryReactor* DiffPack(grpc::CallbackServerContext* call, const v1::DiffPackRequest* request,
                                     v1::DiffPackResponse* response) override;
  grpc::ServerUnaryReactor* ActivatePack(grpc::CallbackServerContext* call, const v1::ActivatePackRequest* request,
                                         v1::ActivatePackResponse* response) override;
  grpc::ServerUnaryReactor* RollbackPack(grpc::CallbackServerContext* call, const v1::RollbackPackRequest* request,
                                         v1::RollbackPackResponse* response) override;
  grpc::ServerUnaryReactor* ListPacks(grpc::CallbackServerContext* call, const v1::ListPacksRequest* request,
                                      v1::ListPacksResponse* response) override;
  grpc::ServerUnaryReactor* ListPlugins(grpc::CallbackServerContext* call, const v1::ListPluginsRequest* request,
                                        v1::ListPluginsResponse* response) override;
  grpc::ServerUnaryReactor* LoadPlugin(grpc::CallbackServerContext* call, const v1::LoadPluginRequest* request,
                                       v1::LoadPluginResponse* response) override;
  grpc::ServerUnaryReactor* ReloadPlugin(grpc::CallbackServerContext* call, const v1::ReloadPluginRequest* request,
                                         v1::ReloadPluginResponse* response) override;
  grpc::ServerUnaryReactor* GetSnapshot(grpc::CallbackServerContext* call, const v1::GetSnapshotRequest* request,
                                        v1::GetSnapshotResponse* response) override;

 private:
  const Environment& env_;
};

}  // namespace leadline::rpc
