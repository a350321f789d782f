// The decision by cases behind ConditionSpace::Ask.
#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <set>

#include "fmt/format.h"
#include "packs/condition_space.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Node = ConditionSpace::Node;

constexpr int kMaxCases = 20'000;    // cases looked at for one question before it stays open
constexpr int kMaxDoubtful = 16;     // records that the conditions did not bear out, before we stop looking
constexpr int kRandomFillings = 24;  // of fields that parts which are not looked into read
constexpr uint64_t kSeed = 20'260'101;

bool IsOne(Outcomes o) { return o == kTrue || o == kFalse || o == kError; }

// What is still possible.
struct Cases {
  std::vector<Outcomes> leaves;
  std::vector<std::vector<uint8_t>> alive;  // by field, by class
};

class Search {
 public:
  Search(const ConditionSpace& space, const std::vector<Wish>& wishes, bool listed_only)
      : space_(space), wishes_(wishes), random_(kSeed) {
    ReadSlots();
    cases_.leaves.assign(space.leaves().size(), kAnyOutcome);
    for (const FieldClasses& field : space.classes()) {
      std::vector<uint8_t> alive;
      for (const FieldClass& kind : field.classes()) alive.push_back(!listed_only || kind.is_listed ? 1 : 0);
      cases_.alive.push_back(std::move(alive));
    }
    slots_.resize(space.fields().size());
  }

  Answer Run() {
    Answer answer;
    Cases cases = cases_;
    if (!Begin(cases) || !Decide(cases)) {
      answer.kind = open_ ? Answer::Kind::kOpen : Answer::Kind::kNever;
      return answer;
    }
    answer.kind = Answer::Kind::kExample;
    answer.example = Describe();
    answer.record = std::move(slots_);
    answer.memory = std::move(arena_);
    return answer;
  }

 private:
  void ReadSlots() {
    std::set<int> slots;
    for (const Wish& wish : wishes_) {
      const std::vector<int> of_node = space_.SlotsOf(wish.node);
      slots.insert(of_node.begin(), of_node.end());
      can_be_run_ = can_be_run_ && wish.replaced < 0;
    }
    read_.assign(space_.fields().size(), false);
    for (const int slot : slots) read_[static_cast<size_t>(slot)] = true;
    for (size_t i = 0; i < space_.leaves().size(); ++i) {
      const auto& leaf = space_.leaves()[i];
      in_use_.push_back(std::all_of(leaf.slots.begin(), leaf.slots.end(),
                                    [&](int slot) { return read_[static_cast<size_t>(slot)]; }));
    }
    for (const auto& fact : space_.facts()) {
      if (in_use_[static_cast<size_t>(fact.if_leaf)] && in_use_[static_cast<size_t>(fact.then_leaf)]) {
        facts_.push_back(fact);
      }
    }
    for (size_t f = 0; f < space_.classes().size(); ++f) {
      const int slot = SlotOfField(f);
      if (read_[static_cast<size_t>(slot)]) fields_.push_back(static_cast<int>(f));
    }
    leaves_of_field_.resize(space_.classes().size());
    for (size_t i = 0; i < space_.leaves().size(); ++i) {
      const auto& leaf = space_.leaves()[i];
      if (leaf.field < 0) continue;
      auto& of_field = leaves_of_field_[static_cast<size_t>(leaf.field)];
      if (of_field.size() <= static_cast<size_t>(leaf.test)) of_field.resize(static_cast<size_t>(leaf.test) + 1);
      of_field[static_cast<size_t>(leaf.test)] = static_cast<int>(i);
    }
  }

  int SlotOfField(size_t field) const {
    return static_cast<int>(&space_.classes()[field].field() - space_.fields().data());
  }

  bool Begin(Cases& cases) {
    for (const int field : fields_) {
      if (!Refresh(cases, field)) return false;
    }
    for (const int node : space_.assumed()) {
      const int leaf = space_.LeafOf(node);
      if (in_use_[static_cast<size_t>(leaf)] && !Limit(cases, leaf, kTrue)) return false;
    }
    return true;
  }

  // Leaves and values made to agree with what has changed. False: no record is left.
  bool Limit(Cases& cases, int leaf, Outcomes allowed) {
    Outcomes& now = cases.leaves[static_cast<size_t>(leaf)];
    const Outcomes left = now & allowed;
    if (left == now) return true;
    now = left;
    if (left == 0) return false;
    changed_ = true;
    const auto& of = space_.leaves()[static_cast<size_t>(leaf)];
    if (of.field < 0) return true;
    const auto& classes = space_.classes()[static_cast<size_t>(of.field)].classes();
    auto& alive = cases.alive[static_cast<size_t>(of.field)];
    bool removed = false;
    for (size_t c = 0; c < classes.size(); ++c) {
      if (alive[c] == 0 || (classes[c].outcomes[static_cast<size_t>(of.test)] & left) != 0) continue;
      alive[c] = 0;
      removed = true;
    }
    if (removed && !Refresh(cases, of.field)) return false;
    return Relate(cases, of.field, of.test, cases.leaves[static_cast<size_t>(leaf)]);
  }

  // What the questions to a field can still come to with the values that are left.
  bool Refresh(Cases& cases, int field) {
    const FieldClasses& of = space_.classes()[static_cast<size_t>(field)];
    const auto& alive = cases.alive[static_cast<size_t>(field)];
    if (std::find(alive.begin(), alive.end(), 1) == alive.end()) return false;
    for (size_t t = 0; t < of.columns(); ++t) {
      Outcomes possible = 0;
      for (size_t c = 0; c < alive.size(); ++c) {
        if (alive[c] != 0) possible |= of.classes()[c].outcomes[t];
      }
      if (!Limit(cases, leaves_of_field_[static_cast<size_t>(field)][t], possible)) return false;
    }
    return true;
  }

  // Words that bring other words along, beginnings that exclude each other.
  bool Relate(Cases& cases, int field, int test, Outcomes now) {
    const FieldClasses& of = space_.classes()[static_cast<size_t>(field)];
    if (static_cast<size_t>(test) >= of.tests().size()) return true;
    const auto& leaves = leaves_of_field_[static_cast<size_t>(field)];
    if (now == kTrue) {
      for (const int other : of.implied(test)) {
        if (!Limit(cases, leaves[static_cast<size_t>(other)], kTrue)) return false;
      }
      for (const int other : of.excluded(test)) {
        if (!Limit(cases, leaves[static_cast<size_t>(other)], kFalse | kError)) return false;
      }
    } else if ((now & kTrue) == 0) {
      for (size_t other = 0; other < of.tests().size(); ++other) {
        const auto& brings = of.implied(static_cast<int>(other));
        if (std::find(brings.begin(), brings.end(), test) == brings.end()) continue;
        if (!Limit(cases, leaves[other], kFalse | kError)) return false;
      }
    }
    return true;
  }

  bool ApplyFacts(Cases& cases) {
    for (const auto& fact : facts_) {
      const Outcomes first = cases.leaves[static_cast<size_t>(fact.if_leaf)];
      const Outcomes second = cases.leaves[static_cast<size_t>(fact.then_leaf)];
      if ((first & ~fact.if_outcomes) == 0 && !Limit(cases, fact.then_leaf, fact.then_outcomes)) return false;
      if ((second & fact.then_outcomes) == 0 &&
          !Limit(cases, fact.if_leaf, static_cast<Outcomes>(kAnyOutcome & ~fact.if_outcomes))) {
        return false;
      }
    }
    return true;
  }

  // What a part can still come to: never less than it can, and exact once its leaves are decided.
  Outcomes Possible(const Cases& cases, int number, const Wish& wish) const {
    if (number == wish.replaced) return wish.assumed;
    if (const int leaf = LeafOf(number, wish); leaf >= 0) return cases.leaves[static_cast<size_t>(leaf)];
    const Node& node = space_.node(number);
    switch (node.kind) {
      case Node::Kind::kConstant:
        return node.constant ? kTrue : kFalse;
      case Node::Kind::kNot:
        return Negated(Possible(cases, node.children[0], wish));
      case Node::Kind::kIf: {
        const Outcomes test = Possible(cases, node.children[0], wish);
        Outcomes out = test & kError;
        if ((test & kTrue) != 0) out |= Possible(cases, node.children[1], wish);
        if ((test & kFalse) != 0) out |= Possible(cases, node.children[2], wish);
        return out;
      }
      default:
        break;
    }
    std::vector<Outcomes> parts;
    parts.reserve(node.children.size());
    for (const int child : node.children) parts.push_back(Possible(cases, child, wish));
    return Joined(node.kind == Node::Kind::kOr, parts);
  }

  // The leaf that stands for the node; -1: it must be taken apart.
  int LeafOf(int number, const Wish& wish) const {
    const Node& node = space_.node(number);
    if (node.kind == Node::Kind::kLeaf) return node.leaf;
    return wish.replaced >= node.first && wish.replaced <= number ? -1 : node.whole;
  }

  // Whether the part comes to one of `allowed`, as far as it follows at once.
  bool Force(Cases& cases, int number, Outcomes allowed, const Wish& wish) {
    if (number == wish.replaced) return (wish.assumed & allowed) != 0;
    if (const int leaf = LeafOf(number, wish); leaf >= 0) return Limit(cases, leaf, allowed);
    const Node& node = space_.node(number);
    if (node.kind == Node::Kind::kNot) return Force(cases, node.children[0], Negated(allowed), wish);
    if (node.kind != Node::Kind::kAnd && node.kind != Node::Kind::kOr) return true;
    const bool is_or = node.kind == Node::Kind::kOr;
    const auto forced = [&](int child, Outcomes o) { return Force(cases, child, is_or ? Negated(o) : o, wish); };
    const Outcomes wanted = is_or ? Negated(allowed) : allowed;
    if ((wanted & kFalse) == 0) {
      for (const int child : node.children) {
        if (!forced(child, wanted == kTrue ? kTrue : kTrue | kError)) return false;
      }
    }
    if ((wanted & kTrue) != 0) return true;
    int able = -1;
    for (const int child : node.children) {
      const Outcomes o = is_or ? Negated(Possible(cases, child, wish)) : Possible(cases, child, wish);
      if ((o & wanted) == 0) continue;
      if (able >= 0) return true;
      able = child;
    }
    return able >= 0 && forced(able, wanted);
  }

  bool Propagate(Cases& cases) {
    do {
      changed_ = false;
      for (const Wish& wish : wishes_) {
        if (!Force(cases, wish.node, wish.holds ? kTrue : kFalse | kError, wish)) return false;
      }
      if (!ApplyFacts(cases)) return false;
    } while (changed_);
    return true;
  }

  int UndecidedLeaf(const Cases& cases, int number, const Wish& wish) const {
    if (number == wish.replaced) return -1;
    if (const int leaf = LeafOf(number, wish); leaf >= 0) {
      return IsOne(cases.leaves[static_cast<size_t>(leaf)]) ? -1 : leaf;
    }
    const Node& node = space_.node(number);
    for (const int child : node.children) {
      if (IsOne(Possible(cases, child, wish))) continue;
      if (const int leaf = UndecidedLeaf(cases, child, wish); leaf >= 0) return leaf;
    }
    return -1;
  }

  // The next leaf to decide; -1 when everything that was asked is decided. False: a wish cannot be fulfilled.
  bool NextLeaf(const Cases& cases, int& leaf, bool& try_true) const {
    leaf = -1;
    for (const Wish& wish : wishes_) {
      const Outcomes o = Possible(cases, wish.node, wish);
      const bool impossible = wish.holds ? (o & kTrue) == 0 : o == kTrue;
      if (impossible) return false;
      const bool decided = wish.holds ? o == kTrue : (o & kTrue) == 0;
      if (decided || leaf >= 0) continue;
      leaf = UndecidedLeaf(cases, wish.node, wish);
      try_true = wish.holds;
    }
    for (const auto& fact : facts_) {
      if (leaf >= 0) break;
      const Outcomes first = cases.leaves[static_cast<size_t>(fact.if_leaf)];
      const Outcomes second = cases.leaves[static_cast<size_t>(fact.then_leaf)];
      if ((first & fact.if_outcomes) == 0 || (second & ~fact.then_outcomes) == 0) continue;
      leaf = IsOne(first) ? fact.then_leaf : fact.if_leaf;
      try_true = false;
    }
    return true;
  }

  // Whether a record was found.
  bool Decide(Cases& cases) {
    if (++looked_at_ > kMaxCases || doubtful_ > kMaxDoubtful) {
      open_ = true;
      return false;
    }
    if (!Propagate(cases)) return false;
    int leaf = -1;
    bool try_true = true;
    if (!NextLeaf(cases, leaf, try_true)) return false;
    if (leaf < 0) return MakeRecord(cases);
    const std::array<Outcomes, 3> order = {try_true ? kTrue : kFalse, try_true ? kFalse : kTrue, kError};
    for (const Outcomes outcome : order) {
      if ((cases.leaves[static_cast<size_t>(leaf)] & outcome) == 0) continue;
      Cases next = cases;
      if (Limit(next, leaf, outcome) && Decide(next)) return true;
    }
    return false;
  }

  // A record of what is left, run through the conditions.
  bool MakeRecord(const Cases& cases) {
    for (int round = 0; round < (has_unseen() ? kRandomFillings : 1); ++round) {
      arena_->Reset();
      Cases left = cases;
      const bool filled =
          std::all_of(fields_.begin(), fields_.end(), [&](int field) { return Fill(left, field, round > 0); });
      if (filled && BearsOut()) return true;
    }
    open_ = true;
    ++doubtful_;
    return false;
  }

  bool has_unseen() const {
    return std::any_of(space_.leaves().begin(), space_.leaves().end(), [](const auto& leaf) { return leaf.field < 0; });
  }

  // Gives the field a value of a kind that is left.
  bool Fill(Cases& left, int field, bool any) {
    const auto& alive = left.alive[static_cast<size_t>(field)];
    std::vector<size_t> kinds;
    for (size_t c = 0; c < alive.size(); ++c) {
      if (alive[c] != 0) kinds.push_back(c);
    }
    if (any) std::shuffle(kinds.begin(), kinds.end(), random_);
    for (const size_t kind : kinds) {
      Cases next = left;
      if (!Settle(next, field, kind)) continue;
      left = std::move(next);
      return true;
    }
    return false;
  }

  // Decides every question to the field for a value of the kind: no, where that is possible.
  bool Settle(Cases& cases, int field, size_t kind) {
    const FieldClasses& of = space_.classes()[static_cast<size_t>(field)];
    const FieldClass& chosen = of.classes()[kind];
    const auto& leaves = leaves_of_field_[static_cast<size_t>(field)];
    for (size_t t = 0; t < leaves.size(); ++t) {
      if (!Limit(cases, leaves[t], chosen.outcomes[t])) return false;
    }
    std::vector<Outcomes> wanted;
    for (const int leaf : leaves) {
      const Outcomes now = cases.leaves[static_cast<size_t>(leaf)];
      if (!IsOne(now) && !Limit(cases, leaf, (now & kFalse) != 0 ? kFalse : kTrue)) return false;
      wanted.push_back(cases.leaves[static_cast<size_t>(leaf)]);
    }
    if (!ApplyFacts(cases)) return false;
    slots_[static_cast<size_t>(SlotOfField(static_cast<size_t>(field)))] = of.MakeValue(chosen, wanted, *arena_);
    return true;
  }

  bool BearsOut() {
    if (!can_be_run_) return true;
    for (const Wish& wish : wishes_) {
      const Node& node = space_.node(wish.node);
      bool holds = node.constant;
      if (node.program != nullptr) {
        cel::Arena work;
        holds = node.program->Evaluate(slots_, work).is_true();
      } else if (node.kind == Node::Kind::kLeaf) {
        const auto& leaf = space_.leaves()[static_cast<size_t>(node.leaf)];
        if (leaf.field < 0) continue;  // a part of a condition that is asked for as a whole too
        const FieldClasses& of = space_.classes()[static_cast<size_t>(leaf.field)];
        holds = Ask(of.tests()[static_cast<size_t>(leaf.test)], slots_[static_cast<size_t>(leaf.slots[0])]) == kTrue;
      } else if (node.kind != Node::Kind::kConstant) {
        continue;
      }
      if (holds != wish.holds) return false;
    }
    return true;
  }

  std::string Describe() const {
    std::string out;
    for (const int field : fields_) {
      const size_t slot = static_cast<size_t>(SlotOfField(static_cast<size_t>(field)));
      if (!out.empty()) out += ", ";
      out += fmt::format("{} = {}", space_.fields()[slot].name,
                         slots_[slot].is_null() ? "absent" : cel::ToDisplayString(slots_[slot]));
    }
    return out.empty() ? "any record" : out;
  }

  const ConditionSpace& space_;
  const std::vector<Wish>& wishes_;
  Cases cases_;
  std::vector<bool> read_;    // by slot
  std::vector<bool> in_use_;  // by leaf
  std::vector<ConditionSpace::Fact> facts_;
  std::vector<int> fields_;  // that the wishes read
  std::vector<std::vector<int>> leaves_of_field_;
  std::vector<Value> slots_;
  std::shared_ptr<cel::Arena> arena_ = std::make_shared<cel::Arena>();
  std::mt19937_64 random_;
  bool can_be_run_ = true;
  bool changed_ = false;
  bool open_ = false;
  int looked_at_ = 0;
  int doubtful_ = 0;
};

}  // namespace

Answer ConditionSpace::Ask(const std::vector<Wish>& wishes, bool listed_only) const {
  return Search(*this, wishes, listed_only).Run();
}

}  // namespace leadline::packs
