#include "packs/prove/condition_space.h"

#include <algorithm>
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

std::string KeyOf(const Comparison& question) {
  std::string key = fmt::format("test {} {} {}", question.slot, static_cast<int>(question.op), question.asks_folded());
  for (const cel::Value& c : question.constants) {
    key += fmt::format(" {}:{}", static_cast<int>(c.kind()), cel::ToDisplayString(c));
  }
  return key;
}

}  // namespace

ConditionSpace::ConditionSpace(const std::vector<FieldDef>& fields) : fields_(fields) {
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
  const bool joins = e.kind == ExprKind::kCall && (e.op == Op::kAnd || e.op == Op::kOr || e.op == Op::kNot ||
                                                   (e.op == Op::kConditional && e.args.size() == 3));
  if (joins) {
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
    classes_.emplace_back(fields_[static_cast<size_t>(slot)], std::move(tests));
  }
  tests_by_slot_.clear();
  FindWholes();
}

// A number field asked forty times has eighty kinds of values, but the condition made of the questions only comes to
// one of three outcomes: cases are made of these.
void ConditionSpace::FindWholes() {
  for (size_t n = 0; n < nodes_.size(); ++n) {
    Node& node = nodes_[n];
    if (node.children.empty()) continue;
    const std::vector<int> slots = SlotsOf(static_cast<int>(n));
    if (slots.size() != 1) continue;
    const auto field = std::find_if(classes_.begin(), classes_.end(), [&](const FieldClasses& of) {
      return &of.field() == &fields_[static_cast<size_t>(slots[0])];
    });
    const int number = static_cast<int>(field - classes_.begin());
    std::vector<Outcomes> by_class(field->classes().size());
    bool decided = true;
    for (size_t c = 0; decided && c < by_class.size(); ++c) {
      decided = Decides(static_cast<int>(n), number, c, by_class[c]);
    }
    if (!decided) continue;
    node.whole = static_cast<int>(atoms_.size());
    atoms_.push_back({number, field->AddOutcomes(by_class), slots});
  }
}

// What a node comes to for every value of a kind; false when that is not one outcome.
bool ConditionSpace::Decides(int number, int field, size_t kind, Outcomes& outcome) const {
  const Node& node = nodes_[static_cast<size_t>(number)];
  if (node.kind == Node::Kind::kConstant) {
    outcome = node.constant ? kTrue : kFalse;
    return true;
  }
  if (node.kind == Node::Kind::kIf) return false;
  if (node.kind == Node::Kind::kAtom) {
    const Atom& atom = atoms_[static_cast<size_t>(node.atom)];
    if (atom.field != field) return false;
    outcome = classes_[static_cast<size_t>(field)].classes()[kind].outcomes[static_cast<size_t>(atom.test)];
    return outcome == kTrue || outcome == kFalse || outcome == kError;
  }
  std::vector<Outcomes> parts(node.children.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!Decides(node.children[i], field, kind, parts[i])) return false;
  }
  outcome = node.kind == Node::Kind::kNot ? Negated(parts[0]) : Joined(node.kind == Node::Kind::kOr, parts);
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

std::vector<int> ConditionSpace::SlotsOf(int number) const {
  std::set<int> out;
  const Node& node = nodes_[static_cast<size_t>(number)];
  if (node.kind == Node::Kind::kAtom) {
    const Atom& atom = atoms_[static_cast<size_t>(node.atom)];
    out.insert(atom.slots.begin(), atom.slots.end());
  }
  for (const int child : node.children) {
    for (const int slot : SlotsOf(child)) out.insert(slot);
  }
  return {out.begin(), out.end()};
}

}  // namespace leadline::packs
