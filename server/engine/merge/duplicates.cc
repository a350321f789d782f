// Duplicates on request. Writes nothing.
#include <algorithm>
#include <optional>

#include "base/status_macros.h"
#include "engine/engine.h"
#include "engine/work/identity.h"
#include "engine/work/standing.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::RecordRef;

DuplicateCandidate CandidateOf(const ContactMatch& match, const domain::MatchPolicy& policy) {
  return {domain::ResourceName(RecordKind::kContact, match.standing_id), DisplayName(match.contact), match.pair,
          Judge(policy, match.pair.probability)};
}

// By the rules of a lead's region where one is given, otherwise of the person's.
absl::StatusOr<std::vector<DuplicateCandidate>> DuplicatesOfContact(store::Reader& reader, Decider& decider,
                                                                    std::string_view id,
                                                                    const std::optional<std::string>& region,
                                                                    Time now) {
  ASSIGN_OR_RETURN(domain::Contact contact, StandingContact(reader, id));
  domain::Account account;
  if (!contact.account_id.empty()) {
    ASSIGN_OR_RETURN(account, StandingAccount(reader, contact.account_id));
  }
  const packs::RegionRules& rules =
      decider.Rules(region ? *region : decider.snapshot().rules->RegionOfCountry(contact.country));
  const domain::Account* employer = account.id.empty() ? nullptr : &account;
  ASSIGN_OR_RETURN(std::vector<ContactMatch> matches,
                   MatchContacts(reader, decider, rules, contact, employer,
                                 domain::ContactKeys(rules.matching, contact, employer), now));
  std::vector<DuplicateCandidate> out;
  for (const ContactMatch& match : matches) out.push_back(CandidateOf(match, rules.matching));
  return out;
}

// The same; otherwise of the company's region.
absl::StatusOr<std::vector<DuplicateCandidate>> DuplicatesOfAccount(store::Reader& reader, Decider& decider,
                                                                    std::string_view id,
                                                                    const std::optional<std::string>& region,
                                                                    Time now) {
  ASSIGN_OR_RETURN(domain::Account account, StandingAccount(reader, id));
  const packs::RegionRules& rules = decider.Rules(region ? *region : account.region);
  ASSIGN_OR_RETURN(std::vector<AccountMatch> matches, MatchAccounts(reader, decider, rules, account, now));
  std::vector<DuplicateCandidate> out;
  for (const AccountMatch& match : matches) {
    out.push_back({domain::ResourceName(RecordKind::kAccount, match.standing_id), match.account.name, match.pair,
                   Judge(rules.matching, match.pair.probability)});
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<DuplicateCandidate>> Engine::FindDuplicates(const CallContext& context,
                                                                       std::string_view name, int max_results) {
  ASSIGN_OR_RETURN(RecordRef ref, RefOf(name, {RecordKind::kAccount, RecordKind::kContact, RecordKind::kLead}, "name"));
  const std::shared_ptr<const Deciding> pinned = deciding();
  const Time now = clock().Now();
  std::vector<DuplicateCandidate> out;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    if (ref.kind == RecordKind::kContact) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, Decider::ForThread(pinned->active), ref.id, {}, now));
      return absl::OkStatus();
    }
    if (ref.kind == RecordKind::kAccount) {
      ASSIGN_OR_RETURN(out, DuplicatesOfAccount(reader, Decider::ForThread(pinned->active), ref.id, {}, now));
      return absl::OkStatus();
    }
    // As an enquiry like it would be compared: by the packs that decide about this lead, and its region's rules.
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(reader, ref.id));
    Decider& decider = Decider::ForThread(pinned->For(lead.id));
    out.clear();
    if (!lead.contacts.empty()) {
      ASSIGN_OR_RETURN(out, DuplicatesOfContact(reader, decider, lead.contacts.front().contact_id, lead.region, now));
    }
    if (!lead.account_id.empty()) {
      ASSIGN_OR_RETURN(std::vector<DuplicateCandidate> accounts,
                       DuplicatesOfAccount(reader, decider, lead.account_id, lead.region, now));
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
