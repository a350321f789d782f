#include "engine/work/identity.h"

#include <algorithm>
#include <set>

#include "base/status_macros.h"
#include "engine/work/write_scope.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Likeliest first; by id where equal, so that the order never depends on the store's.
template <typename Match>
void Order(std::vector<Match>& matches) {
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    if (a.pair.weight != b.pair.weight) return a.pair.weight > b.pair.weight;
    return a.standing_id < b.standing_id;
  });
  std::set<std::string> seen;
  std::erase_if(matches, [&](const Match& m) { return !seen.insert(m.standing_id).second; });
}

// While keys are made again, records may still stand under the key of their number that other rules made.
absl::Status AddEarlierKeys(store::Reader& reader, const domain::MatchPolicy& policy, const domain::Contact& contact,
                            std::vector<std::string>& keys) {
  const auto& kinds = policy.contact_keys;
  if (contact.phone.empty() || std::find(kinds.begin(), kinds.end(), domain::BlockingKey::kPhone) == kinds.end()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const store::KeyBuild build, reader.GetKeyBuild());
  if (build.made_with == policy.identity->fingerprint && build.target.empty()) return absl::OkStatus();
  for (const std::string& text : build.phone_rules) {
    const absl::StatusOr<domain::PhoneRules> rules = domain::PhoneRules::FromText(text);
    if (!rules.ok()) continue;  // of another version of the server
    std::string key = domain::ContactPhoneKey(*rules, contact);
    if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ContactMatch>> MatchContacts(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Contact& contact,
                                                        const domain::Account* account, std::vector<std::string> keys,
                                                        Time at) {
  const domain::MatchPolicy& policy = rules.matching;
  std::vector<ContactMatch> matches;
  RETURN_IF_ERROR(AddEarlierKeys(reader, policy, contact, keys));
  if (keys.empty()) return matches;
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   reader.FindByKeys(domain::RecordKind::kContact, keys, policy.max_candidates));
  std::vector<domain::Account> employers;  // beside the matches
  for (const std::string& id : ids) {
    if (id == contact.id) continue;
    ContactMatch match;
    ASSIGN_OR_RETURN(match.contact, reader.GetContact(id));
    domain::Account other;
    if (!match.contact.account_id.empty()) {
      ASSIGN_OR_RETURN(other, StandingAccount(reader, match.contact.account_id));
    }
    match.standing_id = id;
    if (!match.contact.merged_into.empty()) {
      ASSIGN_OR_RETURN(domain::Contact standing, StandingContact(reader, id));
      match.standing_id = standing.id;
      if (match.standing_id == contact.id) continue;
    }
    matches.push_back(std::move(match));
    employers.push_back(std::move(other));
  }
  std::vector<MatchSide> sides;
  for (size_t i = 0; i < matches.size(); ++i) {
    sides.push_back({&matches[i].contact, employers[i].id.empty() ? nullptr : &employers[i]});
  }
  ASSIGN_OR_RETURN(std::vector<domain::PairResult> pairs,
                   decider.CompareContacts(rules, {&contact, account}, sides, at));
  for (size_t i = 0; i < matches.size(); ++i) matches[i].pair = std::move(pairs[i]);
  Order(matches);
  return matches;
}

absl::StatusOr<std::vector<AccountMatch>> MatchAccounts(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Account& account,
                                                        Time at) {
  const domain::MatchPolicy& policy = rules.matching;
  std::vector<AccountMatch> matches;
  std::vector<std::string> keys = domain::AccountKeys(policy, account);
  if (keys.empty()) return matches;
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   reader.FindByKeys(domain::RecordKind::kAccount, keys, policy.max_candidates));
  for (const std::string& id : ids) {
    if (id == account.id) continue;
    AccountMatch match;
    ASSIGN_OR_RETURN(match.account, reader.GetAccount(id));
    match.standing_id = id;
    if (!match.account.merged_into.empty()) {
      ASSIGN_OR_RETURN(domain::Account standing, StandingAccount(reader, id));
      match.standing_id = standing.id;
      if (match.standing_id == account.id) continue;
    }
    matches.push_back(std::move(match));
  }
  std::vector<MatchSide> sides;
  for (const AccountMatch& match : matches) sides.push_back({nullptr, &match.account});
  ASSIGN_OR_RETURN(std::vector<domain::PairResult> pairs,
                   decider.CompareAccounts(rules, {nullptr, &account}, sides, at));
  for (size_t i = 0; i < matches.size(); ++i) matches[i].pair = std::move(pairs[i]);
  Order(matches);
  return matches;
}

void KeepPair(std::string_view name, const domain::PairResult& pair, domain::Decision& decision) {
  if (decision.candidates.size() >= domain::kMostCandidates) return;
  domain::MatchCandidate& candidate = decision.candidates.emplace_back();
  candidate.record = name;
  candidate.weight = pair.weight;
  candidate.probability = pair.probability;
  for (const domain::ComparisonResult& c : pair.comparisons) candidate.levels.push_back(c.reached);
  for (const domain::PluginAnswer& answer : pair.answers) {
    decision.answers.push_back(answer);
    decision.answers.back().subject += fmt::format(" {}", name);
  }
}

domain::Reason PairReason(std::string_view name, const domain::PairResult& pair) {
  domain::Reason reason;
  reason.rule_id = std::string(name);
  reason.layer = "central";
  reason.weight = pair.weight;
  reason.message = fmt::format("probability {:.4f}", pair.probability);
  for (const domain::ComparisonResult& c : pair.comparisons) {
    std::string value = fmt::format("{}: \"{}\" and \"{}\"", c.level, c.left, c.right);
    if (!c.note.empty()) value += fmt::format(" ({})", c.note);
    reason.evidence.push_back({c.field, std::move(value), c.weight});
  }
  return reason;
}

std::string DisplayName(const domain::Contact& contact) {
  std::string name = contact.given_name;
  if (!contact.family_name.empty()) name += (name.empty() ? "" : " ") + contact.family_name;
  if (contact.email.empty()) return name.empty() ? contact.phone : name;
  return name.empty() ? contact.email : fmt::format("{} <{}>", name, contact.email);
}

}  // namespace leadline::engine
