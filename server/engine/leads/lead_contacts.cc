#include "engine/leads/lead_contacts.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/status_macros.h"
#include "engine/given/correction.h"
#include "engine/input/input_check.h"
#include "engine/work/run_write.h"
#include "engine/work/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ContactRole;
using domain::RecordKind;

// Changes who is on the lead, or says why not.
using ChangePeople = std::function<absl::Status(WriteScope&, LeadSession&)>;

// Where the person stands on the lead, also by an id that was merged; the end where nowhere.
absl::StatusOr<std::vector<ContactRole>::iterator> PlaceOf(store::Reader& reader, std::string_view standing_id,
                                                           std::vector<ContactRole>& people) {
  for (auto place = people.begin(); place != people.end(); ++place) {
    if (place->contact_id == standing_id) return place;
    ASSIGN_OR_RETURN(const domain::Contact standing, StandingContact(reader, place->contact_id));
    if (standing.id == standing_id) return place;
  }
  return people.end();
}

absl::Status Add(WriteScope& scope, const std::string& contact_id, const std::string& role, LeadSession& session) {
  InputCheck check(*scope.snapshot().input, scope.now);
  const FieldPath root;
  if (role.empty()) check.Refuse(root / "role", "is required: what the person is to this lead, such as decision_maker");
  check.Text(root / "role", InputCheck::Record::kLead, "roles", role);
  const absl::StatusOr<domain::Contact> contact = StandingContact(scope.tx, contact_id);
  if (absl::IsNotFound(contact.status())) {
    check.Refuse(root / "contact",
                 fmt::format("{} does not exist", domain::ResourceName(RecordKind::kContact, contact_id)));
  } else {
    RETURN_IF_ERROR(contact.status());
  }
  RETURN_IF_ERROR(check.ToStatus());
  RETURN_IF_ERROR(CheckNotErased(scope.tx, {RecordKind::kContact, contact->id}, "nobody is put on a lead then"));
  std::vector<ContactRole>& people = session.lead().contacts;
  ASSIGN_OR_RETURN(const auto place, PlaceOf(scope.tx, contact->id, people));
  if (place != people.end()) {
    place->role = role;
    return absl::OkStatus();
  }
  if (people.size() >= kMostLeadContacts) {
    const std::string lead = domain::ResourceName(RecordKind::kLead, session.lead().id);
    return WithReason(WithResource(absl::FailedPreconditionError(fmt::format(
                                       "{} names {} people already, the most that a lead can; take one off first", lead,
                                       people.size())),
                                   lead),
                      ErrorReason::kTooManyLeadContacts, {{"limit", std::to_string(kMostLeadContacts)}});
  }
  people.push_back({contact->id, role});
  return absl::OkStatus();
}

absl::Status Remove(WriteScope& scope, const std::string& contact_id, LeadSession& session) {
  std::vector<ContactRole>& people = session.lead().contacts;
  std::string standing_id = contact_id;
  const absl::StatusOr<domain::Contact> contact = StandingContact(scope.tx, contact_id);
  if (contact.ok()) {
    standing_id = contact->id;
  } else if (!absl::IsNotFound(contact.status())) {
    return contact.status();
  }
  const std::string lead = domain::ResourceName(RecordKind::kLead, session.lead().id);
  const std::string person = domain::ResourceName(RecordKind::kContact, contact_id);
  ASSIGN_OR_RETURN(const auto place, PlaceOf(scope.tx, standing_id, people));
  if (place == people.end()) {
    return WithReason(WithResource(absl::NotFoundError(fmt::format("{} is not on {}", person, lead)), person),
                      ErrorReason::kNotOnLead, {{"lead", lead}});
  }
  if (place == people.begin()) {
    return WithReason(WithResource(absl::FailedPreconditionError(fmt::format(
                                       "{} is who asked for {}, and stays on it; put another person first in "
                                       "the lead's contacts with UpdateLead, then take this one off",
                                       person, lead)),
                                   lead),
                      ErrorReason::kEnquirer, {{"contact", person}});
  }
  people.erase(place);
  return absl::OkStatus();
}

void RunChange(const EngineOptions& options, const CallContext& context, std::string_view method,
               const LeadContactRequest& request, std::string id, ChangePeople change, Done<UpdateResult> done) {
  WriteCase<UpdateResult> write;
  write.method = method;
  write.keys = {KeyFor(RecordKind::kLead, request.lead)};
  write.body = [id = std::move(id), etag = request.etag,
                change = std::move(change)](WriteScope& scope) -> absl::StatusOr<UpdateResult> {
    scope.request_result = id;
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
    const domain::Lead before = session.lead();
    RETURN_IF_ERROR(CheckEtag(etag, before.version, {RecordKind::kLead, before.id}));
    RETURN_IF_ERROR(change(scope, session));
    UpdateResult result;
    if (session.lead().contacts != before.contacts) {
      session.RecordFields(scope.now);
      RETURN_IF_ERROR(DecideChanged(scope, before, session));
      result.decisions = std::move(session.decisions());
    }
    result.lead = session.lead();
    return result;
  };
  write.replay = [](store::Reader& reader, const std::string& stored) -> absl::StatusOr<UpdateResult> {
    UpdateResult result;
    ASSIGN_OR_RETURN(result.lead, StandingLead(reader, stored));
    return result;
  };
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace

void AddLeadContact(const EngineOptions& options, const CallContext& context, LeadContactRequest request,
                    Done<UpdateResult> done) {
  auto lead = IdOf(request.lead, RecordKind::kLead, "lead");
  if (!lead.ok()) return done(lead.status());
  auto contact = IdOf(request.contact, RecordKind::kContact, "contact");
  if (!contact.ok()) return done(contact.status());
  ChangePeople add = [contact = *std::move(contact), role = request.role](WriteScope& scope, LeadSession& session) {
    return Add(scope, contact, role, session);
  };
  RunChange(options, context, "AddLeadContact", request, *std::move(lead), std::move(add), std::move(done));
}

void RemoveLeadContact(const EngineOptions& options, const CallContext& context, LeadContactRequest request,
                       Done<UpdateResult> done) {
  auto lead = IdOf(request.lead, RecordKind::kLead, "lead");
  if (!lead.ok()) return done(lead.status());
  auto contact = IdOf(request.contact, RecordKind::kContact, "contact");
  if (!contact.ok()) return done(contact.status());
  ChangePeople remove = [contact = *std::move(contact)](WriteScope& scope, LeadSession& session) {
    return Remove(scope, contact, session);
  };
  RunChange(options, context, "RemoveLeadContact", request, *std::move(lead), std::move(remove), std::move(done));
}

}  // namespace leadline::engine
