#include "store/verify/list_check.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/verify/each_record.h"

namespace leadline::store {

namespace {

using domain::RecordKind;
using domain::ResourceName;

using Ids = std::vector<std::string>;
using Owners = std::set<std::string>;
using VisitMember = std::function<absl::Status(const std::string& member, const Owners& owners)>;

// One list.
struct Listing {
  RecordKind owner;
  std::string_view field;        // what the list is called
  std::string_view member_kind;  // as in the members' names
  std::function<absl::StatusOr<Ids>(const std::string& owner)> members;
  std::function<absl::StatusOr<Owners>(const std::string& member)> owners;  // as the member itself names them
  std::function<absl::Status(const VisitMember&)> each;
};

absl::Status NameDifferences(Reader& reader, Findings& findings, const Listing& listing) {
  const auto name = [&](const std::string& member) { return fmt::format("{}/{}", listing.member_kind, member); };
  RETURN_IF_ERROR(ForEachId(reader, listing.owner, [&](const std::string& owner) -> absl::Status {
    ASSIGN_OR_RETURN(const Ids members, listing.members(owner));
    for (const std::string& member : members) {
      const auto owners = listing.owners(member);
      if (owners.ok() && owners->contains(owner)) continue;
      findings.Add(ResourceName(listing.owner, owner), listing.field, name(member), "");
    }
    return absl::OkStatus();
  }));
  return listing.each([&](const std::string& member, const Owners& owners) -> absl::Status {
    for (const std::string& owner : owners) {
      ASSIGN_OR_RETURN(const Ids members, listing.members(owner));
      if (std::find(members.begin(), members.end(), member) != members.end()) continue;
      findings.Add(ResourceName(listing.owner, owner), listing.field, "", name(member));
    }
    return absl::OkStatus();
  });
}

absl::Status Check(Reader& reader, Findings& findings, const ListSums& sums, const Listing& listing) {
  if (sums.named == sums.listed) return absl::OkStatus();
  const int64_t before = findings.counts().differences;
  RETURN_IF_ERROR(NameDifferences(reader, findings, listing));
  if (findings.counts().differences != before) return absl::OkStatus();
  findings.Add(fmt::format("{} of {}", listing.field, ResourceName(listing.owner, "*")), "pairs",
               fmt::format("{} listed", sums.listed.count()), fmt::format("{} named", sums.named.count()));
  return absl::OkStatus();
}

Owners Only(const std::string& owner) { return owner.empty() ? Owners() : Owners{owner}; }

// A listing whose members are leads or contacts, by what `owners` says of one.
Listing OfRecords(Reader& reader, RecordKind owner, RecordKind member,
                  std::function<absl::StatusOr<Ids>(const std::string&)> members,
                  std::function<absl::StatusOr<Owners>(const std::string&)> owners) {
  Listing listing;
  listing.owner = owner;
  listing.field = listing.member_kind = member == RecordKind::kLead ? "leads" : "contacts";
  listing.members = std::move(members);
  listing.owners = owners;
  listing.each = [&reader, member, owners = std::move(owners)](const VisitMember& visit) {
    return ForEachId(reader, member, [&](const std::string& id) -> absl::Status {
      const auto named = owners(id);
      if (absl::IsDataLoss(named.status())) return absl::OkStatus();  // told already
      RETURN_IF_ERROR(named.status());
      return visit(id, *named);
    });
  };
  return listing;
}

Listing ActivitiesOfContacts(Reader& reader) {
  Listing listing;
  listing.owner = RecordKind::kContact;
  listing.field = listing.member_kind = "activities";
  listing.members = [&reader](const std::string& id) -> absl::StatusOr<Ids> {
    ASSIGN_OR_RETURN(const std::vector<domain::Activity> activities, reader.ActivitiesOfContacts({&id, 1}));
    Ids ids;
    for (const domain::Activity& activity : activities) ids.push_back(activity.id);
    return ids;
  };
  listing.owners = [&reader](const std::string& id) -> absl::StatusOr<Owners> {
    ASSIGN_OR_RETURN(const domain::Activity activity, reader.GetActivity(id));
    return Only(activity.contact_id);
  };
  listing.each = [&reader](const VisitMember& visit) {
    return ForEachId(reader, RecordKind::kLead, [&](const std::string& lead) -> absl::Status {
      ASSIGN_OR_RETURN(const std::vector<domain::Activity> activities, reader.ActivitiesOfLeads({&lead, 1}));
      for (const domain::Activity& a : activities) RETURN_IF_ERROR(visit(a.id, Only(a.contact_id)));
      return absl::OkStatus();
    });
  };
  return listing;
}

// Calls `visit` with the status and the place of every lead that is listed by score.
template <typename Visit>
absl::Status ForEachScored(Reader& reader, Visit visit) {
  ASSIGN_OR_RETURN(const auto statuses, reader.CountByStatus(RecordKind::kLead));
  for (const auto& [status, count] : statuses) {
    IdScan scan{.by = IdScan::By::kStatusByScore, .value = status};
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<ListPlace> places, reader.ScanIds(scan, kVerifyPage));
      for (const ListPlace& place : places) RETURN_IF_ERROR(visit(status, place));
      if (places.size() < kVerifyPage) break;
      scan.low = places.back();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckScores(Reader& reader, Findings& findings, Tally& tally) {
  SetSum& listed = tally.leads_by_score.listed;
  RETURN_IF_ERROR(ForEachScored(reader, [&](const std::string& status, const ListPlace& place) {
    listed.Add(ScoredLead(status, place.number, place.id));
    return absl::OkStatus();
  }));
  if (listed == tally.leads_by_score.named) return absl::OkStatus();
  findings.CompareCount("leads by score", "count", listed.count(), tally.leads_by_score.named.count());
  return ForEachScored(reader, [&](const std::string& status, const ListPlace& place) -> absl::Status {
    const absl::StatusOr<domain::Lead> lead = reader.GetLead(place.id);
    if (absl::IsDataLoss(lead.status())) return absl::OkStatus();  // told already
    RETURN_IF_ERROR(lead.status());
    if (ListedScore(*lead) == place.number && lead->status == status) return absl::OkStatus();
    findings.Add(ResourceName(RecordKind::kLead, place.id), "listed by score",
                 fmt::format("{} in {}", place.number, status),
                 fmt::format("{} in {}", ListedScore(*lead), lead->status));
    return absl::OkStatus();
  });
}

absl::Status CheckLists(Reader& reader, Findings& findings, const Tally& tally) {
  RETURN_IF_ERROR(Check(reader, findings, tally.contacts_of_leads,
                        OfRecords(
                            reader, RecordKind::kContact, RecordKind::kLead,
                            [&](const std::string& id) { return reader.LeadsOfContact(id); },
                            [&](const std::string& id) -> absl::StatusOr<Owners> {
                              ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
                              return ContactIds(lead);
                            })));
  RETURN_IF_ERROR(Check(reader, findings, tally.leads_of_accounts,
                        OfRecords(
                            reader, RecordKind::kAccount, RecordKind::kLead,
                            [&](const std::string& id) { return reader.LeadsOfAccount(id); },
                            [&](const std::string& id) -> absl::StatusOr<Owners> {
                              ASSIGN_OR_RETURN(const domain::Lead lead, reader.GetLead(id));
                              return Only(lead.account_id);
                            })));
  RETURN_IF_ERROR(Check(reader, findings, tally.contacts_of_accounts,
                        OfRecords(
                            reader, RecordKind::kAccount, RecordKind::kContact,
                            [&](const std::string& id) { return reader.ContactsOfAccount(id); },
                            [&](const std::string& id) -> absl::StatusOr<Owners> {
                              ASSIGN_OR_RETURN(const domain::Contact contact, reader.GetContact(id));
                              return Only(contact.account_id);
                            })));
  return Check(reader, findings, tally.activities_of_contacts, ActivitiesOfContacts(reader));
}

}  // namespace leadline::store
