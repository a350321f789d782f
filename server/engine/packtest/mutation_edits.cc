#include "engine/packtest/mutation_edits.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/clock.h"
#include "engine/packtest/mutation_conditions.h"
#include "fmt/format.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::engine {
namespace {

using packs::YamlNode;

// One file's changes.
class FilePlanner {
 public:
  FilePlanner(const packs::PackFiles& pack, std::string path, const packs::YamlFile& file, const packs::RuleSet& rules,
              const std::set<std::string>& plugins, std::vector<PlannedMutant>& out)
      : pack_(pack), path_(std::move(path)), file_(file), rules_(rules), plugins_(plugins), out_(out) {
    NoteConditions("");
    for (const std::string& region : rules.regions()) NoteConditions(region);
  }

  void Plan() {
    const YamlNode& root = file_.root();
    if (path_ == "schema.yaml") PlanSchema(root);
    if (path_ == "normalize.yaml") PlanNormalize(root);
    if (path_ == "consent.yaml") PlanConsent(root);
    if (path_ == "buying_groups.yaml") PlanBuyingGroups(root);
    if (path_ == "scoring.yaml") PlanScoring(root);
    if (path_ == "status.yaml") PlanStatus(root);
    if (path_ == "routing.yaml") PlanRouting(root);
    if (path_ == "sla.yaml") PlanSla(root);
  }

 private:
  void NoteConditions(const std::string& region) {
    for (const packs::Condition& condition : rules_.ForRegion(region).conditions) {
      if (condition.position.file != file_.path()) continue;
      programs_.try_emplace({condition.position.line, condition.position.column}, condition.program.get());
    }
  }

  // The items of a list under `key`; empty when there is none.
  static const std::vector<YamlNode>& Items(const YamlNode& map, std::string_view key) {
    static const auto* const none = new std::vector<YamlNode>();
    const YamlNode* list = map.Find(key);
    return list == nullptr || !list->is_sequence() ? *none : list->items;
  }
  static std::string TextAt(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.Find(key);
    return node == nullptr ? "" : node->text;
  }

  void Add(const YamlNode& at, std::string change, std::vector<TextEdit> edits) {
    PlannedMutant planned;
    planned.mutant.layer = pack_.name;
    planned.mutant.position = file_.PositionOf(edits.empty() ? at.offset : edits.front().begin);
    planned.mutant.rule = rule_;
    planned.mutant.change = std::move(change);
    planned.path = path_;
    planned.edits = std::move(edits);
    out_.push_back(std::move(planned));
  }
  void Replace(const YamlNode* node, const std::string& with, std::string_view what) {
    if (node == nullptr || node->text == with) return;
    const packs::YamlRange range = packs::RangeOf(*node);
    Add(*node, fmt::format("{} {} becomes {}", what, node->text, with), {{range.begin, range.end, with}});
  }

  void Condition(const YamlNode* text) {
    if (text == nullptr || !text->is_scalar() || text->text.empty()) return;
    const SourcePosition place = file_.PositionOf(packs::RangeOf(*text, SourceSpan{0, 1}).begin);
    const auto program = programs_.find({place.line, place.column});
    if (program == programs_.end()) return;
    for (ConditionChange& change : ChangesOf(*text, program->second->ast())) {
      Add(*text, std::move(change.change), std::move(change.edits));
    }
  }

  void Points(const YamlNode* node, bool sign) {
    if (node == nullptr) return;
    double points = 0;
    const auto [end, error] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), points);
    if (error != std::errc()) return;
    Replace(node, fmt::format("{:g}", points + 1), "points");
    Replace(node, fmt::format("{:g}", points - 1), "points");
    if (sign && points != 0) Replace(node, fmt::format("{:g}", -points), "points");
  }

  void Length(const YamlNode* node, std::string_view what, Duration (*change)(Duration)) {
    if (node == nullptr) return;
    const absl::StatusOr<Duration> length = ParseDuration(node->text);
    if (length.ok()) Replace(node, FormatDuration(change(*length)), what);
  }

  void Flag(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.Find(key);
    if (node != nullptr && node->is_plain()) Replace(node, node->text == "true" ? "false" : "true", key);
  }

  // Takes one item of a list out.
  void Remove(const std::vector<YamlNode>& items, size_t index, const std::string& what) {
    const YamlNode& item = items[index];
    const std::string& text = file_.text();
    size_t line = text.rfind('\n', item.offset == 0 ? 0 : item.offset - 1);
    line = line == std::string::npos ? 0 : line + 1;
    const size_t dash = text.find_first_not_of(' ', line);
    // `- ` alone stands before the first byte of an item in block style.
    const bool block =
        dash < item.offset && text[dash] == '-' &&
        text.find_first_not_of("- ", dash) == (text[item.offset] == '-' ? std::string::npos : item.offset);
    if (block) {
      Add(item, what, {{static_cast<uint32_t>(line), BlockEnd(line, dash - line), ""}});
    } else if (index + 1 < items.size()) {
      Add(item, what, {{item.offset, items[index + 1].offset, ""}});
    } else if (index > 0) {
      Add(item, what, {{packs::RangeOf(items[index - 1]).end, packs::RangeOf(item).end, ""}});
    } else if (item.is_scalar()) {
      const packs::YamlRange range = packs::RangeOf(item);
      Add(item, what, {{range.begin, range.end, ""}});
    }
  }

  // Where the lines of a block item end: before the first that stands no deeper than its dash.
  uint32_t BlockEnd(size_t line, size_t indent) const {
    const std::string& text = file_.text();
    size_t at = text.find('\n', line);
    while (at != std::string::npos) {
      const size_t next = at + 1;
      const size_t first = text.find_first_not_of(' ', next);
      if (first == std::string::npos) break;
      const bool blank = text[first] == '\n' || text[first] == '#';
      if (!blank && first - next <= indent) return static_cast<uint32_t>(next);
      at = text.find('\n', next);
    }
    return static_cast<uint32_t>(text.size());
  }

  // Takes each item of the list under `key` out.
  void RemoveEach(const YamlNode& map, std::string_view key) {
    const std::vector<YamlNode>& items = Items(map, key);
    for (size_t i = 0; i < items.size(); ++i) Remove(items, i, fmt::format("{} {} is removed", key, items[i].text));
  }

  void PlanSchema(const YamlNode& root) {
    rule_ = "touches";
    RemoveEach(root, "touches");
    rule_ = "contact_requests";
    if (const YamlNode* requests = root.Find("contact_requests")) {
      RemoveEach(*requests, "responses");
      Length(requests->Find("within"), "within", [](Duration d) { return 2 * d; });
    }
  }

  void PlanConsent(const YamlNode& root) {
    const std::vector<YamlNode>& reasons = Items(root, "not_marketable");
    for (size_t i = 0; i < reasons.size(); ++i) {
      rule_ = TextAt(reasons[i], "id");
      Remove(reasons, i, "the reason is removed");
      Condition(reasons[i].Find("when"));
      for (const char* key : {"channels", "responses", "until"}) RemoveEach(reasons[i], key);
    }
  }

  void PlanBuyingGroups(const YamlNode& root) {
    for (const YamlNode& role : Items(root, "roles")) {
      rule_ = TextAt(role, "id");
      RemoveEach(role, "also");
    }
    const std::vector<YamlNode>& groups = Items(root, "buying_groups");
    for (size_t i = 0; i < groups.size(); ++i) {
      rule_ = TextAt(groups[i], "id");
      Remove(groups, i, "the buying group is removed");
      RemoveEach(groups[i], "products");
      const YamlNode* wanted = groups[i].Find("wanted");
      for (size_t r = 0; wanted != nullptr && r < wanted->items.size(); ++r) {
        const int64_t count = std::atoll(wanted->items[r].text.c_str());
        Replace(&wanted->items[r], fmt::format("{}", count + 1), wanted->keys[r].text);
        if (count > 1) Replace(&wanted->items[r], fmt::format("{}", count - 1), wanted->keys[r].text);
      }
    }
  }

  void PlanNormalize(const YamlNode& root) {
    const YamlNode* tables = root.Find("normalize");
    if (tables == nullptr) return;
    for (size_t i = 0; i < tables->keys.size(); ++i) {
      rule_ = tables->keys[i].text;
      const std::vector<YamlNode>& rows = tables->items[i].items;
      for (size_t r = 0; r < rows.size(); ++r) {
        if (rows[r].Find("when") == nullptr) continue;
        Remove(rows, r, fmt::format("the row for {} is removed", TextAt(rows[r], "value")));
        Condition(rows[r].Find("when"));
        Replace(rows[r].Find("value"), OtherValue(rule_, TextAt(rows[r], "value")), "value");
      }
    }
  }

  // Another value that the field can have.
  std::string OtherValue(const std::string& field, const std::string& value) const {
    const packs::FieldDef* def = rules_.FindField(field);
    if (def == nullptr || def->values.size() < 2) return value + "_other";
    const auto it = std::find(def->values.begin(), def->values.end(), value);
    return it == def->values.end() || it + 1 == def->values.end() ? def->values.front() : *(it + 1);
  }

  void Contribution(const YamlNode& rule) {
    if (const YamlNode* decay = rule.Find("decay")) {
      Length(decay->Find("half_life"), "half-life", [](Duration d) { return 2 * d; });
    }
    if (const YamlNode* most = rule.Find("max_points")) {
      const packs::YamlRange range = packs::RangeOf(*most);
      Add(*most, fmt::format("the limit max_points {} is lifted", most->text), {{range.begin, range.end, "100000"}});
    }
  }

  void PlanScoring(const YamlNode& root) {
    if (const YamlNode* threshold = root.Find("threshold")) {
      for (size_t i = 0; i < threshold->keys.size(); ++i) {
        rule_ = "threshold." + threshold->keys[i].text;
        Points(&threshold->items[i], false);
      }
    }
    const std::vector<YamlNode>& rules = Items(root, "rules");
    for (size_t i = 0; i < rules.size(); ++i) {
      rule_ = TextAt(rules[i], "id");
      Remove(rules, i, "the rule is removed");
      Condition(rules[i].Find("when"));
      Points(rules[i].Find("points"), true);
      Contribution(rules[i]);
    }
    for (const YamlNode& matrix : Items(root, "matrices")) {
      rule_ = TextAt(matrix, "id");
      Contribution(matrix);
      if (const YamlNode* cells = matrix.Find("cells")) PlanCells(*cells);
    }
    const std::vector<YamlNode>& set = Items(root, "set");
    for (size_t i = 0; i < set.size(); ++i) {
      rule_ = "set " + TextAt(set[i], "rule") + TextAt(set[i], "matrix");
      Remove(set, i, "the setting is removed");
      Points(set[i].Find("points"), false);
    }
    const std::vector<YamlNode>& plugins = Items(root, "plugins");
    for (size_t i = 0; i < plugins.size(); ++i) {
      if (!plugins_.contains(TextAt(plugins[i], "plugin"))) continue;
      rule_ = TextAt(plugins[i], "id");
      Remove(plugins, i, "the plugin is removed");
      Points(plugins[i].Find("max_points"), false);
      Points(plugins[i].Find("min_points"), false);
    }
    rule_ = "regional_adjustment";
    if (const YamlNode* adjustment = root.Find("regional_adjustment")) Points(adjustment->Find("cap"), false);
  }

  void PlanCells(const YamlNode& cells) {
    for (size_t c = 0; c < cells.keys.size(); ++c) {
      for (size_t i = 0; i < cells.items[c].keys.size(); ++i) {
        const YamlNode& row = cells.items[c].items[i];
        for (size_t r = 0; r < row.keys.size(); ++r) {
          rule_ = fmt::format("{} / {} / {}", cells.keys[c].text, cells.items[c].keys[i].text, row.keys[r].text);
          Points(&row.items[r], false);
        }
      }
    }
  }

  void PlanStatus(const YamlNode& root) {
    std::vector<std::string> statuses;
    for (const YamlNode& status : Items(root, "statuses")) {
      rule_ = TextAt(status, "id");
      statuses.push_back(rule_);
      Flag(status, "marketable");
    }
    for (const char* section : {"entry", "transitions"}) {
      const std::vector<YamlNode>& moves = Items(root, section);
      for (size_t i = 0; i < moves.size(); ++i) PlanMove(moves, i, statuses);
    }
    const std::vector<YamlNode>& gates = Items(root, "gates");
    for (size_t i = 0; i < gates.size(); ++i) {
      if (plugins_.contains(TextAt(gates[i], "plugin"))) PlanGate(gates, i, statuses);
    }
  }

  void PlanMove(const std::vector<YamlNode>& moves, size_t index, const std::vector<std::string>& statuses) {
    const YamlNode& move = moves[index];
    rule_ = TextAt(move, "id");
    Remove(moves, index, "the rule is removed");
    Condition(move.Find("when"));
    for (const char* key : {"from", "on", "reasons"}) RemoveEach(move, key);
    Flag(move, "reason_required");
    OtherQueue(move);
    const auto to = std::find(statuses.begin(), statuses.end(), TextAt(move, "to"));
    if (to == statuses.end()) return;
    Replace(move.Find("to"), to + 1 == statuses.end() ? statuses.front() : *(to + 1), "to");
    if (to != statuses.begin()) Replace(move.Find("to"), *(to - 1), "to");
  }

  void PlanGate(const std::vector<YamlNode>& gates, size_t index, const std::vector<std::string>& statuses) {
    const YamlNode& gate = gates[index];
    rule_ = TextAt(gate, "id");
    Remove(gates, index, "the gate is removed");
    for (const char* key : {"to", "on"}) RemoveEach(gate, key);
    const auto at = std::find(statuses.begin(), statuses.end(), TextAt(gate, "otherwise"));
    if (at != statuses.end()) Replace(gate.Find("otherwise"), at == statuses.begin() ? at[1] : at[-1], "otherwise");
    OtherQueue(gate);
  }

  // Another queue in the place of the one that `hold:` names.
  void OtherQueue(const YamlNode& item) {
    const YamlNode* hold = item.Find("hold");
    if (hold == nullptr) return;
    for (const auto& queue : rules_.ForRegion(pack_.name == "central" ? "" : pack_.name).routing.queues) {
      if (queue.id != hold->text) return Replace(hold, queue.id, "hold");
    }
  }

  void PlanRouting(const YamlNode& root) {
    rule_ = "route_on_enter";
    RemoveEach(root, "route_on_enter");
    for (const YamlNode& territory : Items(root, "territories")) {
      rule_ = TextAt(territory, "id");
      RemoveEach(territory, "countries");
    }
    const std::vector<YamlNode>& routes = Items(root, "routes");
    for (size_t i = 0; i < routes.size(); ++i) {
      rule_ = TextAt(routes[i], "id");
      Remove(routes, i, "the route is removed");
      Condition(routes[i].Find("when"));
      OtherQueue(routes[i]);
      for (const char* flag : {"match_language", "match_territory", "senior_only", "fast_lane", "before_regions"}) {
        Flag(routes[i], flag);
      }
    }
    const std::vector<YamlNode>& tighten = Items(root, "tighten");
    for (size_t i = 0; i < tighten.size(); ++i) {
      rule_ = "tighten " + TextAt(tighten[i], "route");
      Remove(tighten, i, "the tightening is removed");
      Condition(tighten[i].Find("and"));
    }
  }

  void PlanSla(const YamlNode& root) {
    std::vector<std::string> calendars;
    for (const auto& calendar : rules_.ForRegion(pack_.name == "central" ? "" : pack_.name).sla.calendars) {
      calendars.push_back(calendar.id);
    }
    for (const char* section : {"levels", "tighten"}) {
      const std::vector<YamlNode>& levels = Items(root, section);
      for (size_t i = 0; i < levels.size(); ++i) {
        const YamlNode& level = levels[i];
        rule_ = TextAt(level, "id") + TextAt(level, "level");
        Remove(levels, i, "the level is removed");
        Condition(level.Find("when"));
        Length(level.Find("warn_after"), "warn_after", [](Duration d) { return d - kMinute; });
        Length(level.Find("due_after"), "due_after", [](Duration d) { return d - kMinute; });
        Flag(level, "reassign_on_breach");
        PlanLadder(level);
        Condition(level.Find("pause_when"));
        for (const char* key : {"start_on_enter", "start_on_hold"}) RemoveEach(level, key);
        for (const std::string& other : calendars) {
          const YamlNode* calendar = level.Find("calendar");
          if (calendar != nullptr && calendar->is_map()) calendar = calendar->Find("of_assignee");
          if (calendar == nullptr || !calendar->is_scalar() || other == calendar->text) continue;
          Replace(calendar, other, "calendar");
          break;
        }
      }
    }
  }

  void PlanLadder(const YamlNode& level) {
    const std::vector<YamlNode>& steps = Items(level, "on_breach");
    for (size_t i = 0; i < steps.size(); ++i) {
      Remove(steps, i, "the step is removed");
      Length(steps[i].Find("after"), "after", [](Duration d) { return d - kMinute; });
    }
  }

  const packs::PackFiles& pack_;
  std::string path_;
  const packs::YamlFile& file_;
  const packs::RuleSet& rules_;
  const std::set<std::string>& plugins_;
  std::vector<PlannedMutant>& out_;
  std::map<std::pair<int32_t, int32_t>, const cel::Program*> programs_;
  std::string rule_;
};

}  // namespace

std::vector<PlannedMutant> PlanMutants(const packs::PackFiles& pack, const std::string& directory,
                                       const packs::RuleSet& rules, const std::set<std::string>& plugins) {
  std::vector<PlannedMutant> out;
  for (const auto& [path, text] : pack.files) {
    if (path.find('/') != std::string::npos || !path.ends_with(".yaml")) continue;
    packs::YamlFile file(directory + "/" + path, text);
    std::vector<Diagnostic> ignored;
    if (file.Parse(ignored)) FilePlanner(pack, path, file, rules, plugins, out).Plan();
  }
  return out;
}

std::string Edited(const std::string& text, const std::vector<TextEdit>& edits) {
  std::string out = text;
  for (size_t i = edits.size(); i-- > 0;) out.replace(edits[i].begin, edits[i].end - edits[i].begin, edits[i].text);
  return out;
}

}  // namespace leadline::engine
