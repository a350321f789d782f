#include "rpc/admin_service.h"

#include "rpc/convert_decisions.h"
#include "rpc/convert_records.h"

namespace leadline::rpc {

grpc::ServerUnaryReactor* AdminService::ListPacks(grpc::CallbackServerContext* call, const v1::ListPacksRequest*,
                                                  v1::ListPacksResponse* response) {
  return Compute(env_, call, [&] {
    std::shared_ptr<const engine::Snapshot> snapshot = env_.engine->snapshot();
    for (const packs::PackInfo& pack : snapshot->rules->packs()) {
      v1::PackInfo* added = response->add_packs();
      ToProto(pack.ref, added->mutable_ref());
      added->set_description(pack.description);
      added->set_owner(pack.owner);
      added->set_extends_pack(pack.extends);
      added->set_scoring_rules(pack.scoring_rules);
      added->set_routes(pack.routes);
      added->set_reps(pack.reps);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ListPlugins(grpc::CallbackServerContext* call, const v1::ListPluginsRequest*,
                                                    v1::ListPluginsResponse* response) {
  return Compute(env_, call, [&] {
    std::shared_ptr<const engine::Snapshot> snapshot = env_.engine->snapshot();
    for (const engine::PluginStatus& plugin : snapshot->plugin_status) {
      v1::PluginInfo* added = response->add_plugins();
      ToProto(plugin.ref, added->mutable_ref());
      added->set_loaded(plugin.loaded);
      added->set_optional(plugin.optional);
      for (const std::string& capability : plugin.capabilities) added->add_capabilities(capability);
      for (const std::string& use : plugin.used_by) added->add_used_by(use);
      added->set_error(plugin.error);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::GetSnapshot(grpc::CallbackServerContext* call, const v1::GetSnapshotRequest*,
                                                    v1::GetSnapshotResponse* response) {
  return Compute(env_, call, [&] {
    std::shared_ptr<const engine::Snapshot> snapshot = env_.engine->snapshot();
    ToProto(*snapshot->ref, response->mutable_snapshot());
    *response->mutable_create_time() = ToProto(snapshot->created_at);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ValidatePack(grpc::CallbackServerContext* call, const v1::ValidatePackRequest*,
                                                     v1::ValidatePackResponse*) {
  return Refuse(env_, call, "AdminService.ValidatePack");
}

grpc::ServerUnaryReactor* AdminService::DiffPack(grpc::CallbackServerContext* call, const v1::DiffPackRequest*,
                                                 v1::DiffPackResponse*) {
  return Refuse(env_, call, "AdminService.DiffPack");
}

grpc::ServerUnaryReactor* AdminService::ActivatePack(grpc::CallbackServerContext* call, const v1::ActivatePackRequest*,
                                                     v1::ActivatePackResponse*) {
  return Refuse(env_, call, "AdminService.ActivatePack");
}

grpc::ServerUnaryReactor* AdminService::RollbackPack(grpc::CallbackServerContext* call, const v1::RollbackPackRequest*,
                                                     v1::RollbackPackResponse*) {
  return Refuse(env_, call, "AdminService.RollbackPack");
}

grpc::ServerUnaryReactor* AdminService::LoadPlugin(grpc::CallbackServerContext* call, const v1::LoadPluginRequest*,
                                                   v1::LoadPluginResponse*) {
  return Refuse(env_, call, "AdminService.LoadPlugin");
}

grpc::ServerUnaryReactor* AdminService::ReloadPlugin(grpc::CallbackServerContext* call, const v1::ReloadPluginRequest*,
                                                     v1::ReloadPluginResponse*) {
  return Refuse(env_, call, "AdminService.ReloadPlugin");
}

}  // namespace leadline::rpc
