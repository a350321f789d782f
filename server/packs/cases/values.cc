#include "packs/cases/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/history/record_limits.h"
#include "fmt/format.h"
#include "packs/condition/stored_values.h"

namespace leadline::packs {
namespace {

using domain::Account;
using domain::AttributeValue;
using domain::Contact;
using domain::Lead;

// The word for a field without a value.
constexpr std::string_view kAbsent = "absent";

double NumberOf(const AttributeValue& value) {
  const auto* number = std::get_if<double>(&value);
  return number == nullptr ? 0 : *number;
}
bool FlagOf(const AttributeValue& value) {
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}
Time MomentOf(const AttributeValue& value) {
  const auto* moment = std::get_if<domain::Moment>(&value);
  return moment == nullptr ? 0 : moment->micros;
}
std::vector<std::string> TextsOf(const AttributeValue& value) {
  const auto* texts = std::get_if<std::vector<std::string>>(&value);
  return texts == nullptr ? std::vector<std::string>() : *texts;
}

Lead& RecordOf(TestInput& in, const Lead*) { return in.lead; }
Contact& RecordOf(TestInput& in, const Contact*) { return in.contact; }
Account& RecordOf(TestInput& in, const Account*) { return in.account; }

template <typename Record, auto Member>
void SetText(FieldTarget t, const AttributeValue& v) {
  RecordOf(t.in, static_cast<const Record*>(nullptr)).*Member = TextOf(v);
}
template <typename Record, auto Member>
void SetMoment(FieldTarget t, const AttributeValue& v) {
  RecordOf(t.in, static_cast<const Record*>(nullptr)).*Member = MomentOf(v);
}
void SetSeniority(FieldTarget t, const AttributeValue& v) { t.in.contact.meaning.central.seniority = TextOf(v); }
// "age_days: 3" is a moment three days ago.
template <auto Member>
void SetAge(FieldTarget t, const AttributeValue& v) {
  t.in.lead.*Member = t.now - static_cast<Time>(NumberOf(v)) * kDay;
}

void SetAmount(FieldTarget t, const AttributeValue& v) {
  if (!t.in.lead.value) t.in.lead.value.emplace();
  t.in.lead.value->micros = std::llround(NumberOf(v) * 1e6);
}
void SetCurrency(FieldTarget t, const AttributeValue& v) {
  if (!t.in.lead.value) t.in.lead.value.emplace();
  t.in.lead.value->currency = TextOf(v);
}
void SetRoles(FieldTarget t, const AttributeValue& v) {
  t.in.lead.contacts.clear();
  for (std::string& role : TextsOf(v)) {
    t.in.lead.contacts.push_back({fmt::format("contact-{}", t.in.lead.contacts.size() + 1), std::move(role)});
  }
}
void SetContactCount(FieldTarget t, const AttributeValue& v) {
  auto& contacts = t.in.lead.contacts;
  contacts.resize(std::min(contacts.size(), static_cast<size_t>(NumberOf(v))));
  while (contacts.size() < static_cast<size_t>(NumberOf(v))) {
    contacts.push_back({fmt::format("contact-{}", contacts.size() + 1), contacts.empty() ? "enquirer" : "member"});
  }
}

// Who gives one of the three gives an account that was scored; those that are not given are 0 and nothing.
domain::AccountScore& ScoreOfAccount(FieldTarget t) {
  if (!t.in.account.score) t.in.account.score.emplace();
  return *t.in.account.score;
}
void SetAccountScore(FieldTarget t, const AttributeValue& v) {
  if (std::holds_alternative<std::monostate>(v)) return t.in.account.score.reset();
  ScoreOfAccount(t).total = NumberOf(v);
}
void SetAccountProducts(FieldTarget t, const AttributeValue& v) {
  std::vector<domain::ProductInterest>& products = ScoreOfAccount(t).products;
  products.clear();
  for (std::string& product : TextsOf(v)) products.push_back({std::move(product), 1});
}

struct SettableField {
  std::string_view name;
  FieldSetter set;
};

constexpr SettableField kSettable[] = {
    {"lead.status", SetText<Lead, &Lead::status>},
    {"lead.source", SetText<Lead, &Lead::source>},
    {"lead.region", SetText<Lead, &Lead::region>},
    {"lead.country", SetText<Lead, &Lead::country>},
    {"lead.language", SetText<Lead, &Lead::language>},
    {"lead.disposition", SetText<Lead, &Lead::disposition>},
    {"lead.assignee", SetText<Lead, &Lead::assignee>},
    {"lead.products", [](FieldTarget t, const AttributeValue& v) { t.in.lead.products = TextsOf(v); }},
    {"lead.roles", SetRoles},
    {"lead.value_amount", SetAmount},
    {"lead.value_currency", SetCurrency},
    {"lead.probability", [](FieldTarget t, const AttributeValue& v) { t.in.lead.probability = NumberOf(v); }},
    {"lead.purchased", [](FieldTarget t, const AttributeValue& v) { t.in.lead.purchased = FlagOf(v); }},
    {"lead.activity_count",
     [](FieldTarget t, const AttributeValue& v) { t.in.lead.activity_count = static_cast<int64_t>(NumberOf(v)); }},
    {"lead.contact_count", SetContactCount},
    {"lead.created_at", SetMoment<Lead, &Lead::created_at>},
    {"lead.last_activity_at", SetMoment<Lead, &Lead::last_activity_at>},
    {"lead.age_days", SetAge<&Lead::created_at>},
    {"lead.days_since_activity", SetAge<&Lead::last_activity_at>},
    {"lead.days_in_status", SetAge<&Lead::status_since>},
    {"contact.title", SetText<Contact, &Contact::title>},
    {"contact.seniority", SetSeniority},
    {"contact.email", SetText<Contact, &Contact::email>},
    {"contact.phone", SetText<Contact, &Contact::phone>},
    {"contact.language", SetText<Contact, &Contact::language>},
    {"contact.country", SetText<Contact, &Contact::country>},
    {"contact.given_name", SetText<Contact, &Contact::given_name>},
    {"contact.family_name", SetText<Contact, &Contact::family_name>},
    {"contact.status", SetText<Contact, &Contact::status>},
    {"contact.disposition", SetText<Contact, &Contact::disposition>},
    {"contact.marketable", [](FieldTarget t, const AttributeValue& v) { t.in.contact.marketable = FlagOf(v); }},
    {"contact.created_at", SetMoment<Contact, &Contact::created_at>},
    {"account.name", SetText<Account, &Account::name>},
    {"account.domain", SetText<Account, &Account::domain>},
    {"account.country", SetText<Account, &Account::country>},
    {"account.region", SetText<Account, &Account::region>},
    {"account.industry", SetText<Account, &Account::industry>},
    {"account.employees",
     [](FieldTarget t, const AttributeValue& v) { t.in.account.employees = static_cast<int64_t>(NumberOf(v)); }},
    {"account.owner", SetText<Account, &Account::owner>},
    {"account.score", SetAccountScore},
    {"account.people",
     [](FieldTarget t, const AttributeValue& v) { ScoreOfAccount(t).people = static_cast<int64_t>(NumberOf(v)); }},
    {"account.products", SetAccountProducts},
    {"account.created_at", SetMoment<Account, &Account::created_at>},
};

void ReportUnfit(Problems& problems, const YamlNode& node, const FieldDef& field, std::string_view kind,
                 std::string hint = "") {
  problems.Add(node, "LL3103",
               node.is_scalar() ? fmt::format("{} is {}, not \"{}\"", field.name, kind, node.text)
                                : fmt::format("{} is {}", field.name, kind),
               std::move(hint));
}

void ReportTooLarge(Problems& problems, const YamlNode& node, std::string message) {
  problems.Add(node, "LL3111", std::move(message), "a record never has that: give less");
}

// A text of a field, or of its list.
bool CheckLength(Problems& problems, const FieldDef& field, const YamlNode& node) {
  if (node.text.size() <= field.max_len) return true;
  ReportTooLarge(problems, node,
                 fmt::format("{} has at most {} bytes, not {}", field.name, field.max_len, node.text.size()));
  return false;
}

// What a number of the field may be, to either side.
double LargestOf(const FieldDef& def) {
  const std::string_view field = def.name;
  if (field == "lead.contact_count") return domain::kMostListItems;
  if (field == "lead.value_amount") return static_cast<double>(domain::kLargestAmount);
  // In whole days before now.
  for (const char* age : {"lead.age_days", "lead.days_since_activity", "lead.days_in_status"}) {
    if (field == age) return static_cast<double>(domain::kEndOfMoments / kDay);
  }
  return def.kind == cel::TypeKind::kInt ? static_cast<double>(domain::kLargestNumber)
                                         : std::numeric_limits<double>::infinity();
}

std::optional<AttributeValue> ReadTexts(Problems& problems, const FieldDef& field, const YamlNode& node) {
  if (!node.is_sequence()) {
    ReportUnfit(problems, node, field, "a list", "write [a, b]");
    return std::nullopt;
  }
  const size_t most = std::min<size_t>(field.max_items, domain::kMostListItems);
  if (node.items.size() > most) {
    ReportTooLarge(problems, node, fmt::format("{} has at most {} items, not {}", field.name, most, node.items.size()));
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const YamlNode& item : node.items) {
    if (!CheckLength(problems, field, item)) return std::nullopt;
    texts.push_back(ReadText(problems, item, field.name).value_or(""));
  }
  return AttributeValue(std::move(texts));
}

std::optional<AttributeValue> ReadString(Problems& problems, const FieldDef& field, const YamlNode& node) {
  if (!node.is_scalar()) {
    ReportUnfit(problems, node, field, "a text");
    return std::nullopt;
  }
  if (!CheckLength(problems, field, node)) return std::nullopt;
  if (!CanHave(field, node.text) && !(node.text.empty() && field.values.empty())) {
    problems.Add(node, "LL3103", fmt::format("{} is never \"{}\"", field.name, node.text),
                 WhatToWrite(field, node.text));
    return std::nullopt;
  }
  return AttributeValue(node.text);
}

std::optional<AttributeValue> ReadFieldNumber(Problems& problems, const FieldDef& field, const YamlNode& node) {
  const std::optional<double> number = ReadNumber(problems, node, field.name);
  if (!number) return std::nullopt;
  if (field.kind == cel::TypeKind::kInt && *number != std::floor(*number)) {
    ReportUnfit(problems, node, field, "a whole number");
    return std::nullopt;
  }
  if (const double most = LargestOf(field); std::abs(*number) > most) {
    ReportTooLarge(problems, node, fmt::format("{} is at most {:.0f}, not {}", field.name, most, node.text));
    return std::nullopt;
  }
  if (field.not_negative && *number < 0) {
    ReportUnfit(problems, node, field, "never below zero");
    return std::nullopt;
  }
  return AttributeValue(*number);
}

}  // namespace

std::string TextOf(const AttributeValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}
FieldSetter FindFieldSetter(std::string_view name) {
  for (const SettableField& field : kSettable) {
    if (field.name == name) return field.set;
  }
  return nullptr;
}

domain::Attributes& AttributesOf(TestInput& in, std::string_view record) {
  if (record == "lead") return in.lead.attributes;
  return record == "contact" ? in.contact.attributes : in.account.attributes;
}

std::optional<Time> ReadMoment(Problems& problems, const YamlNode& node, Time now) {
  constexpr std::string_view kAgo = " ago";
  std::optional<Time> out;
  if (node.is_scalar()) {
    if (node.text.ends_with(kAgo)) {
      const absl::StatusOr<Duration> ago = ParseDuration(node.text.substr(0, node.text.size() - kAgo.size()));
      if (ago.ok()) out = *ago < now ? now - *ago : 0;
    } else if (const absl::StatusOr<Time> moment = ParseTime(node.text); moment.ok()) {
      out = *moment;
    }
  }
  if (!out) {
    problems.Add(node, "LL3106", fmt::format("\"{}\" is not a moment", node.text),
                 "write 2026-06-01T12:00:00Z, 2026-06-01, or 3d ago");
  } else if (*out <= 0 || *out >= domain::kEndOfMoments) {
    ReportTooLarge(problems, node, fmt::format("\"{}\" is not after 1970 and before the year 10000", node.text));
    return std::nullopt;
  }
  return out;
}

std::optional<double> ReadBounded(Problems& problems, MapReader& reader, std::string_view key, double least,
                                  double most) {
  const std::optional<double> number = reader.Number(key);
  if (!number || (*number >= least && *number <= most)) return number;
  ReportTooLarge(problems, *reader.Get(key),
                 fmt::format("\"{}\" is {:.0f} to {:.0f}, not {}", key, least, most, reader.Get(key)->text));
  return std::nullopt;
}

std::optional<Duration> ReadAgo(Problems& problems, MapReader& reader, std::string_view key) {
  const YamlNode* node = reader.Get(key);
  if (node == nullptr) return std::nullopt;
  const absl::StatusOr<Duration> ago = ParseDuration(node->is_scalar() ? node->text : "");
  if (!ago.ok()) {
    problems.Add(*node, "LL3106", fmt::format("\"{}\" is not a length of time", node->text), "write 30d, 4h or 15m");
    return std::nullopt;
  }
  if (*ago < domain::kEndOfMoments) return *ago;
  ReportTooLarge(problems, *node, fmt::format("\"{}\" is longer than moments reach", node->text));
  return std::nullopt;
}

std::optional<AttributeValue> ReadFieldValue(Problems& problems, const FieldDef& field, const YamlNode& node,
                                             Time now) {
  if (node.is_plain() && node.text == kAbsent) return AttributeValue(std::monostate());
  switch (field.kind) {
    case cel::TypeKind::kInt:
    case cel::TypeKind::kDouble:
      return ReadFieldNumber(problems, field, node);
    case cel::TypeKind::kBool:
      if (node.is_plain() && (node.text == "true" || node.text == "false")) return AttributeValue(node.text == "true");
      ReportUnfit(problems, node, field, "true or false");
      return std::nullopt;
    case cel::TypeKind::kTimestamp: {
      const std::optional<Time> moment = ReadMoment(problems, node, now);
      if (!moment) return std::nullopt;
      return AttributeValue(domain::Moment{*moment});
    }
    case cel::TypeKind::kList:
      return ReadTexts(problems, field, node);
    default:
      return ReadString(problems, field, node);
  }
}

}  // namespace leadline::packs
