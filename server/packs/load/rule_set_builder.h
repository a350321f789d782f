// Makes a RuleSet of packs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/zone_folder.h"
#include "packs/pack_files.h"
#include "packs/read/load_context.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// For one use. Not thread-safe.
class RuleSetBuilder {
 public:
  // `set` must outlive the builder. `problems` are those found so far.
  RuleSetBuilder(const PackSet& set, const LoadOptions& options, std::vector<Diagnostic> problems)
      : set_(set), options_(options) {
    context_.problems.list() = std::move(problems);
    context_.schema.UseTimeZones(options.time_zones != nullptr ? options.time_zones : SystemTimeZones());
  }
  LoadResult Build();

 private:
  // The folder that messages name for a pack.
  std::string PlaceOf(const std::string& pack) const;
  // The verdict on each pack, from the problems found.
  std::vector<PackCheck> ChecksOf(bool central_whole);
  void ReadCentral(RegionRules& rules);
  void ReadRegion(PackSource& pack, RegionRules& rules);
  void Assemble(std::unique_ptr<RegionRules> rules);

  const PackSet& set_;
  const LoadOptions options_;
  LoadContext context_;
  std::vector<PackSource> packs_;  // central first
  std::shared_ptr<RuleSet> out_ = std::make_shared<RuleSet>();
};

}  // namespace leadline::packs
