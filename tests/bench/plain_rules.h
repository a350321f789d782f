// Conditions evaluated one after the other, each by its own program: what the fast way is checked and measured against.
#pragma once

#include <vector>

#include "cel/arena.h"
#include "cel/value.h"
#include "domain/scoring.h"
#include "packs/rule_set.h"
#include "packs/run/evaluation.h"

namespace leadline::bench {

// Not thread-safe.
class PlainRules {
 public:
  explicit PlainRules(const packs::RuleSet& rules) : rules_(rules), slots_(rules.fields().size()) {}

  // As Evaluation::Bind and ScoringHits together.
  void ScoringHits(const packs::RegionRules& region, const packs::RecordView& view, std::vector<domain::RuleHit>& hits);
  // As Evaluation::Bind and NextRoute(0).
  int FirstRoute(const packs::RegionRules& region, const packs::RecordView& view);

 private:
  bool Holds(const packs::RegionRules& region, int condition, const packs::RecordView& view,
             const domain::Activity* activity);

  const packs::RuleSet& rules_;
  std::vector<cel::Value> slots_;
  cel::Arena fields_, work_;
};

}  // namespace leadline::bench
