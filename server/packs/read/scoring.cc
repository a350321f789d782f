// scoring.yaml: rules, matrices and the bar of the centre; bounded adjustments of a region.
#include <algorithm>
#include <cmath>
#include <set>

#include "fmt/format.h"
#include "packs/condition/stored_values.h"
#include "packs/read/readers.h"
#include "packs/values/account_score.h"
#include "packs/values/points.h"
#include "packs/values/sales_ready.h"

namespace leadline::packs {
namespace {

using domain::ScoringMatrix;
using domain::ScoringPlugin;
using domain::ScoringRule;

constexpr double kMqlBar = 100;

class ScoringReader : FileReader {
 public:
  ScoringReader(const Reading& reading, SharedScoring& shared)
      : FileReader(reading), shared_(shared), scoring_(rules_.scoring) {}

  void ReadCentral(const YamlNode& root) {
    MapReader top(problems_, root, "scoring.yaml");
    ReadThreshold(top);
    ReadSalesReady(problems_, top, rules_.sales_ready);
    shared_.dimensions = top.TextList("dimensions");
    if (top.Require("dimensions") == nullptr) shared_.dimensions.clear();
    ReadAccountScore(problems_, top, shared_.dimensions, scoring_.account_score);
    const auto rules = top.RequiredList("rules");
    const auto matrices = top.List("matrices");
    const auto plugins = top.List("plugins");
    if (const YamlNode* adjustment = top.Get("regional_adjustment")) ReadCap(*adjustment);
    top.Finish();
    for (const YamlNode* node : rules) ReadRule(*node);
    for (const YamlNode* node : matrices) ReadMatrix(*node);
    for (const YamlNode* node : plugins) ReadScoringPlugin(*node);
    problems_.SetRule("");
  }

  void ReadRegional(const YamlNode& root) {
    MapReader top(problems_, root, "a region's scoring.yaml");
    for (const char* key :
         {"threshold", "sales_ready", "regional_adjustment", "account_score", "matrices", "dimensions"}) {
      if (const YamlNode* node = top.Get(key)) ReportCentralOnly(*node, key);
    }
    const auto rules = top.List("rules");
    const auto plugins = top.List("plugins");
    const auto set = top.List("set");
    top.Finish();
    for (const auto* own : {&rules, &plugins}) {
      if (own->empty()) continue;
      layer_.CheckOpened(*own->front(), layer_.points().scoring_adjustments, "scoring adjustments");
      break;
    }
    for (const YamlNode* node : rules) ReadRule(*node);
    for (const YamlNode* node : plugins) ReadScoringPlugin(*node);
    ReadPointsSet(layer_, conditions_, shared_.opened, set, rules_);
    problems_.SetRule("");
  }

 private:
  void ReportCentralOnly(const YamlNode& node, const std::string& key) {
    const Definition* central = definitions_.Find("section", key);
    if (central != nullptr) {
      ReportSealed(problems_, node, key, *central);
    } else {
      layer_.CheckOpened(node, false, fmt::format("`{}`", key));
    }
  }

  void NoteSection(const YamlNode* node, const std::string& key) {
    if (node != nullptr) definitions_.Add("section", key, {Seal::kFinal, node, nullptr, "central"});
  }

  void ReadThreshold(MapReader& top) {
    const YamlNode* node = top.Require("threshold");
    NoteSection(node, "threshold");
    NoteSection(top.Get("sales_ready"), "sales_ready");
    NoteSection(top.Get("regional_adjustment"), "regional_adjustment");
    NoteSection(top.Get("account_score"), "account_score");
    NoteSection(top.Get("matrices"), "matrices");
    NoteSection(top.Get("dimensions"), "dimensions");
    if (node == nullptr) return;
    MapReader reader(problems_, *node, "\"threshold\"");
    if (reader.Require("mql") == nullptr) return;
    const std::optional<double> mql = reader.Number("mql");
    const std::optional<double> maql = reader.Number("maql");
    reader.Finish();
    if (!mql) return;
    scoring_.bars = {*mql, maql.value_or(*mql)};
    if (*mql != kMqlBar) {
      problems_.Add(*reader.Get("mql"), "LL2201", fmt::format("the MQL bar stays at {:g}", kMqlBar),
                    "change the points of the rules instead, so that old and new scores can be compared");
    }
    if (!maql || (*maql > 0 && *maql <= *mql)) return;
    problems_.Add(*reader.Get("maql"), "LL1105",
                  fmt::format("the MAQL bar must be above 0, and not above the MQL bar of {:g}", *mql));
  }

  void ReadCap(const YamlNode& node) {
    MapReader reader(problems_, node, "\"regional_adjustment\"");
    reader.Require("cap");
    const std::optional<double> cap = reader.Number("cap");
    reader.Finish();
    if (!cap) return;
    if (*cap < 0 || *cap > kMqlBar / 2) {
      problems_.Add(*reader.Get("cap"), "LL1105", fmt::format("the cap must be between 0 and {:g}", kMqlBar / 2));
    }
    scoring_.adjustment_cap = *cap;
  }

  std::optional<Duration> HalfLife(MapReader& reader) {
    const YamlNode* decay = reader.Get("decay");
    if (decay == nullptr) return std::nullopt;
    MapReader inner(problems_, *decay, "\"decay\"");
    inner.Require("half_life");
    std::optional<Duration> half_life = inner.Length("half_life");
    inner.Finish();
    return half_life;
  }

  std::optional<double> MaxPoints(MapReader& reader) {
    const std::optional<double> most = reader.Number("max_points");
    if (most && (*most <= 0 || *most > kMaxPoints)) {
      problems_.Add(*reader.Get("max_points"), "LL1105",
                    fmt::format("max_points must be above 0, up to {:g}", kMaxPoints));
      return std::nullopt;
    }
    return most;
  }

  std::string Dimension(MapReader& reader) {
    const YamlNode* node = reader.Require("dimension");
    const std::string name = node == nullptr ? "" : reader.Text("dimension");
    const auto& names = shared_.dimensions;
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      problems_.Add(*node, "LL2202", fmt::format("there is no dimension \"{}\"", name), DidYouMean(name, names));
    }
    return name;
  }

  PointsBounds ReadBounds(const YamlNode& node) {
    MapReader params(problems_, node, "\"params\"");
    const YamlNode* points = params.Require("points");
    params.Finish();
    PointsBounds bounds;
    bounds.at = &node;
    if (points == nullptr) return bounds;
    MapReader inner(problems_, *points, "\"points\"");
    inner.Require("min");
    inner.Require("max");
    bounds.min = inner.Number("min").value_or(0);
    bounds.max = inner.Number("max").value_or(0);
    inner.Finish();
    if (bounds.min > bounds.max) problems_.Add(*points, "LL1105", "min is above max");
    return bounds;
  }

  // `seal: params` needs bounds, and bounds need that seal.
  void CheckBounds(MapReader& reader, Seal seal, const std::string& id, std::map<std::string, PointsBounds>& out) {
    const YamlNode* params = reader.Get("params");
    if (params != nullptr && seal != Seal::kParams) {
      problems_.Add(*params, "LL2306", "there are bounds here without `seal: params`",
                    "add the seal or remove the bounds");
    } else if (params == nullptr && seal == Seal::kParams) {
      problems_.Add(*reader.Get("seal"), "LL2306", "`seal: params` needs bounds",
                    "add  params: {points: {min: .., max: ..}}");
    } else if (params != nullptr) {
      out.emplace(id, ReadBounds(*params));
    }
  }

  void CheckRegionalId(const YamlNode& at, const std::string& id) {
    const std::string prefix = layer_.name() + ".";
    if (id.starts_with(prefix)) return;
    if (definitions_.Find("scoring rule", id) != nullptr) return;  // reported as sealed
    problems_.Add(at, "LL2305", fmt::format("the id of a region's rule begins with \"{}\"", prefix),
                  fmt::format("call it \"{}{}\"", prefix, id));
  }

  void ReadRule(const YamlNode& node) {
    MapReader reader(problems_, node, layer_.is_central() ? "a scoring rule" : "a region's scoring rule");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a scoring rule");
    problems_.SetRule(id.value_or(""));
    ScoringRule rule;
    rule.layer = layer_.name();
    rule.source = SourceOf(node);
    rule.regional = !layer_.is_central();
    rule.description = reader.Text("description");
    rule.dimension = Dimension(reader);
    rule.points = ReadPoints(problems_, reader);
    rule.each_activity = reader.Choice("each", {"activity"}) == 0;
    rule.half_life = HalfLife(reader);
    rule.max_points = MaxPoints(reader);
    if (rule.half_life && !rule.each_activity) {
      problems_.Add(*reader.Get("decay"), "LL2203", "only a rule with `each: activity` decays",
                    "a fact about the record has no age; add  each: activity  or remove the decay");
    }
    if (const YamlNode* when = reader.Require("when")) {
      const ConditionUse use{.container = "", .each_activity = rule.each_activity, .may_read_score = false};
      rule.condition = conditions_.Compile(*when, use, rules_);
      if (rule.condition >= 0 && rule.each_activity && !rules_.reads_activity[static_cast<size_t>(rule.condition)]) {
        problems_.Add(*when, "LL2204", "`each: activity`, but the condition reads nothing of the activity",
                      "read activity.*, or remove  each: activity");
      }
    }
    Seal seal = Seal::kFinal;
    if (layer_.is_central()) {
      seal = ReadSeal(problems_, reader, {Seal::kFinal, Seal::kParams});
      if (id) CheckBounds(reader, seal, *id, shared_.opened.rules);
    } else {
      RefuseSeal(problems_, reader);
    }
    reader.Finish();
    if (!id) return;
    if (!layer_.is_central()) CheckRegionalId(*reader.Get("id"), *id);
    if (!layer_.Define("scoring rule", *id, *reader.Get("id"), seal,
                       layer_.is_central() ? reader.Get("seal") : nullptr)) {
      return;
    }
    rule.id = *id;
    scoring_.rules.push_back(std::move(rule));
    ++layer_.info().scoring_rules;
  }

  // Bounds of a plugin's points: `max_points` is required, `min_points` is 0 without it.
  void ReadPluginBounds(MapReader& reader, ScoringPlugin& rule) {
    reader.Require("max_points");
    rule.max_points = reader.Number("max_points").value_or(0);
    rule.min_points = reader.Number("min_points").value_or(0);
    for (const auto& [key, points] : {std::pair("min_points", rule.min_points), {"max_points", rule.max_points}}) {
      if (std::abs(points) <= kMaxPoints) continue;
      problems_.Add(*reader.Get(key), "LL1105",
                    fmt::format("{} must be between -{:g} and {:g}", key, kMaxPoints, kMaxPoints));
    }
    const YamlNode* most = reader.Get("max_points");
    if (most == nullptr || rule.min_points < rule.max_points) return;
    problems_.Add(*most, "LL1105", fmt::format("max_points must be above min_points, which is {:g}", rule.min_points));
  }

  void ReadScoringPlugin(const YamlNode& node) {
    MapReader reader(problems_, node, layer_.is_central() ? "a scoring plugin" : "a region's scoring plugin");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a scoring plugin");
    problems_.SetRule(id.value_or(""));
    ScoringPlugin rule;
    rule.layer = layer_.name();
    rule.source = SourceOf(node);
    rule.regional = !layer_.is_central();
    rule.description = reader.Text("description");
    rule.dimension = Dimension(reader);
    ReadPluginBounds(reader, rule);
    rule.plugin = plugins_.Read(layer_, reader, {"score", "leadline.score/1", PluginSlot::Fallback::kNumber, {}});
    if (rule.plugin >= 0) CheckFallbackPoints(reader, rule);
    Seal seal = Seal::kFinal;
    if (layer_.is_central()) {
      seal = ReadSeal(problems_, reader, {Seal::kFinal});
    } else {
      RefuseSeal(problems_, reader);
    }
    reader.Finish();
    if (!id) return;
    if (!layer_.is_central()) CheckRegionalId(*reader.Get("id"), *id);
    // Rules and plugins share their names: tests and explanations know both by them.
    if (!layer_.Define("scoring rule", *id, *reader.Get("id"), seal,
                       layer_.is_central() ? reader.Get("seal") : nullptr)) {
      return;
    }
    if (rule.plugin < 0) return;
    rule.id = *id;
    scoring_.plugins.push_back(std::move(rule));
    ++layer_.info().scoring_rules;
  }

  void CheckFallbackPoints(MapReader& reader, const ScoringPlugin& rule) {
    const YamlNode* fallback = reader.Get("fallback");
    const double points = plugins_.at(rule.plugin).fallback_points;
    if (fallback == nullptr || (points >= rule.min_points && points <= rule.max_points)) return;
    problems_.Add(*fallback, "LL1105",
                  fmt::format("the fallback must be between {:g} and {:g}, the plugin's bounds", rule.min_points,
                              rule.max_points));
  }

  void ReadMatrix(const YamlNode& node) {
    MapReader reader(problems_, node, "a matrix");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a matrix");
    problems_.SetRule(id.value_or(""));
    ScoringMatrix matrix;
    matrix.layer = layer_.name();
    matrix.source = SourceOf(node);
    matrix.dimension = Dimension(reader);
    matrix.half_life = HalfLife(reader);
    matrix.max_points = MaxPoints(reader);
    const std::vector<std::string> axes = reader.TextList("axes");
    const std::vector<std::string> expected = {"activity.channel", "activity.investment", "activity.response"};
    if (reader.Require("axes") != nullptr && axes != expected) {
      problems_.Add(*reader.Get("axes"), "LL2205",
                    "the axes are [activity.channel, activity.investment, activity.response]");
    }
    reader.Text("description");
    const Seal seal = ReadSeal(problems_, reader, {Seal::kFinal, Seal::kParams});
    if (id) CheckBounds(reader, seal, *id, shared_.opened.matrices);
    if (const YamlNode* cells = reader.Require("cells")) ReadCells(*cells, matrix);
    reader.Finish();
    if (!id || !layer_.Define("matrix", *id, *reader.Get("id"), seal, reader.Get("seal"))) return;
    matrix.id = *id;
    matrix.BuildIndex();
    scoring_.matrices.push_back(std::move(matrix));
  }

  bool CheckAxis(const YamlNode& key, const std::string& field) {
    if (key.text == "*") return true;
    const int slot = conditions_.schema().SlotOf(field);
    if (slot < 0) return true;
    const FieldDef& def = conditions_.schema().fields()[static_cast<size_t>(slot)];
    if (CanHave(def, key.text)) return true;
    problems_.Add(key, "LL2106", fmt::format("{} is never \"{}\"", field, key.text), WhatToWrite(def, key.text));
    return false;
  }

  bool IsMap(const YamlNode& node, const char* form) {
    if (node.is_map()) return true;
    problems_.Add(node, "LL1102", fmt::format("cells are written as {}", form));
    return false;
  }

  void ReadCells(const YamlNode& cells, ScoringMatrix& matrix) {
    if (!IsMap(cells, "channel: {investment: {response: points}}")) return;
    for (size_t c = 0; c < cells.keys.size(); ++c) {
      CheckAxis(cells.keys[c], "activity.channel");
      if (!IsMap(cells.items[c], "investment: {response: points}")) continue;
      const YamlNode& investments = cells.items[c];
      for (size_t i = 0; i < investments.keys.size(); ++i) {
        CheckAxis(investments.keys[i], "activity.investment");
        if (!IsMap(investments.items[i], "response: points")) continue;
        ReadCellRow(cells.keys[c].text, investments.keys[i].text, investments.items[i], matrix);
      }
    }
  }

  void ReadCellRow(const std::string& channel, const std::string& investment, const YamlNode& row,
                   ScoringMatrix& matrix) {
    for (size_t r = 0; r < row.keys.size(); ++r) {
      CheckAxis(row.keys[r], "activity.response");
      ScoringMatrix::Cell cell{channel, investment, row.keys[r].text, 0, SourceOf(row.keys[r])};
      cell.points = CheckPoints(problems_, ReadNumber(problems_, row.items[r], "points"), row.items[r]);
      matrix.cells.push_back(std::move(cell));
    }
  }

  SharedScoring& shared_;
  domain::ScoringPolicy& scoring_;
};

}  // namespace

void ReadScoring(const Reading& reading, SharedScoring& shared, const YamlNode& root) {
  ScoringReader reader(reading, shared);
  if (reading.layer.is_central()) {
    reader.ReadCentral(root);
  } else {
    reader.ReadRegional(root);
  }
}

}  // namespace leadline::packs
