#include "packs/cases/values.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "packs/condition/stored_values.h"
#include "packs/yaml/map_reader.h"

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
    {"account.created_at", SetMoment<Account, &Account::created_at>},
};

void ReportUnfit(Problems& problems, const YamlNode& node, const FieldDef& field, std::string_view kind,
                 std::string hint = "") {
  problems.Add(node, "LL3103",
               node.is_scalar() ? fmt::format("{} is {}, not \"{}\"", field.name, kind, node.text)
                                : fmt::format("{} is {}", field.name, kind),
               std::move(hint));
}

std::optional<AttributeValue> ReadString(Problems& problems, const FieldDef& field, const YamlNode& node) {
  if (!node.is_scalar()) {
    ReportUnfit(problems, node, field, "a text");
    return std::nullopt;
  }
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
  if (node.is_scalar()) {
    if (node.text.ends_with(kAgo)) {
      const absl::StatusOr<Duration> ago = ParseDuration(node.text.substr(0, node.text.size() - kAgo.size()));
      if (ago.ok()) return now - *ago;
    } else if (const absl::StatusOr<Time> moment = ParseTime(node.text); moment.ok()) {
      return *moment;
    }
  }
  problems.Add(node, "LL3106", fmt::format("\"{}\" is not a moment", node.text),
               "write 2026-06-01T12:00:00Z, 2026-06-01, or 3d ago");
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
    case cel::TypeKind::kList: {
      if (!node.is_sequence()) {
        ReportUnfit(problems, node, field, "a list", "write [a, b]");
        return std::nullopt;
      }
      std::vector<std::string> texts;
      for (const YamlNode& item : node.items) texts.push_back(ReadText(problems, item, field.name).value_or(""));
      return AttributeValue(std::move(texts));
    }
    default:
      return ReadString(problems, field, node);
  }
}

}  // namespace leadline::packs
