#include "cli/commands/pack/points_sheet.h"

#include <algorithm>

namespace leadline::cli {
namespace {

using domain::ScoringMatrix;
using domain::ScoringPlugin;
using domain::ScoringPolicy;
using domain::ScoringRule;

std::optional<double> Days(const std::optional<Duration>& length) {
  if (!length) return std::nullopt;
  return static_cast<double>(*length) / static_cast<double>(kDay);
}

PointsRow RowOf(const packs::RegionRules& rules, const ScoringRule& rule) {
  PointsRow row;
  row.dimension = rule.dimension;
  row.rule = rule.id;
  row.layer = rule.layer;
  if (rule.condition >= 0) {
    row.condition = rules.conditions[static_cast<size_t>(rule.condition)].program->source();
  }
  row.what = rule.description.empty() ? row.condition : rule.description;
  row.points = rule.points;
  row.half_life_days = Days(rule.half_life);
  row.most = rule.max_points;
  row.each_activity = rule.each_activity;
  row.regional = rule.regional;
  return row;
}

PointsRow RowOf(const ScoringMatrix& matrix, const ScoringMatrix::Cell& cell) {
  PointsRow row;
  row.dimension = matrix.dimension;
  row.rule = matrix.id;
  row.layer = matrix.layer;
  row.channel = cell.channel;
  row.investment = cell.investment;
  row.response = cell.response;
  row.what = cell.channel + ", " + cell.investment + " investment: " + cell.response;
  row.points = cell.points;
  row.half_life_days = Days(matrix.half_life);
  row.most = matrix.max_points;
  row.each_activity = true;
  return row;
}

PointsRow RowOf(const packs::RuleSet& rules, const ScoringPlugin& plugin) {
  PointsRow row;
  row.dimension = plugin.dimension;
  row.rule = plugin.id;
  row.layer = plugin.layer;
  row.what = plugin.description;
  if (row.what.empty() && plugin.plugin >= 0) {
    row.what = "what " + rules.plugins()[static_cast<size_t>(plugin.plugin)].id + " says";
  }
  row.points = plugin.max_points;
  row.least = plugin.min_points;
  row.regional = plugin.regional;
  return row;
}

void AddCentral(const packs::RuleSet& rules, PointsSheet& sheet) {
  const packs::RegionRules& central = rules.ForRegion("");
  for (const ScoringRule& rule : central.scoring.rules) sheet.rows.push_back(RowOf(central, rule));
  for (const ScoringMatrix& matrix : central.scoring.matrices) {
    for (const ScoringMatrix::Cell& cell : matrix.cells) sheet.rows.push_back(RowOf(matrix, cell));
  }
  for (const ScoringPlugin& plugin : central.scoring.plugins) sheet.rows.push_back(RowOf(rules, plugin));
  std::vector<std::string> dimensions;
  for (const PointsRow& row : sheet.rows) {
    if (std::find(dimensions.begin(), dimensions.end(), row.dimension) == dimensions.end()) {
      dimensions.push_back(row.dimension);
    }
  }
  const auto place = [&](const PointsRow& row) {
    return std::find(dimensions.begin(), dimensions.end(), row.dimension) - dimensions.begin();
  };
  std::stable_sort(sheet.rows.begin(), sheet.rows.end(),
                   [&](const PointsRow& a, const PointsRow& b) { return place(a) < place(b); });
}

}  // namespace

PointsSheet PointsSheetOf(const packs::RuleSet& rules) {
  const packs::RegionRules& central = rules.ForRegion("");
  PointsSheet sheet;
  sheet.sales_ready = central.sales_ready;
  sheet.mql = central.scoring.bars.mql;
  sheet.maql = central.scoring.bars.maql;
  sheet.cap = central.scoring.adjustment_cap;
  AddCentral(rules, sheet);
  for (const std::string& region : rules.regions()) {
    const packs::RegionRules& own = rules.ForRegion(region);
    for (const ScoringRule& rule : own.scoring.rules) {
      if (rule.regional) sheet.rows.push_back(RowOf(own, rule));
    }
    for (const ScoringPlugin& plugin : own.scoring.plugins) {
      if (plugin.regional) sheet.rows.push_back(RowOf(rules, plugin));
    }
  }
  return sheet;
}

}  // namespace leadline::cli
