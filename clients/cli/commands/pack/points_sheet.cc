#include "cli/commands/pack/points_sheet.h"

#include <algorithm>
#include <map>

#include "packs/explain/in_words.h"
#include "packs/values/sales_ready.h"

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

PointsRow RowOf(const packs::RegionRules& rules, const std::vector<packs::FieldDef>& fields, const ScoringRule& rule) {
  PointsRow row;
  row.dimension = rule.dimension;
  row.rule = rule.id;
  row.layer = rule.layer;
  row.what = rule.description;
  if (rule.condition >= 0) {
    const cel::Ast& ast = rules.conditions[static_cast<size_t>(rule.condition)].program->ast();
    row.condition = ast.source();
    if (row.what.empty()) row.what = packs::InWords(ast, fields);
    if (row.what.empty()) row.what = row.condition;
  }
  row.points = rule.points;
  row.half_life_days = Days(rule.half_life);
  row.most = rule.max_points;
  const domain::ScoringPolicy& scoring = rules.scoring;
  if (rule.sets_rule >= 0) row.most = scoring.rules[static_cast<size_t>(rule.sets_rule)].max_points;
  if (rule.sets_matrix >= 0) row.most = scoring.matrices[static_cast<size_t>(rule.sets_matrix)].max_points;
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

// A region's own only, or what the centre says.
void AddRows(const packs::RuleSet& rules, const std::string& region, std::vector<PointsRow>& out) {
  const packs::RegionRules& own = rules.ForRegion(region);
  const bool regional = !region.empty();
  for (const ScoringRule& rule : own.scoring.rules) {
    if (rule.regional == regional) out.push_back(RowOf(own, rules.fields(), rule));
  }
  for (const ScoringMatrix& matrix : own.scoring.matrices) {
    for (const ScoringMatrix::Cell& cell : matrix.cells) {
      if (!regional) out.push_back(RowOf(matrix, cell));
    }
  }
  for (const ScoringPlugin& plugin : own.scoring.plugins) {
    if (plugin.regional == regional) out.push_back(RowOf(rules, plugin));
  }
}

// Each layer's by dimension; layers and dimensions in the order in which they first appear.
void SortRows(std::vector<PointsRow>& rows) {
  std::map<std::string, size_t> layers, dimensions;
  for (const PointsRow& row : rows) {
    layers.emplace(row.layer, layers.size());
    dimensions.emplace(row.dimension, dimensions.size());
  }
  const auto place = [&](const PointsRow& row) {
    return std::pair(layers.at(row.layer), dimensions.at(row.dimension));
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const PointsRow& a, const PointsRow& b) { return place(a) < place(b); });
}

}  // namespace

PointsSheet PointsSheetOf(const packs::RuleSet& rules, Time now) {
  const packs::RegionRules& central = rules.ForRegion("");
  PointsSheet sheet;
  sheet.sales_ready = central.sales_ready;
  sheet.review_overdue = packs::ReviewOverdue(central.sales_ready, now);
  sheet.mql = central.scoring.bars.mql;
  sheet.maql = central.scoring.bars.maql;
  sheet.cap = central.scoring.adjustment_cap;
  sheet.contact_requests = rules.responses().contact_requests;
  sheet.request_days = rules.responses().request_days;
  sheet.account_score = central.scoring.account_score;
  AddRows(rules, "", sheet.rows);
  for (const std::string& region : rules.regions()) AddRows(rules, region, sheet.rows);
  SortRows(sheet.rows);
  return sheet;
}

}  // namespace leadline::cli
