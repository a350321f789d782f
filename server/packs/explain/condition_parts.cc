#include "packs/explain/condition_parts.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "packs/explain/needed.h"
#include "packs/run/fields.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;
using domain::ConditionPart;
using Truth = ConditionPart::Truth;

Truth Negated(Truth value) {
  if (value == Truth::kUnknown) return value;
  return value == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

// One condition on one record, as a list of parts. A `!` before parentheses is carried into them, so that a part always
// helps by being true.
class PartList {
 public:
  PartList(const std::vector<FieldDef>& fields, const Condition& condition, std::span<const Value> slots,
           cel::Arena& arena)
      : fields_(fields),
        condition_(condition),
        ast_(condition.program->ast()),
        slots_(slots),
        trace_(condition.program->Explain(slots, arena)) {}

  std::vector<ConditionPart> Build() {
    Add(ast_.root(), {});
    parts_.front().text = ast_.source();
    parts_.front().source = condition_.position.ToString();
    parts_.front().decisive = true;
    MarkDecisive(0);
    return std::move(parts_);
  }

 private:
  struct Place {
    int depth = 0;
    bool negated = false;
    bool helps = true;  // false: a part that only chooses between others, so nothing is asked of it
    std::string text;   // instead of the part's own
  };

  size_t Add(ExprId id, Place place) {
    const Expr& e = ast_.node(id);
    if (e.kind == ExprKind::kCall && e.op == Op::kNot) {
      Place inner = place;
      if (inner.text.empty() && !place.negated) inner.text = std::string(ast_.Text(id));
      inner.negated = !place.negated;
      return Add(e.args[0], inner);
    }
    const size_t index = parts_.size();
    parts_.emplace_back();
    parts_[index].depth = place.depth;
    parts_[index].text = TextOf(id, place);
    NoteShare(e.span, parts_[index]);
    const bool chain = e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr);
    if (chain) {
      AddChain(index, e, place);
    } else if (e.kind == ExprKind::kCall && e.op == Op::kConditional) {
      AddChoice(index, e, place);
    } else {
      FillTest(parts_[index], id, place);
    }
    return index;
  }

  std::string TextOf(ExprId id, const Place& place) const {
    if (!place.text.empty()) return place.text;
    std::string text(ast_.Text(id));
    if (!place.negated) return text;
    return ast_.node(id).kind == ExprKind::kVariable ? "!" + text : "!(" + text + ")";
  }

  void AddChain(size_t index, const Expr& e, const Place& place) {
    const bool all = (e.op == Op::kAnd) != place.negated;
    parts_[index].kind = all ? ConditionPart::Kind::kAll : ConditionPart::Kind::kAny;
    const Truth decides = all ? Truth::kFalse : Truth::kTrue;
    Truth value = Negated(decides);
    for (const ExprId arg : e.args) {
      const Truth part = parts_[Add(arg, {place.depth + 1, place.negated, place.helps, ""})].value;
      if (part == decides || (part == Truth::kUnknown && value != decides)) value = part;
    }
    parts_[index].value = value;
  }

  void AddChoice(size_t index, const Expr& e, const Place& place) {
    parts_[index].kind = ConditionPart::Kind::kChoice;
    const Truth guard = parts_[Add(e.args[0], {place.depth + 1, false, false, ""})].value;
    const Truth yes = parts_[Add(e.args[1], {place.depth + 1, place.negated, place.helps, ""})].value;
    const Truth no = parts_[Add(e.args[2], {place.depth + 1, place.negated, place.helps, ""})].value;
    parts_[index].value = guard == Truth::kUnknown ? guard : guard == Truth::kTrue ? yes : no;
  }

  void FillTest(ConditionPart& part, ExprId id, const Place& place) {
    CollectFields(id, part.fields);
    for (const cel::TracePart& traced : trace_) {
      if (traced.operand || traced.expr != id) continue;
      if (traced.value.is_bool()) {
        part.value = traced.value.as_bool() != place.negated ? Truth::kTrue : Truth::kFalse;
      } else {
        part.error = traced.value.is_error() ? std::string(traced.value.error_message()) : part.text + " is absent";
      }
      if (traced.item >= 0) {
        part.fields.push_back({fmt::format("item {}", traced.item + 1), PlainText(traced.item_value), 0, 0});
      }
    }
    if (!place.helps) return;
    Needed needed = NeededFor(ast_, id, !place.negated, slots_);
    part.needed = std::move(needed.words);
    part.missing = needed.missing;
  }

  void CollectFields(ExprId id, std::vector<domain::Evidence>& out) const {
    if (id == cel::kNoExpr) return;
    const Expr& e = ast_.node(id);
    if ((e.kind == ExprKind::kVariable || e.kind == ExprKind::kHas) && e.slot >= 0) {
      const std::string& name = fields_[static_cast<size_t>(e.slot)].name;
      const bool known = std::any_of(out.begin(), out.end(), [&](const auto& f) { return f.field == name; });
      if (!known) out.push_back({name, PlainText(slots_[static_cast<size_t>(e.slot)]), 0, 0});
    }
    for (const ExprId arg : e.args) CollectFields(arg, out);
  }

  void NoteShare(SourceSpan span, ConditionPart& part) const {
    if (part.depth != 1) return;
    for (const Condition::Share& share : condition_.shares) {
      if (span.begin < share.span.begin || span.end > share.span.end) continue;
      part.layer = share.layer;
      part.source = share.position.ToString();
    }
  }

  // Within parts that decide: those that came out as the whole did.
  void MarkDecisive(size_t index) {
    const ConditionPart& whole = parts_[index];
    bool guard = whole.kind == ConditionPart::Kind::kChoice;
    const bool choice = guard;
    size_t chosen = 0;
    for (size_t i = index + 1, child = 0; i < parts_.size() && parts_[i].depth > whole.depth; ++i) {
      if (parts_[i].depth != whole.depth + 1) continue;
      if (guard) {
        chosen = parts_[i].value == Truth::kTrue ? 1 : parts_[i].value == Truth::kFalse ? 2 : 0;
        guard = false;
        parts_[i].decisive = true;
      } else {
        parts_[i].decisive = choice ? child == chosen : parts_[i].value == whole.value;
      }
      ++child;
      if (parts_[i].decisive) MarkDecisive(i);
    }
  }

  const std::vector<FieldDef>& fields_;
  const Condition& condition_;
  const cel::Ast& ast_;
  std::span<const Value> slots_;
  std::vector<cel::TracePart> trace_;
  std::vector<ConditionPart> parts_;
};

}  // namespace

std::vector<ConditionPart> ConditionReader::Parts(int number, const domain::Activity* activity) {
  if (number < 0) return {};
  const Condition& condition = region_.conditions[static_cast<size_t>(number)];
  fields_arena_.Reset();
  work_arena_.Reset();
  for (const int slot : condition.program->used_slots()) {
    const FieldDef& field = rules_.fields()[static_cast<size_t>(slot)];
    slots_[static_cast<size_t>(slot)] =
        field.accessor({view_, activity, field, rules_.responses(), region_, fields_arena_});
  }
  return PartList(rules_.fields(), condition, slots_, work_arena_).Build();
}

}  // namespace leadline::packs
