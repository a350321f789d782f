#include "packs/check/scoring.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_space.h"
#include "packs/run/scoring_plan.h"

namespace leadline::packs {
namespace {

using domain::ScoringMatrix;
using domain::ScoringRule;

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

double BestOf(const ScoringMatrix& matrix) {
  const bool gives = std::any_of(matrix.cells.begin(), matrix.cells.end(),
                                 [](const ScoringMatrix::Cell& cell) { return cell.points > 0; });
  return gives ? matrix.max_points.value_or(kUnbounded) : 0;
}

// `points` that a cap keeps from counting in full. With decay the first days may be meant to be level.
void ReportCapped(Problems& problems, const YamlNode& at, const std::string& rule, double points, double cap,
                  bool decays) {
  problems.SetRule(rule);
  Diagnostic& d =
      problems.Add(at, "LL2207", fmt::format("{:g} points never count in full: max_points is {:g}", points, cap),
                   "max_points limits all contributions together: raise it, or lower the points (proved)");
  if (decays) d.severity = Severity::kWarning;
  problems.SetRule("");
}

// Rules for each activity that need each activity, every time.
void CheckCounting(const WrittenRules& written) {
  std::set<int> seen;  // a number that a region sets has the condition of the central rule
  for (const ScoringRule& rule : written.rules.scoring.rules) {
    if (!rule.each_activity || rule.condition < 0 || !seen.insert(rule.condition).second) continue;
    if (rule.layer != written.pack || !written.rules.reads_activity[static_cast<size_t>(rule.condition)]) continue;
    if (IsCountedByDay(*written.ProgramOf(rule.condition), written.fields)) continue;
    written.problems.SetRule(rule.id);
    Diagnostic& d = written.problems.Add(
        written.PlaceOf("scoring rule", rule.id), "LL2210",
        "the activities of a record with very many cannot be counted by day, so that each is tested every time",
        "ask for the activity alone: for activity.age_days only in a part of its own, joined with &&, and for nothing "
        "of the record");
    d.severity = Severity::kWarning;
    written.problems.SetRule("");
  }
}

void CheckCaps(const WrittenRules& written) {
  for (const ScoringRule& rule : written.rules.scoring.rules) {
    if (rule.layer != written.pack) continue;
    const YamlNode& at = written.PlaceOf("scoring rule", rule.id);
    if (rule.max_points && std::abs(rule.points) > *rule.max_points) {
      ReportCapped(written.problems, at, rule.id, rule.points, *rule.max_points, rule.half_life.has_value());
    }
  }
  for (const ScoringMatrix& matrix : written.rules.scoring.matrices) {
    if (matrix.layer != written.pack || !matrix.max_points) continue;
    for (const ScoringMatrix::Cell& cell : matrix.cells) {
      if (std::abs(cell.points) <= *matrix.max_points) continue;
      ReportCapped(written.problems, written.PlaceOf("matrix", matrix.id), matrix.id, cell.points, *matrix.max_points,
                   matrix.half_life.has_value());
      break;
    }
  }
}

}  // namespace

double HighestCentralScore(const std::vector<FieldDef>& fields, const RegionRules& rules, CheckBudget* budget) {
  std::vector<const ScoringRule*> gives;
  for (const ScoringRule& rule : rules.scoring.rules) {
    if (!rule.regional && rule.points > 0) gives.push_back(&rule);
  }
  double sum = 0;
  for (const ScoringMatrix& matrix : rules.scoring.matrices) sum += BestOf(matrix);
  for (const domain::ScoringPlugin& plugin : rules.scoring.plugins) {
    if (!plugin.regional) sum += std::max(plugin.max_points, 0.0);
  }
  // Best first, so that the first of a group is its best.
  std::stable_sort(gives.begin(), gives.end(), [](const auto* a, const auto* b) { return a->points > b->points; });
  // Which rules exclude each other is asked of the best ones alone, and no more than is needed to reach the bar: what
  // is left adds up, and the sum stays an upper bound.
  constexpr size_t kCompared = 48;
  std::stable_partition(gives.begin(), gives.end(), [](const auto* give) { return give->each_activity; });
  ConditionSpace space(fields, budget);
  std::vector<int> roots;
  for (size_t i = 0; i < std::min(gives.size(), kCompared); ++i) {
    roots.push_back(space.Add(ProgramOf(rules, gives[i]->condition)));
  }
  AddRecordFacts(space, rules.scoring.bars);
  space.Freeze();
  std::vector<std::vector<int>> groups;
  for (size_t i = 0; i < gives.size(); ++i) {
    const ScoringRule* rule = gives[i];
    if (sum >= rules.scoring.bars.mql) return sum;
    if (i >= roots.size()) {
      sum += rule->each_activity ? rule->max_points.value_or(kUnbounded) : rule->points;
      continue;
    }
    const int root = roots[i];
    if (space.Ask({{root, true}}).kind == Answer::Kind::kNever) continue;
    if (rule->each_activity) {
      sum += rule->max_points.value_or(kUnbounded);
      continue;
    }
    const auto excludes = [&](const std::vector<int>& group) {
      return std::all_of(group.begin(), group.end(), [&](int other) {
        return space.Ask({{root, true}, {other, true}}).kind == Answer::Kind::kNever;
      });
    };
    const auto group = std::find_if(groups.begin(), groups.end(), excludes);
    if (group != groups.end()) {
      group->push_back(root);
      continue;
    }
    groups.push_back({root});
    sum += std::min(rule->points, rule->max_points.value_or(kUnbounded));
  }
  return sum;
}

void CheckScoring(const WrittenRules& written) {
  const RegionRules& rules = written.rules;
  if (!IsSound(written.problems, written.pack, "scoring.yaml")) return;
  written.problems.budget().BeginStage(CheckStage::kScoring);
  // A number that a region sets has the condition of the central rule, which has been checked.
  std::set<int> seen;
  for (const ScoringRule& rule : rules.scoring.rules) {
    if (!seen.insert(rule.condition).second || rule.layer != written.pack) continue;
    if (!written.Visit(written.PlaceOf("scoring rule", rule.id))) return;
    CheckCondition(written, {rule.id, rule.condition, false, {}});
  }
  CheckCaps(written);
  CheckCounting(written);
  const Definition* threshold = written.definitions.Find("section", "threshold");
  if (written.pack != "central" || threshold == nullptr) return;
  const double highest = HighestCentralScore(written.fields, rules, &written.problems.budget());
  if (highest >= rules.scoring.bars.mql) return;
  written.problems.Add(*threshold->at, "LL2208",
                       fmt::format("no record reaches the bar of {:g}: the rules give at most {:g} points",
                                   rules.scoring.bars.mql, highest),
                       "give more points, or more rules (proved)");
}

void CheckDimensions(Problems& problems, const Definitions& definitions, const std::vector<const RegionRules*>& sets) {
  const Definition* section = definitions.Find("section", "dimensions");
  if (section == nullptr || !section->at->is_sequence() || !IsSound(problems, "central", "scoring.yaml")) return;
  std::set<std::string> used;
  for (const RegionRules* rules : sets) {
    if (!rules->region.empty() && !IsSound(problems, rules->region, "scoring.yaml")) return;
    for (const ScoringRule& rule : rules->scoring.rules) used.insert(rule.dimension);
    for (const ScoringMatrix& matrix : rules->scoring.matrices) used.insert(matrix.dimension);
    for (const domain::ScoringPlugin& plugin : rules->scoring.plugins) used.insert(plugin.dimension);
  }
  problems.SetLayer("central");
  for (const YamlNode& item : section->at->items) {
    if (used.contains(item.text)) continue;
    Diagnostic& d = problems.Add(item, "LL2209", fmt::format("no rule counts into the dimension \"{}\"", item.text),
                                 "remove it, or give it a rule");
    d.severity = Severity::kWarning;
  }
}

}  // namespace leadline::packs
