// Duplicates on request. Writes nothing.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/identity.h"
#include "engine/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::RecordRef;

DuplicateCandidate CandidateOf(const ContactMatch& match, const domain::MatchPolicy& policy) {
  return {domain::ResourceName(RecordKind::kContact, match.standing_id), DisplayName(match.contact), match.pair,
          Judge(policy, match.pair.probability)};
}

absl::StatusOr<std::vector<DuplicateCandidate>> DuplicatesOfContact(store::Reader& reader, const Snapshot& snapshot,
                                                                    std::string_view id) {
  ASSIGN_OR_RETURN(domain::Contact contact, StandingContact(reader, id));
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(reader, contact.account_id));
  }
  const domain::MatchPolicy& policy =
      snapshot.rules->ForRegion(snapshot.rules->RegionOfCountry(contact.country)).matching;
  ASSIGN_OR_RETURN(std::vector<ContactMatch> matches,
                   MatchContacts(reader, policy, contact, account.id.empty() ? nullptr : &account));
  std::vector<DuplicateCandidate> out;
  for (const ContactMatch& match : matches) out.push_back(CandidateOf(match, policy));
  return out;
}

absl::StatusOr<std::vector<DuplicateCandidate>> DuplicatesOfAccount(store::Reader& reader, const Snapshot& snapshot,
                                                                    std::string_view id) {
  ASSIGN_OR_RETURN(domain::Account account, StandingAccount(reader, id));
  const domain::MatchPolicy& policy = snapshot.rules->ForRegion(account.region).matching;
  ASSIGN_OR_RETURN(std::vector<AccountMatch> matches, MatchAccounts(reader, policy, account));
  std::vector<DuplicateCandidate> out;
  for (const AccountMatch& match : matches) {
    out.push_back({domain::ResourceName(RecordKind::kAccount, match.standing_id), match.account.name, match.pair,
                   Judge(policy, match.pair.probability)});
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<DuplicateCandidate>> Engine::FindDuplicates(const CallContext& context,
                                                                       std::string_view name, int max_results) {
  ASSIGN_OR_RETURN(RecordRef ref, RefOf(name, {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead}, "name"));
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  std::vector<DuplicateCandidate> out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    if (ref.kind == RecordKind::kContact) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, *pinned, ref.id));
      return absl::OkStatus();
    }
    if (ref.kind == RecordKind::kAccount) {
      ASSIGN_OR_RETURN(out, DuplicatesOfAccount(reader, *pinned, ref.id));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(reader, ref.id));
    if (!lead.contacts.empty()) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, *pinned, lead.contacts.front().contact_id));
    }
    if (!lead.account_id.empty()) {
      ASSIGN_OR_RETURN(std::vector<DuplicateCandidate> accounts, DuplicatesOfAccount(reader, *pinned, lead.account_id));
      for (DuplicateCandidate& candidate : accounts) out.push_back(std::move(candidate));
    }
    return absl::OkStatus();
  }));
  std::stable_sort(out.begin(), out.end(), [](const DuplicateCandidate& a, const DuplicateCandidate& b) {
    return a.pair.weight > b.pair.weight;
  });
  if (out.size() > static_cast<size_t>(max_results)) out.resize(static_cast<size_t>(max_results));
  return out;
}

}  // namespace leadline::engine
