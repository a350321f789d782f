// MergeService: merging and separating again.
#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/merge/followers.h"
#include "engine/merge/merger.h"
#include "engine/work/run_write.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::MergeRecord;
using domain::RecordKind;
using domain::RecordRef;

constexpr auto kMergeable = {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead};

// The records must stand for themselves, and be two.
absl::Status CheckPair(store::Reader& reader, const RecordRef& survivor, const RecordRef& absorbed) {
  auto standing = [&](const RecordRef& ref, std::string_view field) -> absl::Status {
    ASSIGN_OR_RETURN(Entity entity, EntityOf(reader, ref));
    std::string id = entity.account ? entity.account->id : entity.contact ? entity.contact->id : entity.lead->id;
    if (id == ref.id) return absl::OkStatus();
    return InvalidField(field, fmt::format("{} was merged into {}; name that one", domain::ResourceName(ref),
                                           domain::ResourceName(ref.kind, id)));
  };
  RETURN_IF_ERROR(standing(survivor, "survivor"));
  RETURN_IF_ERROR(standing(absorbed, "absorbed"));
  for (const RecordRef& ref : {survivor, absorbed}) {
    RETURN_IF_ERROR(CheckNotErased(reader, {ref.kind, std::string(ref.id)}, "there is nothing left to merge"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> PendingLeads(store::Reader& reader, const RecordRef& survivor) {
  ASSIGN_OR_RETURN(const std::vector<std::string> leads, LeadsOf(reader, survivor));
  return LeadsForLater(leads);
}

}  // namespace

void Engine::Merge(const CallContext& context, std::string survivor, std::string absorbed, std::string reason,
                   Done<MergeResult> done) {
  auto survivor_ref = RefOf(survivor, kMergeable, "survivor");
  if (!survivor_ref.ok()) return done(survivor_ref.status());
  auto absorbed_ref = RefOf(absorbed, kMergeable, "absorbed");
  if (!absorbed_ref.ok()) return done(absorbed_ref.status());
  if (survivor_ref->kind != absorbed_ref->kind) {
    return done(InvalidField("absorbed", fmt::format("{} and {} are of different kinds", survivor, absorbed)));
  }
  if (*survivor_ref == *absorbed_ref) return done(InvalidField("absorbed", "is the survivor itself"));
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<MergeResult> write;
  write.method = "Merge";
  write.keys = {KeyFor(survivor_ref->kind, survivor), KeyFor(absorbed_ref->kind, absorbed)};
  write.body = [s = *survivor_ref, a = *absorbed_ref, reason](WriteScope& scope) -> absl::StatusOr<MergeResult> {
    RETURN_IF_ERROR(CheckPair(scope.tx, s, a));
    RETURN_IF_ERROR(CheckEtag(scope.tx, scope.context.etag, s));
    RETURN_IF_ERROR(CheckEtag(scope.tx, scope.context.absorbed_etag, a));
    ASSIGN_OR_RETURN(MergeResult result, MergeInto(scope, s, a, reason));
    scope.request_result = result.merge_id;
    return result;
  };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<MergeResult> {
    ASSIGN_OR_RETURN(MergeRecord merge, reader.GetMerge(id));
    MergeResult result;
    result.merge_id = id;
    ASSIGN_OR_RETURN(result.pending_leads, PendingLeads(reader, {merge.kind, merge.survivor_id}));
    ASSIGN_OR_RETURN(result.entity, EntityOf(reader, {merge.kind, merge.survivor_id}));
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

void Engine::Unmerge(const CallContext& context, std::string merge_id, std::string reason, Done<UnmergeResult> done) {
  if (merge_id.empty()) return done(InvalidField("name", "is required"));
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<UnmergeResult> write;
  write.method = "Unmerge";
  write.keys = {KeyFor(RecordKind::kPlugin, merge_id)};
  write.body = [merge_id, reason](WriteScope& scope) {
    scope.request_result = merge_id;
    return Separate(scope, merge_id, reason);
  };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<UnmergeResult> {
    ASSIGN_OR_RETURN(MergeRecord merge, reader.GetMerge(id));
    UnmergeResult result;
    ASSIGN_OR_RETURN(result.survivor, EntityOf(reader, {merge.kind, merge.survivor_id}));
    ASSIGN_OR_RETURN(result.restored, EntityOf(reader, {merge.kind, merge.absorbed_id}));
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

absl::StatusOr<Entity> Engine::GetEntity(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(RecordRef ref, RefOf(name, kMergeable, "name"));
  Entity entity;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(entity, EntityOf(reader, ref));
    return absl::OkStatus();
  }));
  return entity;
}

}  // namespace leadline::engine
