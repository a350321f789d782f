#include "packs/prove/field_test.h"

#include <algorithm>

#include "domain/matching.h"
#include "packs/condition/text_functions.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;

Outcomes Of(bool value) { return value ? kTrue : kFalse; }

bool IsField(const Expr& e) { return e.kind == ExprKind::kVariable && e.slot >= 0; }

// The slot that `field` or `field.fold()` reads; -1 for anything else.
int TextSlot(const cel::Ast& ast, ExprId id, bool& folded) {
  const Expr& e = ast.node(id);
  folded = e.kind == ExprKind::kCall && e.op == Op::kNone && e.name == "fold" && e.args.size() == 1;
  const Expr& field = folded ? ast.node(e.args[0]) : e;
  return IsField(field) && field.type.Unwrapped().is(cel::TypeKind::kString) ? field.slot : -1;
}

std::optional<FieldTest> TextFunctionAt(const cel::Ast& ast, const Expr& e) {
  if (e.args.size() != 2 || !e.member) return std::nullopt;
  FieldTest test;
  if (e.name == "hasWord") {
    test.kind = FieldTest::Kind::kHasWord;
  } else if (e.name == "contains") {
    test.kind = FieldTest::Kind::kContains;
  } else if (e.name == "startsWith") {
    test.kind = FieldTest::Kind::kStartsWith;
  } else if (e.name == "endsWith") {
    test.kind = FieldTest::Kind::kEndsWith;
  } else {
    return std::nullopt;
  }
  test.comparison.slot = TextSlot(ast, e.args[0], test.folded);
  const std::optional<Value> text = ConstantAt(ast, e.args[1]);
  if (test.comparison.slot < 0 || !text || !text->is_string()) return std::nullopt;
  test.folded = test.folded || test.kind == FieldTest::Kind::kHasWord;
  test.comparison.constants = {*text};
  return test;
}

bool AddConstants(const cel::Ast& ast, ExprId list, std::vector<Value>& out) {
  const Expr& e = ast.node(list);
  if (e.kind == ExprKind::kConst && e.value.is_list()) {
    out.assign(e.value.as_list().begin(), e.value.as_list().end());
    return true;
  }
  if (e.kind != ExprKind::kList || !e.optionals.empty()) return false;
  for (const ExprId item : e.args) {
    const std::optional<Value> value = ConstantAt(ast, item);
    if (!value) return false;
    out.push_back(*value);
  }
  return true;
}

// field.fold() compared with a constant on its right, or `in` a list of them.
std::optional<FieldTest> FoldedComparisonAt(const cel::Ast& ast, const Expr& e) {
  FieldTest test;
  test.comparison.slot = TextSlot(ast, e.args[0], test.folded);
  test.comparison.op = e.op;
  if (test.comparison.slot < 0 || !test.folded) return std::nullopt;
  if (e.op == Op::kIn) {
    if (!AddConstants(ast, e.args[1], test.comparison.constants)) return std::nullopt;
    return test;
  }
  const std::optional<Value> value = ConstantAt(ast, e.args[1]);
  if (!value || (e.op != Op::kEqual && e.op != Op::kNotEqual)) return std::nullopt;
  test.comparison.constants = {*value};
  return test;
}

std::optional<FieldTest> MemberAt(const cel::Ast& ast, const Expr& e) {
  const std::optional<Value> item = ConstantAt(ast, e.args[0]);
  const Expr& list = ast.node(e.args[1]);
  if (!item || !item->is_string() || !IsField(list) || !list.type.Unwrapped().is(cel::TypeKind::kList)) {
    return std::nullopt;
  }
  FieldTest test;
  test.kind = FieldTest::Kind::kMember;
  test.comparison = {list.slot, Op::kIn, {*item}};
  return test;
}

Outcomes Compare(const Comparison& comparison, const Value& value) {
  switch (comparison.op) {
    case Op::kNone:
      return value.is_bool() ? Of(value.as_bool()) : kError;
    case Op::kEqual:
      return Of(cel::Equals(value, comparison.constants[0]));
    case Op::kNotEqual:
      return Of(!cel::Equals(value, comparison.constants[0]));
    case Op::kIn:
      return Of(std::any_of(comparison.constants.begin(), comparison.constants.end(),
                            [&](const Value& constant) { return cel::Equals(value, constant); }));
    default:
      break;
  }
  const cel::Order order = cel::Compare(value, comparison.constants[0]);
  if (order == cel::Order::kNotComparable) return kError;
  switch (comparison.op) {
    case Op::kLess:
      return Of(order == cel::Order::kLess);
    case Op::kLessEqual:
      return Of(order == cel::Order::kLess || order == cel::Order::kEqual);
    case Op::kGreater:
      return Of(order == cel::Order::kGreater);
    default:
      return Of(order == cel::Order::kGreater || order == cel::Order::kEqual);
  }
}

// The text a question looks for, folded where the question folds it.
std::string Needle(const FieldTest& test) {
  return test.kind == FieldTest::Kind::kHasWord ? domain::FoldText(test.text()) : std::string(test.text());
}

bool ImpliedByPart(const std::string& part, const FieldTest& second, const std::string& wanted) {
  return second.kind == FieldTest::Kind::kContains && part.find(wanted) != std::string::npos;
}

}  // namespace

bool FieldTest::is_equality() const {
  return kind == Kind::kCompare &&
         (comparison.op == Op::kEqual || comparison.op == Op::kNotEqual || comparison.op == Op::kIn);
}

bool FieldTest::is_order() const { return kind == Kind::kCompare && !is_equality() && comparison.op != Op::kNone; }

std::optional<FieldTest> FieldTestAt(const cel::Ast& ast, ExprId id) {
  if (std::optional<Comparison> comparison = ComparisonAt(ast, id)) {
    FieldTest test;
    test.comparison = std::move(*comparison);
    return test;
  }
  const Expr& e = ast.node(id);
  if (e.kind != ExprKind::kCall) return std::nullopt;
  if (e.op == Op::kNone) return TextFunctionAt(ast, e);
  if (e.args.size() != 2) return std::nullopt;
  if (std::optional<FieldTest> test = FoldedComparisonAt(ast, e)) return test;
  return e.op == Op::kIn ? MemberAt(ast, e) : std::nullopt;
}

Outcomes Ask(const FieldTest& test, const Value& value) {
  if (test.kind == FieldTest::Kind::kMember) {
    if (!value.is_list()) return kError;
    const auto items = value.as_list();
    return Of(std::any_of(items.begin(), items.end(),
                          [&](const Value& item) { return cel::Equals(item, test.comparison.constants[0]); }));
  }
  if (test.kind == FieldTest::Kind::kCompare && !test.folded) return Compare(test.comparison, value);
  if (!value.is_string()) return kError;
  const std::string text = test.folded ? domain::FoldText(value.as_string()) : std::string(value.as_string());
  switch (test.kind) {
    case FieldTest::Kind::kHasWord:
      return Of(HasFoldedWord(text, domain::FoldText(test.text())));
    case FieldTest::Kind::kContains:
      return Of(text.find(test.text()) != std::string::npos);
    case FieldTest::Kind::kStartsWith:
      return Of(text.starts_with(test.text()));
    case FieldTest::Kind::kEndsWith:
      return Of(text.ends_with(test.text()));
    default:
      return Compare(test.comparison, Value::String(text));
  }
}

bool Implies(const FieldTest& first, const FieldTest& second) {
  using Kind = FieldTest::Kind;
  if (first.folded != second.folded || first.slot() != second.slot()) return false;
  const std::string have = Needle(first), wanted = Needle(second);
  if (second.kind == Kind::kHasWord) return first.kind == Kind::kHasWord && HasFoldedWord(have, wanted);
  if (ImpliedByPart(have, second, wanted)) return true;
  if (first.kind != second.kind) return false;
  if (first.kind == Kind::kStartsWith) return have.starts_with(wanted);
  return first.kind == Kind::kEndsWith && have.ends_with(wanted);
}

bool Excludes(const FieldTest& first, const FieldTest& second) {
  using Kind = FieldTest::Kind;
  if (first.kind != second.kind || first.folded != second.folded || first.slot() != second.slot()) return false;
  const std::string a = Needle(first), b = Needle(second);
  if (first.kind == Kind::kStartsWith) return !a.starts_with(b) && !b.starts_with(a);
  return first.kind == Kind::kEndsWith && !a.ends_with(b) && !b.ends_with(a);
}

}  // namespace leadline::packs
