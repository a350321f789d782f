#include "cel/hints/expression_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "cel/functions.h"
#include "cel/hints/foreign_calls.h"
#include "cel/hints/foreign_words.h"
#include "cel/hints/surroundings.h"

namespace leadline::cel {

namespace {

bool IsWordByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Calls `visit` with each word in `form` that stands behind no dot and in no quotes, and with what stands before it;
// at last with the rest and no word.
template <typename F>
void EachName(std::string_view form, F&& visit) {
  size_t told = 0;
  for (size_t i = 0; i < form.size();) {
    size_t end = i;
    while (end < form.size() && IsWordByte(form[end])) ++end;
    const bool free = end > i && (i == 0 || (form[i - 1] != '"' && form[i - 1] != '.'));
    if (free) {
      visit(form.substr(told, i - told), form.substr(i, end - i));
      told = end;
    }
    i = std::max(end, i + 1);
  }
  visit(form.substr(told), "");
}

// The names in a right form that stand for the arguments, in their order; none when they do not stand so.
std::vector<std::string_view> NamesOfArguments(std::string_view form, bool member) {
  if (form == "condition ? a : b") return {"condition", "a", "b"};
  if (form == "a && b" || form == "a || b") return {"a", "b"};
  if (form == "!condition") return {"condition"};
  for (const std::string_view other : {"duration", "(x,", "[a", "condition", "pattern", "part"}) {
    if (form.find(other) != std::string_view::npos) return {};
  }
  std::vector<std::string_view> names;
  EachName(form, [&](std::string_view, std::string_view name) {
    const bool first = name == "x" || name == "a" || name == "text" || name == "time" || (name == "list" && member);
    if (names.empty() ? first : names.size() == 1 && name == "b") names.push_back(name);
  });
  return names;
}

std::string ReplaceWords(std::string_view form, const std::vector<std::string_view>& names,
                         const std::vector<std::string_view>& texts) {
  std::string out;
  EachName(form, [&](std::string_view before, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    out += before;
    out += found == names.end() ? name : texts[static_cast<size_t>(found - names.begin())];
  });
  return out;
}

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

}  // namespace

// The source of a name, a literal or a call of a name: what keeps its meaning wherever it is put.
std::string_view ExpressionHints::PlainText(ExprId id) const {
  constexpr size_t kLongest = 80;
  const Expr& e = ast_.node(id);
  const bool plain = e.kind == ExprKind::kConst || e.kind == ExprKind::kVariable || e.kind == ExprKind::kLocal ||
                     e.kind == ExprKind::kSelect || e.kind == ExprKind::kList ||
                     (e.kind == ExprKind::kCall && e.op == Op::kNone);
  const std::string_view text = ast_.Text(id);
  return plain && text.size() <= kLongest && text.find('`') == std::string_view::npos ? text : "";
}

std::string ExpressionHints::TextOr(ExprId id, std::string_view otherwise) const {
  const std::string_view text = PlainText(id);
  return std::string(text.empty() ? otherwise : text);
}

// Languages in which every value is true or false somehow.
std::string ExpressionHints::ForCondition(ExprId id, bool negated) const {
  const Expr& e = ast_.node(id);
  const std::string_view text = PlainText(id);
  if (text.empty() || e.kind == ExprKind::kConst || e.kind == ExprKind::kList) return "";
  size_t end = 0;
  if (negated && WordAfter(ast_.source(), e.span.end, &end) == "in") {
    const std::string list = ListAfter(ast_.source(), end);
    return fmt::format("write `!({} in {})`", text, list.empty() ? "[a, b]" : list);
  }
  const Type type = solver_.Finish(e.type);
  const Type inner = type.Unwrapped();
  if (inner.is(TypeKind::kList) || inner.is(TypeKind::kMap)) {
    return fmt::format("write `size({}) {} 0`", text, negated ? "==" : ">");
  }
  const std::string_view number = negated ? "==" : ">";
  if (inner.is(TypeKind::kInt)) return fmt::format("write `{} {} 0`", text, number);
  if (inner.is(TypeKind::kDouble)) return fmt::format("write `{} {} 0.0`", text, number);
  const std::string_view op = negated ? "==" : "!=";
  if (type.is(TypeKind::kWrapper)) return fmt::format("write `{} {} null`", text, op);
  if (inner.is(TypeKind::kString)) return fmt::format("write `{} {} \"\"`", text, op);
  return "";
}

// x == "a" || "b"  and  x == ("a" || "b")
std::string ExpressionHints::ForAlternatives(const Expr& e) const {
  constexpr size_t kMost = 50;
  if (e.op != Op::kOr || e.args.size() > kMost) return "";
  std::string left = "x";
  std::vector<std::string_view> items;
  for (const ExprId arg : e.args) {
    const Expr& part = ast_.node(arg);
    const bool first = items.empty() && part.kind == ExprKind::kCall && part.op == Op::kEqual;
    const ExprId value = first ? part.args[1] : arg;
    if (first) left = TextOr(part.args[0], "x");
    if (ast_.node(value).kind != ExprKind::kConst) return "";
    items.push_back(ast_.Text(value));
  }
  return fmt::format("write `{} in [{}]`", left, fmt::join(items, ", "));
}

// 5 < x < 10
std::string ExpressionHints::ForChain(const Expr& e) const {
  const Expr& left = ast_.node(e.args[0]);
  if (left.kind != ExprKind::kCall || !IsComparison(left.op) || !IsComparison(e.op)) return "";
  const std::string_view low = PlainText(left.args[0]);
  const std::string_view middle = PlainText(left.args[1]);
  const std::string_view high = PlainText(e.args[1]);
  if (low.empty() || middle.empty() || high.empty()) return "write `a < x && x < b`";
  return fmt::format("write `{} {} {} && {} {} {}`", low, ast_.Text(left.name_span), middle, middle,
                     ast_.Text(e.name_span), high);
}

// A list is compared with an item, or a list is looked for in a list.
std::string ExpressionHints::ForList(const Expr& e) const {
  const bool left = solver_.Finish(ast_.node(e.args[0]).type).Unwrapped().is(TypeKind::kList);
  const bool right = solver_.Finish(ast_.node(e.args[1]).type).Unwrapped().is(TypeKind::kList);
  if (e.op == Op::kIn) {
    if (!left || !right) return "";
    return fmt::format("write `sets.intersects({}, {})`", TextOr(e.args[0], "a"), TextOr(e.args[1], "b"));
  }
  if (left == right) return "";
  const std::string item = TextOr(e.args[left ? 1 : 0], "x");
  const std::string list = TextOr(e.args[left ? 0 : 1], "list");
  const std::string form = fmt::format("{} in {}", item, list);
  return e.op == Op::kNotEqual ? fmt::format("write `!({})`", form) : fmt::format("write `{}`", form);
}

// The call of the function `name` with the same arguments, the first of them before the dot or not.
std::string ExpressionHints::Call(const Expr& e, std::string_view name, bool member) const {
  std::vector<std::string> args;
  for (const ExprId arg : e.args) args.push_back(TextOr(arg, args.empty() ? "x" : "y"));
  if (!member) return fmt::format("write `{}({})`", name, fmt::join(args, ", "));
  const std::vector<std::string> rest(args.begin() + 1, args.end());
  return fmt::format("write `{}.{}({})`", args[0], name, fmt::join(rest, ", "));
}

// A hint about a function of other languages, with the arguments of the call for the names that stand for them:
// `size(x)` of len(lead.products). Where an argument is no plain one, the names stay.
std::string ExpressionHints::WithArguments(const Expr& e, std::string_view hint) const {
  const size_t open = hint.find('`');
  const size_t close = hint.find('`', open + 1);
  if (close == std::string_view::npos || hint.find('`', close + 1) != std::string_view::npos) return std::string(hint);
  const std::string_view form = hint.substr(open + 1, close - open - 1);
  const std::vector<std::string_view> names = NamesOfArguments(form, e.member);
  const bool logic =
      names.size() > 1 && e.args.size() != 1 && (form[0] == 'c' || form.find(" && b") == 1 || form.find(" || b") == 1);
  if (names.empty() || e.args.size() < names.size() || (logic && e.args.size() > names.size()))
    return std::string(hint);
  std::vector<std::string_view> texts;
  for (size_t i = 0; i < names.size(); ++i) {
    const Expr& arg = ast_.node(e.args[i]);
    const bool comparison = logic && arg.kind == ExprKind::kCall && IsComparison(arg.op);
    texts.push_back(comparison ? ast_.Text(e.args[i]) : PlainText(e.args[i]));
    if (texts.back().empty()) return std::string(hint);
  }
  return fmt::format("{}{}{}", hint.substr(0, open + 1), ReplaceWords(form, names, texts), hint.substr(close));
}

// text.includes("a") and list.includes("a")
std::string ExpressionHints::Includes(const Expr& e) const {
  const std::string name = SmallLetters(e.name);
  if (e.args.size() != 2 || (name != "includes" && name != "include" && name != "has")) return "";
  const Type where = solver_.Finish(ast_.node(e.args[0]).type).Unwrapped();
  if (where.is(TypeKind::kString)) return Call(e, "contains", true);
  if (!where.is(TypeKind::kList)) return "";
  return fmt::format("write `{} in {}`", TextOr(e.args[1], "x"), TextOr(e.args[0], "list"));
}

// contains(text, "a"), CONTAINS(text, "a") and text.double()
std::string ExpressionHints::OtherCall(const Expr& e) const {
  if (e.args.empty()) return "";
  if (const std::vector<FunctionSignature>* own = env_.FindFunction(e.name)) {
    for (const FunctionSignature& s : *own) {
      if (s.member != e.member && s.parameters.size() == e.args.size()) return Call(e, e.name, s.member);
    }
  }
  for (const std::string& name : BuiltinNames()) {
    if (SmallLetters(name) != SmallLetters(e.name)) continue;
    for (const Builtin& b : FindBuiltins(name)) {
      // x.StartsWith("a") is told of as misspelt.
      const bool same = b.member == e.member && (e.member || name == e.name);
      if (b.variadic || same || b.count != e.args.size()) continue;
      return Call(e, name, b.member);
    }
  }
  return "";
}

std::string ExpressionHints::ForUnknownCall(const Expr& e) const {
  std::string hint = Includes(e);
  if (hint.empty()) hint = WithArguments(e, ForeignCallHint(e.name));
  return hint.empty() ? OtherCall(e) : hint;
}

std::string ExpressionHints::ForField(const Expr& e) const { return WithArguments(e, ForeignCallHint(e.name)); }

// or(a, b), where x.or(y) is something else.
std::string ExpressionHints::ForWrongCall(const Expr& e) const {
  const std::string_view foreign = e.member ? "" : ForeignCallHint(e.name);
  return foreign.empty() ? OtherCall(e) : WithArguments(e, foreign);
}

// NULL, and what stands behind -- on a line.
std::string ExpressionHints::ForName(const Expr& e) const {
  const std::string_view before = TrimRight(std::string_view(ast_.source()).substr(0, e.span.begin));
  if (before.ends_with(" --")) return "write a comment as `condition // why`";
  const std::string_view rest = RestAfter(ast_.source(), e.span.end);
  if (rest.starts_with("=>") || rest.starts_with("for ")) return "write `list.exists(x, condition)`";
  if (SmallLetters(e.name) == "not") return "write `!condition`";
  return ForeignValueHint(e.name);
}

// lead["country"], lead->country and their like, as lead.country.
std::string ExpressionHints::FieldBehind(const Expr& e) const {
  const std::string_view rest = RestAfter(ast_.source(), e.span.end);
  for (const std::string_view sign : {"[\"", "['", "->>", "->", "::", ".get(\"", ".get('", "/", ":"}) {
    if (!rest.starts_with(sign)) continue;
    size_t end = 0;
    WordAfter(rest, sign.size(), &end);
    return fmt::format("{}.{}", e.name, rest.substr(sign.size(), end - sign.size()));
  }
  return "";
}

}  // namespace leadline::cel
