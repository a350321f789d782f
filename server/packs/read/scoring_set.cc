#include "packs/read/scoring_set.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/values/points.h"

namespace leadline::packs {
namespace {

using domain::ScoringMatrix;
using domain::ScoringRule;

class PointsSetReader {
 public:
  PointsSetReader(Layer& layer, ConditionCompiler& conditions, const OpenedPoints& opened, RegionRules& rules)
      : layer_(layer),
        problems_(layer.problems()),
        definitions_(layer.definitions()),
        conditions_(conditions),
        opened_(opened),
        rules_(rules),
        scoring_(rules.scoring) {}

  // A region's value for a central number. The central score keeps the central value: the difference counts as a
  // regional adjustment, within the cap (Law 4).
  void Read(const YamlNode& node) {
    problems_.SetRule("");
    MapReader reader(problems_, node, "an entry of \"set\"");
    if (!reader.ok()) return;
    const YamlNode* rule = reader.Get("rule");
    const YamlNode* matrix = reader.Get("matrix");
    const double points = ReadPoints(problems_, reader);
    if ((rule == nullptr) == (matrix == nullptr)) {
      problems_.Add(node, "LL1103", "an entry of \"set\" names either a rule or a matrix",
                    "write  rule: ID  or  matrix: ID");
    } else if (rule != nullptr) {
      SetRulePoints(reader, *rule, points);
    } else {
      SetCellPoints(reader, *matrix, points);
    }
    reader.Finish();
  }

 private:
  const PointsBounds* FindOpened(const YamlNode& name, const std::string& kind,
                                 const std::map<std::string, PointsBounds>& bounds) {
    problems_.SetRule(name.text);
    const Definition* central = definitions_.Find(kind, name.text);
    if (central == nullptr || central->layer != "central") {
      problems_.Add(name, "LL2304", fmt::format("the central pack has no {} \"{}\"", kind, name.text),
                    DidYouMean(name.text, definitions_.IdsOf(kind, "central")));
      return nullptr;
    }
    const auto it = bounds.find(name.text);
    if (it == bounds.end()) {
      ReportSealed(problems_, name, kind + " \"" + name.text + "\"", *central, "set the points of");
      return nullptr;
    }
    return &it->second;
  }

  bool CheckWithin(const YamlNode* at, double points, const PointsBounds& bounds) {
    if (at == nullptr || (points >= bounds.min && points <= bounds.max)) return at != nullptr;
    Diagnostic& d =
        problems_.Add(*at, "LL2303", fmt::format("{:g} is outside of {:g} to {:g}", points, bounds.min, bounds.max),
                      "choose a value within the bounds");
    d.related = bounds.at->file->PositionOf(bounds.at->offset);
    d.related_message = "the central pack sets the bounds here";
    return false;
  }

  // A number is set once: false, reported, when `id` was set before.
  bool SetOnce(const std::string& id, const YamlNode& node) {
    const auto [it, inserted] = set_.emplace(id, &node);
    if (inserted) return true;
    Diagnostic& d = problems_.Add(node, "LL1106", "these points are set twice", "remove one of the two");
    d.related = it->second->file->PositionOf(it->second->offset);
    d.related_message = "set first here";
    return false;
  }

  void PushDifference(ScoringRule rule, const std::string& id, double difference, const YamlNode& node) {
    if (!SetOnce(id, node) || difference == 0 || !layer_.Define("scoring rule", id, node, Seal::kFinal, nullptr))
      return;
    rule.id = id;
    rule.layer = layer_.name();
    rule.source = SourceOf(node);
    rule.points = difference;
    rule.regional = true;
    scoring_.rules.push_back(std::move(rule));
    ++layer_.info().scoring_rules;
  }

  void SetRulePoints(MapReader& reader, const YamlNode& name, double points) {
    const PointsBounds* bounds = FindOpened(name, "scoring rule", opened_.rules);
    if (bounds == nullptr || !CheckWithin(reader.Get("points"), points, *bounds)) return;
    const auto it = std::find_if(scoring_.rules.begin(), scoring_.rules.end(),
                                 [&](const ScoringRule& r) { return r.id == name.text; });
    if (it == scoring_.rules.end()) return;
    ScoringRule copy = *it;
    copy.sets_rule = static_cast<int>(it - scoring_.rules.begin());
    copy.max_points.reset();
    copy.description = fmt::format("{:g} instead of {:g} points for {}", points, it->points, it->id);
    PushDifference(std::move(copy), fmt::format("{}.set.{}", layer_.name(), name.text), points - it->points,
                   reader.node());
  }

  void SetCellPoints(MapReader& reader, const YamlNode& name, double points) {
    const YamlNode* places[3] = {reader.Require("channel"), reader.Require("investment"), reader.Require("response")};
    const PointsBounds* bounds = FindOpened(name, "matrix", opened_.matrices);
    if (bounds == nullptr || !CheckWithin(reader.Get("points"), points, *bounds)) return;
    const auto matrix = std::find_if(scoring_.matrices.begin(), scoring_.matrices.end(),
                                     [&](const ScoringMatrix& m) { return m.id == name.text; });
    if (matrix == scoring_.matrices.end() || !places[0] || !places[1] || !places[2]) return;
    const auto cell = std::find_if(matrix->cells.begin(), matrix->cells.end(), [&](const ScoringMatrix::Cell& c) {
      return c.channel == places[0]->text && c.investment == places[1]->text && c.response == places[2]->text;
    });
    if (cell == matrix->cells.end() || cell->channel == "*" || cell->investment == "*" || cell->response == "*") {
      problems_.Add(reader.node(), "LL2304", fmt::format("the matrix \"{}\" has no such cell of its own", name.text),
                    "name channel, investment and response of a cell without \"*\"");
      return;
    }
    ScoringRule rule;
    rule.sets_matrix = static_cast<int>(matrix - scoring_.matrices.begin());
    rule.dimension = matrix->dimension;
    rule.description = fmt::format("{:g} instead of {:g} points for {} / {} / {}", points, cell->points, cell->channel,
                                   cell->investment, cell->response);
    rule.each_activity = true;
    rule.half_life = matrix->half_life;
    const std::string when =
        fmt::format(R"(activity.channel == "{}" && activity.investment == "{}" && activity.response == "{}")",
                    cell->channel, cell->investment, cell->response);
    rule.condition = conditions_.CompileGenerated(when, reader.node(), rules_);
    const std::string id =
        fmt::format("{}.set.{}.{}.{}.{}", layer_.name(), name.text, cell->channel, cell->investment, cell->response);
    PushDifference(std::move(rule), id, points - cell->points, reader.node());
  }

  Layer& layer_;
  Problems& problems_;
  const Definitions& definitions_;
  ConditionCompiler& conditions_;
  const OpenedPoints& opened_;
  RegionRules& rules_;
  domain::ScoringPolicy& scoring_;
  std::map<std::string, const YamlNode*> set_;  // by id of the rule that stands for the difference
};

}  // namespace

void ReadPointsSet(Layer& layer, ConditionCompiler& conditions, const OpenedPoints& opened,
                   const std::vector<const YamlNode*>& entries, RegionRules& rules) {
  PointsSetReader reader(layer, conditions, opened, rules);
  for (const YamlNode* entry : entries) reader.Read(*entry);
}

}  // namespace leadline::packs
