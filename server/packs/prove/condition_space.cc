#include "packs/prove/condition_space.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;

// Two parts with the same key come to the same for every record.
std::string KeyOf(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  std::string key = fmt::format("{}.{}.{}.{}.{}.{}", static_cast<int>(e.kind), static_cast<int>(e.op),
                                static_cast<int>(e.macro), e.slot, e.local, e.local2);
  if (e.kind == ExprKind::kConst) {
    key += fmt::format("={}:{}", static_cast<int>(e.value.kind()), cel::ToDisplayString(e.value));
  }
  if (e.kind != ExprKind::kVariable) key += fmt::format(" {}.{}", e.name, e.field_index);
  key += "(";
  for (const ExprId arg : e.args) key += (arg == cel::kNoExpr ? std::string("-") : KeyOf(ast, arg)) + ",";
  for (const uint8_t optional : e.optionals) key += optional != 0 ? "?" : ".";
  return key + ")";
}

void CollectSlots(const cel::Ast& ast, ExprId id, std::set<int>& out) {
  const Expr& e = ast.node(id);
  if (e.slot >= 0) out.insert(e.slot);
  for (const ExprId arg : e.args) {
    if (arg != cel::kNoExpr) CollectSlots(ast, arg, out);
  }
}

// Whether it is a condition made of conditions.
bool Joins(const Expr& e) {
  return e.kind == ExprKind::kCall &&
         (e.op == Op::kAnd || e.op == Op::kOr || e.op == Op::kNot || (e.op == Op::kConditional && e.args.size() == 3));
}

std::string KeyOf(const Comparison& question) {
  std::string key = fmt::format("test {} {} {}", question.slot, static_cast<int>(question.op), question.asks_folded());
  for (const cel::Value& c : question.constants) {
    key += fmt::format(" {}:{}", static_cast<int>(c.kind()), cel::ToDisplayString(c));
  }
  return key;
}

}  // namespace

ConditionSpace::ConditionSpace(const std::vector<FieldDef>& fields, CheckBudget* budget)
    : fields_(fields), budget_(budget) {
  Node always;
  always.kind = Node::Kind::kConstant;
  always.constant = true;
  nodes_.push_back(always);
  always_ = 0;
}

int ConditionSpace::Add(const std::shared_ptr<const cel::Program>& program) {
  if (program == nullptr) return always_;
  const auto [it, inserted] = roots_.try_emplace(program.get(), -1);
  if (!inserted) return it->second;
  kept_.push_back(program);
  Spend(10 * program->ast().size());
  const int root = AddNode(program->ast(), program->ast().root());
  nodes_[static_cast<size_t>(root)].program = program.get();
  it->second = root;
  return root;
}

int ConditionSpace::AddNode(const cel::Ast& ast, ExprId id) {
  const Expr& e = ast.node(id);
  Node node;
  node.expr = id;
  node.first = static_cast<int>(nodes_.size());
  if (Joins(e)) {
    node.kind = e.op == Op::kAnd   ? Node::Kind::kAnd
                : e.op == Op::kOr  ? Node::Kind::kOr
                : e.op == Op::kNot ? Node::Kind::kNot
                                   : Node::Kind::kIf;
    for (const ExprId arg : e.args) node.children.push_back(AddNode(ast, arg));
  } else if (e.kind == ExprKind::kConst && e.value.is_bool()) {
    node.kind = Node::Kind::kConstant;
    node.constant = e.value.as_bool();
  } else if (std::optional<Comparison> question = QuestionAt(ast, id)) {
    const int number = AddTest(*std::move(question));
    nodes_[static_cast<size_t>(number)].expr = id;
    return number;
  } else {
    std::set<int> slots;
    CollectSlots(ast, id, slots);
    node.atom = AtomFor(KeyOf(ast, id), {slots.begin(), slots.end()});
  }
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

int ConditionSpace::AddTest(Comparison question) {
  const size_t before = atoms_.size();
  Node node;
  node.first = static_cast<int>(nodes_.size());
  node.atom = AtomFor(KeyOf(question), {question.slot});
  if (atoms_.size() > before) tests_by_slot_[question.slot].emplace_back(node.atom, std::move(question));
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

int ConditionSpace::AtomFor(const std::string& key, std::vector<int> slots) {
  const auto [it, inserted] = atom_by_key_.try_emplace(key, static_cast<int>(atoms_.size()));
  if (inserted) atoms_.push_back({-1, -1, std::move(slots)});
  return it->second;
}

void ConditionSpace::Freeze() {
  std::set<int> slots;
  for (const Atom& atom : atoms_) slots.insert(atom.slots.begin(), atom.slots.end());
  for (const int slot : slots) {
    std::vector<Comparison> tests;
    for (auto& [atom, test] : tests_by_slot_[slot]) {
      atoms_[static_cast<size_t>(atom)].field = static_cast<int>(classes_.size());
      atoms_[static_cast<size_t>(atom)].test = static_cast<int>(tests.size());
      tests.push_back(std::move(test));
    }
    classes_.emplace_back(fields_[static_cast<size_t>(slot)], std::move(tests), budget_);
  }
  tests_by_slot_.clear();
  FindSlots();
  FindWholes();
}

// Children stand before their parents.
void ConditionSpace::FindSlots() {
  slots_of_.resize(nodes_.size());
  for (size_t n = 0; n < nodes_.size(); ++n) {
    std::vector<int>& slots = slots_of_[n];
    if (nodes_[n].kind == Node::Kind::kAtom) {
      slots = atoms_[static_cast<size_t>(nodes_[n].atom)].slots;
      std::sort(slots.begin(), slots.end());
    }
    for (const int child : nodes_[n].children) {
      std::vector<int> both;
      std::set_union(slots.begin(), slots.end(), SlotsOf(child).begin(), SlotsOf(child).end(),
                     std::back_inserter(both));
      slots = std::move(both);
    }
  }
}

// A number field asked forty times has eighty kinds of values, but the condition made of the questions only comes to
// one of three outcomes: cases are made of these.
void ConditionSpace::FindWholes() {
  std::map<int, int> field_of;  // number of the classes by slot
  for (size_t f = 0; f < classes_.size(); ++f) {
    field_of[static_cast<int>(&classes_[f].field() - fields_.data())] = static_cast<int>(f);
  }
  // By node: what it comes to for each kind of value of the one field it asks; empty when that is not one outcome.
  std::vector<std::vector<Outcomes>> decided(nodes_.size());
  for (size_t n = 0; n < nodes_.size(); ++n) {
    Node& node = nodes_[n];
    if (slots_of_[n].size() != 1) continue;
    const int number = field_of.at(slots_of_[n][0]);
    FieldClasses& field = classes_[static_cast<size_t>(number)];
    std::vector<Outcomes> by_class(field.classes().size());
    if (!Spend(by_class.size() * (1 + node.children.size())) || !Decide(node, decided, by_class)) continue;
    decided[n] = by_class;
    if (node.children.empty()) continue;
    node.whole = static_cast<int>(atoms_.size());
    atoms_.push_back({number, field.AddOutcomes(by_class), slots_of_[n]});
  }
}

// What a node comes to for every kind of value of its field; false when that is not one outcome.
bool ConditionSpace::Decide(const Node& node, const std::vector<std::vector<Outcomes>>& decided,
                            std::vector<Outcomes>& out) const {
  if (node.kind == Node::Kind::kIf) return false;
  if (node.kind == Node::Kind::kAtom) {
    const Atom& atom = atoms_[static_cast<size_t>(node.atom)];
    if (atom.field < 0) return false;
    const auto& kinds = classes_[static_cast<size_t>(atom.field)].classes();
    for (size_t c = 0; c < kinds.size(); ++c) {
      out[c] = kinds[c].outcomes[static_cast<size_t>(atom.test)];
      if (out[c] != kTrue && out[c] != kFalse && out[c] != kError) return false;
    }
    return !kinds.empty();
  }
  std::vector<Outcomes> parts(node.children.size());
  for (size_t c = 0; c < out.size(); ++c) {
    for (size_t i = 0; i < parts.size(); ++i) {
      const auto child = static_cast<size_t>(node.children[i]);
      if (nodes_[child].kind == Node::Kind::kConstant) {
        parts[i] = nodes_[child].constant ? kTrue : kFalse;
      } else if (decided[child].empty()) {
        return false;
      } else {
        parts[i] = decided[child][c];
      }
    }
    out[c] = node.kind == Node::Kind::kNot ? Negated(parts[0]) : Joined(node.kind == Node::Kind::kOr, parts);
  }
  return true;
}

int ConditionSpace::SlotOf(std::string_view name) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

bool ConditionSpace::Reads(int slot) const {
  return std::any_of(atoms_.begin(), atoms_.end(), [slot](const Atom& atom) {
    return std::find(atom.slots.begin(), atom.slots.end(), slot) != atom.slots.end();
  });
}

}  // namespace leadline::packs
