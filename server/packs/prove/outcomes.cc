#include "packs/prove/outcomes.h"

#include <algorithm>
#include <string>

#include "packs/condition/text_functions.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Operator = Comparison::Operator;

Outcomes Of(bool value) { return value ? kTrue : kFalse; }

Outcomes AskOrder(Operator op, const Value& value, const Value& constant) {
  const cel::Order order = cel::Compare(value, constant);
  if (order == cel::Order::kNotComparable) return kError;
  switch (op) {
    case Operator::kLess:
      return Of(order == cel::Order::kLess);
    case Operator::kLessEqual:
      return Of(order == cel::Order::kLess || order == cel::Order::kEqual);
    case Operator::kGreater:
      return Of(order == cel::Order::kGreater);
    default:
      return Of(order == cel::Order::kGreater || order == cel::Order::kEqual);
  }
}

bool EqualsAny(const Value& value, const std::vector<Value>& constants) {
  return std::any_of(constants.begin(), constants.end(),
                     [&](const Value& constant) { return cel::Equals(value, constant); });
}

// Of a function of text; `text` is folded where the question asks for that.
Outcomes AskText(const Comparison& question, const std::string& text) {
  switch (question.op) {
    case Operator::kHasWord:
      return Of(HasFoldedWord(text, FoldedWord(question.text())));
    case Operator::kContains:
      return Of(text.find(question.text()) != std::string::npos);
    case Operator::kStartsWith:
      return Of(text.starts_with(question.text()));
    default:
      return Of(text.ends_with(question.text()));
  }
}

bool SameText(const Comparison& first, const Comparison& second) {
  return first.slot == second.slot && first.asks_folded() == second.asks_folded();
}

}  // namespace

Outcomes Negated(Outcomes o) {
  return static_cast<Outcomes>((o & kError) | ((o & kTrue) != 0 ? kFalse : 0) | ((o & kFalse) != 0 ? kTrue : 0));
}

Outcomes Joined(bool is_or, const std::vector<Outcomes>& parts) {
  // `or` is `and` with true and false changed about. An error shows only where no part is false.
  Outcomes all = kAnyOutcome, any = 0;
  bool may_avoid_false = true;
  for (const Outcomes part : parts) {
    const Outcomes o = is_or ? Negated(part) : part;
    all &= o;
    any |= o;
    may_avoid_false = may_avoid_false && (o & (kTrue | kError)) != 0;
  }
  const Outcomes out = static_cast<Outcomes>((all & kTrue) | (any & kFalse) | (may_avoid_false ? any & kError : 0));
  return is_or ? Negated(out) : out;
}

std::optional<Comparison> QuestionAt(const cel::Ast& ast, cel::ExprId id) {
  std::optional<Comparison> question = ComparisonAt(ast, id);
  if (question && question->op == Operator::kMatches) return std::nullopt;
  return question;
}

Outcomes Ask(const Comparison& question, const Value& value) {
  switch (question.op) {
    case Operator::kIsTrue:
      return value.is_bool() ? Of(value.as_bool()) : kError;
    case Operator::kMember: {
      if (!value.is_list()) return kError;
      const auto items = value.as_list();
      return Of(std::any_of(items.begin(), items.end(),
                            [&](const Value& item) { return cel::Equals(item, question.constants[0]); }));
    }
    default:
      break;
  }
  if (question.is_order()) return AskOrder(question.op, value, question.constants[0]);
  const bool of_text = question.asks_folded() || question.is_part_of_text();
  if (of_text && !value.is_string()) return kError;
  std::string text;
  if (of_text) text = question.asks_folded() ? FoldedOnce(value.as_string()) : value.as_string();
  if (question.is_part_of_text()) return AskText(question, text);
  const bool equals = EqualsAny(of_text ? Value::String(text) : value, question.constants);
  return Of(equals != (question.op == Operator::kNotEqual));
}

std::string Needle(const Comparison& question) {
  return std::string(question.op == Operator::kHasWord ? FoldedWord(question.text()) : question.text());
}

bool Implies(const Comparison& first, std::string_view needle, const Comparison& second, std::string_view wanted) {
  if (!SameText(first, second)) return false;
  if (second.op == Operator::kHasWord) {
    return first.op == Operator::kHasWord && HasFoldedWord(needle, wanted);
  }
  if (second.op == Operator::kContains && needle.find(wanted) != std::string_view::npos) return true;
  if (first.op != second.op) return false;
  if (first.op == Operator::kStartsWith) return needle.starts_with(wanted);
  return first.op == Operator::kEndsWith && needle.ends_with(wanted);
}

bool Excludes(const Comparison& first, std::string_view a, const Comparison& second, std::string_view b) {
  if (first.op != second.op || !SameText(first, second)) return false;
  if (first.op == Operator::kStartsWith) return !a.starts_with(b) && !b.starts_with(a);
  return first.op == Operator::kEndsWith && !a.ends_with(b) && !b.ends_with(a);
}

}  // namespace leadline::packs
