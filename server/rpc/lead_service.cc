#include "rpc/lead_service.h"

#include "base/status_macros.h"
#include "engine/batch/batch_requests.h"
#include "engine/explain/explanation.h"
#include "engine/leads/lead_contacts.h"
#include "engine/listing/listing.h"
#include "engine/replay/timeline.h"
#include "rpc/batches.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/enums.h"
#include "rpc/convert/records.h"
#include "rpc/convert/requests.h"
#include "rpc/import_stream.h"
#include "rpc/lists/record_lists.h"
#include "rpc/tokens.h"
#include "rpc/watch/watch_stream.h"

namespace leadline::rpc {

using domain::RecordKind;

namespace {

// A page of a history ends with the event that reaches this many bytes, so that answers stay far below the 4 MiB that
// clients of all languages accept.
constexpr size_t kPageBytes = size_t{1} << 20;

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

engine::Enquiry EnquiryOf(const v1::SubmitEnquiryRequest& request, Checker& check) {
  const FieldPath root;
  if (request.has_enquiry()) return EnquiryFrom(root / "enquiry", request.enquiry(), check);
  check.Refuse(root / "enquiry", "is required");
  return {};
}

void Fill(engine::SubmitResult result, const Present& present, bool full, v1::SubmitEnquiryResponse* to) {
  rpc::ToProto(result.lead, present, to->mutable_lead());
  if (!result.account.id.empty()) rpc::ToProto(result.account, to->mutable_account());
  rpc::ToProto(result.contact, present, to->mutable_contact());
  to->set_account_created(result.account_created);
  to->set_contact_created(result.contact_created);
  ToProto(result.decisions, full, to->mutable_decisions());
  if (result.snapshot) rpc::ToProto(*result.snapshot, to->mutable_snapshot());
  to->set_replayed(result.replayed);
  rpc::ToProto(result.warnings, to->mutable_warnings());
}

domain::Activity ActivityOf(const v1::RecordActivityRequest& request, Checker& check) {
  const FieldPath root;
  const FieldPath path = root / "activity";
  if (!request.has_activity()) {
    check.Refuse(path, "is required");
    return {};
  }
  if (request.activity().lead().empty()) check.Refuse(path / "lead", "is required, as leads/{lead}");
  return ActivityFrom(path, request.activity(), check);
}

void Fill(const engine::ActivityResult& result, const Present& present, bool full, v1::RecordActivityResponse* to) {
  rpc::ToProto(result.lead, present, to->mutable_lead());
  rpc::ToProto(result.activity, to->mutable_activity());
  ToProto(result.decisions, full, to->mutable_decisions());
  if (result.snapshot) rpc::ToProto(*result.snapshot, to->mutable_snapshot());
  to->set_replayed(result.replayed);
  rpc::ToProto(result.warnings, to->mutable_warnings());
}

// Which requests of a batch want decisions in full.
template <typename Requests>
std::vector<bool> FullViews(const Requests& requests) {
  std::vector<bool> full;
  for (const auto& request : requests) full.push_back(request.view() == v1::DECISION_VIEW_FULL);
  return full;
}

// Nothing but a record's name.
template <typename Record>
void KeepName(Record* record) {
  const std::string name = record->name();
  record->Clear();
  record->set_name(name);
}

engine::LeadContactRequest LeadContactFrom(const auto& request, Checker& check) {
  const FieldPath root;
  engine::LeadContactRequest to;
  to.lead = check.RequiredName(root / "name", request.name(), {RecordKind::kLead});
  to.contact = check.RequiredName(root / "contact", request.contact(), {RecordKind::kContact});
  to.etag = request.etag();
  return to;
}

}  // namespace

grpc::ServerUnaryReactor* LeadService::SubmitEnquiry(grpc::CallbackServerContext* call,
                                                     const v1::SubmitEnquiryRequest* request,
                                                     v1::SubmitEnquiryResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    const bool full = IsFull(root / "view", request->view(), check);
    engine::Enquiry enquiry = EnquiryOf(*request, check);
    if (!request->has_enquiry()) return check.ToStatus();
    enquiry.invalid = check.ToStatus();
    env_.engine->SubmitEnquiry(
        context, std::move(enquiry), request->validate_only(),
        Answer<engine::SubmitResult>(env_, call, reactor, [this, response, full](engine::SubmitResult result) {
          Fill(std::move(result), Present(*env_.engine), full, response);
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::BatchSubmitEnquiries(grpc::CallbackServerContext* call,
                                                            const v1::BatchSubmitEnquiriesRequest* request,
                                                            v1::BatchSubmitEnquiriesResponse* response) {
  return WriteMany(env_, call, [=, this](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = ContextOf(*call, check);
    RETURN_IF_ERROR(check.ToStatus());
    const auto item = [](const v1::SubmitEnquiryRequest& one, Checker& own) {
      const FieldPath root;
      IsFull(root / "view", one.view(), own);
      return EnquiryOf(one, own);
    };
    auto items = ItemsFrom<engine::Enquiry>(*call, request->requests(), check.now(), item);
    const auto fill = [this, full = FullViews(request->requests())](size_t i, engine::SubmitResult result,
                                                                    v1::SubmitEnquiryResponse* to) {
      Fill(std::move(result), Present(*env_.engine), full[i], to);
    };
    const auto shorten = [](v1::SubmitEnquiryResponse* result, bool harder) {
      result->clear_decisions();
      if (!harder) return;
      KeepName(result->mutable_lead());
      if (result->has_account()) KeepName(result->mutable_account());
      KeepName(result->mutable_contact());
      result->clear_warnings();
    };
    engine::BatchSubmitEnquiries(*env_.engine, env_.executor, context, std::move(items),
                                 AnswerMany<engine::SubmitResult>(env_, call, reactor, response, fill, shorten));
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
    ASSIGN_OR_RETURN(const auto lead,
                     GetOne<domain::Lead>(env_, *call, RecordKind::kLead, request->name(), engine::BatchGetLeads));
    rpc::ToProto(lead, Present(*env_.engine), response);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::BatchGetLeads(grpc::CallbackServerContext* call,
                                                     const v1::BatchGetLeadsRequest* request,
                                                     v1::BatchGetLeadsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillNamed<domain::Lead>(env_, *call, *request, response, engine::BatchGetLeads,
                                   [](v1::BatchGetLeadsResponse* to) { return to->add_leads(); });
  });
}

grpc::ServerUnaryReactor* LeadService::ListLeads(grpc::CallbackServerContext* call, const v1::ListLeadsRequest* request,
                                                 v1::ListLeadsResponse* response) {
  return Read(env_, call, [=, this] {
    return FillPage<domain::Lead>(env_, *call, "ListLeads", *request, response, engine::ListLeads,
                                  [](v1::ListLeadsResponse* to) { return to->add_leads(); });
  });
}

grpc::ServerUnaryReactor* LeadService::UpdateLead(grpc::CallbackServerContext* call,
                                                  const v1::UpdateLeadRequest* request, v1::Lead* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::UpdateRequest update = UpdateFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->UpdateLead(
        context, std::move(update),
        Answer<engine::UpdateResult>(env_, call, reactor, [this, response](const engine::UpdateResult& result) {
          ToProto(result.lead, Present(*env_.engine), response);
          ToProto(result.warnings, response->mutable_warnings());
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::SplitLead(grpc::CallbackServerContext* call, const v1::SplitLeadRequest* request,
                                                 v1::SplitLeadResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::SplitRequest split = SplitFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    engine::SplitLead(
        env_.engine->options(), context, std::move(split),
        Answer<engine::SplitResult>(env_, call, reactor, [this, response](const engine::SplitResult& result) {
          const Present present(*env_.engine);
          rpc::ToProto(result.lead, present, response->mutable_lead());
          rpc::ToProto(result.new_lead, present, response->mutable_new_lead());
          rpc::ToProto(result.decisions, response->mutable_decisions());
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::AddLeadContact(grpc::CallbackServerContext* call,
                                                      const v1::AddLeadContactRequest* request,
                                                      v1::AddLeadContactResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    constexpr char kStandardRole[] = "participant";
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::LeadContactRequest asked = LeadContactFrom(*request, check);
    asked.role = check.Word(root / "role", request->role());
    if (asked.role.empty()) asked.role = kStandardRole;
    RETURN_IF_ERROR(check.ToStatus());
    engine::AddLeadContact(
        env_.engine->options(), context, std::move(asked),
        Answer<engine::UpdateResult>(env_, call, reactor, [this, response](const engine::UpdateResult& result) {
          rpc::ToProto(result.lead, Present(*env_.engine), response->mutable_lead());
          rpc::ToProto(result.decisions, response->mutable_decisions());
        }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::RemoveLeadContact(grpc::CallbackServerContext* call,
                                                         const v1::RemoveLeadContactRequest* request,
                                                         v1::RemoveLeadContactResponse* response) {
  return Write(env_, call, [&](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    engine::LeadContactRequest asked = LeadContactFrom(*request, check);
    RETURN_IF_ERROR(check.ToStatus());
    engine::RemoveLeadContact(
        env_.engine->options(), context, std::move(asked),
        Answer<engine::UpdateResult>(env_, call, reactor, [this, response](const engine::UpdateResult& result) {
          rpc::ToProto(result.lead, Present(*env_.engine), response->mutable_lead());
          rpc::ToProto(result.decisions, response->mutable_decisions());
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
    engine::CallContext context = NamedContext(*call, request->request_id(), *request, check);
    domain::Activity activity = ActivityOf(*request, check);
    const bool full = IsFull(root / "view", request->view(), check);
    RETURN_IF_ERROR(check.ToStatus());
    env_.engine->RecordActivity(context, std::move(activity),
                                Answer<engine::ActivityResult>(
                                    env_, call, reactor, [this, response, full](const engine::ActivityResult& result) {
                                      Fill(result, Present(*env_.engine), full, response);
                                    }));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LeadService::BatchRecordActivities(grpc::CallbackServerContext* call,
                                                             const v1::BatchRecordActivitiesRequest* request,
                                                             v1::BatchRecordActivitiesResponse* response) {
  return WriteMany(env_, call, [=, this](grpc::ServerUnaryReactor* reactor) -> absl::Status {
    Checker check(env_.engine->clock().Now());
    const engine::CallContext context = ContextOf(*call, check);
    RETURN_IF_ERROR(check.ToStatus());
    const auto item = [](const v1::RecordActivityRequest& one, Checker& own) {
      const FieldPath root;
      IsFull(root / "view", one.view(), own);
      return ActivityOf(one, own);
    };
    auto items = ItemsFrom<domain::Activity>(*call, request->requests(), check.now(), item);
    const auto fill = [this, full = FullViews(request->requests())](size_t i, const engine::ActivityResult& result,
                                                                    v1::RecordActivityResponse* to) {
      Fill(result, Present(*env_.engine), full[i], to);
    };
    const auto shorten = [](v1::RecordActivityResponse* result, bool harder) {
      result->clear_decisions();
      if (!harder) return;
      KeepName(result->mutable_lead());
      result->clear_warnings();
    };
    engine::BatchRecordActivities(*env_.engine, env_.executor, context, std::move(items),
                                  AnswerMany<engine::ActivityResult>(env_, call, reactor, response, fill, shorten));
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
    const EventKinds kinds = EventKindsFrom(root / "kinds", request->kinds(), check);
    const Time start = request->has_start_time() ? check.Moment(root / "start_time", request->start_time()) : 0;
    const std::string region = check.Word(root / "region", request->region());
    const std::string scope = Scope("GetTimeline", {context.actor, request->name(), kinds.to_string(),
                                                    start == 0 ? "" : FormatTime(start), region});
    std::string cursor = CursorOf(root / "page_token", scope, request->page_token(), check);
    const bool full = IsFull(root / "view", request->view(), check);
    RETURN_IF_ERROR(check.ToStatus());
    FilterCheck known(*env_.engine, context, check.now());
    known.Region(root / "region", region);
    RETURN_IF_ERROR(known.ToStatus());
    size_t bytes = 0;
    const auto add = [&](const engine::TimelineEntry& entry) {
      v1::Event* event = response->add_events();
      ToProto(entry, event);
      bytes += event->ByteSizeLong();
      return bytes < kPageBytes;
    };
    engine::TimelineRequest asked{request->name(), cursor, page_size, full};
    if (kinds.any() || start != 0 || !region.empty()) {
      asked.wanted = [&](const domain::Event& event) {
        return event.time >= start && Includes(kinds, event) && (region.empty() || event.region == region);
      };
    }
    ASSIGN_OR_RETURN(const std::string next, env_.engine->GetTimeline(context, asked, add));
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
    rpc::ToProto(explained.lead, Present(*env_.engine), response->mutable_lead());
    rpc::ToProto(explained.score, response->mutable_score());
    rpc::ToProto(explained.decisions, response->mutable_decisions());
    for (const engine::WhyNot& answer : explained.why_not) ToProto(answer, response->add_why_not());
    if (explained.snapshot) rpc::ToProto(*explained.snapshot, response->mutable_snapshot());
    response->set_note(explained.note);
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* LeadService::WatchEvents(grpc::CallbackServerContext* call,
                                                                     const grpc::ByteBuffer* request) {
  return new WatchStream(env_, call, *request);
}

}  // namespace leadline::rpc
