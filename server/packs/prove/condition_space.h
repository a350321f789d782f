// Conditions over the same fields, and whether a record can make some of them hold and others not. A decision by cases
// over the smallest parts of the conditions, pruned as soon as a condition is decided: it does not try every
// combination of values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cel/arena.h"
#include "cel/program.h"
#include "packs/check_budget.h"
#include "packs/prove/field_classes.h"
#include "packs/prove/outcomes.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// What is asked of one condition, or of a part of one.
struct Wish {
  int node = -1;      // of ConditionSpace
  bool holds = true;  // false: it comes to false or to an error
  // A part of it that is taken to come to `assumed`; -1: none.
  int replaced = -1;
  Outcomes assumed = kTrue;
};

struct Answer {
  // kNever: proved, no record is so. kExample: `example` is such a record; the compiled conditions were run on it.
  // kOpen: neither was found.
  enum class Kind : uint8_t { kNever, kExample, kOpen };
  Kind kind = Kind::kOpen;
  std::string example;  // "record.interactions = 1, score.qualified = true"
  // The same, by slot; slots that were not read are Null. Views into `memory` and the space.
  std::vector<cel::Value> record;
  std::shared_ptr<const cel::Arena> memory;
};

// Not thread-safe. Add everything, then Freeze, then ask.
class ConditionSpace {
 public:
  struct Node {
    enum class Kind : uint8_t { kAtom, kConstant, kAnd, kOr, kNot, kIf };
    Kind kind = Kind::kAtom;
    bool constant = false;
    int atom = -1;
    std::vector<int> children;
    int first = -1;  // the node and all below it are [first, its own number]
    int whole = -1;  // atom that stands for all of it: it asks a single field, whose value decides it
    cel::ExprId expr = cel::kNoExpr;
    const cel::Program* program = nullptr;  // only of the root of a condition
  };
  // A fact about all records: when question `if_atom` comes to one of `if_outcomes`, `then_atom` comes to one of
  // `then_outcomes`.
  struct Fact {
    int if_atom = -1;
    Outcomes if_outcomes = 0;
    int then_atom = -1;
    Outcomes then_outcomes = 0;
  };

  // `fields` and `budget` must outlive this. `budget` may be null; after it has reached a limit every answer is open.
  explicit ConditionSpace(const std::vector<FieldDef>& fields, CheckBudget* budget = nullptr);

  // The root node of a condition. Null: always holds. The same program gives the same node.
  int Add(const std::shared_ptr<const cel::Program>& program);
  // A node for one question that we ask ourselves.
  int AddTest(Comparison question);
  void AddFact(const Fact& fact) { facts_.push_back(fact); }
  // Taken for granted in every question that reads its field.
  void Assume(int test_node) { assumed_.push_back(test_node); }
  void Freeze();

  // Whether a record can fulfil all wishes. `listed_only`: of records that have only values which the schema lists.
  Answer Ask(const std::vector<Wish>& wishes, bool listed_only = false) const;

  bool Spend(uint64_t steps) const { return budget_ == nullptr || budget_->Spend(steps); }

  const Node& node(int number) const { return nodes_[static_cast<size_t>(number)]; }
  int AtomOf(int node) const { return nodes_[static_cast<size_t>(node)].atom; }
  int SlotOf(std::string_view name) const;
  bool Reads(int slot) const;
  const std::vector<FieldDef>& fields() const { return fields_; }
  const std::vector<Fact>& facts() const { return facts_; }
  const std::vector<int>& assumed() const { return assumed_; }

  // The smallest part of a condition: a question to one field, or, when `field` is -1, something else that is not
  // looked into and may come to anything.
  struct Atom {
    int field = -1;  // index into classes()
    int test = -1;   // column of that field's classes
    std::vector<int> slots;
  };
  const std::vector<Atom>& atoms() const { return atoms_; }
  const std::vector<FieldClasses>& classes() const { return classes_; }
  // Slots that a node reads, ascending. Once it is frozen.
  const std::vector<int>& SlotsOf(int node) const { return slots_of_[static_cast<size_t>(node)]; }

 private:
  int AddNode(const cel::Ast& ast, cel::ExprId id);
  void FindSlots();
  void FindWholes();
  bool Decide(const Node& node, const std::vector<std::vector<Outcomes>>& decided, std::vector<Outcomes>& out) const;
  int AtomFor(const std::string& key, std::vector<int> slots);

  const std::vector<FieldDef>& fields_;
  CheckBudget* budget_;
  std::vector<Node> nodes_;
  std::vector<std::vector<int>> slots_of_;  // by node
  std::vector<Atom> atoms_;
  std::map<std::string, int> atom_by_key_;
  std::map<const cel::Program*, int> roots_;
  std::vector<std::shared_ptr<const cel::Program>> kept_;
  std::map<int, std::vector<std::pair<int, Comparison>>> tests_by_slot_;  // atom and question
  std::vector<FieldClasses> classes_;
  std::vector<Fact> facts_;
  std::vector<int> assumed_;
  int always_ = -1;
};

// Adds what the engine guarantees about the fields that the conditions read: see record_facts.cc. Before Freeze.
void AddRecordFacts(ConditionSpace& space, const domain::ScoreBars& bars);
// The same for rules that are only asked about leads: what every lead has.
void AddLeadFacts(ConditionSpace& space);
// The node for `record.status == status`; -1 when no condition reads it.
int AddStatusTest(ConditionSpace& space, const std::string& status);

}  // namespace leadline::packs
