#include "rpc/routing_service.h"

#include "base/status_macros.h"
#include "engine/routing/queue_view.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert_decisions.h"
#include "rpc/convert_records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

void ToProto(const engine::RepView& from, v1::Rep* to) {
  to->set_name(NameOrEmpty(RecordKind::kRep, from.rep.id));
  to->set_display_name(from.rep.name);
  to->set_team(from.rep.team);
  to->set_region(from.rep.region);
  to->set_available(from.available);
  if (!from.available && from.state.unavailable_until != 0) {
    *to->mutable_until_time() = rpc::ToProto(from.state.unavailable_until);
  }
  to->set_open_leads(from.state.open_leads);
  to->set_capacity(from.rep.capacity);
  to->set_weight(from.rep.weight);
}

}  // namespace

grpc::ServerUnaryReactor* RoutingService::RouteLead(grpc::CallbackServerContext* call,
                                                    const v1::RouteLeadRequest* request,
                                                    v1::RouteLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->RouteLead(context, name,
                           Answer<engine::RouteResult>(env_, reactor, [response](const engine::RouteResult& result) {
                             rpc::ToProto(result.lead, response->mutable_lead());
                             rpc::ToProto(result.decision, response->mutable_decision());
                           }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::PreviewRoute(grpc::CallbackServerContext* call,
                                                       const v1::PreviewRouteRequest* request,
                                                       v1::PreviewRouteResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::RoutePreview preview, env_.engine->PreviewRoute(context, request->name()));
    response->set_rep(NameOrEmpty(RecordKind::kRep, preview.rep));
    response->set_hold_queue(preview.hold_queue);
    rpc::ToProto(preview.decision, response->mutable_decision());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::ReassignLead(grpc::CallbackServerContext* call,
                                                       const v1::ReassignLeadRequest* request,
                                                       v1::ReassignLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    std::string rep = check.RequiredName(root / "rep", request->rep(), {RecordKind::kRep});
    std::string reason = check.RequiredText(root / "reason", request->reason());
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->ReassignLead(context, name, rep, reason,
                              Answer<domain::Lead>(env_, reactor, [response](const domain::Lead& lead) {
                                rpc::ToProto(lead, response->mutable_lead());
                              }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::SetAvailability(grpc::CallbackServerContext* call,
                                                          const v1::SetAvailabilityRequest* request,
                                                          v1::SetAvailabilityResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string rep = check.RequiredName(root / "rep", request->rep(), {RecordKind::kRep});
    Time until = 0;
    if (request->has_until_time()) {
      until = check.Moment(root / "until_time", request->until_time());
      if (request->available()) check.Refuse(root / "until_time", "is only allowed when `available` is false");
    }
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->SetAvailability(context, rep, request->available(), until,
                                 Answer<engine::RepView>(env_, reactor, [response](const engine::RepView& view) {
                                   ToProto(view, response->mutable_rep());
                                 }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::ListQueues(grpc::CallbackServerContext* call, const v1::ListQueuesRequest*,
                                                     v1::ListQueuesResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = ContextOf(*call, check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const std::vector<engine::QueueView> queues, env_.engine->ListQueues(context));
    for (const engine::QueueView& view : queues) {
      v1::Queue* added = response->add_queues();
      added->set_queue(view.queue.id);
      if (view.queue.layer != "central") added->set_region(view.queue.layer);
      added->set_owner(view.queue.owner);
      added->set_description(view.queue.description);
      added->set_declared(view.declared);
      added->set_leads(view.leads);
      if (view.held_since != 0) *added->mutable_oldest_hold_time() = rpc::ToProto(view.held_since);
      added->set_overdue(view.overdue);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::GetFairness(grpc::CallbackServerContext* call,
                                                      const v1::GetFairnessRequest* request,
                                                      v1::GetFairnessResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    context.wanted = StillAsked(*call);
    Time start = request->has_start_time() ? check.Moment(root / "start_time", request->start_time()) : 0;
    Time end = request->has_end_time() ? check.Moment(root / "end_time", request->end_time()) : 0;
    check.Order(root / "end_time", start, end);
    std::string region = check.Word(root / "region", request->region());
    RETURN_IF_ERROR(check.ToStatus());
    FilterCheck known(*env_.engine, context, check.now());
    known.Region(root / "region", region);
    RETURN_IF_ERROR(known.ToStatus());
    ASSIGN_OR_RETURN(engine::Fairness fairness, env_.engine->GetFairness(context, start, end, region));
    for (const engine::RepShare& share : fairness.reps) {
      v1::RepShare* added = response->add_reps();
      ToProto(share.rep, added->mutable_rep());
      added->set_assigned(share.assigned);
      added->set_expected(share.expected);
      added->set_mean_score(share.mean_score);
    }
    for (const engine::TeamFairness& team : fairness.teams) {
      v1::TeamFairness* added = response->add_teams();
      added->set_team(team.team);
      added->set_jain_index(team.jain_index);
      added->set_assigned(team.assigned);
    }
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
