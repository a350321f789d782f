#include "packs/run/evidence.h"

#include <algorithm>
#include <optional>

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;

// As people write it: text without quotes.
std::string Plain(const Value& value) {
  if (value.is_null()) return "absent";
  if (value.is_string()) return std::string(value.as_string());
  return cel::ToDisplayString(value);
}

bool Within(SourceSpan inner, SourceSpan outer) { return inner.begin >= outer.begin && inner.end <= outer.end; }

class Explainer {
 public:
  Explainer(const std::vector<FieldDef>& fields, const cel::Program& program, std::span<const Value> slots,
            cel::Arena& arena)
      : fields_(fields), program_(program), ast_(program.ast()), slots_(slots), arena_(arena) {}

  std::string WhyNot() {
    const std::vector<int> slots = SlotsIn(ast_.node(Culprit(ast_.root())).span);
    std::string out;
    for (const int slot : slots) {
      const Value& value = slots_[static_cast<size_t>(slot)];
      const std::string shown = value.is_null() ? "absent" : cel::ToDisplayString(value);
      if (!out.empty()) out += ", ";
      out.append(fields_[static_cast<size_t>(slot)].name).append(" is ").append(shown);
    }
    return out.empty() ? "the condition never holds" : out;
  }

 private:
  // 1 true, 0 false, -1 error or unknown, from the values of the leaves.
  int Outcome(ExprId id) {
    const Expr& e = ast_.node(id);
    const bool chain = e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr);
    if (chain) {
      const int decides = e.op == Op::kAnd ? 0 : 1;
      int result = 1 - decides;
      for (const ExprId arg : e.args) {
        const int part = Outcome(arg);
        if (part == decides) return decides;
        if (part < 0) result = -1;
      }
      return result;
    }
    if (e.kind == ExprKind::kCall && e.op == Op::kNot) {
      const int inner = Outcome(e.args[0]);
      return inner < 0 ? -1 : 1 - inner;
    }
    // Most conditions are one comparison, of which nothing is asked.
    if (!parts_) parts_ = program_.Explain(slots_, arena_);
    for (const cel::TracePart& part : *parts_) {
      if (part.operand || part.span != e.span) continue;
      return part.value.is_bool() ? static_cast<int>(part.value.as_bool()) : -1;
    }
    return -1;
  }

  // Within a chain of &&, the first part that is false, or else the first that failed.
  ExprId Culprit(ExprId id) {
    const Expr& e = ast_.node(id);
    if (e.kind != ExprKind::kCall || e.op != Op::kAnd) return id;
    for (const int wanted : {0, -1}) {
      for (const ExprId arg : e.args) {
        if (Outcome(arg) == wanted) return Culprit(arg);
      }
    }
    return id;
  }

  std::vector<int> SlotsIn(SourceSpan span) const {
    std::vector<int> out;
    for (size_t i = 0; i < ast_.size(); ++i) {
      const Expr& e = ast_.node(static_cast<ExprId>(i));
      if ((e.kind != ExprKind::kVariable && e.kind != ExprKind::kHas) || e.slot < 0 || !Within(e.span, span)) continue;
      if (std::find(out.begin(), out.end(), e.slot) == out.end()) out.push_back(e.slot);
    }
    return out;
  }

  const std::vector<FieldDef>& fields_;
  const cel::Program& program_;
  const cel::Ast& ast_;
  std::span<const Value> slots_;
  cel::Arena& arena_;
  std::optional<std::vector<cel::TracePart>> parts_;
};

}  // namespace

std::vector<domain::Evidence> EvidenceFor(const std::vector<FieldDef>& fields, const cel::Program& program,
                                          std::span<const Value> slots) {
  std::vector<domain::Evidence> out;
  out.reserve(program.used_slots().size());
  for (const int slot : program.used_slots()) {
    domain::Evidence evidence;
    evidence.field = fields[static_cast<size_t>(slot)].name;
    evidence.value = Plain(slots[static_cast<size_t>(slot)]);
    out.push_back(std::move(evidence));
  }
  return out;
}

std::string WhyNot(const std::vector<FieldDef>& fields, const cel::Program& program, std::span<const Value> slots,
                   cel::Arena& arena) {
  return Explainer(fields, program, slots, arena).WhyNot();
}

}  // namespace leadline::packs
