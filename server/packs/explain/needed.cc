#include "packs/explain/needed.h"

#include <optional>
#include <vector>

#include "fmt/format.h"
#include "packs/condition/comparison.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Operator = Comparison::Operator;

std::optional<double> Number(const Value& value) {
  if (value.is_double()) return value.as_double();
  if (value.is_int()) return static_cast<double>(value.as_int());
  if (value.is_uint()) return static_cast<double>(value.as_uint());
  return std::nullopt;
}

Operator Opposite(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return Operator::kNotEqual;
    case Operator::kNotEqual:
      return Operator::kEqual;
    case Operator::kLess:
      return Operator::kGreaterEqual;
    case Operator::kLessEqual:
      return Operator::kGreater;
    case Operator::kGreater:
      return Operator::kLessEqual;
    case Operator::kGreaterEqual:
      return Operator::kLess;
    default:
      return op;
  }
}

std::string Bound(Operator op, const Value& bound) {
  const std::string text = PlainText(bound);
  switch (op) {
    case Operator::kEqual:
      return text;
    case Operator::kNotEqual:
      return bound.is_null() ? "present" : "anything but " + text;
    case Operator::kLess:
      return "less than " + text;
    case Operator::kLessEqual:
      return "at most " + text;
    case Operator::kGreater:
      return "more than " + text;
    case Operator::kGreaterEqual:
      return "at least " + text;
    default:
      return "";
  }
}

bool Reached(Operator op, double value, double bound) {
  switch (op) {
    case Operator::kLess:
      return value < bound;
    case Operator::kLessEqual:
      return value <= bound;
    case Operator::kGreater:
      return value > bound;
    case Operator::kGreaterEqual:
      return value >= bound;
    default:
      return true;
  }
}

Needed OfComparison(const Comparison& comparison, bool wanted, std::span<const Value> slots) {
  const Operator op = wanted ? comparison.op : Opposite(comparison.op);
  const Value& bound = comparison.constants[0];
  Needed out{Bound(op, bound), 0};
  const std::optional<double> number = Number(bound);
  const std::optional<double> value = Number(slots[static_cast<size_t>(comparison.slot)]);
  if (number && value && !Reached(op, *value, *number)) out.missing = *number - *value;
  return out;
}

// "one of head, manager".
Needed OfItems(const std::vector<Value>& constants, bool wanted) {
  std::string items;
  for (const Value& item : constants) items += (items.empty() ? "" : ", ") + PlainText(item);
  if (constants.size() == 1) return {wanted ? items : "anything but " + items, 0};
  return {(wanted ? "one of " : "none of ") + items, 0};
}

const char* VerbOf(Operator op) {
  switch (op) {
    case Operator::kContains:
      return "containing";
    case Operator::kStartsWith:
      return "beginning with";
    case Operator::kEndsWith:
      return "ending with";
    case Operator::kHasWord:
      return "with the word";
    default:
      return "matching";
  }
}

}  // namespace

std::string PlainText(const Value& value) {
  if (value.is_null()) return "absent";
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_double()) return fmt::format("{:.10g}", value.as_double());
  if (value.is_list()) {
    std::string out;
    for (const Value& item : value.as_list()) out += (out.empty() ? "" : ", ") + PlainText(item);
    return out.empty() ? "none" : out;
  }
  return cel::ToDisplayString(value);
}

Needed NeededFor(const cel::Ast& ast, cel::ExprId test, bool wanted, std::span<const Value> slots) {
  const std::optional<Comparison> comparison = ComparisonAt(ast, test);
  if (!comparison || comparison->folded) return {};
  switch (comparison->op) {
    case Operator::kIsTrue:
      return {wanted ? "true" : "false", 0};
    case Operator::kIn:
      return OfItems(comparison->constants, wanted);
    case Operator::kMember:
      return {fmt::format("{} {}", wanted ? "among them" : "without", PlainText(comparison->constants[0])), 0};
    default:
      break;
  }
  if (!comparison->is_part_of_text()) return OfComparison(*comparison, wanted, slots);
  return {fmt::format("{}{} \"{}\"", wanted ? "" : "not ", VerbOf(comparison->op), comparison->text()), 0};
}

}  // namespace leadline::packs
