// The cases that ConditionSpace::Ask tells apart, and what follows from one about the others.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "packs/prove/condition_space.h"

namespace leadline::packs {

// What is still possible.
struct Cases {
  std::vector<Outcomes> atoms;
  std::vector<std::vector<uint8_t>> alive;  // by field, by class
};

// Takes away what cannot be any more. A function that gives false has found that no record is left, and the cases are
// of no further use. Not thread-safe; the space must outlive it.
class CaseNarrowing {
 public:
  // `slots`: the fields that are read. What reads others is not looked at.
  CaseNarrowing(const ConditionSpace& space, const std::set<int>& slots);

  // Fields that are read, by number of their classes; and the atoms that ask a field, by test.
  const std::vector<int>& fields() const { return fields_; }
  const std::vector<int>& AtomsOf(int field) const { return atoms_of_field_[static_cast<size_t>(field)]; }
  const std::vector<ConditionSpace::Fact>& facts() const { return facts_; }
  size_t SlotOf(int field) const;

  // All that follows before anything is asked.
  bool Begin(Cases& cases);
  // The atom comes to one of `allowed`.
  bool Limit(Cases& cases, int atom, Outcomes allowed);
  bool ApplyFacts(Cases& cases);
  // Whether anything was taken away since the last call.
  bool TakeChanged() {
    const bool changed = changed_;
    changed_ = false;
    return changed;
  }

 private:
  bool Refresh(Cases& cases, int field);
  bool Relate(Cases& cases, int field, int test, Outcomes now);

  const ConditionSpace& space_;
  std::vector<bool> in_use_;  // by atom
  std::vector<ConditionSpace::Fact> facts_;
  std::vector<int> fields_;
  std::vector<std::vector<int>> atoms_of_field_;
  bool changed_ = false;
};

}  // namespace leadline::packs
