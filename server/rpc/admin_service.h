#pragma once

#include "domain/rollout.h"
#include "engine/rollout/pack_rollout.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "packs/pack_files.h"
#include "rpc/call.h"

namespace leadline::rpc {

// Thread-safe; translates and nothing else.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  explicit AdminService(const Environment& env);

  grpc::ServerUnaryReactor* ValidatePack(grpc::CallbackServerContext* call, const v1::ValidatePackRequest* request,
                                         v1::ValidatePackResponse* response) override;
  grpc::ServerUnaryReactor* ProposePack(grpc::CallbackServerContext* call, const v1::ProposePackRequest* request,
                                        v1::ProposePackResponse* response) override;
  grpc::ServerUnaryReactor* ApprovePack(grpc::CallbackServerContext* call, const v1::ApprovePackRequest* request,
                                        v1::ApprovePackResponse* response) override;
  grpc::ServerUnaryReactor* DiffPack(grpc::CallbackServerContext* call, const v1::DiffPackRequest* request,
                                     google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* ActivatePack(grpc::CallbackServerContext* call, const v1::ActivatePackRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* RollbackPack(grpc::CallbackServerContext* call, const v1::RollbackPackRequest* request,
                                         v1::RollbackPackResponse* response) override;
  grpc::ServerUnaryReactor* StopTrial(grpc::CallbackServerContext* call, const v1::StopTrialRequest* request,
                                      v1::StopTrialResponse* response) override;
  grpc::ServerUnaryReactor* GetRollout(grpc::CallbackServerContext* call, const v1::GetRolloutRequest* request,
                                       v1::GetRolloutResponse* response) override;
  grpc::ServerUnaryReactor* ListPacks(grpc::CallbackServerContext* call, const v1::ListPacksRequest* request,
                                      v1::ListPacksResponse* response) override;
  grpc::ServerUnaryReactor* ListPlugins(grpc::CallbackServerContext* call, const v1::ListPluginsRequest* request,
                                        v1::ListPluginsResponse* response) override;
  grpc::ServerUnaryReactor* LoadPlugin(grpc::CallbackServerContext* call, const v1::LoadPluginRequest* request,
                                       google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* ReloadPlugin(grpc::CallbackServerContext* call, const v1::ReloadPluginRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* CheckStore(grpc::CallbackServerContext* call, const v1::CheckStoreRequest* request,
                                       google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* GetSnapshot(grpc::CallbackServerContext* call, const v1::GetSnapshotRequest* request,
                                        v1::GetSnapshotResponse* response) override;

 private:
  // How operations are done: the request was checked when it was stored.
  absl::Status Compare(const engine::CallContext& context, const v1::DiffPackRequest& request,
                       v1::DiffPackResponse& response);
  absl::Status Activate(engine::CallContext context, const v1::ActivatePackRequest& request,
                        v1::ActivatePackResponse& response);
  template <typename Request, typename Response>
  absl::Status Load(engine::CallContext context, engine::PluginLoad::Action action, const Request& request,
                    Response& response);
  absl::Status LookAtStore(const engine::CallContext& context, const v1::CheckStoreRequest& request,
                           v1::CheckStoreResponse& response);
  // Why a comparison failed: the problems of the candidate's files when they are the reason, otherwise an error.
  absl::Status ExplainDiff(const engine::CallContext& context, const packs::PackFiles& files,
                           const absl::Status& failed, v1::DiffPackResponse& response);
  // What decides after a change that gave `rollout`, with the counts of the trial.
  void ShowRollout(const engine::CallContext& context, domain::Rollout rollout, v1::Rollout* to);
  void ShowSnapshot(const domain::Rollout& rollout, v1::SnapshotRef* to);

  static constexpr int kChecksAtATime = 2;
  static constexpr size_t kMostChecksWaiting = 4;
  static constexpr int kThreads = 4;
  static constexpr size_t kMostWaiting = 64;

  const Environment& env_;
  // Work on packs takes seconds, and a change may check as well. Each kind has threads of its own, so that none waits
  // for another: checks of what clients send; approvals, and starts of operations, which have threads of their own; and
  // the ways back, which check nothing. Reads are elsewhere.
  Executor checks_{kChecksAtATime, kMostChecksWaiting};
  Executor changes_{kThreads, kMostWaiting};
  Executor ways_back_{1, kMostWaiting};
};

}  // namespace leadline::rpc
