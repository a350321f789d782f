#include "packs/load/rule_set_builder.h"

#include <algorithm>

#include "base/ids.h"
#include "fmt/format.h"
#include "packs/check/lifecycle_check.h"
#include "packs/check/order_check.h"
#include "packs/check/route_check.h"
#include "packs/check/scoring_check.h"
#include "packs/load/pack_source.h"
#include "packs/run/scoring_plan.h"

namespace leadline::packs {

LoadResult RuleSetBuilder::Build() {
  if (set_.Find("central") == nullptr) {
    context_.problems.AddFile(PlaceOf("central"), "LL1008", "the central pack is missing",
                              "region packs extend it and cannot stand alone");
    return {nullptr, context_.problems.Take(), {}};
  }
  for (const PackFiles& pack : set_.packs) {
    packs_.push_back(ReadPackSource(context_, pack, PlaceOf(pack.name)));
    if (IsValidId(pack.name)) continue;
    context_.problems.AddFile(PlaceOf(pack.name), "LL1107", fmt::format("\"{}\" is no name for a region", pack.name),
                              "use small letters, digits, _ and -");
  }
  auto rules = std::make_unique<RegionRules>();
  ReadCentral(*rules);
  // Without one of the central files, what regions refer to would seem not to be there.
  const bool central_whole = IsWhole(packs_[0]);
  std::vector<std::unique_ptr<RegionRules>> sets;
  for (size_t i = 1; i < packs_.size(); ++i) {
    auto regional = std::make_unique<RegionRules>(*rules);
    regional->region = packs_[i].name;
    if (central_whole) ReadRegion(packs_[i], *regional);
    sets.push_back(std::move(regional));
  }
  if (central_whole && options_.analyze) {
    std::vector<const RegionRules*> all = {rules.get()};
    for (const auto& set : sets) all.push_back(set.get());
    CheckDimensions(context_, all);
  }
  if (context_.problems.has_errors()) {
    std::vector<PackCheck> checks = ChecksOf(central_whole);
    return {nullptr, context_.problems.Take(), std::move(checks)};
  }
  for (size_t i = 1; i < packs_.size(); ++i) CheckPin(context_, packs_[i], packs_[0].info.ref.sha256);
  out_->fields_ = context_.schema.fields();
  for (size_t i = 0; i < out_->fields_.size(); ++i) out_->field_slots_[out_->fields_[i].name] = static_cast<int>(i);
  out_->touches_ = context_.schema.touches();
  out_->time_zones_ = context_.schema.time_zones();
  out_->plugins_ = context_.plugins;
  Assemble(std::move(rules));
  for (auto& set : sets) Assemble(std::move(set));
  for (PackSource& pack : packs_) out_->packs_.push_back(pack.info);
  std::vector<PackCheck> checks = ChecksOf(central_whole);
  return {out_, context_.problems.Take(), std::move(checks)};
}

std::vector<PackCheck> RuleSetBuilder::ChecksOf(bool central_whole) {
  std::vector<PackCheck> out;
  for (const PackSource& pack : packs_) {
    PackCheck check{pack.name, pack.info.ref.sha256, pack.central || central_whole, 0};
    for (const Diagnostic& d : context_.problems.list()) {
      if (d.layer == pack.name && d.severity == Severity::kError) ++check.errors;
    }
    out.push_back(std::move(check));
  }
  return out;
}

std::string RuleSetBuilder::PlaceOf(const std::string& pack) const {
  return (set_.root.empty() ? "" : set_.root + "/") + (pack == "central" ? pack : "regions/" + pack);
}

void RuleSetBuilder::ReadCentral(RegionRules& rules) {
  PackSource& pack = packs_[0];
  context_.problems.SetLayer(pack.name);
  if (const YamlNode* root = pack.Root("schema.yaml")) context_.schema.Read(context_.problems, *root);
  if (const YamlNode* root = pack.Root("status.yaml")) ReadStatus(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("normalize.yaml")) ReadNormalize(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("scoring.yaml")) ReadScoring(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("routing.yaml")) {
    const size_t before = context_.problems.list().size();
    ReadRouting(context_, pack, *root, rules);
    if (context_.problems.list().size() == before) CheckRouting(context_, pack, rules);
  }
  if (const YamlNode* root = pack.Root("merge.yaml")) ReadMerge(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("sla.yaml")) ReadSla(context_, pack, *root, rules);
  CheckLifecycle(context_, rules);
  if (!options_.analyze) return;
  CheckNormalizers(context_, pack, rules);
  CheckScoring(context_, pack, rules);
  if (!rules.routing.routes.empty()) CheckRoutes(context_, pack, rules);
  CheckServiceLevels(context_, rules);
}

void RuleSetBuilder::ReadRegion(PackSource& pack, RegionRules& rules) {
  context_.problems.SetLayer(pack.name);
  context_.pack_cost = 0;
  if (const YamlNode* root = pack.Root("normalize.yaml")) ReadNormalize(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("scoring.yaml")) ReadScoring(context_, pack, *root, rules);
  if (const YamlNode* root = pack.Root("routing.yaml")) {
    const size_t before = context_.problems.list().size();
    ReadRouting(context_, pack, *root, rules);
    if (context_.problems.list().size() == before) CheckRouting(context_, pack, rules);
  }
  if (const YamlNode* root = pack.Root("sla.yaml")) ReadSla(context_, pack, *root, rules);
  if (!options_.analyze) return;
  CheckNormalizers(context_, pack, rules);
  CheckScoring(context_, pack, rules);
  CheckRoutes(context_, pack, rules);
}

void RuleSetBuilder::Assemble(std::unique_ptr<RegionRules> rules) {
  for (const domain::Territory& territory : rules->routing.territories) {
    for (const std::string& country : territory.countries) {
      out_->region_by_country_.try_emplace(country, territory.region);
    }
  }
  for (const domain::Rep& rep : rules->routing.reps) {
    const auto same = [&](const domain::Rep& other) { return other.id == rep.id; };
    if (std::none_of(out_->reps_.begin(), out_->reps_.end(), same)) out_->reps_.push_back(rep);
  }
  rules->plan = MakeScoringPlan(*rules, out_->fields_);
  if (!rules->region.empty()) out_->regions_.push_back(rules->region);
  const std::string region = rules->region;
  out_->by_region_.emplace(region, std::move(rules));
}

}  // namespace leadline::packs
