#include "rpc/status_service.h"

#include <string>

#include "base/status_macros.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/enums.h"
#include "rpc/convert/records.h"
#include "rpc/longrunning/long_method.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

// Fills any response with `lead` and `contact`.
template <typename Response>
void FillRecord(const engine::RecordResult& result, const Present& present, Response* response) {
  if (result.lead.has_value()) rpc::ToProto(*result.lead, present, response->mutable_lead());
  if (result.contact.has_value()) rpc::ToProto(*result.contact, present, response->mutable_contact());
}

// Fills any response with `lead` and `decisions`.
template <typename Response>
void FillLead(const engine::RecordResult& result, const Present& present, Response* response) {
  if (result.lead.has_value()) rpc::ToProto(*result.lead, present, response->mutable_lead());
  rpc::ToProto(result.decisions, response->mutable_decisions());
}

// TransitionLead and TransitionContact: they differ in the kind of record alone.
template <typename Request, typename Fill>
grpc::ServerUnaryReactor* Move(const Environment& env, grpc::CallbackServerContext* call, RecordKind kind,
                               const Request& request, Fill fill) {
  return Write(env, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request.request_id(), request, check);
    std::string name = check.RequiredName(root / "name", request.name(), {kind});
    std::string status = check.RequiredWord(root / "status", request.status());
    std::string reason = check.Text(root / "reason", request.reason());
    RETURN_IF_ERROR(check.ToStatus());
    env.engine->Transition(context, name, status, reason,
                           Answer<engine::RecordResult>(env, call, reactor, std::move(fill)));
    return absl::OkStatus();
  });
}

}  // namespace

grpc::ServerUnaryReactor* StatusService::TransitionLead(grpc::CallbackServerContext* call,
                                                        const v1::TransitionLeadRequest* request,
                                                        v1::TransitionLeadResponse* response) {
  return Move(env_, call, RecordKind::kLead, *request, [this, response](const engine::RecordResult& result) {
    FillLead(result, Present(*env_.engine), response);
  });
}

grpc::ServerUnaryReactor* StatusService::TransitionContact(grpc::CallbackServerContext* call,
                                                           const v1::TransitionContactRequest* request,
                                                           v1::TransitionContactResponse* response) {
  return Move(env_, call, RecordKind::kContact, *request, [this, response](const engine::RecordResult& result) {
    if (result.contact.has_value()) {
      ToProto(*result.contact, Present(*env_.engine), response->mutable_contact());
    }
    ToProto(result.decisions, response->mutable_decisions());
  });
}

grpc::ServerUnaryReactor* StatusService::RecordDisposition(grpc::CallbackServerContext* call,
                                                           const v1::RecordDispositionRequest* request,
                                                           v1::RecordDispositionResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead, RecordKind::kContact});
    std::string disposition = check.RequiredWord(root / "disposition", request->disposition());
    std::string note = check.Text(root / "note", request->note());
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->RecordDisposition(
        context, name, disposition, note,
        Answer<engine::RecordResult>(env_, call, reactor, [this, response](const engine::RecordResult& result) {
          FillRecord(result, Present(*env_.engine), response);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatusService::AcceptLead(grpc::CallbackServerContext* call,
                                                    const v1::AcceptLeadRequest* request,
                                                    v1::AcceptLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    check.Id(root / "rep", request->rep(), {RecordKind::kRep});
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->AcceptLead(
        context, name, request->rep(),
        Answer<engine::RecordResult>(env_, call, reactor, [this, response](const engine::RecordResult& result) {
          FillLead(result, Present(*env_.engine), response);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatusService::RejectLead(grpc::CallbackServerContext* call,
                                                    const v1::RejectLeadRequest* request,
                                                    v1::RejectLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    std::string reason = check.RequiredWord(root / "reason", request->reason());
    std::string note = check.Text(root / "note", request->note());
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->RejectLead(
        context, name, reason, note,
        Answer<engine::RecordResult>(env_, call, reactor, [this, response](const engine::RecordResult& result) {
          FillLead(result, Present(*env_.engine), response);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatusService::GetStatusHistory(grpc::CallbackServerContext* call,
                                                          const v1::GetStatusHistoryRequest* request,
                                                          v1::GetStatusHistoryResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kLead, RecordKind::kContact});
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(std::vector<engine::StatusPeriod> periods,
                     env_.engine->GetStatusHistory(context, request->name()));
    for (const engine::StatusPeriod& period : periods) {
      v1::StatusPeriod* added = response->add_periods();
      added->set_status(period.status);
      *added->mutable_enter_time() = ToProto(period.enter);
      if (period.exit != 0) *added->mutable_exit_time() = ToProto(period.exit);
      added->set_trigger(StatusTriggerOf(period.trigger));
      added->set_reason(period.reason);
      added->set_actor(period.actor);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatusService::ListOverdue(grpc::CallbackServerContext* call,
                                                     const v1::ListOverdueRequest* request,
                                                     v1::ListOverdueResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    int page_size = check.PageSize(root / "page_size", request->page_size(), 50, 1000);
    const std::string scope = Scope("ListOverdue", {context.actor, request->breached_only() ? "breached" : "all"});
    std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    const auto next = AddLeads(page_size, Present(*env_.engine), response, [&](int most) {
      return env_.engine->ListOverdue(context, request->breached_only(), cursor, most);
    });
    if (!next.ok()) return PageError(next.status());
    response->set_next_page_token(PageToken(scope, *next));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatusService::RemapStatuses(grpc::CallbackServerContext* call,
                                                       const v1::RemapStatusesRequest* request,
                                                       google::longrunning::Operation* response) {
  return RunOn(starts_, env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    RETURN_IF_ERROR(check.ToStatus());
    return StartOperation(env_, context, "RemapStatuses", "", *request, response);
  });
}

StatusService::StatusService(const Environment& env) : env_(env) {
  AddLongMethod<v1::RemapStatusesRequest, v1::RemapStatusesResponse>(
      env, {.name = "RemapStatuses"},
      [this](const engine::CallContext& context, const auto& request, auto& response) -> absl::Status {
        ASSIGN_OR_RETURN(const auto statuses, env_.engine->RemapStatuses(context, request.validate_only()));
        for (const engine::RemappedStatus& status : statuses) {
          v1::RemappedStatus* added = response.add_remapped();
          added->set_from_status(status.from);
          added->set_to_status(status.to);
          added->set_record_count(status.records);
        }
        return absl::OkStatus();
      });
}

}  // namespace leadline::rpc
