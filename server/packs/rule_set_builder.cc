#include "packs/rule_set_builder.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "fmt/format.h"
#include "packs/exclusivity.h"
#include "packs/pack_source.h"
#include "packs/scoring_plan.h"

namespace leadline::packs {
namespace {

using domain::TransitionDef;
using domain::Trigger;

// How a check came to its finding.
std::string HowFound(const ExclusivityResult& result) {
  return result.proved ? fmt::format("found by trying all {} kinds of records these rules can tell apart", result.tried)
                       : fmt::format("found by searching {} generated records", result.tried);
}

bool Leaves(const TransitionDef& t, const domain::StatusDef& status) {
  return std::any_of(t.from.begin(), t.from.end(),
                     [&](const std::string& from) { return from == status.id || (from == "*" && !status.terminal); });
}

Branch BranchOf(const RegionRules& rules, const TransitionDef& t) {
  return {t.id, t.to, t.condition < 0 ? nullptr : rules.conditions[static_cast<size_t>(t.condition)].program};
}

}  // namespace

LoadResult RuleSetBuilder::Build() {
  if (set_.Find("central") == nullptr) {
    context_.problems.AddFile(PlaceOf("central"), "LL1008", "the central pack is missing",
                              "region packs extend it and cannot stand alone");
    return {nullptr, context_.problems.Take()};
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
  const bool central_whole = std::all_of(packs_[0].files.begin(), packs_[0].files.end(),
                                         [&](const auto& file) { return packs_[0].Root(file.first) != nullptr; });
  std::vector<std::unique_ptr<RegionRules>> sets;
  for (size_t i = 1; i < packs_.size(); ++i) {
    auto regional = std::make_unique<RegionRules>(*rules);
    regional->region = packs_[i].name;
    if (central_whole) ReadRegion(packs_[i], *regional);
    sets.push_back(std::move(regional));
  }
  if (context_.problems.has_errors()) return {nullptr, context_.problems.Take()};
  out_->fields_ = context_.schema.fields();
  for (size_t i = 0; i < out_->fields_.size(); ++i) out_->field_slots_[out_->fields_[i].name] = static_cast<int>(i);
  out_->touches_ = context_.schema.touches();
  out_->plugins_ = context_.plugins;
  Assemble(std::move(rules));
  for (auto& set : sets) Assemble(std::move(set));
  for (PackSource& pack : packs_) out_->packs_.push_back(pack.info);
  return {out_, context_.problems.Take()};
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
  CheckLifecycle(rules);
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
}

void RuleSetBuilder::CheckLifecycle(const RegionRules& rules) {
  // A rule without a condition because it did not compile would look like one that always holds.
  for (const Diagnostic& d : context_.problems.list()) {
    const bool lifecycle = d.position.file.ends_with("/status.yaml") || d.position.file.ends_with("/schema.yaml");
    if (d.layer == "central" && lifecycle) return;
  }
  CheckEntry(rules);
  for (const domain::StatusDef& status : rules.lifecycle.statuses) {
    for (const Trigger trigger : {Trigger::kActivity, Trigger::kRescore, Trigger::kAccept, Trigger::kReject}) {
      CheckMoves(rules, status.id, trigger);
    }
  }
}

void RuleSetBuilder::CheckEntry(const RegionRules& rules) {
  std::vector<const TransitionDef*> entries;
  std::vector<Branch> branches;
  for (const TransitionDef& t : rules.lifecycle.transitions) {
    if (t.trigger != Trigger::kEntry) continue;
    entries.push_back(&t);
    branches.push_back(BranchOf(rules, t));
  }
  if (entries.empty()) return;
  const ExclusivityResult result = CheckExclusivity(context_.schema.fields(), branches, rules.scoring.threshold);
  if (result.first >= 0) {
    ReportOverlap(*entries[static_cast<size_t>(result.first)], *entries[static_cast<size_t>(result.second)],
                  "a new record", result.overlap_example, HowFound(result));
  }
  const Definition* last = FindDefinition(context_, "transition", entries.back()->id);
  if (result.gap) {
    context_.problems.SetRule("entry");
    context_.problems.Add(*last->at, "LL2405", fmt::format("a new record may get no status: {}", result.gap_example),
                          fmt::format("make one entry rule hold for it ({})", HowFound(result)));
  }
  if (!result.proved && result.first < 0 && !result.gap) {
    Diagnostic& d =
        context_.problems.Add(*last->at, "LL2410", "that every new record gets one status was searched, not proved",
                              fmt::format("compare fields with constants only ({})", HowFound(result)));
    d.severity = Severity::kWarning;
  }
}

void RuleSetBuilder::CheckMoves(const RegionRules& rules, const std::string& status, Trigger trigger) {
  const domain::StatusDef& from = *rules.lifecycle.Find(status);
  std::vector<const TransitionDef*> moves;
  std::vector<Branch> branches;
  for (const TransitionDef& t : rules.lifecycle.transitions) {
    if (t.trigger != trigger || !Leaves(t, from)) continue;
    moves.push_back(&t);
    branches.push_back(BranchOf(rules, t));
  }
  if (moves.size() < 2) return;
  const ExclusivityResult result = CheckExclusivity(context_.schema.fields(), branches, rules.scoring.threshold);
  if (result.first < 0) return;
  const std::string where = fmt::format("a record in \"{}\" on {}", status, domain::TriggerName(trigger));
  ReportOverlap(*moves[static_cast<size_t>(result.first)], *moves[static_cast<size_t>(result.second)], where,
                result.overlap_example, HowFound(result));
}

void RuleSetBuilder::ReportOverlap(const TransitionDef& first, const TransitionDef& second, const std::string& where,
                                   const std::string& example, const std::string& how) {
  const bool entry = first.trigger == Trigger::kEntry;
  const Definition* a = FindDefinition(context_, "transition", first.id);
  const Definition* b = FindDefinition(context_, "transition", second.id);
  context_.problems.SetRule(second.id);
  Diagnostic& d =
      context_.problems.Add(*b->at, entry ? "LL2404" : "LL2406",
                            fmt::format("{} goes to both \"{}\" and \"{}\": {}", where, first.to, second.to, example),
                            fmt::format("let one of the two conditions exclude the other ({})", how));
  d.related = a->at->file->PositionOf(a->at->offset);
  d.related_message = fmt::format("the other rule, \"{}\"", first.id);
  context_.problems.SetRule("");
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
