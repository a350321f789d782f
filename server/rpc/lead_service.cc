#include "rpc/lead_service.h"

#include "base/status_macros.h"
#include "engine/explain/explanation.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert_decisions.h"
#include "rpc/convert_records.h"
#include "rpc/convert_requests.h"
#include "rpc/import_stream.h"
#include "rpc/tokens.h"
#include "rpc/watch_stream.h"

namespace leadline::rpc {

using domain::RecordKind;

namespace {

// A page of a history ends with the event that reaches this many bytes, so that answers stay far below the 4 MiB that
// clients of all languages accept.
constexpr size_t kPageBytes = size_t{1} << 20;

bool IsFull(const FieldPath& path, v1::DecisionView view, Checker& check) {
  if (!v1::DecisionView_IsValid(view))
    check.Refuse(path, "is not a view; use DECISION_VIEW_BASIC or DECISION_VIEW_FULL");
  return view == v1::DECISION_VIEW_FULL;
}

void ToProto(const std::vector<domain::Decision>& from, bool full,
             google::protobuf::RepeatedPtrField<v1::Decision>* to) {
  full ? rpc::ToProto(from, to) : ToBasicProto(from, to);
}

v1::WhyNotSubject ToProto(engine::WhyNot::Subject subject) {
  switch (subject) {
    case engine::WhyNot::Subject::kStatus:
      return v1::WHY_NOT_SUBJECT_STATUS;
    case engine::WhyNot::Subject::kRoute:
      return v1::WHY_NOT_SUBJECT_ROUTE;
    case engine::WhyNot::Subject::kRep:
      return v1::WHY_NOT_SUBJECT_REP;
    case engine::WhyNot::Subject::kScore:
      return v1::WHY_NOT_SUBJECT_SCORE;
  }
  return v1::WHY_NOT_SUBJECT_UNSPECIFIED;
}

void ToProto(const engine::WhyNot& from, v1::WhyNot* to) {
  to->set_subject(ToProto(from.subject));
  to->set_wanted(from.wanted);
  to->set_reached(from.reached);
  to->set_answer(from.answer);
  for (const std::string& status : from.path) to->add_path(status);
  for (const domain::Reason& reason : from.reasons) rpc::ToProto(reason, to->add_reasons());
  to->set_points_short(from.points_short);
  for (const engine::PossiblePoints& possible : from.possible_points) {
    v1::PossiblePoints* added = to->add_possible_points();
    added->set_rule_id(possible.rule_id);
    added->set_layer(possible.layer);
    added->set_points(possible.points);
    added->set_needs(possible.needs);
    added->set_source(possible.source);
  }
}

}  // namespace

grpc::ServerUnaryReactor* LeadService::SubmitEnquiry(grpc::CallbackServerContext* call,
                                                     const v1::SubmitEnquiryRequest* request,
                                                     v1::SubmitEnquiryResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    if (!request->has_enquiry()) {
      check.Refuse(root / "enquiry", "is required");
      return check.ToStatus();
    }
    const bool full = IsFull(root / "view", request->view(), check);
    engine::Enquiry enquiry = EnquiryFrom(root / "enquiry", request->enquiry(), check);
    enquiry.invalid = check.ToStatus();
    env_.engine->SubmitEnquiry(
        context, std::move(enquiry), request->validate_only(),
        Answer<engine::SubmitResult>(env_, reactor, [response, full](engine::SubmitResult result) {
          ToProto(result.lead, response->mutable_lead());
          if (!result.account.id.empty()) ToProto(result.account, response->mutable_account());
          ToProto(result.contact, response->mutable_contact());
          response->set_account_created(result.account_created);
          response->set_contact_created(result.contact_created);
          ToProto(result.decisions, full, response->mutable_decisions());
          if (result.snapshot) ToProto(*result.snapshot, response->mutable_snapshot());
          response->set_replayed(result.replayed);
          ToProto(result.warnings, response->mutable_warnings());
        }));
    return absl::OkStatus();
  });
}

grpc::ServerBidiReactor<v1::ImportLeadsRequest, v1::ImportLeadsResponse>* LeadService::ImportLeads(
    grpc::CallbackServerContext* call) {
  auto* stream = new ImportStream(env_, call);
  stream->Start();
  return stream;
}

grpc::ServerUnaryReactor* LeadService::GetLead(grpc::CallbackServerContext* call, const v1::GetLeadRequest* request,
                                               v1::Lead* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(domain::Lead lead, env_.engine->GetLead(context, request->name()));
    ToProto(lead, response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::ListLeads(grpc::CallbackServerContext* call, const v1::ListLeadsRequest* request,
                                                 v1::ListLeadsResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    int page_size = check.PageSize(root / "page_size", request->page_size(), 50, 1000);
    store::LeadFilter filter;
    filter.status = check.Word(root / "status", request->status());
    filter.region = check.Word(root / "region", request->region());
    filter.assignee = check.Id(root / "assignee", request->assignee(), {RecordKind::kRep});
    filter.source = check.Word(root / "source", request->source());
    filter.hold_queue = check.Word(root / "hold_queue", request->hold_queue());
    const std::string scope =
        Scope("ListLeads", {filter.status, filter.region, filter.assignee, filter.source, filter.hold_queue});
    std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    FilterCheck known(*env_.engine, context, check.now());
    known.Status(root / "status", filter.status);
    known.Region(root / "region", filter.region);
    known.Rep(root / "assignee", filter.assignee);
    known.Source(root / "source", filter.source);
    known.Queue(root / "hold_queue", filter.hold_queue);
    RETURN_IF_ERROR(known.ToStatus());
    const auto next =
        AddLeads(page_size, response, [&](int most) { return env_.engine->ListLeads(context, filter, cursor, most); });
    if (!next.ok()) return PageError(next.status());
    response->set_next_page_token(PageToken(scope, *next));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::UpdateLead(grpc::CallbackServerContext* call,
                                                  const v1::UpdateLeadRequest* request, v1::Lead* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::UpdateRequest update = UpdateFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->UpdateLead(context, std::move(update),
                            Answer<engine::UpdateResult>(env_, reactor, [response](const engine::UpdateResult& result) {
                              ToProto(result.lead, response);
                              ToProto(result.warnings, response->mutable_warnings());
                            }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::RecordActivity(grpc::CallbackServerContext* call,
                                                      const v1::RecordActivityRequest* request,
                                                      v1::RecordActivityResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const FieldPath path = root / "activity";
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    domain::Activity activity;
    if (request->has_activity()) {
      activity = ActivityFrom(path, request->activity(), check);
      if (request->activity().lead().empty()) check.Refuse(path / "lead", "is required, as leads/{lead}");
    } else {
      check.Refuse(path, "is required");
    }
    const bool full = IsFull(root / "view", request->view(), check);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->RecordActivity(context, std::move(activity),
                                Answer<engine::ActivityResult>(env_, reactor, [=](engine::ActivityResult r) {
                                  ToProto(r.lead, response->mutable_lead());
                                  ToProto(r.activity, response->mutable_activity());
                                  ToProto(r.decisions, full, response->mutable_decisions());
                                  if (r.snapshot) ToProto(*r.snapshot, response->mutable_snapshot());
                                  response->set_replayed(r.replayed);
                                  ToProto(r.warnings, response->mutable_warnings());
                                }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::GetTimeline(grpc::CallbackServerContext* call,
                                                   const v1::GetTimelineRequest* request,
                                                   v1::GetTimelineResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    check.RequiredName(
        root / "name", request->name(),
        {RecordKind::kLead, RecordKind::kContact, RecordKind::kAccount, RecordKind::kPack, RecordKind::kPlugin});
    int page_size = check.PageSize(root / "page_size", request->page_size(), 100, 1000);
    const std::string scope = Scope("GetTimeline", {request->name()});
    std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    const bool full = IsFull(root / "view", request->view(), check);
    RETURN_IF_ERROR(check.ToStatus());
    size_t bytes = 0;
    const auto add = [&](const engine::TimelineEntry& entry) {
      v1::Event* event = response->add_events();
      ToProto(entry, event);
      bytes += event->ByteSizeLong();
      return bytes < kPageBytes;
    };
    ASSIGN_OR_RETURN(const std::string next,
                     env_.engine->GetTimeline(context, {request->name(), cursor, page_size, full}, add));
    response->set_next_page_token(PageToken(scope, next));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::ExplainLead(grpc::CallbackServerContext* call,
                                                   const v1::ExplainLeadRequest* request,
                                                   v1::ExplainLeadResponse* response) {
  return Read(env_, call, [=, this]() -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    engine::ExplainRequest asked;
    asked.name = check.RequiredName(root / "name", request->name(), {RecordKind::kLead});
    if (request->has_as_of_time()) asked.as_of = check.Moment(root / "as_of_time", request->as_of_time());
    asked.why_not_status = check.Word(root / "why_not_status", request->why_not_status());
    asked.why_not_route = check.Word(root / "why_not_route", request->why_not_route());
    asked.why_not_rep = check.Id(root / "why_not_rep", request->why_not_rep(), {RecordKind::kRep});
    if (request->has_why_not_score()) {
      asked.why_not_score = check.Finite(root / "why_not_score", request->why_not_score());
    }
    RETURN_IF_ERROR(check.ToStatus());
    ASSIGN_OR_RETURN(engine::ExplainedLead explained, env_.engine->ExplainLead(context, asked));
    rpc::ToProto(explained.lead, response->mutable_lead());
    rpc::ToProto(explained.score, response->mutable_score());
    rpc::ToProto(explained.decisions, response->mutable_decisions());
    for (const engine::WhyNot& answer : explained.why_not) ToProto(answer, response->add_why_not());
    if (explained.snapshot) rpc::ToProto(*explained.snapshot, response->mutable_snapshot());
    response->set_note(explained.note);
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* LeadService::WatchEvents(grpc::CallbackServerContext* call,
                                                                            const v1::WatchEventsRequest* request) {
  return new WatchStream(env_, call, *request);
}

}  // namespace leadline::rpc
