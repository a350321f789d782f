#include "rpc/routing_service.h"

#include "base/status_macros.h"
#include "engine/batch/batch_requests.h"
#include "engine/routing/queue_view.h"
#include "engine/routing/reps.h"
#include "rpc/batches.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/records.h"
#include "rpc/lists/whole_lists.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

void ToProto(const engine::RepView& from, v1::Rep* to) {
  to->set_name(NameOrEmpty(RecordKind::kRep, from.rep.id));
  to->set_display_name(from.rep.name);
  to->set_team(from.rep.team);
  to->set_region(from.rep.region);
  to->set_available(from.available);
  if (!from.available && from.back_at != 0) *to->mutable_return_time() = rpc::ToProto(from.back_at);
  for (const domain::Absence& absence : from.state.absences) rpc::ToProto(absence, to->add_absences());
  to->set_max_hourly_lead_count(from.rep.most_per_hour);
  to->set_max_daily_lead_count(from.rep.most_per_day);
  to->set_open_lead_count(from.state.open_leads);
  to->set_capacity(from.rep.capacity);
  to->set_weight(from.rep.weight);
  to->set_etag(engine::EtagOf(from.state.version));
}

void ToProto(const engine::QueueView& view, v1::Queue* to) {
  to->set_name(QueueName(view.queue.id));
  if (view.queue.layer != "central") to->set_region(view.queue.layer);
  to->set_owner(view.queue.owner);
  to->set_description(view.queue.description);
  to->set_declared(view.declared);
  to->set_lead_count(view.leads);
  if (view.held_since != 0) *to->mutable_oldest_hold_time() = rpc::ToProto(view.held_since);
  to->set_overdue_lead_count(view.overdue);
}

engine::Reassignment ReassignmentFrom(const v1::ReassignLeadRequest& request, Checker& check) {
  const FieldPath root;
  return {check.RequiredName(root / "name", request.name(), {RecordKind::kLead}),
          check.RequiredName(root / "rep", request.rep(), {RecordKind::kRep}),
          check.RequiredText(root / "reason", request.reason())};
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
    env_.engine->RouteLead(
        context, name,
        Answer<engine::RouteResult>(env_, call, reactor, [this, response](const engine::RouteResult& result) {
          rpc::ToProto(result.lead, Present(*env_.engine), response->mutable_lead());
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
    response->set_hold_queue(QueueName(preview.hold_queue));
    rpc::ToProto(preview.decision, response->mutable_decision());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::ReassignLead(grpc::CallbackServerContext* call,
                                                       const v1::ReassignLeadRequest* request,
                                                       v1::ReassignLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    const engine::Reassignment asked = ReassignmentFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->ReassignLead(context, asked.lead, asked.rep, asked.reason,
                              Answer<domain::Lead>(env_, call, reactor, [this, response](const domain::Lead& lead) {
                                rpc::ToProto(lead, Present(*env_.engine), response->mutable_lead());
                              }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::BatchReassignLeads(grpc::CallbackServerContext* call,
                                                             const v1::BatchReassignLeadsRequest* request,
                                                             v1::BatchReassignLeadsResponse* response) {
  return WriteMany(env_, call, [=, this](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = ContextOf(*call, check);
    RETURN_IF_ERROR(check.ToStatus());
    auto items = ItemsFrom<engine::Reassignment>(*call, request->requests(), check.now(), ReassignmentFrom);
    const auto fill = [this](size_t, const domain::Lead& lead, v1::ReassignLeadResponse* to) {
      rpc::ToProto(lead, Present(*env_.engine), to->mutable_lead());
    };
    const auto shorten = [](v1::ReassignLeadResponse* result, bool) {
      const std::string name = result->lead().name();
      result->mutable_lead()->Clear();
      result->mutable_lead()->set_name(name);
    };
    engine::BatchReassign(*env_.engine, env_.executor, context, std::move(items),
                          AnswerMany<domain::Lead>(env_, call, reactor, response, fill, shorten));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::GetRep(grpc::CallbackServerContext* call, const v1::GetRepRequest* request,
                                                 v1::Rep* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kRep});
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const engine::RepView rep, engine::GetRep(env_.engine->options(), context, request->name()));
    ToProto(rep, response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::ListReps(grpc::CallbackServerContext* call,
                                                   const v1::ListRepsRequest* request, v1::ListRepsResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    constexpr int kStandardPageSize = 100;
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    const int page_size =
        check.PageSize(root / "page_size", request->page_size(), kStandardPageSize, engine::kMostRepsInPage);
    const std::string region = check.Word(root / "region", request->region());
    const std::string team = check.Word(root / "team", request->team());
    const std::string scope = Scope("ListReps", {context.actor, region, team});
    const std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    FilterCheck known(*env_.engine, context, check.now());
    known.Region(root / "region", region);
    RETURN_IF_ERROR(known.ToStatus());
    const engine::EngineOptions& options = env_.engine->options();
    const engine::RepFilter filter{region, team};
    const auto page = engine::ListReps(options, context, filter, cursor, page_size);
    if (!page.ok()) return PageError(page.status());
    for (const engine::RepView& rep : page->items) ToProto(rep, response->add_reps());
    response->set_next_page_token(PageToken(scope, page->next));
    response->set_total_size(engine::CountReps(options, filter));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::GetQueue(grpc::CallbackServerContext* call,
                                                   const v1::GetQueueRequest* request, v1::Queue* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = ContextOf(*call, check);
    const std::string id = check.RequiredIdIn(root / "name", request->name(), "queues");
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const engine::QueueView queue, engine::GetQueue(env_.engine->options(), context, id));
    ToProto(queue, response);
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
    if (request->has_return_time()) {
      until = check.Moment(root / "return_time", request->return_time());
      if (request->available()) check.Refuse(root / "return_time", "is only allowed when `available` is false");
    }
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->SetAvailability(context, rep, request->available(), until,
                                 Answer<engine::RepView>(env_, call, reactor, [response](const engine::RepView& view) {
                                   ToProto(view, response->mutable_rep());
                                 }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::PlanAbsences(grpc::CallbackServerContext* call,
                                                       const v1::PlanAbsencesRequest* request,
                                                       v1::PlanAbsencesResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    std::string rep = check.RequiredName(root / "rep", request->rep(), {RecordKind::kRep});
    const FieldPath list = root / "absences";
    check.Count(list, request->absences_size(), static_cast<int>(domain::kMostAbsences));
    std::vector<domain::Absence> absences;
    for (int i = 0; check.ok() && i < request->absences_size(); ++i) {
      const v1::Absence& asked = request->absences(i);
      const FieldPath one = list[i], start = one / "start_time", end = one / "end_time";
      if (!asked.has_start_time()) check.Refuse(start, "is required");
      if (!asked.has_end_time()) check.Refuse(end, "is required");
      absences.push_back({check.Moment(start, asked.start_time()), check.Moment(end, asked.end_time())});
    }
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->PlanAbsences(context, rep, std::move(absences),
                              Answer<engine::RepView>(env_, call, reactor, [response](const engine::RepView& view) {
                                ToProto(view, response->mutable_rep());
                              }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* RoutingService::ListQueues(grpc::CallbackServerContext* call,
                                                     const v1::ListQueuesRequest* request,
                                                     v1::ListQueuesResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = ContextOf(*call, check);
    const AskedPage asked = AskedPageOf("ListQueues", context.actor, *request, check);
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(const std::vector<engine::QueueView> queues, env_.engine->ListQueues(context));
    FillFromWhole(
        asked, queues, response, [](const engine::QueueView& view) { return view.queue.id; },
        [](const engine::QueueView& view, v1::ListQueuesResponse* to) { ToProto(view, to->add_queues()); });
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
      added->set_assigned_count(share.assigned);
      added->set_credited_count(share.credited);
      added->set_expected_count(share.expected);
      added->set_mean_score(share.mean_score);
    }
    for (const engine::TeamFairness& team : fairness.teams) {
      v1::TeamFairness* added = response->add_teams();
      added->set_team(team.team);
      added->set_jain_index(team.jain_index);
      added->set_assigned_count(team.assigned);
    }
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
