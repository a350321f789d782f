#include "packs/scoring_plan.h"

#include <algorithm>
#include <set>

#include "packs/formula.h"

namespace leadline::packs {

using cel::Op;
using cel::Value;

int TextCodes::Intern(std::string_view text) {
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (texts_[i] == text) return static_cast<int>(i) + 2;
  }
  if (texts_.size() + 2 >= kMax) return -1;
  texts_.emplace_back(text);
  return static_cast<int>(texts_.size()) + 1;
}

void TextCodes::Index() {
  table_.assign(256, 0);  // at most a quarter full
  mask_ = table_.size() - 1;
  for (size_t i = 0; i < texts_.size(); ++i) {
    size_t at = Hash(texts_[i]) & mask_;
    while (table_[at] != 0) at = (at + 1) & mask_;
    table_[at] = static_cast<uint8_t>(i + 2);
  }
}

namespace {

class PlanMaker {
 public:
  PlanMaker(const RegionRules& rules, const std::vector<FieldDef>& fields) : rules_(rules), fields_(fields) {
    plan_.codes_of_slot.assign(fields.size(), -1);
  }

  std::shared_ptr<const ScoringPlan> Make() {
    for (size_t i = 0; i < rules_.scoring.rules.size(); ++i) AddRule(static_cast<int>(i), rules_.scoring.rules[i]);
    for (const int slot : used_) {
      const bool activity = fields_[static_cast<size_t>(slot)].name.starts_with("activity.");
      if (!AddAttribute(slot)) (activity ? plan_.activity_slots : plan_.record_slots).push_back(slot);
    }
    for (auto* attributes : {&plan_.lead, &plan_.contact, &plan_.account}) attributes->names.Index();
    for (TextCodes& codes : plan_.codes) codes.Index();
    return std::make_shared<const ScoringPlan>(std::move(plan_));
  }

 private:
  // False when the slot is no attribute, or one too many for the table.
  bool AddAttribute(int slot) {
    const FieldDef& field = fields_[static_cast<size_t>(slot)];
    if (field.standard) return false;
    const size_t dot = field.name.find('.');
    const std::string_view record = std::string_view(field.name).substr(0, dot);
    auto& attributes = record == "lead" ? plan_.lead : record == "contact" ? plan_.contact : plan_.account;
    if (attributes.names.Intern(std::string_view(field.name).substr(dot + 1)) < 0) return false;
    attributes.slots.push_back(slot);
    return true;
  }

  void AddRule(int number, const domain::ScoringRule& rule) {
    ScoringPlan::Rule out;
    out.each_activity = rule.each_activity;
    out.always = rule.condition < 0;
    if (!out.always) {
      const auto& program = rules_.conditions[static_cast<size_t>(rule.condition)].program;
      used_.insert(program->used_slots().begin(), program->used_slots().end());
      out.root = Root(FormulaOf(program->ast()));
      if (out.root < 0) out.program = program.get();
      if (out.root >= 0 && plan_.steps[static_cast<size_t>(out.root)].kind == ScoringPlan::Kind::kMask) {
        out.slot = plan_.steps[static_cast<size_t>(out.root)].slot;
        out.mask = plan_.steps[static_cast<size_t>(out.root)].mask;
      }
    }
    (rule.each_activity ? plan_.activity_rules : plan_.record_rules).push_back(number);
    plan_.rules.push_back(out);
  }

  int Root(const Formula& formula) {
    if (!formula.complete) return -1;
    const size_t before = plan_.steps.size();
    plan_.steps.emplace_back();
    ScoringPlan::Step step;
    if (!Fill(formula, formula.root, step)) {
      plan_.steps.resize(before);
      return -1;
    }
    plan_.steps[before] = step;
    return static_cast<int>(before);
  }

  bool Fill(const Formula& formula, int index, ScoringPlan::Step& step) {
    const Formula::Node& node = formula.nodes[static_cast<size_t>(index)];
    switch (node.kind) {
      case Formula::Kind::kConstant:
        step.kind = node.constant ? ScoringPlan::Kind::kAlways : ScoringPlan::Kind::kNever;
        return true;
      case Formula::Kind::kAtom:
        return FillAtom(formula.atoms[static_cast<size_t>(node.atom)], step);
      case Formula::Kind::kAnd:
        step.kind = ScoringPlan::Kind::kAnd;
        break;
      case Formula::Kind::kOr:
        step.kind = ScoringPlan::Kind::kOr;
        break;
      case Formula::Kind::kNot:
        step.kind = ScoringPlan::Kind::kNot;
        break;
    }
    step.first = static_cast<uint32_t>(plan_.steps.size());
    step.count = static_cast<uint32_t>(node.children.size());
    plan_.steps.resize(plan_.steps.size() + node.children.size());
    for (size_t i = 0; i < node.children.size(); ++i) {
      ScoringPlan::Step child;
      if (!Fill(formula, node.children[i], child)) return false;
      plan_.steps[step.first + i] = child;
    }
    return true;
  }

  bool FillAtom(const Atom& atom, ScoringPlan::Step& step) {
    step.slot = atom.slot;
    step.op = atom.op;
    if (atom.op == Op::kNone) {
      step.kind = ScoringPlan::Kind::kFlag;
      return true;
    }
    const cel::Type& type = fields_[static_cast<size_t>(atom.slot)].type.Unwrapped();
    const bool equality = atom.op == Op::kEqual || atom.op == Op::kNotEqual;
    if (type.is(cel::TypeKind::kString) && (equality || atom.op == Op::kIn)) return FillMask(atom, step);
    if (atom.op == Op::kIn || atom.constants.size() != 1) return false;
    step.constant = atom.constants[0];
    const bool same = (type.is(cel::TypeKind::kInt) && step.constant.is_int()) ||
                      (type.is(cel::TypeKind::kDouble) && step.constant.is_double());
    step.kind = same ? ScoringPlan::Kind::kNumber : ScoringPlan::Kind::kCompare;
    return equality || same;
  }

  // One bit for every code that the comparison holds for. It never fails: absent equals nothing but null.
  bool FillMask(const Atom& atom, ScoringPlan::Step& step) {
    step.kind = ScoringPlan::Kind::kMask;
    int8_t& index = plan_.codes_of_slot[static_cast<size_t>(atom.slot)];
    if (index < 0) {
      index = static_cast<int8_t>(plan_.codes.size());
      plan_.codes.emplace_back();
    }
    for (const Value& constant : atom.constants) {
      if (!constant.is_string() && !constant.is_null()) return false;
      const int code = constant.is_null() ? 0 : plan_.codes[static_cast<size_t>(index)].Intern(constant.as_string());
      if (code < 0) return false;
      step.mask |= uint64_t{1} << code;
    }
    if (atom.op == Op::kNotEqual) step.mask = ~step.mask;
    return true;
  }

  const RegionRules& rules_;
  const std::vector<FieldDef>& fields_;
  std::set<int> used_;
  ScoringPlan plan_;
};

template <typename T>
int CompareNumbers(Op op, T a, T b) {
  switch (op) {
    case Op::kEqual:
      return a == b;
    case Op::kNotEqual:
      return a != b;
    case Op::kLess:
      return a < b;
    case Op::kLessEqual:
      return a <= b;
    case Op::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

std::shared_ptr<const ScoringPlan> MakeScoringPlan(const RegionRules& rules, const std::vector<FieldDef>& fields) {
  return PlanMaker(rules, fields).Make();
}

int RunSteps(const ScoringPlan& plan, int root, const Value* slots, const uint8_t* codes) {
  const ScoringPlan::Step& step = plan.steps[static_cast<size_t>(root)];
  switch (step.kind) {
    case ScoringPlan::Kind::kAlways:
      return 1;
    case ScoringPlan::Kind::kNever:
      return 0;
    case ScoringPlan::Kind::kMask:
      return static_cast<int>((step.mask >> codes[step.slot]) & 1);
    case ScoringPlan::Kind::kFlag: {
      const Value& v = slots[step.slot];
      return v.is_bool() ? static_cast<int>(v.as_bool()) : -1;
    }
    case ScoringPlan::Kind::kNumber: {
      const Value& v = slots[step.slot];
      if (v.is_int()) return CompareNumbers(step.op, v.as_int(), step.constant.as_int());
      if (v.is_double()) return CompareNumbers(step.op, v.as_double(), step.constant.as_double());
      return step.op == Op::kEqual ? 0 : step.op == Op::kNotEqual ? 1 : -1;
    }
    case ScoringPlan::Kind::kCompare:
      return static_cast<int>(cel::Equals(slots[step.slot], step.constant) == (step.op == Op::kEqual));
    case ScoringPlan::Kind::kNot: {
      const int inner = RunSteps(plan, static_cast<int>(step.first), slots, codes);
      return inner < 0 ? -1 : 1 - inner;
    }
    case ScoringPlan::Kind::kAnd:
    case ScoringPlan::Kind::kOr: {
      const int decides = step.kind == ScoringPlan::Kind::kAnd ? 0 : 1;
      int result = 1 - decides;
      for (uint32_t i = 0; i < step.count; ++i) {
        const int part = RunSteps(plan, static_cast<int>(step.first + i), slots, codes);
        if (part == decides) return decides;
        if (part < 0) result = -1;
      }
      return result;
    }
  }
  return -1;
}

}  // namespace leadline::packs
