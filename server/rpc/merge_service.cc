#include "rpc/merge_service.h"

#include <algorithm>

#include "base/status_macros.h"
#include "engine/merge/duplicates.h"
#include "engine/merge/merges.h"
#include "rpc/convert/merges.h"
#include "rpc/convert/records.h"
#include "rpc/convert/requests.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

void ToProto(const engine::Entity& from, const Present& present, v1::Entity* to) {
  if (from.account.has_value()) rpc::ToProto(*from.account, to->mutable_account());
  if (from.contact.has_value()) rpc::ToProto(*from.contact, present, to->mutable_contact());
  if (from.lead.has_value()) rpc::ToProto(*from.lead, present, to->mutable_lead());
  for (const domain::MergeRecord& merge : from.merges) rpc::ToProto(merge, to->add_merges());
  to->set_activity_count(from.activity_count);
}

// The merge of that id; with a name alone when it has been undone meanwhile.
void FillMerge(const engine::MergeResult& result, v1::Merge* to) {
  to->set_name(MergeName(result.merge_id));
  for (const domain::MergeRecord& merge : result.entity.merges) {
    if (merge.id == result.merge_id) rpc::ToProto(merge, to);
  }
}

}  // namespace

grpc::ServerUnaryReactor* MergeService::FindDuplicates(grpc::CallbackServerContext* call,
                                                       const v1::FindDuplicatesRequest* request,
                                                       v1::FindDuplicatesResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    context.wanted = StillAsked(*call);
    const int most = check.PageSize(root / "max_results", request->max_results(), 10, 100);
    const bool given = request->has_contact() || request->has_account();
    if (given && !request->name().empty()) {
      check.Refuse(root / "name", "must be empty where a contact or an account is given");
    } else if (!given) {
      check.RequiredName(root / "name", request->name(),
                         {RecordKind::kContact, RecordKind::kAccount, RecordKind::kLead});
      if (!request->region().empty()) check.Refuse(root / "region", "is for records that are not stored");
    }
    engine::DuplicateQuery query = DuplicateQueryFrom(*request, check);
    std::vector<engine::DuplicateCandidate> candidates;
    if (given) {
      query.invalid = check.ToStatus();
      ASSIGN_OR_RETURN(candidates, engine::FindDuplicates(env_.engine->options(), context, std::move(query), most));
    } else {
      RETURN_IF_ERROR(check.ToStatus());
      ASSIGN_OR_RETURN(candidates, env_.engine->FindDuplicates(context, request->name(), most));
    }
    for (const engine::DuplicateCandidate& candidate : candidates) rpc::ToProto(candidate, response->add_candidates());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::MergeRecords(grpc::CallbackServerContext* call,
                                                     const v1::MergeRecordsRequest* request,
                                                     v1::MergeRecordsResponse* response) {
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
    context.etag = request->survivor_etag();
    context.absorbed_etag = request->absorbed_etag();
    check.Etag(root / "survivor_etag", context.etag);
    check.Etag(root / "absorbed_etag", context.absorbed_etag);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->Merge(
        context, survivor, absorbed, reason,
        Answer<engine::MergeResult>(env_, call, reactor, [this, response](const engine::MergeResult& result) {
          FillMerge(result, response->mutable_merge());
          ToProto(result.entity, Present(*env_.engine), response->mutable_entity());
          response->set_pending_lead_count(result.pending_leads);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::UndoMerge(grpc::CallbackServerContext* call,
                                                  const v1::UndoMergeRequest* request,
                                                  v1::UndoMergeResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string merge_id = check.RequiredIdIn(root / "name", request->name(), "merges");
    std::string reason = check.RequiredText(root / "reason", request->reason());
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->Unmerge(
        context, merge_id, reason,
        Answer<engine::UnmergeResult>(env_, call, reactor, [this, response](const engine::UnmergeResult& result) {
          const Present present(*env_.engine);
          ToProto(result.survivor, present, response->mutable_survivor());
          ToProto(result.restored, present, response->mutable_restored());
          response->set_pending_lead_count(result.pending_leads);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::GetMerge(grpc::CallbackServerContext* call, const v1::GetMergeRequest* request,
                                                 v1::Merge* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    context.wanted = StillAsked(*call);
    const std::string id = check.RequiredIdIn(root / "name", request->name(), "merges");
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const engine::MergeView view, engine::GetMerge(env_.engine->options(), context, id));
    rpc::ToProto(view.merge, response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* MergeService::ListMerges(grpc::CallbackServerContext* call,
                                                   const v1::ListMergesRequest* request,
                                                   v1::ListMergesResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    constexpr int kStandardPageSize = 50;
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    context.wanted = StillAsked(*call);
    check.RequiredName(root / "survivor", request->survivor(),
                       {RecordKind::kContact, RecordKind::kAccount, RecordKind::kLead});
    const int page_size =
        check.PageSize(root / "page_size", request->page_size(), kStandardPageSize, engine::kMostMergesInPage);
    const std::string scope = Scope("ListMerges", {context.actor, request->survivor()});
    const std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    size_t bytes = 0;
    const auto fits = [&](const domain::MergeRecord& merge) {
      v1::ListMergesResponse one;
      rpc::ToProto(merge, one.add_merges());
      bytes += one.ByteSizeLong();
      return bytes <= kMostAnswerBytes;
    };
    const auto page = engine::ListMerges(env_.engine->options(), context, request->survivor(), cursor, page_size, fits);
    if (!page.ok()) return PageError(page.status());
    for (const domain::MergeRecord& merge : page->merges) rpc::ToProto(merge, response->add_merges());
    response->set_next_page_token(PageToken(scope, page->next));
    response->set_scan_limit_reached(page->scan_limit_reached);
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
    ToProto(entity, Present(*env_.engine), response->mutable_entity());
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
