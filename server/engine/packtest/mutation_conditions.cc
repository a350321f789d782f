#include "engine/packtest/mutation_conditions.h"

#include "fmt/format.h"

namespace leadline::engine {
namespace {

using cel::Expr;
using cel::ExprKind;
using cel::Op;

// The comparison that differs at the bound, or turns round; null for what is none.
const char* Replacement(Op op) {
  switch (op) {
    case Op::kEqual:
      return "!=";
    case Op::kNotEqual:
      return "==";
    case Op::kLess:
      return "<=";
    case Op::kLessEqual:
      return "<";
    case Op::kGreater:
      return ">=";
    case Op::kGreaterEqual:
      return ">";
    default:
      return nullptr;
  }
}

class ConditionChanger {
 public:
  ConditionChanger(const packs::YamlNode& text, const cel::Ast& ast) : text_(text), ast_(ast) {}

  std::vector<ConditionChange> Run() {
    Negate();
    Visit(ast_.root());
    return std::move(out_);
  }

 private:
  TextEdit EditAt(SourceSpan span, std::string with) const {
    const packs::YamlRange range = packs::RangeOf(text_, span);
    return {range.begin, range.end, std::move(with)};
  }
  void Change(SourceSpan span, std::string with, std::string what) {
    out_.push_back({std::move(what), {EditAt(span, std::move(with))}});
  }

  // Not with `!`, which begins a tag in YAML.
  void Negate() {
    const auto size = static_cast<uint32_t>(text_.text.size());
    if (size == 0) return;
    const packs::YamlRange first = packs::RangeOf(text_, SourceSpan{0, 1});
    uint32_t last = size;
    while (last > 1 && (text_.text[last - 1] == '\n' || text_.text[last - 1] == ' ')) --last;
    const packs::YamlRange end = packs::RangeOf(text_, SourceSpan{last - 1, last});
    out_.push_back({"the condition is negated", {{first.begin, first.begin, "false == ("}, {end.end, end.end, ")"}}});
  }

  void Visit(cel::ExprId id) {
    if (id == cel::kNoExpr) return;
    const Expr& e = ast_.node(id);
    if (e.kind == ExprKind::kConst) ChangeConstant(e);
    if (e.kind == ExprKind::kCall && Replacement(e.op) != nullptr) {
      const std::string was(ast_.Text(e.name_span));
      Change(e.name_span, Replacement(e.op),
             fmt::format("`{}` becomes `{}` in {}", was, Replacement(e.op), ast_.Text(id)));
    }
    if (e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr)) ChangeChain(e);
    for (const cel::ExprId arg : e.args) Visit(arg);
  }

  void ChangeChain(const Expr& e) {
    const std::string was = e.op == Op::kAnd ? "&&" : "||";
    const std::string now = e.op == Op::kAnd ? "||" : "&&";
    for (size_t i = 0; i + 1 < e.args.size(); ++i) {
      const uint32_t from = ast_.node(e.args[i]).span.end;
      const size_t at = ast_.source().find(was, from);
      if (at == std::string::npos || at >= ast_.node(e.args[i + 1]).span.begin) continue;
      const auto begin = static_cast<uint32_t>(at);
      Change({begin, begin + 2}, now, fmt::format("`{}` becomes `{}` before {}", was, now, ast_.Text(e.args[i + 1])));
    }
  }

  void ChangeConstant(const Expr& e) {
    const std::string was(ast_.Text(e.span));
    const auto becomes = [&](const std::string& now) { Change(e.span, now, fmt::format("{} becomes {}", was, now)); };
    if (e.value.is_bool()) {
      becomes(e.value.as_bool() ? "false" : "true");
    } else if (e.value.is_int()) {
      becomes(fmt::format("{}", e.value.as_int() + 1));
      becomes(fmt::format("{}", e.value.as_int() - 1));
    } else if (e.value.is_double()) {
      becomes(fmt::format("{:.1f}", e.value.as_double() + 1));
      becomes(fmt::format("{:.1f}", e.value.as_double() - 1));
    } else if (e.value.is_string() && e.span.end - e.span.begin >= 2) {
      // Another word: a letter before the closing quote.
      const packs::YamlRange quote = packs::RangeOf(text_, SourceSpan{e.span.end - 1, e.span.end});
      out_.push_back({fmt::format("{} becomes another text", was), {{quote.begin, quote.begin, "q"}}});
    }
  }

  const packs::YamlNode& text_;
  const cel::Ast& ast_;
  std::vector<ConditionChange> out_;
};

}  // namespace

std::vector<ConditionChange> ChangesOf(const packs::YamlNode& text, const cel::Ast& ast) {
  return ConditionChanger(text, ast).Run();
}

}  // namespace leadline::engine
