#include "engine/packtest/coverage.h"

#include <algorithm>

#include "engine/work/standing.h"
#include "fmt/format.h"
#include "packs/run/fields.h"

namespace leadline::engine {
namespace {

// In the order of the packs' files.
enum Kind : int {
  kRows,
  kPlugins,
  kScoringRules,
  kCells,
  kEntryRules,
  kTransitions,
  kGates,
  kConsent,
  kTerritories,
  kRoutes,
  kLevels,
  kBranches,
};
constexpr const char* kKindNames[] = {"normalise rows", "plugins",     "scoring rules",  "matrix cells",
                                      "entry rules",    "transitions", "gates",          "consent rules",
                                      "territories",    "routes",      "service levels", "branches"};

const char* const kFires = "fire";
const char* const kDoesNotFire = "not fire";
const char* const kChosen = "chosen";
const char* const kPassedOver = "passed over";
const char* const kMet = "met";
const char* const kDenies = "deny";
const char* const kLetsPass = "let pass";

// "file:7" sorts before "file:12".
std::string Sortable(const std::string& place) {
  const size_t colon = place.rfind(':');
  if (colon == std::string::npos) return place;
  return fmt::format("{}:{:0>8}", place.substr(0, colon), place.substr(colon + 1));
}

std::string PlaceOf(const packs::Condition& condition) {
  return fmt::format("{}:{}", condition.position.file, condition.position.line);
}

std::string NameOf(const domain::ScoringMatrix::Cell& cell) {
  return fmt::format("{} / {} / {}", cell.channel, cell.investment, cell.response);
}

std::string NameOf(const domain::TransitionDef& transition) {
  if (transition.trigger == domain::Trigger::kEntry) return transition.id;
  return fmt::format("{} on {}", transition.id, domain::TriggerName(transition.trigger));
}

int KindOf(const domain::TransitionDef& transition) {
  return transition.trigger == domain::Trigger::kEntry ? kEntryRules : kTransitions;
}

}  // namespace

PackCoverage::PackCoverage(std::shared_ptr<const Snapshot> snapshot, const std::vector<std::string>& layers)
    : snapshot_(std::move(snapshot)), layers_(layers.begin(), layers.end()), slots_(snapshot_->rules->fields().size()) {
  ExpectRegion(snapshot_->rules->ForRegion(""));
  for (const std::string& region : snapshot_->rules->regions()) ExpectRegion(snapshot_->rules->ForRegion(region));
}

void PackCoverage::Expect(const std::string& layer, int kind, const std::string& name, const std::string& place,
                          std::vector<std::string> sides) {
  if (!layers_.empty() && !layers_.contains(layer)) return;
  Tracked& tracked = tracked_[{layer, kind, Sortable(place), name}];
  tracked.place = place;
  tracked.sides = std::move(sides);
}

void PackCoverage::See(const std::string& layer, int kind, const std::string& name, const std::string& place,
                       const std::string& side) {
  const auto it = tracked_.find({layer, kind, Sortable(place), name});
  if (it != tracked_.end()) it->second.seen.insert(side);
}

void PackCoverage::ExpectBranches(const packs::RegionRules& rules, int condition, const std::string& layer,
                                  const std::string& owner) {
  if (condition < 0 || (!layers_.empty() && !layers_.contains(layer))) return;
  const packs::Condition& compiled = rules.conditions[static_cast<size_t>(condition)];
  const cel::Program& program = *compiled.program;
  std::fill(slots_.begin(), slots_.end(), cel::Value::Null());
  work_arena_.Reset();
  for (const cel::TracePart& part : program.Explain(slots_, work_arena_)) {
    if (part.operand || branches_.contains({&program, part.expr})) continue;
    const std::string place = PlaceOf(compiled);
    const std::string name = fmt::format("{}: {}", owner, part.text);
    Expect(layer, kBranches, name, place, {"true", "false"});
    branches_[{&program, part.expr}] = {layer, kBranches, Sortable(place), name};
  }
}

bool PackCoverage::IsLoaded(int plugin) const {
  return snapshot_->plugins.contains(snapshot_->rules->plugins()[static_cast<size_t>(plugin)].id);
}

void PackCoverage::ExpectScoring(const packs::RegionRules& rules) {
  for (const domain::ScoringRule& rule : rules.scoring.rules) {
    Expect(rule.layer, kScoringRules, rule.id, rule.source, {kFires, kDoesNotFire});
    ExpectBranches(rules, rule.condition, rule.layer, rule.id);
  }
  for (const domain::ScoringMatrix& matrix : rules.scoring.matrices) {
    for (const auto& cell : matrix.cells) Expect(matrix.layer, kCells, NameOf(cell), cell.source, {kMet});
  }
  for (const domain::ScoringPlugin& rule : rules.scoring.plugins) {
    if (IsLoaded(rule.plugin)) Expect(rule.layer, kScoringRules, rule.id, rule.source, {kFires, kDoesNotFire});
  }
}

void PackCoverage::ExpectRegion(const packs::RegionRules& rules) {
  for (const packs::Normalizer& normalizer : rules.normalizers) {
    if (normalizer.counts_for == packs::Normalizer::CountsFor::kCentre) continue;  // an earlier version's rows
    for (const packs::NormalizeRow& row : normalizer.rows) {
      Expect(row.layer, kRows, fmt::format("{} = {}", normalizer.field, row.value), row.source, {kFires});
      ExpectBranches(rules, row.condition, row.layer, normalizer.field);
    }
    if (normalizer.plugin < 0) continue;
    const packs::PluginUse& use = snapshot_->rules->plugins()[static_cast<size_t>(normalizer.plugin)];
    if (IsLoaded(normalizer.plugin)) Expect(use.layer, kPlugins, use.id, use.source, {kFires});
  }
  for (const domain::GateDef& gate : rules.lifecycle.gates) {
    if (IsLoaded(gate.plugin)) Expect(gate.layer, kGates, gate.id, gate.source, {kDenies, kLetsPass});
  }
  for (const packs::MarketingBar& bar : rules.not_marketable) {
    Expect(bar.layer, kConsent, bar.id, bar.source, {kFires, kDoesNotFire});
    ExpectBranches(rules, bar.condition, bar.layer, bar.id);
  }
  ExpectScoring(rules);
  for (const domain::TransitionDef& transition : rules.lifecycle.transitions) {
    std::vector<std::string> sides = {kFires};
    if (transition.condition >= 0) sides.push_back(kDoesNotFire);
    Expect(transition.layer, KindOf(transition), NameOf(transition), transition.source, std::move(sides));
    ExpectBranches(rules, transition.condition, transition.layer, transition.id);
  }
  for (const domain::Territory& territory : rules.routing.territories) {
    Expect(territory.layer, kTerritories, territory.id, territory.source, {kMet});
  }
  for (const domain::Route& route : rules.routing.routes) {
    std::vector<std::string> sides = {kChosen};
    // What holds everything back passes nothing on.
    if (route.hold.empty() || route.condition >= 0) sides.push_back(kPassedOver);
    Expect(route.layer, kRoutes, route.id, route.source, std::move(sides));
    ExpectBranches(rules, route.condition, route.layer, route.id);
  }
  for (const domain::SlaDef& level : rules.sla.levels) {
    std::vector<std::string> sides = {kChosen};
    if (level.condition >= 0) sides.push_back(kPassedOver);
    Expect(level.layer, kLevels, level.id, level.source, std::move(sides));
    ExpectBranches(rules, level.condition, level.layer, level.id);
  }
}

bool PackCoverage::Watch(const packs::RegionRules& rules, int condition, const packs::RecordView& view,
                         const domain::Activity* activity) {
  if (condition < 0) return true;
  const cel::Program& program = *rules.conditions[static_cast<size_t>(condition)].program;
  const packs::RuleSet& set = *snapshot_->rules;
  fields_arena_.Reset();
  for (const int slot : program.used_slots()) {
    const packs::FieldDef& field = set.fields()[static_cast<size_t>(slot)];
    slots_[static_cast<size_t>(slot)] = field.accessor({view, activity, field, set.responses(), rules, fields_arena_});
  }
  work_arena_.Reset();
  for (const cel::TracePart& part : program.Explain(slots_, work_arena_)) {
    if (part.operand || !part.value.is_bool()) continue;
    const auto branch = branches_.find({&program, part.expr});
    if (branch == branches_.end()) continue;
    const auto tracked = tracked_.find(branch->second);
    if (tracked != tracked_.end()) tracked->second.seen.insert(part.value.as_bool() ? "true" : "false");
  }
  work_arena_.Reset();
  return program.Evaluate(slots_, work_arena_).is_true();
}

void PackCoverage::Normalized(const packs::RegionRules& rules, const packs::Normalizer& normalizer,
                              const packs::RecordView& view, const domain::Reason* maker) {
  for (const packs::NormalizeRow& row : normalizer.rows) {
    if (!Watch(rules, row.condition, view)) continue;
    See(row.layer, kRows, fmt::format("{} = {}", normalizer.field, row.value), row.source, kFires);
    return;
  }
  if (normalizer.plugin < 0 || maker == nullptr) return;
  const packs::PluginUse& use = snapshot_->rules->plugins()[static_cast<size_t>(normalizer.plugin)];
  if (maker->rule_id == use.id) See(use.layer, kPlugins, use.id, use.source, kFires);
}

void PackCoverage::Scored(const packs::RegionRules& rules, const packs::RecordView& view, const ScoreOutcome& outcome) {
  for (const domain::ScoringPlugin& rule : rules.scoring.plugins) {
    const auto& reasons = outcome.decision.reasons;
    const auto reason =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& r) { return r.rule_id == rule.id; });
    const bool failed = reason != reasons.end() && reason->outcome == domain::ReasonOutcome::kError;
    if (failed) continue;
    See(rule.layer, kScoringRules, rule.id, rule.source, reason != reasons.end() ? kFires : kDoesNotFire);
  }
  const std::vector<int> counted = domain::DistinctActivities(view.activities, view.now);
  for (const domain::ScoringRule& rule : rules.scoring.rules) {
    bool fires = false;
    if (!rule.each_activity) fires = Watch(rules, rule.condition, view);
    for (const int index : counted) {
      if (!rule.each_activity) break;
      fires = Watch(rules, rule.condition, view, &view.activities[static_cast<size_t>(index)]) || fires;
    }
    See(rule.layer, kScoringRules, rule.id, rule.source, fires ? kFires : kDoesNotFire);
  }
  for (const domain::ScoringMatrix& matrix : rules.scoring.matrices) {
    for (const int index : counted) {
      const auto* cell = matrix.Find(view.activities[static_cast<size_t>(index)]);
      if (cell != nullptr) See(matrix.layer, kCells, NameOf(*cell), cell->source, kMet);
    }
  }
}

void PackCoverage::Moved(const packs::RegionRules& rules, const packs::RecordView& view, domain::Trigger on,
                         const domain::StatusDecision& decision) {
  for (const domain::Reason& reason : decision.reasons) {
    if (reason.outcome == domain::ReasonOutcome::kSkipped) continue;
    for (const domain::GateDef& gate : rules.lifecycle.gates) {
      if (gate.id != reason.rule_id || reason.outcome == domain::ReasonOutcome::kError) continue;
      const bool denied = reason.outcome == domain::ReasonOutcome::kFired;
      See(gate.layer, kGates, gate.id, gate.source, denied ? kDenies : kLetsPass);
    }
    for (const domain::TransitionDef& transition : rules.lifecycle.transitions) {
      if (transition.id != reason.rule_id || transition.trigger != on) continue;
      Watch(rules, transition.condition, view);
      const bool fired = reason.outcome == domain::ReasonOutcome::kFired;
      See(transition.layer, KindOf(transition), NameOf(transition), transition.source, fired ? kFires : kDoesNotFire);
    }
  }
}

void PackCoverage::Routed(const packs::RegionRules& rules, const packs::RecordView& view, const RouteOutcome& outcome) {
  for (const domain::Route& route : rules.routing.routes) {
    Watch(rules, route.condition, view);
    const bool chosen = route.id == outcome.route;
    See(route.layer, kRoutes, route.id, route.source, chosen ? kChosen : kPassedOver);
    if (chosen) return;
  }
}

void PackCoverage::LevelChosen(const packs::RegionRules& rules, const packs::RecordView& view, Entered entered,
                               const domain::SlaDef* chosen) {
  for (const domain::SlaDef& level : rules.sla.levels) {
    if (!entered.Starts(level, *view.lead)) continue;
    Watch(rules, level.condition, view);
    See(level.layer, kLevels, level.id, level.source, &level == chosen ? kChosen : kPassedOver);
    if (&level == chosen) return;
  }
}

void PackCoverage::MarketingDecided(const packs::RegionRules& rules, const packs::RecordView& view,
                                    std::string_view reason) {
  for (const packs::MarketingBar& bar : rules.not_marketable) {
    Watch(rules, bar.condition, view);
    const bool fired = bar.id == reason;
    See(bar.layer, kConsent, bar.id, bar.source, fired ? kFires : kDoesNotFire);
    if (fired) return;
  }
}

void PackCoverage::PlaceFound(const packs::RegionRules& rules, std::string_view country) {
  const domain::Territory* territory = rules.routing.TerritoryOf(country);
  if (territory != nullptr) See(territory->layer, kTerritories, territory->id, territory->source, kMet);
}

std::vector<CoverageItem> PackCoverage::Items() const {
  std::vector<CoverageItem> out;
  for (const auto& [key, tracked] : tracked_) {
    CoverageItem item{std::get<0>(key), kKindNames[std::get<1>(key)], std::get<3>(key), tracked.place, {}};
    for (const std::string& side : tracked.sides) {
      if (!tracked.seen.contains(side)) item.missing.push_back(side);
    }
    out.push_back(std::move(item));
  }
  return out;
}

std::vector<std::tuple<std::string, std::string, CoverageCount>> PackCoverage::Count(
    const std::vector<CoverageItem>& items) {
  std::vector<std::tuple<std::string, std::string, CoverageCount>> out;
  for (const CoverageItem& item : items) {
    if (out.empty() || std::get<0>(out.back()) != item.layer || std::get<1>(out.back()) != item.kind) {
      out.emplace_back(item.layer, item.kind, CoverageCount{});
    }
    CoverageCount& count = std::get<2>(out.back());
    ++count.total;
    if (item.missing.empty()) ++count.covered;
  }
  return out;
}

double PackCoverage::Percent(const std::vector<CoverageItem>& items) {
  if (items.empty()) return 100;
  const auto covered =
      std::count_if(items.begin(), items.end(), [](const CoverageItem& item) { return item.missing.empty(); });
  return 100.0 * static_cast<double>(covered) / static_cast<double>(items.size());
}

}  // namespace leadline::engine
