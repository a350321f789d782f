// The way in that packs/loader.h declares.
#include "packs/loader.h"

#include <utility>

#include "packs/load/rule_set_builder.h"

namespace leadline::packs {

LoadResult LoadRuleSet(const PackSet& set, const LoadOptions& options) {
  return RuleSetBuilder(set, options, {}).Build();
}

LoadResult LoadRuleSet(const std::string& root, const LoadOptions& options) {
  ReadPacksResult read = ReadPackSet(root);
  // Without the central folder there is nothing to say about the rest.
  if (read.set.packs.empty()) return {nullptr, std::move(read.diagnostics), {}};
  return RuleSetBuilder(read.set, options, std::move(read.diagnostics)).Build();
}

std::vector<BrokenRegion> RegionsBrokenBy(const PackSet& candidate) { return RegionsBrokenBy(LoadRuleSet(candidate)); }

std::vector<BrokenRegion> RegionsBrokenBy(const LoadResult& loaded) {
  std::vector<BrokenRegion> out;
  if (loaded.packs.empty() || !loaded.packs[0].sound()) return out;
  for (size_t i = 1; i < loaded.packs.size(); ++i) {
    if (loaded.packs[i].errors == 0) continue;
    BrokenRegion& broken = out.emplace_back(BrokenRegion{loaded.packs[i].name, {}});
    for (const Diagnostic& d : loaded.diagnostics) {
      if (d.layer == broken.region && d.severity == Severity::kError) broken.errors.push_back(d);
    }
  }
  return out;
}

}  // namespace leadline::packs
