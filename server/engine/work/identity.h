// Finds the account and the contact that an enquiry is about, and the records that may be the same as another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domain/matching.h"
#include "domain/records.h"
#include "engine/decide/decider.h"
#include "engine/decide/snapshot.h"
#include "engine/engine.h"
#include "store/store.h"

namespace leadline::engine {

struct ContactMatch {
  domain::Contact contact;  // as stored, before redirects: what was compared
  std::string standing_id;  // what it stands for today
  domain::PairResult pair;

  const std::string& RecordId() const { return contact.id; }
};
struct AccountMatch {
  domain::Account account;
  std::string standing_id;
  domain::PairResult pair;

  const std::string& RecordId() const { return account.id; }
};

// Stored contacts that share a blocking key with `contact`: those that are surely the same first, then the likeliest,
// each standing record once, without `contact.id`. `account` may be null. `rules` are the decider's; `keys` are what
// ContactKeys makes of the two by them; `at` is the moment of the decision.
absl::StatusOr<std::vector<ContactMatch>> MatchContacts(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Contact& contact,
                                                        const domain::Account* account, std::vector<std::string> keys,
                                                        Time at);
absl::StatusOr<std::vector<AccountMatch>> MatchAccounts(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Account& account,
                                                        Time at);

// Notes what is kept of a pair in the decision that compared it; as many as are kept.
void KeepPair(std::string_view name, const domain::PairResult& pair, domain::Decision& decision);
// The comparisons of a pair as a decision's reason.
domain::Reason PairReason(std::string_view name, const domain::PairResult& pair);
// "same number (40 have it)".
std::string LevelText(const domain::ComparisonResult& comparison);
// "Ana Silva <ana@acme.com>", or what there is of it.
std::string DisplayName(const domain::Contact& contact);

}  // namespace leadline::engine
