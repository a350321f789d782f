#include "engine/leads/lead_update.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "engine/given/correction.h"
#include "engine/leads/corrected_place.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::Status NoSuchRecord(std::string_view field, RecordKind kind, std::string_view id) {
  return InvalidField(field, fmt::format("{} does not exist", domain::ResourceName(kind, id)));
}

// The people whom a lead names exist, each is there once, and nobody comes to it who was erased.
absl::Status CheckPeople(store::Reader& reader, const domain::Lead& lead, const domain::Lead& before) {
  constexpr char kField[] = "lead.contacts";
  if (lead.contacts.empty()) return InvalidField(kField, "must name at least one contact");
  std::set<std::string> seen;
  for (const domain::ContactRole& role : lead.contacts) {
    const auto contact = StandingContact(reader, role.contact_id);
    if (absl::IsNotFound(contact.status())) return NoSuchRecord(kField, RecordKind::kContact, role.contact_id);
    RETURN_IF_ERROR(contact.status());
    if (!seen.insert(contact->id).second) {
      return InvalidField(kField, fmt::format("names {} twice; a person is on a lead once",
                                              domain::ResourceName(RecordKind::kContact, contact->id)));
    }
    const auto is_this = [&](const domain::ContactRole& old) { return old.contact_id == role.contact_id; };
    if (std::any_of(before.contacts.begin(), before.contacts.end(), is_this)) continue;
    RETURN_IF_ERROR(CheckNotErased(reader, {RecordKind::kContact, contact->id}, "nobody is put on a lead then"));
  }
  return absl::OkStatus();
}

// The account and contacts that a lead names must exist.
absl::Status CheckReferences(store::Reader& reader, const domain::Lead& lead, const domain::Lead& before) {
  if (!lead.account_id.empty()) {
    auto account = StandingAccount(reader, lead.account_id);
    if (absl::IsNotFound(account.status())) return NoSuchRecord("lead.account", RecordKind::kAccount, lead.account_id);
    RETURN_IF_ERROR(account.status());
  }
  return lead.contacts == before.contacts && !lead.contacts.empty() ? absl::OkStatus()
                                                                    : CheckPeople(reader, lead, before);
}

// `given` has the fields that the mask names; its codes are in their kept form afterwards.
void CheckUpdate(InputCheck& check, const std::vector<std::string>& paths, const domain::Lead& stored,
                 domain::Lead& given) {
  const FieldPath root;
  const FieldPath lead = root / "lead";
  check.Lead(lead, given);
  const FieldPath contacts = lead / "contacts";
  if (given.contacts.size() > kMostLeadContacts) {
    check.Refuse(contacts, fmt::format("are {}; a lead has at most {}", given.contacts.size(), kMostLeadContacts));
    return;
  }
  for (size_t i = 0; i < given.contacts.size(); ++i) {
    const FieldPath contact = contacts[static_cast<int>(i)];
    check.Text(contact / "role", InputCheck::Record::kLead, "roles", given.contacts[i].role);
  }
  CheckAttributePaths(check, lead, InputCheck::Record::kLead, paths, given.attributes, stored.attributes);
}

absl::StatusOr<UpdateResult> ApplyUpdate(WriteScope& scope, const UpdateRequest& request, UnlistedValues* unlisted) {
  ASSIGN_OR_RETURN(domain::Lead before, StandingLead(scope.tx, request.lead.id));
  RETURN_IF_ERROR(CheckVersion({RecordKind::kLead, before.id}, before.version, request.lead.version));
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, before.id));
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, MaskPaths("a lead", request.lead, request.paths));
  // Only what the mask names is checked: what stands on the lead already was right when it came.
  domain::Lead given;
  CopyPaths(paths, request.lead, given);
  InputCheck check(*scope.snapshot().input, scope.now);
  CheckUpdate(check, paths, session.lead(), given);
  RETURN_IF_ERROR(check.ToStatus());
  if (unlisted != nullptr) unlisted->Note(check.unlisted());
  CopyPaths(paths, given, session.lead());
  FollowCountry(*scope.snapshot().rules, before, paths, session.lead());
  RETURN_IF_ERROR(CheckReferences(scope.tx, session.lead(), before));
  session.RecordFields(scope.now);
  UpdateResult result;
  result.warnings = WarningsOf(check.unlisted());
  if (!session.changed()) {
    result.lead = std::move(before);
    return result;
  }
  RETURN_IF_ERROR(DecideChanged(scope, before, session));
  result.decisions = std::move(session.decisions());
  result.lead = session.lead();
  return result;
}

}  // namespace

absl::Status DecideChanged(WriteScope& scope, const domain::Lead& before, LeadSession& session) {
  const domain::Lead& after = session.lead();
  const bool same_people = before.account_id == after.account_id && before.contacts == after.contacts;
  if (!same_people) {
    // Scores and routes read the account and the enquirer, so they must be the new ones.
    RETURN_IF_ERROR(session.Save());
    ASSIGN_OR_RETURN(session, LeadSession::Open(scope, before.id));
  }
  RETURN_IF_ERROR(session.Rescore(scope.now));
  CountClocksOfRegion(before, scope.now, session);
  RETURN_IF_ERROR(session.Advance(domain::Trigger::kRescore, scope.now));
  RETURN_IF_ERROR(RouteCorrected(scope, before, session));
  return session.Save();
}

void UpdateLead(const EngineOptions& options, const CallContext& context, UpdateRequest request,
                UnlistedValues* unlisted, Done<UpdateResult> done) {
  if (absl::Status mask = CheckMask("a lead", request.lead, request.paths, absl::OkStatus()); !mask.ok()) {
    return done(std::move(mask));
  }
  WriteCase<UpdateResult> write;
  write.method = "UpdateLead";
  write.keys = {KeyFor(RecordKind::kLead, domain::ResourceName(RecordKind::kLead, request.lead.id))};
  write.body = [unlisted, request = std::move(request)](WriteScope& scope) {
    scope.request_result = request.lead.id;
    return ApplyUpdate(scope, request, unlisted);
  };
  write.replay = [](store::Reader& reader, const std::string& id) -> absl::StatusOr<UpdateResult> {
    UpdateResult result;
    ASSIGN_OR_RETURN(result.lead, StandingLead(reader, id));
    return result;
  };
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace leadline::engine
