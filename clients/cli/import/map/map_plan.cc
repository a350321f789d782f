#include "cli/import/map/map_plan.h"

#include <fmt/format.h>

#include <cmath>

#include "base/status_macros.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using cel::Kind;
using cel::Value;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int64_t kMostRepeats = 1000;

// Text from a file comes with stray spaces.
std::string Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

bool ToNumber(const Value& value, double& number) {
  if (value.is_int()) {
    number = static_cast<double>(value.as_int());
  } else if (value.is_uint()) {
    number = static_cast<double>(value.as_uint());
  } else if (value.is_double()) {
    number = value.as_double();
  } else {
    return false;
  }
  return std::isfinite(number);
}

// False when an attribute cannot hold such a value. Null and empty text give an attribute without a kind.
bool ToAttribute(const Value& value, v1::AttributeValue& attribute) {
  double number = 0;
  if (value.is_null()) return true;
  if (value.is_string()) {
    std::string text = Trimmed(value.as_string());
    if (!text.empty()) attribute.set_string_value(text);
  } else if (value.is_bool()) {
    attribute.set_bool_value(value.as_bool());
  } else if (value.is_timestamp()) {
    *attribute.mutable_time_value() = ToTimestamp(value.timestamp_micros());
  } else if (ToNumber(value, number)) {
    attribute.set_number_value(number);
  } else if (value.is_list()) {
    for (const Value& item : value.as_list()) {
      if (!item.is_string()) return false;
      attribute.mutable_list_value()->add_values(std::string(item.as_string()));
    }
  } else {
    return false;
  }
  return true;
}

// To a millionth of the unit; the currency stays.
void SetAmount(double number, Message& message) {
  const google::type::Money money = ToMoney("", std::llround(number * 1e6));
  const auto& reflection = *message.GetReflection();
  const auto& type = *message.GetDescriptor();
  reflection.SetInt64(&message, type.FindFieldByNumber(google::type::Money::kUnitsFieldNumber), money.units());
  reflection.SetInt32(&message, type.FindFieldByNumber(google::type::Money::kNanosFieldNumber), money.nanos());
}

}  // namespace

bool IsMoneyUnits(const FieldDescriptor& field) { return field.full_name() == "google.type.Money.units"; }

absl::Status PlanRunner::Fault(const std::string& path, std::string message) {
  fault_path_ = path;
  return absl::InvalidArgumentError(std::move(message));
}

absl::Status PlanRunner::Evaluate(const Expression& expression, const std::string& path, Value& value) {
  value = expression->Evaluate(slots_, arena_);
  if (!value.is_error()) return absl::OkStatus();
  return Fault(path, fmt::format("{} (in {})", value.error_message(), expression->source()));
}

absl::Status PlanRunner::Holds(const Expression& condition, const std::string& path, bool& holds) {
  holds = true;
  if (condition == nullptr) return absl::OkStatus();
  Value value;
  RETURN_IF_ERROR(Evaluate(condition, path, value));
  if (!value.is_bool()) return Fault(path, fmt::format("\"{}\" is neither true nor false", condition->source()));
  holds = value.as_bool();
  return absl::OkStatus();
}

absl::Status PlanRunner::Text(const Expression& expression, const std::string& path, std::string& text) {
  Value value;
  RETURN_IF_ERROR(Evaluate(expression, path, value));
  text = value.is_string() ? Trimmed(value.as_string()) : cel::ToDisplayString(value);
  return absl::OkStatus();
}

absl::Status PlanRunner::Fill(const MessagePlan& plan, Message& message) {
  for (const FieldPlan& field : plan.fields) RETURN_IF_ERROR(FillField(field, message));
  return absl::OkStatus();
}

absl::Status PlanRunner::FillField(const FieldPlan& plan, Message& message) {
  if (!plan.items.empty()) return FillItems(plan, message);
  if (!plan.entries.empty()) return FillEntries(plan, message);
  if (plan.message != nullptr) {
    bool wanted = true;
    RETURN_IF_ERROR(Holds(plan.message->when, plan.path + ".when", wanted));
    if (!wanted) return absl::OkStatus();
    return Fill(*plan.message, *message.GetReflection()->MutableMessage(&message, plan.field));
  }
  if (plan.value == nullptr) return absl::OkStatus();
  Value value;
  RETURN_IF_ERROR(Evaluate(plan.value, plan.path, value));
  return Set(plan, value, message);
}

absl::Status PlanRunner::FillItems(const FieldPlan& plan, Message& message) {
  for (size_t i = 0; i < plan.items.size(); ++i) {
    const ItemPlan& item = plan.items[i];
    std::string path = fmt::format("{}[{}]", plan.path, i);
    bool wanted = true;
    RETURN_IF_ERROR(Holds(item.when, path + ".when", wanted));
    if (!wanted) continue;
    int64_t times = 1;
    if (item.repeat != nullptr) {
      Value value;
      RETURN_IF_ERROR(Evaluate(item.repeat, path + ".repeat", value));
      if (!value.is_int() || value.as_int() < 0 || value.as_int() > kMostRepeats) {
        return Fault(path + ".repeat",
                     fmt::format("{} is not a whole number from 0 to {}", cel::ToDisplayString(value), kMostRepeats));
      }
      times = value.as_int();
    }
    for (int64_t n = 0; n < times; ++n) {
      RETURN_IF_ERROR(Fill(*item.message, *message.GetReflection()->AddMessage(&message, plan.field)));
    }
  }
  return absl::OkStatus();
}

absl::Status PlanRunner::FillEntries(const FieldPlan& plan, Message& message) {
  for (const FieldPlan::Entry& entry : plan.entries) {
    std::string path = plan.path + "." + entry.key;
    bool wanted = true;
    RETURN_IF_ERROR(Holds(entry.when, path + ".when", wanted));
    if (!wanted) continue;
    Value value;
    RETURN_IF_ERROR(Evaluate(entry.value, path, value));
    v1::AttributeValue attribute;
    if (!ToAttribute(value, attribute)) {
      return Fault(path, fmt::format("an attribute cannot be {}", cel::ToDisplayString(value)));
    }
    if (attribute.kind_case() == v1::AttributeValue::KIND_NOT_SET) continue;
    // A map field is a repeated message of key and value to reflection.
    Message& added = *message.GetReflection()->AddMessage(&message, plan.field);
    added.GetReflection()->SetString(&added, plan.field->message_type()->map_key(), entry.key);
    added.GetReflection()->MutableMessage(&added, plan.field->message_type()->map_value())->CopyFrom(attribute);
  }
  return absl::OkStatus();
}

absl::Status PlanRunner::Set(const FieldPlan& plan, const Value& value, Message& message) {
  const auto& reflection = *message.GetReflection();
  auto wrong = [&](const char* wanted) {
    return Fault(plan.path, fmt::format("{} is not {}", cel::ToDisplayString(value), wanted));
  };
  if (value.is_null()) return absl::OkStatus();
  double number = 0;
  switch (plan.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (plan.field->is_repeated()) {
        if (!value.is_list()) return wrong("a list of texts");
        for (const Value& item : value.as_list()) {
          if (!item.is_string()) return wrong("a list of texts");
          std::string text = Trimmed(item.as_string());
          if (!text.empty()) reflection.AddString(&message, plan.field, text);
        }
        return absl::OkStatus();
      }
      if (!value.is_string()) return wrong("text");
      reflection.SetString(&message, plan.field, Trimmed(value.as_string()));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_bool()) return wrong("true or false");
      reflection.SetBool(&message, plan.field, value.as_bool());
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT64: {
      if (!ToNumber(value, number)) return wrong("a number");
      if (IsMoneyUnits(*plan.field)) {
        if (std::abs(number) > 9e12) return wrong("an amount that can be kept");
        SetAmount(number, message);
        return absl::OkStatus();
      }
      if (std::abs(number) > 9e18) return wrong("a number that can be kept");
      reflection.SetInt64(&message, plan.field, std::llround(number));
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
      if (!ToNumber(value, number)) return wrong("a number");
      reflection.SetDouble(&message, plan.field, number);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Time time = 0;
      if (value.is_timestamp()) {
        time = value.timestamp_micros();
      } else if (value.is_string()) {
        if (value.as_string().empty()) return absl::OkStatus();
        absl::StatusOr<Time> parsed = ParseFileTime(value.as_string());
        if (!parsed.ok()) return Fault(plan.path, std::string(parsed.status().message()));
        time = *parsed;
      } else {
        return wrong("a time");
      }
      reflection.MutableMessage(&message, plan.field)->CopyFrom(ToTimestamp(time));
      return absl::OkStatus();
    }
    default:
      return Fault(plan.path, "this field cannot be mapped");
  }
}

}  // namespace leadline::cli
