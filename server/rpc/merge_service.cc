#include "rpc/merge_service.h"

#include <algorithm>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "rpc/convert_records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

v1::DuplicateVerdict ToProto(domain::DuplicateVerdict verdict) {
  switch (verdict) {
    case domain::DuplicateVerdict::kMatch:
      return v1::DUPLICATE_VERDICT_MATCH;
    case domain::DuplicateVerdict::kPossible:
      return v1::DUPLICATE_VERDICT_POSSIBLE;
    case domain::DuplicateVerdict::kDifferent:
      return v1::DUPLICATE_VERDICT_DIFFERENT;
  }
  return v1::DUPLICATE_VERDICT_UNSPECIFIED;
}

void ToProto(const engine::DuplicateCandidate& from, v1::DuplicateCandidate* to) {
  to->set_name(from.name);
  to->set_display_name(from.display_name);
  to->set_match_weight(from.pair.weight);
  to->set_probability(from.pair.probability);
  for (const domain::ComparisonResult& comparison : from.pair.comparisons) {
    v1::Comparison* added = to->add_comparisons();
    added->set_field(comparison.field);
    added->set_level(comparison.note.empty() ? comparison.level
                                             : fmt::format("{} ({})", comparison.level, comparison.note));
    added->set_weight(comparison.weight);
    added->set_left_value(comparison.left);
    added->set_right_value(comparison.right);
  }
  to->set_verdict(ToProto(from.verdict));
}

void ToProto(const engine::Entity& from, v1::Entity* to) {
  if (from.account.has_value()) rpc::ToProto(*from.account, to->mutable_account());
  if (from.contact.has_value()) rpc::ToProto(*from.contact, to->mutable_contact());
  if (from.lead.has_value()) rpc::ToProto(*from.lead, to->mutable_lead());
  for (const domain::MergeRecord& merge : from.merges) {
    v1::MergeRecord* added = to->add_merges();
    added->set_merge_id(merge.id);
    added->set_absorbed(domain::ResourceName(merge.kind, merge.absorbed_id));
    *added->mutable_merge_time() = rpc::ToProto(merge.time);
    added->set_actor(merge.actor);
    added->set_reason(merge.reason);
  }
  to->set_activity_count(from.activity_count);
}

}  // namespace

grpc::ServerUnaryReactor* MergeService::FindDuplicates(grpc::CallbackServerContext* call,
                                                       const v1::FindDuplicatesRequest* request,
                                                       v1::FindDuplicatesResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kContact, RecordKind::kAccount, RecordKind::kLead});
    int most = check.PageSize(root / "max_results", request->max_results(), 10, 100);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(std::vector<engine::DuplicateCandidate> candidates,
                     env_.engine->FindDuplicates(context, request->name(), most));
    for (const engine::DuplicateCandidate& candidate : candidates) ToProto(candidate, response->add_candidates());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::Merge(grpc::CallbackServerContext* call, const v1::MergeRequest* request,
                                              v1::MergeResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const auto kinds = {RecordKind::kContact, RecordKind::kAccount, RecordKind::kLead};
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string survivor = check.RequiredName(root / "survivor", request->survivor(), kinds);
    std::string absorbed = check.RequiredName(root / "absorbed", request->absorbed(), kinds);
    std::string reason = check.RequiredText(root / "reason", request->reason());
    if (!survivor.empty() && !absorbed.empty()) {
      if (survivor == absorbed) {
        check.Refuse(root / "absorbed", "is the survivor itself");
      } else if (survivor.substr(0, survivor.find('/')) != absorbed.substr(0, absorbed.find('/'))) {
        check.Refuse(root / "absorbed", "must be of the same kind as the survivor");
      }
    }
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->Merge(context, survivor, absorbed, reason,
                       Answer<engine::MergeResult>(env_, reactor, [response](const engine::MergeResult& result) {
                         response->set_merge_id(result.merge_id);
                         ToProto(result.entity, response->mutable_entity());
                       }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::Unmerge(grpc::CallbackServerContext* call, const v1::UnmergeRequest* request,
                                                v1::UnmergeResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string merge_id = check.RequiredKey(root / "merge_id", request->merge_id());
    std::string reason = check.RequiredText(root / "reason", request->reason());
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->Unmerge(context, merge_id, reason,
                         Answer<engine::UnmergeResult>(env_, reactor, [response](const engine::UnmergeResult& result) {
                           ToProto(result.survivor, response->mutable_survivor());
                           ToProto(result.restored, response->mutable_restored());
                         }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::GetEntity(grpc::CallbackServerContext* call,
                                                  const v1::GetEntityRequest* request,
                                                  v1::GetEntityResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kContact, RecordKind::kAccount, RecordKind::kLead});
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::Entity entity, env_.engine->GetEntity(context, request->name()));
    ToProto(entity, response->mutable_entity());
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
