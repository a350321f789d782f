// The decision by cases behind ConditionSpace::Ask.
#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <set>

#include "fmt/format.h"
#include "packs/prove/condition_cases.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Node = ConditionSpace::Node;

constexpr int kMaxCases = 20'000;    // cases looked at for one question before it stays open
constexpr int kMaxDoubtful = 16;     // records that the conditions did not bear out, before we stop looking
constexpr int kRandomFillings = 24;  // of fields that parts which are not looked into read
constexpr uint64_t kSeed = 20'260'101;

bool IsOne(Outcomes o) { return o == kTrue || o == kFalse || o == kError; }

class Search {
 public:
  Search(const ConditionSpace& space, const std::vector<Wish>& wishes, bool listed_only)
      : space_(space), wishes_(wishes), narrowing_(space, SlotsOf(space, wishes)), random_(kSeed) {
    can_be_run_ = std::all_of(wishes.begin(), wishes.end(), [](const Wish& wish) { return wish.replaced < 0; });
    cases_.atoms.assign(space.atoms().size(), kAnyOutcome);
    for (const FieldClasses& field : space.classes()) {
      std::vector<uint8_t> alive;
      for (const FieldClass& kind : field.classes()) alive.push_back(!listed_only || kind.is_listed ? 1 : 0);
      cases_.alive.push_back(std::move(alive));
    }
    slots_.resize(space.fields().size());
    for (const auto& alive : cases_.alive) size_of_case_ += alive.size();
    size_of_case_ += cases_.atoms.size();
    for (const Wish& wish : wishes) {
      size_of_wishes_ += static_cast<uint64_t>(wish.node - space.node(wish.node).first + 1);
    }
  }

  Answer Run() {
    Answer answer;
    if (!space_.Spend(4 * size_of_case_)) return answer;
    Cases cases = cases_;
    if (!narrowing_.Begin(cases) || !Decide(cases)) {
      answer.kind = open_ || !space_.Spend(0) ? Answer::Kind::kOpen : Answer::Kind::kNever;
      return answer;
    }
    answer.kind = Answer::Kind::kExample;
    answer.example = Describe();
    answer.record = std::move(slots_);
    answer.memory = std::move(arena_);
    return answer;
  }

 private:
  static std::set<int> SlotsOf(const ConditionSpace& space, const std::vector<Wish>& wishes) {
    std::set<int> slots;
    for (const Wish& wish : wishes) {
      const std::vector<int>& of_node = space.SlotsOf(wish.node);
      slots.insert(of_node.begin(), of_node.end());
    }
    return slots;
  }

  // What a part can still come to: never less than it can, and exact once its atoms are decided.
  Outcomes Possible(const Cases& cases, int number, const Wish& wish) const {
    if (number == wish.replaced) return wish.assumed;
    if (const int atom = AtomOf(number, wish); atom >= 0) return cases.atoms[static_cast<size_t>(atom)];
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

  // The atom that stands for the node; -1: it must be taken apart.
  int AtomOf(int number, const Wish& wish) const {
    const Node& node = space_.node(number);
    if (node.kind == Node::Kind::kAtom) return node.atom;
    return wish.replaced >= node.first && wish.replaced <= number ? -1 : node.whole;
  }

  // Whether the part comes to one of `allowed`, as far as it follows at once.
  bool Force(Cases& cases, int number, Outcomes allowed, const Wish& wish) {
    if (number == wish.replaced) return (wish.assumed & allowed) != 0;
    if (const int atom = AtomOf(number, wish); atom >= 0) return narrowing_.Limit(cases, atom, allowed);
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
      if (!space_.Spend(2 * size_of_wishes_)) return false;
      for (const Wish& wish : wishes_) {
        if (!Force(cases, wish.node, wish.holds ? kTrue : kFalse | kError, wish)) return false;
      }
      if (!narrowing_.ApplyFacts(cases)) return false;
    } while (narrowing_.TakeChanged());
    return true;
  }

  int UndecidedAtom(const Cases& cases, int number, const Wish& wish) const {
    if (number == wish.replaced) return -1;
    if (const int atom = AtomOf(number, wish); atom >= 0) {
      return IsOne(cases.atoms[static_cast<size_t>(atom)]) ? -1 : atom;
    }
    const Node& node = space_.node(number);
    for (const int child : node.children) {
      if (IsOne(Possible(cases, child, wish))) continue;
      if (const int atom = UndecidedAtom(cases, child, wish); atom >= 0) return atom;
    }
    return -1;
  }

  // The next atom to decide; -1 when everything that was asked is decided. False: a wish cannot be fulfilled.
  bool NextAtom(const Cases& cases, int& atom, bool& try_true) const {
    atom = -1;
    for (const Wish& wish : wishes_) {
      const Outcomes o = Possible(cases, wish.node, wish);
      const bool impossible = wish.holds ? (o & kTrue) == 0 : o == kTrue;
      if (impossible) return false;
      const bool decided = wish.holds ? o == kTrue : (o & kTrue) == 0;
      if (decided || atom >= 0) continue;
      atom = UndecidedAtom(cases, wish.node, wish);
      try_true = wish.holds;
    }
    for (const auto& fact : narrowing_.facts()) {
      if (atom >= 0) break;
      const Outcomes first = cases.atoms[static_cast<size_t>(fact.if_atom)];
      const Outcomes second = cases.atoms[static_cast<size_t>(fact.then_atom)];
      if ((first & fact.if_outcomes) == 0 || (second & ~fact.then_outcomes) == 0) continue;
      atom = IsOne(first) ? fact.then_atom : fact.if_atom;
      try_true = false;
    }
    return true;
  }

  // Whether a record was found.
  bool Decide(Cases& cases) {
    if (++looked_at_ > kMaxCases || doubtful_ > kMaxDoubtful || !space_.Spend(size_of_case_ + size_of_wishes_)) {
      open_ = true;
      return false;
    }
    if (!Propagate(cases)) return false;
    int atom = -1;
    bool try_true = true;
    if (!NextAtom(cases, atom, try_true)) return false;
    if (atom < 0) return MakeRecord(cases);
    const std::array<Outcomes, 3> order = {try_true ? kTrue : kFalse, try_true ? kFalse : kTrue, kError};
    for (const Outcomes outcome : order) {
      if ((cases.atoms[static_cast<size_t>(atom)] & outcome) == 0) continue;
      Cases next = cases;
      if (narrowing_.Limit(next, atom, outcome) && Decide(next)) return true;
    }
    return false;
  }

  // A record of what is left, run through the conditions.
  bool MakeRecord(const Cases& cases) {
    for (int round = 0; round < (has_unseen() ? kRandomFillings : 1); ++round) {
      if (!space_.Spend(size_of_case_)) break;
      arena_->Reset();
      Cases left = cases;
      const bool filled = std::all_of(narrowing_.fields().begin(), narrowing_.fields().end(),
                                      [&](int field) { return Fill(left, field, round > 0); });
      if (filled && BearsOut()) return true;
    }
    open_ = true;
    ++doubtful_;
    return false;
  }

  bool has_unseen() const {
    return std::any_of(space_.atoms().begin(), space_.atoms().end(), [](const auto& atom) { return atom.field < 0; });
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
      if (!space_.Spend(size_of_case_)) return false;
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
    const auto& atoms = narrowing_.AtomsOf(field);
    for (size_t t = 0; t < atoms.size(); ++t) {
      if (!narrowing_.Limit(cases, atoms[t], chosen.outcomes[t])) return false;
    }
    std::vector<Outcomes> wanted;
    for (const int atom : atoms) {
      const Outcomes now = cases.atoms[static_cast<size_t>(atom)];
      if (!IsOne(now) && !narrowing_.Limit(cases, atom, (now & kFalse) != 0 ? kFalse : kTrue)) return false;
      wanted.push_back(cases.atoms[static_cast<size_t>(atom)]);
    }
    if (!narrowing_.ApplyFacts(cases)) return false;
    slots_[narrowing_.SlotOf(field)] = of.MakeValue(chosen, wanted, *arena_);
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
      } else if (node.kind == Node::Kind::kAtom) {
        const auto& atom = space_.atoms()[static_cast<size_t>(node.atom)];
        if (atom.field < 0) continue;  // a part of a condition that is asked for as a whole too
        const FieldClasses& of = space_.classes()[static_cast<size_t>(atom.field)];
        holds = Ask(of.tests()[static_cast<size_t>(atom.test)], slots_[static_cast<size_t>(atom.slots[0])]) == kTrue;
      } else if (node.kind != Node::Kind::kConstant) {
        continue;
      }
      if (holds != wish.holds) return false;
    }
    return true;
  }

  std::string Describe() const {
    std::string out;
    for (const int field : narrowing_.fields()) {
      const size_t slot = narrowing_.SlotOf(field);
      if (!out.empty()) out += ", ";
      out += fmt::format("{} = {}", space_.fields()[slot].name,
                         slots_[slot].is_null() ? "absent" : cel::ToDisplayString(slots_[slot]));
    }
    return out.empty() ? "any record" : out;
  }

  const ConditionSpace& space_;
  const std::vector<Wish>& wishes_;
  Cases cases_;
  CaseNarrowing narrowing_;
  std::vector<Value> slots_;
  std::shared_ptr<cel::Arena> arena_ = std::make_shared<cel::Arena>();
  std::mt19937_64 random_;
  uint64_t size_of_case_ = 0, size_of_wishes_ = 0;
  bool can_be_run_ = true;
  bool open_ = false;
  int looked_at_ = 0;
  int doubtful_ = 0;
};

}  // namespace

Answer ConditionSpace::Ask(const std::vector<Wish>& wishes, bool listed_only) const {
  return Search(*this, wishes, listed_only).Run();
}

}  // namespace leadline::packs
