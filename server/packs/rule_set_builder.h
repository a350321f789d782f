// Makes a RuleSet of a folder of packs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "packs/load_context.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// For one use. Not thread-safe.
class RuleSetBuilder {
 public:
  explicit RuleSetBuilder(std::string root) : root_(std::move(root)) {}
  LoadResult Build();

 private:
  void ReadCentral(RegionRules& rules);
  void ReadRegion(PackSource& pack, RegionRules& rules);
  // The lifecycle gives every record one status: entry rules are exclusive and exhaustive, moves exclusive.
  void CheckLifecycle(const RegionRules& rules);
  void CheckEntry(const RegionRules& rules);
  void CheckMoves(const RegionRules& rules, const std::string& status, domain::Trigger trigger);
  void ReportOverlap(const domain::TransitionDef& first, const domain::TransitionDef& second, const std::string& where,
                     const std::string& example, const std::string& how);
  void Assemble(std::unique_ptr<RegionRules> rules);

  std::string root_;
  LoadContext context_;
  std::vector<PackSource> packs_;  // central first
  std::shared_ptr<RuleSet> out_ = std::make_shared<RuleSet>();
};

}  // namespace leadline::packs
