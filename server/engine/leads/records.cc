// Stored records: reading, changing, and their histories.
#include <algorithm>

#include "base/status_macros.h"
#include "domain/history/merging.h"
#include "engine/engine.h"
#include "engine/work/enquiry.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

constexpr std::string_view kAttributePath = "attributes.";

absl::Status CopyField(std::string_view path, const domain::Lead& from, domain::Lead& to) {
  if (path == "account") {
    to.account_id = from.account_id;
  } else if (path == "contacts") {
    to.contacts = from.contacts;
  } else if (path == "source") {
    to.source = from.source;
  } else if (path == "region") {
    to.region = from.region;
  } else if (path == "country") {
    to.country = from.country;
  } else if (path == "language") {
    to.language = from.language;
  } else if (path == "products") {
    to.products = from.products;
  } else if (path == "value") {
    to.value = from.value;
  } else if (path == "probability") {
    to.probability = from.probability;
  } else if (path == "attributes") {
    to.attributes = from.attributes;
  } else if (path.starts_with(kAttributePath)) {
    std::string name(path.substr(kAttributePath.size()));
    auto value = from.attributes.find(name);
    if (value == from.attributes.end()) {
      to.attributes.erase(name);
    } else {
      to.attributes.insert_or_assign(name, value->second);
    }
  } else {
    return InvalidField("update_mask",
                        fmt::format("\"{}\" is not a field of a lead that can be changed; use account, contacts, "
                                    "source, region, country, language, products, value, probability, "
                                    "attributes or attributes.NAME",
                                    path));
  }
  return absl::OkStatus();
}

// The account and contacts that a lead names must exist.
absl::Status CheckReferences(store::Reader& reader, const domain::Lead& lead) {
  if (!lead.account_id.empty()) {
    auto account = StandingAccount(reader, lead.account_id);
    if (absl::IsNotFound(account.status())) {
      return InvalidField("lead.account", fmt::format("there is no account {}", lead.account_id));
    }
    RETURN_IF_ERROR(account.status());
  }
  if (lead.contacts.empty()) return InvalidField("lead.contacts", "must name at least one contact");
  for (const domain::ContactRole& role : lead.contacts) {
    auto contact = StandingContact(reader, role.contact_id);
    if (absl::IsNotFound(contact.status())) {
      return InvalidField("lead.contacts", fmt::format("there is no contact {}", role.contact_id));
    }
    RETURN_IF_ERROR(contact.status());
  }
  return absl::OkStatus();
}

// `given` has the fields that the mask names; its codes are in their kept form afterwards.
void CheckUpdate(InputCheck& check, const UpdateRequest& request, const domain::Lead& stored, domain::Lead& given) {
  const FieldPath root;
  const FieldPath lead = root / "lead";
  check.Lead(lead, given);
  const FieldPath contacts = lead / "contacts";
  for (size_t i = 0; i < given.contacts.size(); ++i) {
    check.Text(contacts[static_cast<int>(i)] / "role", InputCheck::Record::kLead, "roles", given.contacts[i].role);
  }
  const FieldPath attributes = lead / "attributes";
  for (const std::string& path : request.paths) {
    if (!path.starts_with(kAttributePath)) continue;
    const std::string_view name = std::string_view(path).substr(kAttributePath.size());
    // To take away what neither the lead nor the schema has is a slip.
    if (given.attributes.contains(name) || stored.attributes.contains(name)) continue;
    check.Attribute(attributes.Key(name), InputCheck::Record::kLead, name, std::monostate());
  }
}

absl::StatusOr<UpdateResult> ApplyUpdate(WriteScope& scope, const UpdateRequest& request, UnlistedValues& unlisted) {
  ASSIGN_OR_RETURN(domain::Lead before, StandingLead(scope.tx, request.lead.id));
  if (request.lead.version != 0 && request.lead.version != before.version) {
    return WithReason(absl::AbortedError(fmt::format(
                          "lead {} has changed since it was read (etag {} now); read it again and repeat the change",
                          before.id, EtagOf(before.version))),
                      "ETAG_MISMATCH");
  }
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, before.id));
  // Only what the mask names is checked: what stands on the lead already was right when it came.
  domain::Lead given;
  for (const std::string& path : request.paths) RETURN_IF_ERROR(CopyField(path, request.lead, given));
  InputCheck check(*scope.snapshot().input, scope.now);
  CheckUpdate(check, request, session.lead(), given);
  RETURN_IF_ERROR(check.ToStatus());
  unlisted.Note(check.unlisted());
  for (const std::string& path : request.paths) RETURN_IF_ERROR(CopyField(path, given, session.lead()));
  RETURN_IF_ERROR(CheckReferences(scope.tx, session.lead()));
  session.RecordFields(scope.now);
  UpdateResult result;
  result.warnings = WarningsOf(check.unlisted());
  if (!session.changed()) {
    result.lead = std::move(before);
    return result;
  }
  bool same_people = before.account_id == session.lead().account_id && before.contacts == session.lead().contacts;
  if (!same_people) {
    // Scores and routes read the account and the enquirer, so they must be the new ones.
    RETURN_IF_ERROR(session.Save());
    ASSIGN_OR_RETURN(session, LeadSession::Open(scope, before.id));
  }
  RETURN_IF_ERROR(session.Rescore(scope.now));
  RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  RETURN_IF_ERROR(session.Save());
  result.lead = session.lead();
  return result;
}

absl::StatusOr<ActivityResult> KnownActivity(store::Reader& reader, domain::Activity stored,
                                             const std::shared_ptr<const domain::SnapshotRef>& snapshot) {
  ActivityResult result;
  ASSIGN_OR_RETURN(result.lead, StandingLead(reader, stored.lead_id));
  result.activity = std::move(stored);
  result.snapshot = snapshot;
  result.replayed = true;
  return result;
}

// An id is one activity's: it must not come again for a lead that is another's today.
absl::Status CheckSameLead(store::Reader& reader, const domain::Activity& stored, const domain::Activity& given) {
  ASSIGN_OR_RETURN(const domain::Lead has, StandingLead(reader, stored.lead_id));
  ASSIGN_OR_RETURN(const domain::Lead wanted, StandingLead(reader, given.lead_id));
  if (has.id == wanted.id) return absl::OkStatus();
  return WithReason(absl::AlreadyExistsError(
                        fmt::format("activity {} is recorded already, on {}; give each activity an id of its own",
                                    given.id, domain::ResourceName(RecordKind::kLead, has.id))),
                    "ACTIVITY_EXISTS");
}

absl::StatusOr<ActivityResult> AddActivity(WriteScope& scope, domain::Activity activity, UnlistedValues& unlisted) {
  if (!activity.id.empty()) {
    auto stored = scope.tx.GetActivity(activity.id);
    if (stored.ok()) {
      RETURN_IF_ERROR(CheckSameLead(scope.tx, *stored, activity));
      scope.request_result = activity.id;
      ASSIGN_OR_RETURN(const domain::Lead has, StandingLead(scope.tx, stored->lead_id));
      scope.DecideFor(has.id);
      return KnownActivity(scope.tx, *std::move(stored), scope.snapshot().ref);
    }
    if (!absl::IsNotFound(stored.status())) return stored.status();
  } else {
    activity.id = scope.NewId();
  }
  absl::StatusOr<LeadSession> opened = LeadSession::Open(scope, activity.lead_id);
  if (!opened.ok() && !absl::IsNotFound(opened.status())) return opened.status();
  // By the packs that decide about the lead; where there is none, by the active ones.
  InputCheck check(*scope.snapshot().input, scope.now);
  check.Activity(FieldPath() / "activity", activity);
  RETURN_IF_ERROR(check.ToStatus());
  ASSIGN_OR_RETURN(LeadSession lead, std::move(opened));
  unlisted.Note(check.unlisted());
  if (activity.time == 0) activity.time = scope.now;
  activity.lead_id = lead.lead().id;
  activity.account_id = lead.lead().account_id;
  if (activity.contact_id.empty()) activity.contact_id = lead.contact().id;
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, activity.contact_id));
  activity.contact_id = person.contact().id;

  lead.AddActivity(activity);
  person.SeeActivity(activity);
  RETURN_IF_ERROR(lead.Rescore(scope.now, /*always=*/true));
  RETURN_IF_ERROR(lead.Advance(domain::Trigger::kActivity, scope.now));
  RETURN_IF_ERROR(person.Rescore(scope.now));
  RETURN_IF_ERROR(person.Advance(domain::Trigger::kActivity, scope.now));
  RETURN_IF_ERROR(person.Save());
  RETURN_IF_ERROR(lead.Save());
  scope.request_result = activity.id;
  ActivityResult result;
  result.lead = lead.lead();
  result.activity = std::move(activity);
  result.decisions = std::move(lead.decisions());
  result.snapshot = scope.snapshot().ref;
  result.warnings = WarningsOf(check.unlisted());
  return result;
}

}  // namespace

std::string EtagOf(int64_t version) { return fmt::format("\"{}\"", version); }

absl::StatusOr<domain::Lead> Engine::GetLead(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(std::string id, IdOf(name, RecordKind::kLead, "name"));
  domain::Lead lead;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(lead, StandingLead(reader, id));
    return absl::OkStatus();
  }));
  return lead;
}

absl::StatusOr<store::Page<domain::Lead>> Engine::ListLeads(const CallContext& context, const store::LeadFilter& filter,
                                                            std::string_view page_token, int page_size) {
  store::Page<domain::Lead> page;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(page, reader.ListLeads(filter, page_token, page_size));
    return absl::OkStatus();
  }));
  return page;
}

void Engine::UpdateLead(const CallContext& context, UpdateRequest request, Done<UpdateResult> done) {
  WriteCase<UpdateResult> write;
  write.method = "UpdateLead";
  write.keys = {KeyFor(RecordKind::kLead, domain::ResourceName(RecordKind::kLead, request.lead.id))};
  write.body = [this, request = std::move(request)](WriteScope& scope) {
    scope.request_result = request.lead.id;
    return ApplyUpdate(scope, request, unlisted_);
  };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<UpdateResult> {
    UpdateResult result;
    ASSIGN_OR_RETURN(result.lead, StandingLead(reader, id));
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

void Engine::RecordActivity(const CallContext& context, domain::Activity activity, Done<ActivityResult> done) {
  const std::shared_ptr<const Deciding> pinned = deciding();
  WriteCase<ActivityResult> write;
  write.method = "RecordActivity";
  write.keys = {KeyFor(RecordKind::kLead, domain::ResourceName(RecordKind::kLead, activity.lead_id))};
  write.body = [this, activity = std::move(activity)](WriteScope& scope) {
    return AddActivity(scope, activity, unlisted_);
  };
  write.deciding = pinned;
  write.replay = [pinned](store::Reader& reader, const std::string& id) -> absl::StatusOr<ActivityResult> {
    ASSIGN_OR_RETURN(domain::Activity stored, reader.GetActivity(id));
    ASSIGN_OR_RETURN(ActivityResult result, KnownActivity(reader, std::move(stored), pinned->active->ref));
    result.snapshot = pinned->For(result.lead.id)->ref;
    return result;
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

absl::StatusOr<std::vector<domain::Event>> Engine::EventsAfter(const CallContext& context, int64_t position,
                                                               int limit) {
  std::vector<domain::Event> events;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(events, reader.EventsAfter(position, limit));
    return absl::OkStatus();
  }));
  return events;
}

absl::StatusOr<int64_t> Engine::LastPosition(const CallContext& context) {
  int64_t position = 0;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(position, reader.LastPosition());
    return absl::OkStatus();
  }));
  return position;
}

}  // namespace leadline::engine
