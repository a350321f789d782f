// Conditions taken apart: each part with its value, for explanations.
#pragma once

#include <string>
#include <vector>

#include "cel/value.h"
#include "domain/decision.h"
#include "packs/rule_set.h"
#include "packs/run/evaluation.h"

namespace leadline::packs {

// Takes conditions of one region apart for one record. Evaluates every part, also where && or || would have stopped,
// and builds texts: nothing that only decides may use it. Not thread-safe.
class ConditionReader {
 public:
  // `rules`, `region` and what `view` points to must outlive it.
  ConditionReader(const RuleSet& rules, const RegionRules& region, const RecordView& view)
      : rules_(rules), region_(region), view_(view), slots_(rules.fields().size()) {}

  // The parts of condition `number`, the whole first; empty for -1. `activity` is what `activity.*` reads; null:
  // absent.
  std::vector<domain::ConditionPart> Parts(int number, const domain::Activity* activity = nullptr);

 private:
  const RuleSet& rules_;
  const RegionRules& region_;
  RecordView view_;
  std::vector<cel::Value> slots_;
  cel::Arena fields_arena_;
  cel::Arena work_arena_;
};

}  // namespace leadline::packs
