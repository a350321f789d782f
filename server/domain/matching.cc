#include "domain/matching.h"

#include <algorithm>

#include "domain/names/name_similarity.h"
#include "domain/phone.h"
#include "domain/similarity.h"
#include "domain/text.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

// Similarities such as 0.92 are sums of fractions: a level is reached within rounding.
constexpr double kRounding = 1e-9;

struct Side {
  const Contact* contact = nullptr;
  const Account* account = nullptr;
};

// How a field's values are made comparable.
enum class Form { kText, kCompany, kEmail, kDomain, kPhone, kFullName };

struct FieldValue {
  std::string shown;
  std::string normal;
  Form form = Form::kText;
  ComparableName name;  // of kFullName
};

std::string AttributeText(const Attributes& attributes, std::string_view name) {
  auto found = attributes.find(name);
  if (found == attributes.end()) return "";
  const AttributeValue& value = found->second;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* moment = std::get_if<Moment>(&value)) return FormatTime(moment->micros);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    std::string text;
    for (const std::string& item : *list) {
      if (!text.empty()) text += ' ';
      text += item;
    }
    return text;
  }
  return "";
}

std::string FullName(const Contact& contact) {
  if (contact.given_name.empty() || contact.family_name.empty()) return contact.given_name + contact.family_name;
  return contact.given_name + ' ' + contact.family_name;
}

FieldValue ContactField(const Contact& contact, std::string_view name) {
  if (name == "email") return {contact.email, "", Form::kEmail};
  if (name == "email_domain") return {RegistrableDomain(contact.email), "", Form::kDomain};
  if (name == "phone") return {contact.phone, "", Form::kPhone};
  if (name == "given_name") return {contact.given_name, ""};
  if (name == "family_name") return {contact.family_name, ""};
  if (name == "full_name") {
    return {FullName(contact), "", Form::kFullName, MakeComparable({contact.given_name, contact.family_name})};
  }
  if (name == "title") return {contact.title, ""};
  if (name == "language") return {contact.language, ""};
  if (name == "country") return {contact.country, ""};
  return {AttributeText(contact.attributes, name), ""};
}

FieldValue AccountField(const Account& account, std::string_view name) {
  if (name == "name") return {account.name, "", Form::kCompany};
  if (name == "domain") return {account.domain, "", Form::kDomain};
  if (name == "country") return {account.country, ""};
  if (name == "region") return {account.region, ""};
  if (name == "industry") return {account.industry, ""};
  return {AttributeText(account.attributes, name), ""};
}

std::string Normal(const IdentityTables& tables, const FieldValue& value, std::string_view country) {
  switch (value.form) {
    case Form::kText:
      return FoldText(value.shown);
    case Form::kFullName:
      return value.name.given.empty() || value.name.family.empty() ? value.name.given + value.name.family
                                                                   : value.name.given + ' ' + value.name.family;
    case Form::kCompany:
      return FoldCompanyName(value.shown);
    case Form::kEmail:
      return NormalizeEmail(value.shown);
    case Form::kDomain: {
      std::string domain = RegistrableDomain(value.shown);
      if (tables.mail_providers.IsPublic(domain)) return "";
      return domain.empty() ? LowerTrimmed(value.shown) : domain;
    }
    case Form::kPhone: {
      if (!IsPhone(tables.phones, value.shown, country)) return "";
      // Too short a number to be found by is compared by its digits.
      std::string key = PhoneKey(tables.phones, value.shown, country);
      return key.empty() ? value.shown : key;
    }
  }
  return value.shown;
}

FieldValue Read(const IdentityTables& tables, const Side& side, std::string_view field) {
  constexpr std::string_view kContact = "contact.";
  constexpr std::string_view kAccount = "account.";
  FieldValue value;
  std::string_view country;
  if (field.starts_with(kContact) && side.contact != nullptr) {
    value = ContactField(*side.contact, field.substr(kContact.size()));
    country = side.contact->country;
  } else if (field.starts_with(kAccount) && side.account != nullptr) {
    value = AccountField(*side.account, field.substr(kAccount.size()));
    country = side.account->country;
  }
  if (!value.shown.empty()) value.normal = Normal(tables, value, country);
  return value;
}

double Similarity(Comparator comparator, const FieldValue& left, const FieldValue& right) {
  switch (comparator) {
    case Comparator::kExact:
      return left.normal == right.normal ? 1 : 0;
    case Comparator::kJaroWinkler:
      return left.form == Form::kFullName ? PersonNameSimilarity(left.name, right.name)
                                          : JaroWinkler(left.normal, right.normal);
    case Comparator::kTokenSet:
      return TokenSetSimilarity(left.normal, right.normal);
    case Comparator::kEmail:
      return EmailSimilarity(left.normal, right.normal);
    case Comparator::kPhone:
      return PhoneSimilarity(left.normal, right.normal);
  }
  return 0;
}

const PluginComparison* AnswerTo(size_t comparison, std::span<const PluginComparison> plugins) {
  for (const PluginComparison& answer : plugins) {
    if (answer.comparison == comparison) return &answer;
  }
  return nullptr;
}

bool NamesNobody(const Contact& contact) { return contact.given_name.empty() && contact.family_name.empty(); }

// Whether at least one of the two addresses is several people's. Where neither record has a name, both stand for the
// mailbox itself, which is the same when the address is.
bool IsRoles(const IdentityTables& tables, const Side& left, const FieldValue& a, const Side& right,
             const FieldValue& b) {
  if (a.form != Form::kEmail || left.contact == nullptr || right.contact == nullptr) return false;
  if (NamesNobody(*left.contact) && NamesNobody(*right.contact)) return false;
  return tables.role_mailboxes.Holds(a.normal) || tables.role_mailboxes.Holds(b.normal);
}

ComparisonResult CompareField(const IdentityTables& tables, const ComparisonDef& def, const Side& left,
                              const Side& right, const PluginComparison* answer, int64_t records) {
  FieldValue a = Read(tables, left, def.field);
  FieldValue b = Read(tables, right, def.field);
  ComparisonResult result{.field = def.field, .level = "no value", .left = a.shown, .right = b.shown};
  if (answer != nullptr) result.note = answer->note;
  if (answer != nullptr && answer->heard) {
    TakeAnswer(def, *answer, result);
    return result;
  }
  if (def.plugin >= 0 && def.levels.empty()) {
    result.level = "not compared";
    return result;
  }
  if (a.normal.empty() || b.normal.empty()) return result;
  if (IsRoles(tables, left, a, right, b)) {
    result.note = "a role's mailbox is nobody's own";
    return result;
  }
  double similarity = Similarity(def.comparator, a, b);
  for (size_t i = 0; i < def.levels.size(); ++i) {
    if (similarity + kRounding < def.levels[i].at_least) continue;
    TakeLevel(def, i, records, result);
    break;
  }
  return result;
}

int64_t CountAt(size_t comparison, const PairEvidence& evidence) {
  return comparison < evidence.counts.size() ? evidence.counts[comparison] : 0;
}

PairResult Compare(const MatchPolicy& policy, RecordKind kind, const Side& left, const Side& right,
                   const PairEvidence& evidence) {
  const std::vector<ComparisonDef>& defs = policy.ComparisonsOf(kind);
  PairResult pair;
  pair.comparisons.reserve(defs.size());
  for (size_t i = 0; i < defs.size(); ++i) {
    const PluginComparison* answer = defs[i].plugin < 0 ? nullptr : AnswerTo(i, evidence.plugins);
    pair.comparisons.push_back(CompareField(*policy.identity, defs[i], left, right, answer, CountAt(i, evidence)));
  }
  Weigh(policy, kind, pair);
  return pair;
}

}  // namespace

const std::vector<ComparisonDef>& MatchPolicy::ComparisonsOf(RecordKind kind) const {
  return kind == RecordKind::kAccount ? account_comparisons : contact_comparisons;
}

const std::vector<Identifier>& MatchPolicy::IdentifiersOf(RecordKind kind) const {
  static const auto* const none = new std::vector<Identifier>;
  return kind == RecordKind::kAccount ? *none : contact_identifiers;
}

PairResult PairOfLevels(const MatchPolicy& policy, RecordKind kind, std::span<const int64_t> levels,
                        const PairEvidence& evidence) {
  const std::vector<ComparisonDef>& defs = policy.ComparisonsOf(kind);
  PairResult pair;
  for (size_t i = 0; i < defs.size(); ++i) {
    ComparisonResult result{.field = defs[i].field, .level = "no value"};
    const int64_t level = i < levels.size() ? levels[i] : 0;
    if (const PluginComparison* answer = level == -1 ? AnswerTo(i, evidence.plugins) : nullptr; answer != nullptr) {
      TakeAnswer(defs[i], *answer, result);
    } else if (level >= 1 && static_cast<size_t>(level) <= defs[i].levels.size()) {
      TakeLevel(defs[i], static_cast<size_t>(level) - 1, CountAt(i, evidence), result);
    }
    pair.comparisons.push_back(std::move(result));
  }
  Weigh(policy, kind, pair);
  return pair;
}

PairResult CompareContacts(const MatchPolicy& policy, const Contact& left, const Account* left_account,
                           const Contact& right, const Account* right_account, const PairEvidence& evidence) {
  return Compare(policy, RecordKind::kContact, {&left, left_account}, {&right, right_account}, evidence);
}

PairResult CompareAccounts(const MatchPolicy& policy, const Account& left, const Account& right,
                           const PairEvidence& evidence) {
  return Compare(policy, RecordKind::kAccount, {nullptr, &left}, {nullptr, &right}, evidence);
}

DuplicateVerdict Judge(const MatchPolicy& policy, const PairResult& pair) {
  if (pair.probability < policy.possible_probability) return DuplicateVerdict::kDifferent;
  const bool same = pair.probability >= policy.match_probability && pair.identified;
  return same ? DuplicateVerdict::kMatch : DuplicateVerdict::kPossible;
}

}  // namespace leadline::domain
