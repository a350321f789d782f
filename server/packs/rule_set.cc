#include "packs/rule_set.h"

#include "fmt/format.h"
#include "packs/load/rule_set_builder.h"

namespace leadline::packs {

const RegionRules& RuleSet::ForRegion(std::string_view region) const {
  const auto it = by_region_.find(region);
  return it != by_region_.end() ? *it->second : *by_region_.find("")->second;
}

std::string RuleSet::RegionOfCountry(std::string_view country) const {
  const auto it = region_by_country_.find(country);
  return it == region_by_country_.end() ? std::string() : it->second;
}

const FieldDef* RuleSet::FindField(std::string_view name) const {
  const int slot = FieldSlot(name);
  return slot < 0 ? nullptr : &fields_[static_cast<size_t>(slot)];
}

int RuleSet::FieldSlot(std::string_view name) const {
  const auto it = field_slots_.find(name);
  return it == field_slots_.end() ? -1 : it->second;
}

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
