// One set of rules together with the text it was read from: what the checks look at, and where they report.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "packs/read/condition_compiler.h"
#include "packs/read/definitions.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// The program of a condition; null for -1.
inline std::shared_ptr<const cel::Program> ProgramOf(const RegionRules& rules, int condition) {
  return condition < 0 ? nullptr : rules.conditions[static_cast<size_t>(condition)].program;
}

// Whether a condition asks nothing.
inline bool AlwaysHolds(const RegionRules& rules, int condition) {
  const auto program = ProgramOf(rules, condition);
  return program == nullptr || program->source() == "true";
}

// Everything must outlive it. Not thread-safe.
struct WrittenRules {
  const RegionRules& rules;
  const std::string& pack;  // whose own rules are checked: "central" or the region's
  const std::vector<FieldDef>& fields;
  const Definitions& definitions;
  const ConditionPlaces& conditions;
  Problems& problems;

  std::shared_ptr<const cel::Program> ProgramOf(int condition) const { return packs::ProgramOf(rules, condition); }
  // Where the condition stands; not for -1.
  const ConditionPlace& PlaceOf(int condition) const { return conditions.at(ProgramOf(condition).get()); }
  // The place that is looked at, for whoever asks where a check stopped. False when it has stopped.
  bool Visit(const YamlNode& at) const {
    if (!problems.budget().Spend(1)) return false;
    problems.budget().Visit(at.file->PositionOf(at.offset));
    return true;
  }
  // Where a rule that is defined has its id.
  const YamlNode& PlaceOf(const std::string& kind, const std::string& id) const {
    return *definitions.Find(kind, id)->at;
  }
};

}  // namespace leadline::packs
