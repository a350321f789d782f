#include "packs/prove/condition_cases.h"

#include <algorithm>

namespace leadline::packs {

CaseNarrowing::CaseNarrowing(const ConditionSpace& space, const std::set<int>& slots) : space_(space) {
  for (size_t i = 0; i < space_.atoms().size(); ++i) {
    const auto& atom = space_.atoms()[i];
    in_use_.push_back(
        std::all_of(atom.slots.begin(), atom.slots.end(), [&](int slot) { return slots.contains(slot); }));
  }
  for (const auto& fact : space_.facts()) {
    if (in_use_[static_cast<size_t>(fact.if_atom)] && in_use_[static_cast<size_t>(fact.then_atom)]) {
      facts_.push_back(fact);
    }
  }
  for (size_t f = 0; f < space_.classes().size(); ++f) {
    const int field = static_cast<int>(f);
    if (slots.contains(static_cast<int>(SlotOf(field)))) fields_.push_back(field);
  }
  atoms_of_field_.resize(space_.classes().size());
  for (size_t i = 0; i < space_.atoms().size(); ++i) {
    const auto& atom = space_.atoms()[i];
    if (atom.field < 0) continue;
    auto& of_field = atoms_of_field_[static_cast<size_t>(atom.field)];
    if (of_field.size() <= static_cast<size_t>(atom.test)) of_field.resize(static_cast<size_t>(atom.test) + 1);
    of_field[static_cast<size_t>(atom.test)] = static_cast<int>(i);
  }
}

size_t CaseNarrowing::SlotOf(int field) const {
  return static_cast<size_t>(&space_.classes()[static_cast<size_t>(field)].field() - space_.fields().data());
}

bool CaseNarrowing::Begin(Cases& cases) {
  for (const int field : fields_) {
    if (!Refresh(cases, field)) return false;
  }
  for (const int node : space_.assumed()) {
    const int atom = space_.AtomOf(node);
    if (in_use_[static_cast<size_t>(atom)] && !Limit(cases, atom, kTrue)) return false;
  }
  return true;
}

// Atoms and values made to agree with what has changed. False: no record is left.
bool CaseNarrowing::Limit(Cases& cases, int atom, Outcomes allowed) {
  Outcomes& now = cases.atoms[static_cast<size_t>(atom)];
  const Outcomes left = now & allowed;
  if (left == now) return true;
  now = left;
  if (left == 0) return false;
  changed_ = true;
  const auto& of = space_.atoms()[static_cast<size_t>(atom)];
  if (of.field < 0) return true;
  const auto& classes = space_.classes()[static_cast<size_t>(of.field)].classes();
  auto& alive = cases.alive[static_cast<size_t>(of.field)];
  bool removed = false;
  if (!space_.Spend(classes.size())) return false;
  for (size_t c = 0; c < classes.size(); ++c) {
    if (alive[c] == 0 || (classes[c].outcomes[static_cast<size_t>(of.test)] & left) != 0) continue;
    alive[c] = 0;
    removed = true;
  }
  if (removed && !Refresh(cases, of.field)) return false;
  return Relate(cases, of.field, of.test, cases.atoms[static_cast<size_t>(atom)]);
}

// What the questions to a field can still come to with the values that are left.
bool CaseNarrowing::Refresh(Cases& cases, int field) {
  const FieldClasses& of = space_.classes()[static_cast<size_t>(field)];
  const auto& alive = cases.alive[static_cast<size_t>(field)];
  if (std::find(alive.begin(), alive.end(), 1) == alive.end()) return false;
  if (!space_.Spend(of.columns() * alive.size())) return false;
  for (size_t t = 0; t < of.columns(); ++t) {
    Outcomes possible = 0;
    for (size_t c = 0; c < alive.size(); ++c) {
      if (alive[c] != 0) possible |= of.classes()[c].outcomes[t];
    }
    if (!Limit(cases, atoms_of_field_[static_cast<size_t>(field)][t], possible)) return false;
  }
  return true;
}

// Words that bring other words along, beginnings that exclude each other.
bool CaseNarrowing::Relate(Cases& cases, int field, int test, Outcomes now) {
  const FieldClasses& of = space_.classes()[static_cast<size_t>(field)];
  if (static_cast<size_t>(test) >= of.tests().size()) return true;
  const auto& atoms = atoms_of_field_[static_cast<size_t>(field)];
  if (now == kTrue) {
    for (const int other : of.implied(test)) {
      if (!Limit(cases, atoms[static_cast<size_t>(other)], kTrue)) return false;
    }
    for (const int other : of.excluded(test)) {
      if (!Limit(cases, atoms[static_cast<size_t>(other)], kFalse | kError)) return false;
    }
  } else if ((now & kTrue) == 0) {
    if (!space_.Spend(of.tests().size())) return false;
    for (size_t other = 0; other < of.tests().size(); ++other) {
      const auto& brings = of.implied(static_cast<int>(other));
      if (std::find(brings.begin(), brings.end(), test) == brings.end()) continue;
      if (!Limit(cases, atoms[other], kFalse | kError)) return false;
    }
  }
  return true;
}

bool CaseNarrowing::ApplyFacts(Cases& cases) {
  for (const auto& fact : facts_) {
    const Outcomes first = cases.atoms[static_cast<size_t>(fact.if_atom)];
    const Outcomes second = cases.atoms[static_cast<size_t>(fact.then_atom)];
    if ((first & ~fact.if_outcomes) == 0 && !Limit(cases, fact.then_atom, fact.then_outcomes)) return false;
    if ((second & fact.then_outcomes) == 0 &&
        !Limit(cases, fact.if_atom, static_cast<Outcomes>(kAnyOutcome & ~fact.if_outcomes))) {
      return false;
    }
  }
  return true;
}

}  // namespace leadline::packs
