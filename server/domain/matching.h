// Which records are the same: normal forms, blocking keys and weighted comparisons. Pure and thread-safe. Text is
// folded in domain/text.h, and how alike two values are is said in domain/similarity.h.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/decision.h"
#include "domain/identity_tables.h"
#include "domain/internet.h"
#include "domain/records.h"
#include "domain/text.h"

namespace leadline::domain {

// FoldText without legal forms ("gmbh", "s.a.", "ltda") and filler.
std::string FoldCompanyName(std::string_view name);

enum class Comparator : uint8_t { kExact, kJaroWinkler, kTokenSet, kEmail, kPhone };

struct ComparisonLevel {
  std::string label;    // "exact", "jaro_winkler >= 0.92", "else"
  double at_least = 0;  // similarity that reaches it
  double m = 0;         // probability of the level among matches
  double u = 0;         // probability of the level among non-matches
};

// One field's comparison; its weight is log2(m/u) of the first level reached (Fellegi and Sunter 1969).
//
// Comparisons of one group tell of one fact: of those that speak for the pair only the strongest counts, and of those
// that speak against it only the strongest; among equals the first. Where one says yes and another no, both count, so
// that the sum does not jump when two are nearly equally strong. The others weigh 0.
struct ComparisonDef {
  std::string field;  // "contact.email", "contact.phone", "contact.given_name", "contact.family_name",
                      // "contact.full_name", "account.name", "account.domain", "contact.title", "contact.country",
                      // "account.country", "contact.email_domain" (empty for a provider of free mail); any other
                      // name is an attribute's ("contact.birth_date")
  Comparator comparator = Comparator::kExact;
  std::vector<ComparisonLevel> levels;  // falling; the last is "else" with at_least 0
  std::string source;
  std::string id;
  int plugin = -1;  // number of the use in the packs of a plugin that compares instead, see PluginComparison. Then
                    // `comparator` is for when it fails, and without levels there is nothing in its place
  double max_weight = 0;  // of a plugin: |weight| never exceeds this
  std::string group;      // empty: a fact of its own
  // Exact agreement on a value that n records have is n times as likely by chance, so that it weighs log2(m/(n u)), and
  // never less than 0. See CountedKeys.
  bool term_frequency = false;
};

// What makes two people who are alike surely one: each part must be reached.
struct Identifier {
  struct Part {
    size_t comparison = 0;    // of contact_comparisons
    int64_t worst_level = 1;  // as in MatchCandidate::levels: this or a better one
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;
  // No more people may have any of the values that are counted; 0: any number.
  int64_t most_people = 0;
};

// How records come to be compared at all.
enum class BlockingKey : uint8_t {
  kEmail,           // the whole address
  kPhone,           // PhoneKey
  kEmailLocalPart,  // "ana.silva" with the first letters of the domain
  kNameAndDomain,   // folded family name, first letter of the given name, registrable domain
  kNameAndAccount,  // NameKeys, first folded word of the company: the same name in any script, spelling or short form
  kFullName,        // folded given and family name, and its readings, in alphabetical order of the words
  kAccountDomain,   // registrable domain of the company
  kAccountName,     // folded company name without legal form
};

struct MatchPolicy {
  double prior = 0.001;             // probability that two blocked records are the same
  double match_probability = 0.95;  // from here on: a match
  double possible_probability = 0.5;
  int max_candidates = 200;  // compared at most, per lookup
  std::vector<BlockingKey> contact_keys;
  std::vector<BlockingKey> account_keys;
  std::vector<ComparisonDef> contact_comparisons;
  std::vector<ComparisonDef> account_comparisons;
  std::vector<Identifier> contact_identifiers;  // empty: people are the same by weight alone
  std::shared_ptr<const IdentityTables> identity = std::make_shared<IdentityTables>();  // never null; empty by default

  // Of contacts or accounts.
  const std::vector<ComparisonDef>& ComparisonsOf(RecordKind kind) const;
  const std::vector<Identifier>& IdentifiersOf(RecordKind kind) const;
};

// Keys of a record, each with its kind in front ("email:ana@acme.com"), distinct, in policy order. `account` may be
// null.
std::vector<std::string> ContactKeys(const MatchPolicy& policy, const Contact& contact, const Account* account);
// The key of kPhone as other rules make it; empty when the contact has no number to be found by.
std::string ContactPhoneKey(const PhoneRules& rules, const Contact& contact);
std::vector<std::string> AccountKeys(const MatchPolicy& policy, const Account& account);
// Those of a record's `keys` that tell how many records have its value of the comparison; none where it is not counted:
// without term_frequency, or for a role mailbox, which is nobody's own however few have it.
std::vector<std::string> CountedKeys(const MatchPolicy& policy, const ComparisonDef& def,
                                     std::span<const std::string> keys);

struct ComparisonResult {
  std::string field;
  std::string level;
  double weight = 0;  // bits; 0 when either side has no value
  std::string left;
  std::string right;
  std::string note;     // what a plugin said, or why it was not heard; how many have the value; what it counts with
  int64_t reached = 0;  // as in MatchCandidate::levels
  int64_t records = 0;  // as in MatchCandidate::counts
};

// What a plugin said of a pair in one comparison.
struct PluginComparison {
  size_t comparison = 0;  // index into the policy's comparisons
  bool heard = true;      // false: the plugin failed, and the comparator takes its place or the comparison is left out
  std::string level;      // where heard
  double weight = 0;      // bits; kept within max_weight
  std::string note;
  std::string failure;  // where not heard: the code of the error
};

struct PairResult {
  double weight = 0;       // bits, prior included
  double probability = 0;  // 2^w / (1 + 2^w)
  bool identified = true;  // an identifier of the policy holds, or none is asked for
  std::vector<ComparisonResult> comparisons;
  std::vector<PluginAnswer> answers;  // of those that were asked about the pair; each subject is the field alone
};

enum class DuplicateVerdict : uint8_t { kMatch = 1, kPossible = 2, kDifferent = 3 };

// How a pair comes to its weight (domain/pairs): first each comparison by itself, by what a plugin said, kept within
// its bound, or by the level at that place of `def.levels`; `records`: how many have the value, 0: not counted.
void TakeAnswer(const ComparisonDef& def, const PluginComparison& answer, ComparisonResult& result);
void TakeLevel(const ComparisonDef& def, size_t level, int64_t records, ComparisonResult& result);
// Then all together, beside the comparisons of that kind: the pair's weight, its probability, and whether it is
// identified. What tells of a fact that another one has told already weighs 0 from then on, and its note says so.
void Weigh(const MatchPolicy& policy, RecordKind kind, PairResult& pair);

// What is known of a pair beside its two records.
struct PairEvidence {
  std::span<const PluginComparison> plugins;  // a comparison without one is the comparator's, or left out
  // For each comparison how many stored records have the left one's value, itself aside; 0, or beyond the end: not
  // counted.
  std::span<const int64_t> counts;
};

PairResult CompareContacts(const MatchPolicy& policy, const Contact& left, const Account* left_account,
                           const Contact& right, const Account* right_account, const PairEvidence& evidence = {});
PairResult CompareAccounts(const MatchPolicy& policy, const Account& left, const Account& right,
                           const PairEvidence& evidence = {});
// A pair of which only the levels and the counts are known (MatchCandidate), by the policy's contact or account
// comparisons: the same weights, probability and verdict, without the values that were compared. A number that the
// policy does not have counts as nothing to compare.
PairResult PairOfLevels(const MatchPolicy& policy, RecordKind kind, std::span<const int64_t> levels,
                        const PairEvidence& evidence = {});
// By the thresholds. A pair in the band of matches that nothing identifies is a possible one.
DuplicateVerdict Judge(const MatchPolicy& policy, const PairResult& pair);

}  // namespace leadline::domain
