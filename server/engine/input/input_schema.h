// schema.yaml as the checks of what clients send need it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Fields by record and name, and the regions there are. Immutable and thread-safe.
class InputSchema {
 public:
  enum class Record { kLead, kContact, kAccount, kActivity };
  struct Field {
    const packs::FieldDef* def = nullptr;
    absl::flat_hash_set<std::string_view> values;  // of `def`
  };

  explicit InputSchema(std::shared_ptr<const packs::RuleSet> rules);

  // "lead".
  static std::string_view NameOf(Record record);

  // Null when schema.yaml does not declare it.
  const Field* Find(Record record, std::string_view name) const;
  // Names of the record's attributes, for hints.
  std::vector<std::string> AttributesOf(Record record) const;
  // Regions that have a pack or that a territory of the centre names, by name.
  const std::vector<std::string>& regions() const { return regions_; }
  bool HasRegion(std::string_view name) const;

 private:
  std::shared_ptr<const packs::RuleSet> rules_;
  std::array<absl::flat_hash_map<std::string_view, Field>, 4> fields_;  // keys are views into the rules
  std::vector<std::string> regions_;
};

}  // namespace leadline::engine
