// Generated records for what cannot be proved.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "cel/arena.h"
#include "cel/program.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {

// Seeded, so the same records every time. Only such as the space's facts allow. Not thread-safe.
class RandomRecords {
 public:
  // `space` is sealed and outlives this. Texts in the programs are tried for every field that is not limited to listed
  // values.
  RandomRecords(const ConditionSpace& space, const std::vector<const cel::Program*>& programs);

  // The next one, by slot; valid until the next call. Null when none was found that the facts allow.
  const std::vector<cel::Value>* Next();
  std::string Describe() const;

 private:
  cel::Value Pick(const FieldClasses& field);
  bool Allowed() const;
  Outcomes OutcomeOf(int atom) const;

  const ConditionSpace& space_;
  std::vector<cel::Value> texts_;
  std::vector<cel::Value> slots_;
  cel::Arena arena_;
  std::mt19937_64 random_;
};

}  // namespace leadline::packs
