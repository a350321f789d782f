#include "cli/commands/options/field_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/output/proto_text.h"

namespace leadline::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kAttributes = "attributes.";

std::vector<std::string> ParseList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    if (end > 0) items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

template <typename Number>
absl::Status ParseNumber(const std::string& field, const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{} \"{}\" is not a number", field, text));
}

// `kind`: of the resource names that the field holds; empty when it holds other texts.
absl::Status SetPlain(const FieldDescriptor& field, const std::string& kind, const std::string& value, Message& to) {
  const auto& reflection = *to.GetReflection();
  if (value.empty()) return absl::OkStatus();
  if (field.is_repeated()) {
    for (const std::string& item : ParseList(value)) reflection.AddString(&to, &field, item);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    reflection.SetString(&to, &field, kind.empty() ? value : InKind(kind, value));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    double number = 0;
    RETURN_IF_ERROR(ParseNumber(field.name(), value, number));
    reflection.SetDouble(&to, &field, number);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    int64_t number = 0;
    RETURN_IF_ERROR(ParseNumber(field.name(), value, number));
    reflection.SetInt64(&to, &field, number);
  } else {
    ASSIGN_OR_RETURN(const google::type::Money money, ParseMoney(value));
    reflection.MutableMessage(&to, &field)->CopyFrom(money);
  }
  return absl::OkStatus();
}

template <typename Record>
absl::Status Set(std::string_view assignment, const std::vector<std::string>& fields, std::string_view more,
                 Record& record, google::protobuf::FieldMask& mask) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format("\"{}\" is not a change; write field=value", assignment));
  }
  const std::string name(assignment.substr(0, equals));
  const std::string value(assignment.substr(equals + 1));
  if (name.starts_with(kAttributes)) {
    std::string key;
    v1::AttributeValue attribute;
    // Nothing after the sign unsets the attribute: it stands in the mask and not in the record.
    RETURN_IF_ERROR(ParseAttribute(assignment.substr(kAttributes.size()), key, attribute));
    if (!value.empty()) (*record.mutable_attributes())[key] = attribute;
  } else if (std::find(fields.begin(), fields.end(), name) != fields.end()) {
    const FieldDescriptor* field = Record::descriptor()->FindFieldByName(name);
    const std::string kind = name == "account" ? "accounts" : name == "owner" ? "reps" : "";
    RETURN_IF_ERROR(SetPlain(*field, kind, value, record));
  } else {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" cannot be set here; there are {}, attributes.NAME{}", name, fmt::join(fields, ", "), more));
  }
  mask.add_paths(name);
  return absl::OkStatus();
}

}  // namespace

absl::Status SetField(std::string_view assignment, v1::Lead& lead, google::protobuf::FieldMask& mask) {
  return Set(assignment, {"account", "source", "region", "country", "language", "products", "value", "probability"},
             ", and --contact for contacts", lead, mask);
}

absl::Status SetField(std::string_view assignment, v1::Contact& contact, google::protobuf::FieldMask& mask) {
  return Set(assignment, {"account", "given_name", "family_name", "email", "phone", "title", "language", "country"}, "",
             contact, mask);
}

absl::Status SetField(std::string_view assignment, v1::Account& account, google::protobuf::FieldMask& mask) {
  return Set(assignment, {"display_name", "domain", "country", "region", "industry", "employee_count", "owner"}, "",
             account, mask);
}

absl::Status NothingToChange(std::string_view options) {
  return absl::InvalidArgumentError(fmt::format("there is nothing to change; give {}", options));
}

}  // namespace leadline::cli
