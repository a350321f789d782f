#include "engine/work/identity.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/status_macros.h"
#include "engine/work/write_scope.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

// Since when it is known, by what was told of it.
Time MadeAt(const ContactMatch& match) { return match.contact.created_at; }
Time MadeAt(const AccountMatch& match) { return match.account.created_at; }

// What is surely the same first, then the likeliest; where equal, the one that is known for longer, so that the order
// does not depend on which came into the store first; by id at last.
template <typename Match>
void Order(const domain::MatchPolicy& policy, std::vector<Match>& matches) {
  const auto rank = [&](const Match& m) {
    const bool sure = Judge(policy, m.pair) == domain::DuplicateVerdict::kMatch;
    return std::tuple(!sure, -m.pair.weight, MadeAt(m), std::string_view(m.standing_id));
  };
  std::sort(matches.begin(), matches.end(), [&](const Match& a, const Match& b) { return rank(a) < rank(b); });
  std::set<std::string> seen;
  std::erase_if(matches, [&](const Match& m) { return !seen.insert(m.standing_id).second; });
}

// Beside the comparisons: how many stored records have the value that the record with these keys has. Those that were
// merged into one count once, as far as they were looked at.
template <typename Match>
std::vector<int64_t> CountsOf(const domain::MatchPolicy& policy, domain::RecordKind kind,
                              const std::vector<std::string>& keys, const store::Reader::IdsOfKeys& ids_of,
                              const std::vector<Match>& looked_at) {
  std::vector<int64_t> counts;
  for (const domain::ComparisonDef& def : policy.ComparisonsOf(kind)) {
    std::set<std::string_view> records;
    for (const std::string& key : CountedKeys(policy, def, keys)) {
      if (const auto ids = ids_of.find(key); ids != ids_of.end())
        records.insert(ids->second.begin(), ids->second.end());
    }
    for (const Match& match : looked_at) {
      if (records.size() > 1 && records.erase(match.RecordId()) > 0) records.insert(match.standing_id);
    }
    counts.push_back(static_cast<int64_t>(records.size()));
  }
  return counts;
}

// A record does not count among those that have its values.
void Forget(const std::string& id, store::Reader::IdsOfKeys& ids_of) {
  for (auto& [key, ids] : ids_of) std::erase(ids, id);
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
  store::Reader::IdsOfKeys ids_of;
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   reader.FindByKeys(domain::RecordKind::kContact, keys, policy.max_candidates, &ids_of));
  std::vector<domain::Account> employers;  // beside the matches
  for (const std::string& id : ids) {
    if (id == contact.id) {
      Forget(id, ids_of);
      continue;
    }
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
      if (match.standing_id == contact.id) {
        Forget(id, ids_of);
        continue;
      }
    }
    matches.push_back(std::move(match));
    employers.push_back(std::move(other));
  }
  std::vector<MatchSide> sides;
  for (size_t i = 0; i < matches.size(); ++i) {
    sides.push_back({&matches[i].contact, employers[i].id.empty() ? nullptr : &employers[i]});
  }
  ASSIGN_OR_RETURN(std::vector<domain::PairResult> pairs,
                   decider.CompareContacts(rules, {&contact, account}, sides, at,
                                           CountsOf(policy, domain::RecordKind::kContact, keys, ids_of, matches)));
  for (size_t i = 0; i < matches.size(); ++i) matches[i].pair = std::move(pairs[i]);
  Order(policy, matches);
  return matches;
}

absl::StatusOr<std::vector<AccountMatch>> MatchAccounts(store::Reader& reader, Decider& decider,
                                                        const packs::RegionRules& rules, const domain::Account& account,
                                                        Time at) {
  const domain::MatchPolicy& policy = rules.matching;
  std::vector<AccountMatch> matches;
  std::vector<std::string> keys = domain::AccountKeys(policy, account);
  if (keys.empty()) return matches;
  store::Reader::IdsOfKeys ids_of;
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   reader.FindByKeys(domain::RecordKind::kAccount, keys, policy.max_candidates, &ids_of));
  for (const std::string& id : ids) {
    if (id == account.id) {
      Forget(id, ids_of);
      continue;
    }
    AccountMatch match;
    ASSIGN_OR_RETURN(match.account, reader.GetAccount(id));
    match.standing_id = id;
    if (!match.account.merged_into.empty()) {
      ASSIGN_OR_RETURN(domain::Account standing, StandingAccount(reader, id));
      match.standing_id = standing.id;
      if (match.standing_id == account.id) {
        Forget(id, ids_of);
        continue;
      }
    }
    matches.push_back(std::move(match));
  }
  std::vector<MatchSide> sides;
  for (const AccountMatch& match : matches) sides.push_back({nullptr, &match.account});
  ASSIGN_OR_RETURN(std::vector<domain::PairResult> pairs,
                   decider.CompareAccounts(rules, {nullptr, &account}, sides, at,
                                           CountsOf(policy, domain::RecordKind::kAccount, keys, ids_of, matches)));
  for (size_t i = 0; i < matches.size(); ++i) matches[i].pair = std::move(pairs[i]);
  Order(policy, matches);
  return matches;
}

void KeepPair(std::string_view name, const domain::PairResult& pair, domain::Decision& decision) {
  if (decision.candidates.size() >= domain::kMostCandidates) return;
  domain::MatchCandidate& candidate = decision.candidates.emplace_back();
  candidate.record = name;
  candidate.weight = pair.weight;
  candidate.probability = pair.probability;
  for (const domain::ComparisonResult& c : pair.comparisons) {
    candidate.levels.push_back(c.reached);
    candidate.counts.push_back(c.records);
  }
  const auto counted = [](int64_t count) { return count != 0; };
  if (std::none_of(candidate.counts.begin(), candidate.counts.end(), counted)) candidate.counts.clear();
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

std::string LevelText(const domain::ComparisonResult& c) {
  return c.note.empty() ? c.level : fmt::format("{} ({})", c.level, c.note);
}

std::string DisplayName(const domain::Contact& contact) {
  std::string name = contact.given_name;
  if (!contact.family_name.empty()) name += (name.empty() ? "" : " ") + contact.family_name;
  if (contact.email.empty()) return name.empty() ? contact.phone : name;
  return name.empty() ? contact.email : fmt::format("{} <{}>", name, contact.email);
}

}  // namespace leadline::engine
