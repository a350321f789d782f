#include "rpc/admin_service.h"

#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/packs.h"
#include "rpc/convert/plugins.h"
#include "rpc/convert/records.h"
#include "rpc/lists/whole_lists.h"
#include "rpc/longrunning/long_method.h"

namespace leadline::rpc {
namespace {

void ToProto(const packs::PackInfo& from, v1::PackInfo* to) {
  rpc::ToProto(from.ref, to->mutable_ref());
  to->set_description(from.description);
  to->set_owner(from.owner);
  to->set_extends_pack(NameOrEmpty(domain::RecordKind::kPack, from.extends));
  to->set_scoring_rule_count(from.scoring_rules);
  to->set_route_count(from.routes);
  to->set_rep_count(from.reps);
}

// The same call, whose check ends when nobody waits for it any more.
engine::CallContext Asked(const grpc::CallbackServerContext& call, engine::CallContext context) {
  context.deadline = DeadlineOf(call);
  context.wanted = StillAsked(call);
  return context;
}

int SamplesOf(const v1::CheckStoreRequest& request, Checker& check) {
  constexpr int kStandardSamples = 5, kMostSamples = 50;
  const FieldPath root;
  if (request.max_samples() < 0 || request.max_samples() > kMostSamples) {
    check.Refuse(root / "max_samples", fmt::format("must lie between 0 and {}", kMostSamples));
  }
  return request.max_samples() == 0 ? kStandardSamples : request.max_samples();
}

}  // namespace

AdminService::AdminService(const Environment& env) : env_(env) {
  using Action = engine::PluginLoad::Action;
  constexpr size_t kMostComparisonsWaiting = 4;
  AddLongMethod<v1::DiffPackRequest, v1::DiffPackResponse>(
      env, {.name = "DiffPack", .at_a_time = 2, .most_waiting = kMostComparisonsWaiting},
      [this](const auto& context, const auto& request, auto& response) { return Compare(context, request, response); });
  AddLongMethod<v1::ActivatePackRequest, v1::ActivatePackResponse>(
      env, {.name = "ActivatePack", .at_a_time = 2}, [this](const auto& context, const auto& request, auto& response) {
        return Activate(context, request, response);
      });
  AddLongMethod<v1::LoadPluginRequest, v1::LoadPluginResponse>(
      env, {.name = "LoadPlugin"}, [this](const auto& context, const auto& request, auto& response) {
        return Load(context, Action::kLoad, request, response);
      });
  AddLongMethod<v1::ReloadPluginRequest, v1::ReloadPluginResponse>(
      env, {.name = "ReloadPlugin"}, [this](const auto& context, const auto& request, auto& response) {
        return Load(context, Action::kReload, request, response);
      });
  AddLongMethod<v1::CheckStoreRequest, v1::CheckStoreResponse>(
      env, {.name = "CheckStore"}, [this](const auto& context, const auto& request, auto& response) {
        return LookAtStore(context, request, response);
      });
}

grpc::ServerUnaryReactor* AdminService::ListPacks(grpc::CallbackServerContext* call,
                                                  const v1::ListPacksRequest* request,
                                                  v1::ListPacksResponse* response) {
  return Compute(env_, call, [&]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const AskedPage asked = AskedPageOf("ListPacks", ContextOf(*call, check).actor, *request, check);
    RETURN_IF_ERROR(check.ToStatus());
    const std::shared_ptr<const engine::Snapshot> snapshot = env_.engine->snapshot();
    FillFromWhole(
        asked, snapshot->rules->packs(), response,
        [](const packs::PackInfo& pack) { return (pack.extends.empty() ? "0" : "1") + pack.ref.pack; },
        [](const packs::PackInfo& pack, v1::ListPacksResponse* to) { ToProto(pack, to->add_packs()); });
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ListPlugins(grpc::CallbackServerContext* call,
                                                    const v1::ListPluginsRequest* request,
                                                    v1::ListPluginsResponse* response) {
  // The trust policy is read anew from its file.
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const AskedPage asked = AskedPageOf("ListPlugins", ContextOf(*call, check).actor, *request, check);
    RETURN_IF_ERROR(check.ToStatus());
    FillFromWhole(
        asked, env_.packs->ListPlugins(), response,
        [](const engine::PluginView& plugin) { return plugin.status.ref.id; },
        [](const engine::PluginView& plugin, v1::ListPluginsResponse* to) { ToProto(plugin, to->add_plugins()); });
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::CheckStore(grpc::CallbackServerContext* call,
                                                   const v1::CheckStoreRequest* request,
                                                   google::longrunning::Operation* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    SamplesOf(*request, check);
    const FieldPath regions = root / "regions";
    check.Count(regions, request->regions_size(), kMaxBatch);
    for (int i = 0; i < std::min(request->regions_size(), kMaxBatch); ++i) {
      const FieldPath region = regions[i];
      check.Word(region, request->regions(i));
    }
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "CheckStore", "", *request, response);
  });
}

absl::Status AdminService::LookAtStore(const engine::CallContext& context, const v1::CheckStoreRequest& request,
                                       v1::CheckStoreResponse& response) {
  Checker check(env_.engine->clock().Now());
  const std::vector<std::string> known(request.regions().begin(), request.regions().end());
  ASSIGN_OR_RETURN(engine::StoredRegions stored,
                   env_.engine->RegionsInStore(context, SamplesOf(request, check), known));
  for (engine::StoredRegion& region : stored.regions) {
    v1::StoredRegion* added = response.add_regions();
    added->set_region(region.region);
    added->set_lead_count(region.leads);
    added->set_known(region.known);
    for (std::string& lead : region.samples) added->add_samples(std::move(lead));
  }
  response.set_more(stored.more);
  ToProto(*stored.snapshot, response.mutable_snapshot());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* AdminService::GetSnapshot(grpc::CallbackServerContext* call, const v1::GetSnapshotRequest*,
                                                    v1::GetSnapshotResponse* response) {
  return Compute(env_, call, [&] {
    std::shared_ptr<const engine::Snapshot> snapshot = env_.engine->snapshot();
    ToProto(*snapshot->ref, response->mutable_snapshot());
    *response->mutable_create_time() = ToProto(snapshot->created_at);
    ToProto(snapshot->reference, response->mutable_reference());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ValidatePack(grpc::CallbackServerContext* call,
                                                     const v1::ValidatePackRequest* request,
                                                     v1::ValidatePackResponse* response) {
  return RunOn(checks_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = Asked(*call, ContextOf(*call, check));
    const std::string name = PackNameFrom(root / "pack", request->pack(), check);
    const packs::PackFiles files = PackFilesFrom(root / "files", name, request->files(), check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::PackCheck checked, env_.packs->Validate(context, files));
    ToProto(checked, response->mutable_check());
    *response->mutable_diagnostics() = response->check().diagnostics();
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ProposePack(grpc::CallbackServerContext* call,
                                                    const v1::ProposePackRequest* request,
                                                    v1::ProposePackResponse* response) {
  return RunOn(checks_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = Asked(*call, NamedContext(*call, request->request_id(), *request, check));
    context.method = "ProposePack";
    const std::string name = PackNameFrom(root / "pack", request->pack(), check);
    const packs::PackFiles files = PackFilesFrom(root / "files", name, request->files(), check);
    RETURN_IF_ERROR(check.ToStatus());
    engine::PackCheck checked;
    absl::StatusOr<engine::PackProposal> proposal = env_.packs->Propose(context, files, &checked);
    // What the check found is the answer, not an error.
    if (!proposal.ok() && checked.status.ok()) return proposal.status();
    ToProto(checked, response->mutable_check());
    if (!proposal.ok()) return absl::OkStatus();
    ToProto(proposal->candidate, response->mutable_candidate());
    for (const domain::PackCandidate& gone : proposal->gave_way) ToProto(gone, response->add_gave_way());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::ApprovePack(grpc::CallbackServerContext* call,
                                                    const v1::ApprovePackRequest* request,
                                                    v1::ApprovePackResponse* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    context.method = "ApprovePack";
    const std::string sha256 = Sha256From(root / "sha256", request->sha256(), check);
    const domain::ApprovalSide side = ApprovalSideFrom(root / "side", request->side(), check);
    const std::string reason = check.Text(root / "reason", request->reason());
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(domain::PackCandidate candidate, env_.packs->Approve(context, sha256, side, reason));
    ToProto(candidate, response->mutable_candidate());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::DiffPack(grpc::CallbackServerContext* call, const v1::DiffPackRequest* request,
                                                 google::longrunning::Operation* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    DiffRequestFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "DiffPack", request->pack(), *request, response);
  });
}

absl::Status AdminService::Compare(const engine::CallContext& context, const v1::DiffPackRequest& request,
                                   v1::DiffPackResponse& response) {
  Checker check(env_.engine->clock().Now());
  const engine::DiffRequest asked = DiffRequestFrom(request, check);
  absl::StatusOr<engine::PackDiff> diff = env_.packs->Diff(context, asked);
  if (!diff.ok()) return ExplainDiff(context, asked.files, diff.status(), response);
  response.set_lead_count(diff->leads);
  response.set_changed_lead_count(diff->changed);
  ToProto(*diff, response.mutable_diff());
  return absl::OkStatus();
}

absl::Status AdminService::ExplainDiff(const engine::CallContext& context, const packs::PackFiles& files,
                                       const absl::Status& failed, v1::DiffPackResponse& response) {
  const bool candidate_at_fault = absl::IsInvalidArgument(failed) || absl::IsFailedPrecondition(failed);
  if (!candidate_at_fault || files.files.empty() || HasReason(failed, ErrorReason::kPackCheckLimit)) return failed;
  // A candidate with errors is compared with nothing: its problems are the answer.
  ASSIGN_OR_RETURN(engine::PackCheck checked, env_.packs->Validate(context, files));
  if (checked.status.ok() || checked.diagnostics.empty()) return failed;
  ToProto(checked.diagnostics, response.mutable_diagnostics());
  return absl::OkStatus();
}

void AdminService::ShowRollout(const engine::CallContext& context, domain::Rollout rollout, v1::Rollout* to) {
  absl::StatusOr<engine::RolloutView> now = env_.packs->Get(context);
  // The counts of a trial; but no later change's rollout, and a change that was made is no error.
  const bool made = !context.validate_only;
  if (made && now.ok() && now->rollout.generation == rollout.generation) return ToProto(*now, to);
  engine::RolloutView view;
  view.rollout = std::move(rollout);
  ToProto(view, to);
}

void AdminService::ShowSnapshot(const domain::Rollout& rollout, v1::SnapshotRef* to) {
  const std::shared_ptr<const engine::Snapshot> now = env_.engine->snapshot();
  if (now->ref->generation == rollout.generation) return ToProto(*now->ref, to);
  // Others have changed it again meanwhile, or it was only tried.
  to->set_generation(rollout.generation);
  for (const domain::ActivePack& pack : rollout.active) ToProto(pack.ref, to->add_packs());
  for (const domain::PluginRef& plugin : rollout.plugins) ToProto(plugin, to->add_plugins());
}

grpc::ServerUnaryReactor* AdminService::ActivatePack(grpc::CallbackServerContext* call,
                                                     const v1::ActivatePackRequest* request,
                                                     google::longrunning::Operation* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    ActivateRequestFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "ActivatePack", "", *request, response);
  });
}

absl::Status AdminService::Activate(engine::CallContext context, const v1::ActivatePackRequest& request,
                                    v1::ActivatePackResponse& response) {
  Checker check(env_.engine->clock().Now());
  context.validate_only = request.validate_only();
  ASSIGN_OR_RETURN(domain::Rollout rollout, env_.packs->Activate(context, ActivateRequestFrom(request, check)));
  ShowSnapshot(rollout, response.mutable_snapshot());
  ShowRollout(context, std::move(rollout), response.mutable_rollout());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* AdminService::RollbackPack(grpc::CallbackServerContext* call,
                                                     const v1::RollbackPackRequest* request,
                                                     v1::RollbackPackResponse* response) {
  return RunOn(ways_back_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    context.method = "RollbackPack";
    const std::string pack = PackNameFrom(root / "pack", request->pack(), check);
    std::string reason = check.Text(root / "reason", request->reason());
    const int64_t expected = check.NotNegative(root / "expected_generation", request->expected_generation());
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(domain::Rollout rollout, env_.packs->Rollback(context, pack, std::move(reason), expected));
    ShowSnapshot(rollout, response->mutable_snapshot());
    ShowRollout(context, std::move(rollout), response->mutable_rollout());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::StopTrial(grpc::CallbackServerContext* call,
                                                  const v1::StopTrialRequest* request,
                                                  v1::StopTrialResponse* response) {
  return RunOn(ways_back_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    context.method = "StopTrial";
    std::string reason = check.Text(root / "reason", request->reason());
    const int64_t expected = check.NotNegative(root / "expected_generation", request->expected_generation());
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(domain::Rollout rollout, env_.packs->StopTrial(context, std::move(reason), expected));
    ShowRollout(context, std::move(rollout), response->mutable_rollout());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::GetRollout(grpc::CallbackServerContext* call, const v1::GetRolloutRequest*,
                                                   v1::GetRolloutResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = ContextOf(*call, check);
    context.wanted = StillAsked(*call);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::RolloutView view, env_.packs->Get(context));
    ToProto(view, response->mutable_rollout());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* AdminService::LoadPlugin(grpc::CallbackServerContext* call,
                                                   const v1::LoadPluginRequest* request,
                                                   google::longrunning::Operation* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    PluginLoadFrom(*request, engine::PluginLoad::Action::kLoad, check);
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "LoadPlugin", request->name(), *request, response);
  });
}

grpc::ServerUnaryReactor* AdminService::ReloadPlugin(grpc::CallbackServerContext* call,
                                                     const v1::ReloadPluginRequest* request,
                                                     google::longrunning::Operation* response) {
  return RunOn(changes_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    PluginLoadFrom(*request, engine::PluginLoad::Action::kReload, check);
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "ReloadPlugin", request->name(), *request, response);
  });
}

template <typename Request, typename Response>
absl::Status AdminService::Load(engine::CallContext context, engine::PluginLoad::Action action, const Request& request,
                                Response& response) {
  Checker check(env_.engine->clock().Now());
  context.validate_only = request.validate_only();
  ASSIGN_OR_RETURN(engine::PluginView plugin, env_.packs->LoadPlugin(context, PluginLoadFrom(request, action, check)));
  ToProto(plugin, response.mutable_plugin());
  return absl::OkStatus();
}

}  // namespace leadline::rpc
