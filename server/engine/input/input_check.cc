#include "engine/input/input_check.h"

#include <algorithm>
#include <cmath>

#include "base/suggestion.h"
#include "domain/iso_codes.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::AttributeValue;

bool TypeFits(const packs::FieldDef& def, const AttributeValue& value) {
  switch (def.kind) {
    case cel::TypeKind::kString:
      return std::holds_alternative<std::string>(value);
    case cel::TypeKind::kDouble:
      return std::holds_alternative<double>(value);
    case cel::TypeKind::kInt: {
      const double* number = std::get_if<double>(&value);
      return number != nullptr && std::trunc(*number) == *number && std::abs(*number) < 9e15;
    }
    case cel::TypeKind::kBool:
      return std::holds_alternative<bool>(value);
    case cel::TypeKind::kTimestamp:
      return std::holds_alternative<domain::Moment>(value);
    case cel::TypeKind::kList:
      return std::holds_alternative<std::vector<std::string>>(value);
    default:
      return false;
  }
}

// What a value of the field is, for people.
std::string_view KindOf(const packs::FieldDef& def) {
  switch (def.kind) {
    case cel::TypeKind::kString:
      return "a text";
    case cel::TypeKind::kDouble:
      return "a number";
    case cel::TypeKind::kInt:
      return "a whole number";
    case cel::TypeKind::kBool:
      return "true or false";
    case cel::TypeKind::kTimestamp:
      return "a time";
    default:
      return "a list of texts";
  }
}

std::string Shown(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Quoted(*text);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* moment = std::get_if<domain::Moment>(&value)) return FormatTime(moment->micros);
  return "a list";
}

std::string WithHint(std::string text, const std::string& hint) {
  return hint.empty() ? text : std::move(text) + "; " + hint;
}

}  // namespace

bool InputCheck::Counts() {
  if (faults_ < kMostFaults) return true;
  ++faults_;
  return false;
}

absl::Status InputCheck::Take(const absl::Status& found) {
  if (found.ok()) return found;
  std::vector<FieldViolation> violations = FieldViolationsOf(found);
  if (violations.empty()) return found;
  faults_ += violations.size();
  taken_ = std::min(violations.size(), kMostFaults);
  violations.resize(taken_);
  violations_ = std::move(violations);
  return absl::OkStatus();
}

void InputCheck::Refuse(const FieldPath& path, std::string description) {
  if (!Counts()) return;
  std::string field = path.ToString();
  for (size_t i = 0; i < taken_; ++i) {
    const std::string_view known = violations_[i].field;
    if (!known.starts_with(field)) continue;
    // The same field, or a part of it: its value was not taken over.
    if (known.size() == field.size() || known[field.size()] == '.' || known[field.size()] == '[') return;
  }
  ++faults_;
  violations_.push_back({std::move(field), std::move(description)});
}

absl::Status InputCheck::ToStatus() const {
  if (faults_ == 0) return absl::OkStatus();
  if (faults_ == violations_.size()) return InvalidFields(violations_);
  return WithMetadata(InvalidFields(violations_), kViolationCount, std::to_string(faults_));
}

void InputCheck::Account(const FieldPath& path, domain::Account& account) {
  Text(path / "display_name", Record::kAccount, "name", account.name);
  Text(path / "domain", Record::kAccount, "domain", account.domain);
  Country(path / "country", account.country);
  Region(path / "region", account.region);
  Text(path / "industry", Record::kAccount, "industry", account.industry);
  Attributes(path / "attributes", Record::kAccount, account.attributes);
}

void InputCheck::Contact(const FieldPath& path, domain::Contact& contact) {
  Text(path / "given_name", Record::kContact, "given_name", contact.given_name);
  Text(path / "family_name", Record::kContact, "family_name", contact.family_name);
  Text(path / "email", Record::kContact, "email", contact.email);
  Text(path / "phone", Record::kContact, "phone", contact.phone);
  Text(path / "title", Record::kContact, "title", contact.title);
  Text(path / "seniority", Record::kContact, "seniority", contact.meaning.central.seniority);
  Language(path / "language", contact.language);
  Country(path / "country", contact.country);
  Attributes(path / "attributes", Record::kContact, contact.attributes);
}

void InputCheck::Lead(const FieldPath& path, domain::Lead& lead) {
  Text(path / "source", Record::kLead, "source", lead.source);
  Region(path / "region", lead.region);
  Country(path / "country", lead.country);
  Language(path / "language", lead.language);
  Texts(path / "products", Record::kLead, "products", lead.products);
  Attributes(path / "attributes", Record::kLead, lead.attributes);
}

void InputCheck::Activity(const FieldPath& path, const domain::Activity& activity) {
  const auto required = [&](std::string_view name, const std::string& value) {
    if (value.empty()) {
      Refuse(path / name, "is required");
    } else {
      Text(path / name, Record::kActivity, name, value);
    }
  };
  required("channel", activity.channel);
  required("investment", activity.investment);
  required("response", activity.response);
  Text(path / "product", Record::kActivity, "product", activity.product);
  Text(path / "subject", Record::kActivity, "subject", activity.subject);
  if (activity.time > now_ + kDay) {
    Refuse(path / "time", fmt::format("{} is more than a day ahead of the server's clock", FormatTime(activity.time)));
  }
}

void InputCheck::Attributes(const FieldPath& path, Record record, const domain::Attributes& attributes) {
  for (const auto& [name, value] : attributes) Attribute(path.Key(name), record, name, value);
}

void InputCheck::Attribute(const FieldPath& path, Record record, std::string_view name, const AttributeValue& value) {
  const InputSchema::Field* field = schema_.Find(record, name);
  if (field == nullptr) {
    if (!Counts()) return;
    const std::string nearest = LikelyName(name, schema_.AttributesOf(record));
    Refuse(path, WithHint(fmt::format("schema.yaml has no such attribute of a {}", InputSchema::NameOf(record)),
                          nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest)));
    return;
  }
  if (field->def->standard) {
    Refuse(path, fmt::format("is a field of its own of a {}, not an attribute", InputSchema::NameOf(record)));
    return;
  }
  if (std::holds_alternative<std::monostate>(value)) return;
  if (!TypeFits(*field->def, value)) {
    if (Counts()) Refuse(path, fmt::format("{} is not {}", Shown(value), KindOf(*field->def)));
    return;
  }
  if (const auto* text = std::get_if<std::string>(&value)) TextOf(path, *field, *text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) TextsOf(path, *field, *texts);
}

void InputCheck::Text(const FieldPath& path, Record record, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (const InputSchema::Field* field = schema_.Find(record, name)) TextOf(path, *field, value);
}

void InputCheck::Texts(const FieldPath& path, Record record, std::string_view name,
                       const std::vector<std::string>& values) {
  if (values.empty()) return;
  if (const InputSchema::Field* field = schema_.Find(record, name)) TextsOf(path, *field, values);
}

void InputCheck::TextOf(const FieldPath& path, const InputSchema::Field& field, std::string_view value) {
  const packs::FieldDef& def = *field.def;
  if (value.size() > def.max_len) {
    if (!Counts()) return;
    Refuse(path, fmt::format("{} has {} bytes; {} has at most {}", Quoted(value), value.size(), def.name, def.max_len));
    return;
  }
  if (value.empty() || def.values.empty() || field.values.contains(value)) return;
  if (def.open) {
    if (unlisted_.size() < kMostFaults) {
      unlisted_.push_back({def.name, Cut(value, 64), path.ToString(), LikelyName(value, def.values)});
    }
    return;
  }
  if (!Counts()) return;
  Refuse(path,
         WithHint(fmt::format("{} is not a value of {}", Quoted(value), def.name), DidYouMean(value, def.values)));
}

void InputCheck::TextsOf(const FieldPath& path, const InputSchema::Field& field,
                         const std::vector<std::string>& values) {
  const packs::FieldDef& def = *field.def;
  if (values.size() > def.max_items) {
    Refuse(path, fmt::format("has {} items; {} has at most {}", values.size(), def.name, def.max_items));
    return;
  }
  for (size_t i = 0; i < values.size(); ++i) TextOf(path[static_cast<int>(i)], field, values[i]);
}

void InputCheck::Country(const FieldPath& path, std::string& code) {
  if (code.empty()) return;
  if (std::string read = domain::ReadCountryCode(code); !read.empty()) {
    code = std::move(read);
    return;
  }
  if (!Counts()) return;
  const std::string likely = domain::LikelyCountryCode(code);
  Refuse(path,
         WithHint(fmt::format("{} is not a country code of ISO 3166", Quoted(code)),
                  likely.empty() ? std::string(domain::kCountryCodeForm) : fmt::format("did you mean {}?", likely)));
}

void InputCheck::Language(const FieldPath& path, std::string& tag) {
  if (tag.empty()) return;
  if (std::string read = domain::ReadLanguageTag(tag); !read.empty()) {
    tag = std::move(read);
    return;
  }
  if (!Counts()) return;
  Refuse(path, WithHint(fmt::format("{} is not a language tag of BCP 47", Quoted(tag)), domain::LanguageHint(tag)));
}

void InputCheck::Region(const FieldPath& path, std::string_view region) {
  if (region.empty() || schema_.HasRegion(region)) return;
  if (!Counts()) return;
  Refuse(path, WithHint(fmt::format("{} is not a region of the packs", Quoted(region)),
                        DidYouMean(region, schema_.regions())));
}

}  // namespace leadline::engine
