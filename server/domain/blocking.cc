// Blocking keys: which records come to be compared at all.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "domain/matching.h"
#include "domain/names/name_keys.h"
#include "domain/names/readings.h"
#include "domain/phone.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr std::string_view kEmailKey = "email:";
// Letters of the domain that stand with the local part: tells "info@acme" from "info@zenith", forgives slips after
// them.
constexpr size_t kDomainLetters = 2;
// Beside the name as it is folded.
constexpr size_t kMostFullNameReadings = 4;

std::string Joined(std::string_view kind, std::initializer_list<std::string_view> parts) {
  std::string key(kind);
  char separator = ':';
  for (std::string_view part : parts) {
    key += separator;
    key += part;
    separator = '|';
  }
  return key;
}

// First letter of a folded word, all of its bytes when it is not ASCII.
std::string_view FirstLetter(std::string_view folded) {
  size_t end = folded.empty() ? 0 : 1;
  while (end < folded.size() && (static_cast<unsigned char>(folded[end]) & 0xC0) == 0x80) ++end;
  return folded.substr(0, end);
}

std::string CompanyDomain(const IdentityTables& tables, std::string_view domain) {
  std::string registrable = RegistrableDomain(domain);
  return tables.mail_providers.IsPublic(registrable) ? "" : registrable;
}

// The company's domain: the account's, otherwise the address's.
std::string DomainOf(const IdentityTables& tables, const Contact& contact, const Account* account) {
  if (account != nullptr && !account->domain.empty()) return CompanyDomain(tables, account->domain);
  return CompanyDomain(tables, NormalizeEmail(contact.email));
}

std::string EmailKey(const Contact& contact) {
  std::string email = NormalizeEmail(contact.email);
  return email.empty() ? "" : Joined("email", {email});
}

std::string LocalPartKey(const Contact& contact) {
  std::string email = NormalizeEmail(contact.email);
  if (email.empty()) return "";
  std::string_view view = email;
  size_t at = view.rfind('@');
  std::string_view local = view.substr(0, at);
  if (size_t tag = local.find('+'); tag != std::string_view::npos && tag > 0) local = local.substr(0, tag);
  std::string key = Joined("local", {local});
  key += '@';
  return key.append(view.substr(at + 1, kDomainLetters));
}

std::string NameAndDomainKey(const IdentityTables& tables, const Contact& contact, const Account* account) {
  std::string family = FoldText(contact.family_name);
  if (family.empty()) return "";
  std::string domain = DomainOf(tables, contact, account);
  if (domain.empty()) return "";
  std::string given = FoldText(contact.given_name);
  return Joined("name_domain", {family, FirstLetter(given), domain});
}

void AddDistinct(std::vector<std::string>& keys, std::string key) {
  if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
}

void AddNameAndAccountKeys(const Contact& contact, const Account* account, std::vector<std::string>& keys) {
  if (account == nullptr) return;
  const std::string company = FoldCompanyName(account->name);
  if (company.empty()) return;
  const std::string_view first_word = std::string_view(company).substr(0, company.find(' '));
  for (const std::string& name : NameKeys({contact.given_name, contact.family_name})) {
    AddDistinct(keys, Joined("name_account", {name, first_word}));
  }
}

std::string FullNameKey(const std::string& folded) {
  std::vector<std::string_view> words = Words(folded);
  // One name alone stands for too many people.
  if (words.size() < 2) return "";
  std::sort(words.begin(), words.end());
  std::string key = "full_name:";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) key += ' ';
    key += words[i];
  }
  return key;
}

void AddFullNameKeys(const Contact& contact, std::vector<std::string>& keys) {
  const std::string given = FoldText(contact.given_name);
  const std::string family = FoldText(contact.family_name);
  const bool ascii = IsAscii(contact.given_name) && IsAscii(contact.family_name);
  if (!given.empty() && !family.empty()) AddDistinct(keys, FullNameKey(given + ' ' + family));
  if (ascii) return;
  std::vector<std::string> readings = ReadingsOf({contact.given_name, contact.family_name});
  if (readings.size() > kMostFullNameReadings) readings.resize(kMostFullNameReadings);
  for (const std::string& reading : readings) AddDistinct(keys, FullNameKey(reading));
}

std::string AccountDomainKey(const IdentityTables& tables, const Account* account) {
  if (account == nullptr) return "";
  std::string domain = CompanyDomain(tables, account->domain);
  return domain.empty() ? "" : Joined("domain", {domain});
}

std::string AccountNameKey(const Account* account) {
  if (account == nullptr) return "";
  std::string name = FoldCompanyName(account->name);
  return name.empty() ? "" : Joined("company", {name});
}

std::string KeyOf(const IdentityTables& tables, BlockingKey kind, const Contact& contact, const Account* account) {
  switch (kind) {
    case BlockingKey::kEmail:
      return EmailKey(contact);
    case BlockingKey::kPhone:
      return ContactPhoneKey(tables.phones, contact);
    case BlockingKey::kEmailLocalPart:
      return LocalPartKey(contact);
    case BlockingKey::kNameAndDomain:
      return NameAndDomainKey(tables, contact, account);
    case BlockingKey::kAccountDomain:
      return AccountDomainKey(tables, account);
    case BlockingKey::kAccountName:
      return AccountNameKey(account);
    case BlockingKey::kNameAndAccount:
    case BlockingKey::kFullName:
      break;  // several keys of one kind
  }
  return "";
}

// What the keys begin with that a field's whole value makes; empty for a field without such keys.
std::string_view BeginningOfKeys(std::string_view field) {
  if (field == "contact.email") return kEmailKey;
  if (field == "contact.phone") return "phone:";
  if (field == "contact.full_name") return "full_name:";
  if (field == "account.domain") return "domain:";
  if (field == "account.name") return "company:";
  return "";
}

}  // namespace

std::string ContactPhoneKey(const PhoneRules& rules, const Contact& contact) {
  std::string key = PhoneKey(rules, contact.phone, contact.country);
  return key.empty() ? "" : Joined("phone", {key});
}

std::vector<std::string> ContactKeys(const MatchPolicy& policy, const Contact& contact, const Account* account) {
  std::vector<std::string> keys;
  for (const BlockingKey kind : policy.contact_keys) {
    if (kind == BlockingKey::kNameAndAccount) {
      AddNameAndAccountKeys(contact, account, keys);
    } else if (kind == BlockingKey::kFullName) {
      AddFullNameKeys(contact, keys);
    } else {
      AddDistinct(keys, KeyOf(*policy.identity, kind, contact, account));
    }
  }
  return keys;
}

std::vector<std::string> AccountKeys(const MatchPolicy& policy, const Account& account) {
  std::vector<std::string> keys;
  for (BlockingKey kind : policy.account_keys) {
    if (kind == BlockingKey::kAccountDomain) AddDistinct(keys, AccountDomainKey(*policy.identity, &account));
    if (kind == BlockingKey::kAccountName) AddDistinct(keys, AccountNameKey(&account));
  }
  return keys;
}

std::vector<std::string> CountedKeys(const MatchPolicy& policy, const ComparisonDef& def,
                                     std::span<const std::string> keys) {
  std::vector<std::string> counted;
  const std::string_view beginning = def.term_frequency ? BeginningOfKeys(def.field) : std::string_view();
  if (beginning.empty()) return counted;
  for (const std::string& key : keys) {
    if (!key.starts_with(beginning)) continue;
    const std::string_view value = std::string_view(key).substr(beginning.size());
    if (beginning == kEmailKey && policy.identity->role_mailboxes.Holds(value)) continue;
    counted.push_back(key);
  }
  return counted;
}

}  // namespace leadline::domain
