#include "engine/given/alike.h"

#include <algorithm>

#include "base/status_macros.h"
#include "engine/work/identity.h"

namespace leadline::engine {

using domain::RecordKind;
using domain::ResourceName;

absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Contact& contact,
                                                        const domain::Account* employer, Time now) {
  ASSIGN_OR_RETURN(const std::vector<ContactMatch> matches,
                   MatchContacts(reader, decider, rules, contact, employer,
                                 domain::ContactKeys(rules.matching, contact, employer), now));
  std::vector<DuplicateCandidate> out;
  for (const ContactMatch& match : matches) {
    out.push_back({ResourceName(RecordKind::kContact, match.standing_id), DisplayName(match.contact), match.pair,
                   Judge(rules.matching, match.pair)});
  }
  return out;
}

absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Account& account,
                                                        Time now) {
  ASSIGN_OR_RETURN(const std::vector<AccountMatch> matches, MatchAccounts(reader, decider, rules, account, now));
  std::vector<DuplicateCandidate> out;
  for (const AccountMatch& match : matches) {
    out.push_back({ResourceName(RecordKind::kAccount, match.standing_id), match.account.name, match.pair,
                   Judge(rules.matching, match.pair)});
  }
  return out;
}

absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const domain::Contact& contact, const domain::Account* employer,
                                                        Time now) {
  const std::string region = decider.snapshot().rules->RegionOfCountry(contact.country);
  return AlikeTo(reader, decider, decider.Rules(region), contact, employer, now);
}

absl::StatusOr<std::vector<DuplicateCandidate>> AlikeTo(store::Reader& reader, Decider& decider,
                                                        const domain::Account& account, Time now) {
  return AlikeTo(reader, decider, decider.Rules(account.region), account, now);
}

void KeepLikeliest(int most, std::vector<DuplicateCandidate>& candidates) {
  std::stable_sort(candidates.begin(), candidates.end(), [](const DuplicateCandidate& a, const DuplicateCandidate& b) {
    return a.pair.weight > b.pair.weight;
  });
  const size_t kept = static_cast<size_t>(std::max(0, most));
  if (candidates.size() > kept)
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(kept), candidates.end());
}

}  // namespace leadline::engine
