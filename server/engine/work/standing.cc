#include "engine/work/standing.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/engine.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Longer chains of merges are not made; a longer one is damage.
constexpr int kMaxRedirects = 64;

template <typename Record, typename Get>
absl::StatusOr<Record> Standing(std::string_view id, Get get) {
  std::string current(id);
  for (int i = 0; i < kMaxRedirects; ++i) {
    ASSIGN_OR_RETURN(Record record, get(current));
    if (record.merged_into.empty()) return record;
    current = record.merged_into;
  }
  return absl::DataLossError(fmt::format("the merges of {} lead in a circle", id));
}

std::string_view Plural(domain::RecordKind kind) {
  switch (kind) {
    case domain::RecordKind::kAccount:
      return "accounts";
    case domain::RecordKind::kContact:
      return "contacts";
    case domain::RecordKind::kLead:
      return "leads";
    case domain::RecordKind::kRep:
      return "reps";
    case domain::RecordKind::kPack:
      return "packs";
    case domain::RecordKind::kPlugin:
      return "plugins";
  }
  return "records";
}

absl::StatusOr<int64_t> VersionOf(store::Reader& reader, const domain::RecordRef& ref) {
  switch (ref.kind) {
    case domain::RecordKind::kLead: {
      ASSIGN_OR_RETURN(const domain::Lead lead, StandingLead(reader, ref.id));
      return lead.version;
    }
    case domain::RecordKind::kContact: {
      ASSIGN_OR_RETURN(const domain::Contact contact, StandingContact(reader, ref.id));
      return contact.version;
    }
    case domain::RecordKind::kAccount: {
      ASSIGN_OR_RETURN(const domain::Account account, StandingAccount(reader, ref.id));
      return account.version;
    }
    case domain::RecordKind::kRep: {
      ASSIGN_OR_RETURN(const domain::RepState rep, reader.GetRepState(ref.id));
      return rep.version;
    }
    default:
      return absl::InternalError(fmt::format("{} has no etag", domain::ResourceName(ref)));
  }
}

}  // namespace

absl::StatusOr<domain::Lead> StandingLead(store::Reader& reader, std::string_view id) {
  return Standing<domain::Lead>(id, [&](std::string_view i) { return reader.GetLead(i); });
}

absl::StatusOr<domain::Contact> StandingContact(store::Reader& reader, std::string_view id) {
  return Standing<domain::Contact>(id, [&](std::string_view i) { return reader.GetContact(i); });
}

absl::StatusOr<domain::Account> StandingAccount(store::Reader& reader, std::string_view id) {
  return Standing<domain::Account>(id, [&](std::string_view i) { return reader.GetAccount(i); });
}

absl::StatusOr<std::vector<std::string>> MergedIds(store::Reader& reader, domain::RecordKind kind,
                                                   std::string_view id) {
  std::vector<std::string> ids = {std::string(id)};
  for (size_t i = 0; i < ids.size(); ++i) {
    ASSIGN_OR_RETURN(std::vector<domain::MergeRecord> merges, reader.MergesInto(kind, ids[i]));
    for (domain::MergeRecord& merge : merges) ids.push_back(std::move(merge.absorbed_id));
  }
  return ids;
}

absl::StatusOr<std::vector<std::string>> RepeatingIds(store::Reader& reader, const std::vector<std::string>& ids) {
  std::vector<std::string> repeating;
  if (ids.size() < 2) return repeating;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
    if (!lead.split_from.empty()) repeating.push_back(id);
  }
  return repeating;
}

void DropRepeating(const std::vector<std::string>& split_off, std::vector<domain::Activity>& activities) {
  if (split_off.empty()) return;
  const auto repeats = [&](const domain::Activity& activity) {
    return activity.contact_id.empty() &&
           std::find(split_off.begin(), split_off.end(), activity.lead_id) != split_off.end();
  };
  // The text is left out of some that repeat.
  const auto what = [](const domain::Activity& a) {
    return std::tie(a.time, a.channel, a.investment, a.response, a.product, a.account_id);
  };
  std::set<decltype(what(activities.front()))> known;
  for (const domain::Activity& activity : activities) {
    if (!repeats(activity)) known.insert(what(activity));
  }
  // What is known refers to the activities, so nothing moves before all are looked at.
  std::vector<bool> dropped(activities.size());
  for (size_t i = 0; i < activities.size(); ++i) {
    dropped[i] = repeats(activities[i]) && !known.insert(what(activities[i])).second;
  }
  size_t kept = 0;
  for (size_t i = 0; i < activities.size(); ++i) {
    if (!dropped[i] && kept++ != i) activities[kept - 1] = std::move(activities[i]);
  }
  activities.resize(kept);
}

absl::StatusOr<std::string> OpenLeadOwner(store::Reader& reader, const domain::Lead& lead, domain::OpenLeadOf of) {
  std::vector<std::string> ids;
  if (of == domain::OpenLeadOf::kCompany && !lead.account_id.empty()) {
    ASSIGN_OR_RETURN(ids, reader.LeadsOfAccount(lead.account_id));
  } else if (of == domain::OpenLeadOf::kPerson && !lead.contacts.empty()) {
    ASSIGN_OR_RETURN(ids, reader.LeadsOfContact(lead.contacts.front().contact_id));
  }
  if (ids.size() > kMostOtherLeads) ids.erase(ids.begin(), ids.end() - kMostOtherLeads);
  std::string owner;
  Time newest = 0;
  for (const std::string& id : ids) {
    if (id == lead.id) continue;
    ASSIGN_OR_RETURN(const domain::Lead other, reader.GetLead(id));
    const bool counts = other.open && !other.assignee.empty() && other.merged_into.empty();
    if (!counts || (!owner.empty() && other.created_at < newest)) continue;
    owner = other.assignee;
    newest = other.created_at;
  }
  return owner;
}

absl::StatusOr<std::string> IdOf(std::string_view name, domain::RecordKind kind, std::string_view field) {
  auto ref = domain::ParseResourceName(name);
  if (ref.has_value() && ref->kind == kind) return std::move(ref->id);
  return InvalidField(field, fmt::format("\"{}\" is not a resource name of the form {}/ID", name, Plural(kind)));
}

absl::StatusOr<domain::RecordRef> RefOf(std::string_view name, std::initializer_list<domain::RecordKind> kinds,
                                        std::string_view field) {
  auto ref = domain::ParseResourceName(name);
  if (ref.has_value() && std::find(kinds.begin(), kinds.end(), ref->kind) != kinds.end()) return *std::move(ref);
  std::string forms;
  for (domain::RecordKind kind : kinds) forms += fmt::format("{}{}/ID", forms.empty() ? "" : " or ", Plural(kind));
  return InvalidField(field, fmt::format("\"{}\" is not a resource name of the form {}", name, forms));
}

packs::RecordView LeadContext::View(Time now) const {
  bool company = !account.id.empty() || !account.name.empty();
  return {&lead, &contact, company ? &account : nullptr, HappenedBy(activities, now), now};
}

absl::StatusOr<LeadContext> LoadLeadAlone(store::Reader& reader, std::string_view id) {
  LeadContext context;
  ASSIGN_OR_RETURN(context.lead, StandingLead(reader, id));
  if (!context.lead.contacts.empty()) {
    ASSIGN_OR_RETURN(context.contact, StandingContact(reader, context.lead.contacts.front().contact_id));
  }
  if (!context.lead.account_id.empty()) {
    ASSIGN_OR_RETURN(context.account, StandingAccount(reader, context.lead.account_id));
  }
  return context;
}

absl::StatusOr<LeadContext> LoadLead(store::Reader& reader, std::string_view id) {
  ASSIGN_OR_RETURN(LeadContext context, LoadLeadAlone(reader, id));
  ASSIGN_OR_RETURN(std::vector<std::string> ids, MergedIds(reader, domain::RecordKind::kLead, context.lead.id));
  ASSIGN_OR_RETURN(context.activities, reader.ActivitiesOfLeads(ids));
  ASSIGN_OR_RETURN(const std::vector<std::string> repeating, RepeatingIds(reader, ids));
  DropRepeating(repeating, context.activities);
  return context;
}

absl::Status CheckNotErased(store::Reader& reader, const domain::RecordRef& ref, std::string_view what) {
  ASSIGN_OR_RETURN(const bool erased, reader.IsErased(ref.kind, ref.id));
  if (!erased) return absl::OkStatus();
  const std::string name = domain::ResourceName(ref.kind, ref.id);
  return WithReason(WithResource(absl::FailedPreconditionError(fmt::format(
                                     "{}{} was erased; {}",
                                     ref.kind == domain::RecordKind::kLead ? "the person of " : "", name, what)),
                                 name),
                    ErrorReason::kErased);
}

std::string ErasedNote(Time erased_at) {
  constexpr size_t kDate = sizeof("2026-03-02") - 1;
  return fmt::format("the person was erased on {}; what was given can no longer be shown",
                     FormatTime(erased_at).substr(0, kDate));
}

absl::Status CheckEtag(std::string_view etag, int64_t version, const domain::RecordRef& ref) {
  if (etag.empty() || etag == EtagOf(version)) return absl::OkStatus();
  const std::string name = domain::ResourceName(ref);
  return WithReason(
      WithResource(absl::AbortedError(fmt::format(
                       "{} has changed since it was read (etag {} now); read it again and repeat the change", name,
                       EtagOf(version))),
                   name),
      ErrorReason::kEtagMismatch, {{"current_etag", EtagOf(version)}});
}

absl::Status CheckEtag(store::Reader& reader, std::string_view etag, const domain::RecordRef& ref) {
  if (etag.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t version, VersionOf(reader, ref));
  return CheckEtag(etag, version, ref);
}

}  // namespace leadline::engine
