#include "packs/cases/expect.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"
#include "packs/yaml/map_reader.h"

namespace leadline::packs {
namespace {

using domain::Trigger;

// The words for what is not there.
constexpr std::string_view kNone = "none";
constexpr std::string_view kStay = "stay";

SourcePosition PlaceOf(const YamlNode& node) { return node.file->PositionOf(node.offset); }

template <typename Items>
std::vector<std::string> IdsOf(const Items& items) {
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(item.id);
  return out;
}

class ExpectReader {
 public:
  ExpectReader(Problems& problems, const TestOwner& owner, const RegionRules& region, Time now, const TestInput& input,
               Expectations& out)
      : problems_(problems),
        owner_(owner),
        rules_(owner.rules()),
        region_(region),
        now_(now),
        input_(input),
        out_(out) {}

  void Read(const YamlNode& node) {
    MapReader reader(problems_, node, "what is expected");
    if (!reader.ok()) return;
    if (const YamlNode* fields = reader.Get("normalize")) ReadNormalize(*fields);
    if (const YamlNode* score = reader.Get("score")) ReadScore(*score);
    if (const YamlNode* fired = reader.Get("fired")) ReadFired(*fired);
    for (const YamlNode* rule : reader.List("not_fired")) ReadNotFired(*rule);
    if (const YamlNode* only = reader.Get("only")) {
      out_.only = reader.Flag("only");
      out_.only_position = PlaceOf(*only);
    }
    if (const YamlNode* entry = reader.Get("entry")) out_.entry = ReadEntry(*entry);
    if (const YamlNode* transition = reader.Get("transition")) out_.transition = ReadTransition(*transition);
    if (const YamlNode* route = reader.Get("route")) out_.route = ReadRoute(*route);
    if (const YamlNode* sla = reader.Get("sla")) out_.sla = ReadSla(*sla);
    if (const YamlNode* reason = reader.Get("not_marketable")) out_.marketing = ReadMarketing(*reason);
    if (const YamlNode* region = reader.Get("region")) out_.region = ReadRegion(*region);
    if (const YamlNode* territory = reader.Get("territory")) out_.territory = ReadTerritory(*territory);
    reader.Finish();
    if (out_.only && out_.rules.empty()) {
      problems_.Add(*reader.Get("only"), "LL3105", "`only: true` without `fired`", "name the rules that fire");
    }
    if (out_.entry && out_.transition) {
      problems_.Add(*reader.Get("transition"), "LL3105", "a case expects either an entry or a transition",
                    "make two cases of it");
    }
    if (input_.score && out_.looks_at_score()) {
      problems_.Add(node, "LL3105", "a case that gives the score cannot expect one",
                    "leave `score` out of what is given");
    }
  }

 private:
  // One of `names`; reported otherwise.
  bool Known(const YamlNode& node, const std::string& kind, const std::vector<std::string>& names) {
    if (node.is_scalar() && std::find(names.begin(), names.end(), node.text) != names.end()) return true;
    problems_.Add(node, "LL3104", fmt::format("there is no {} \"{}\"", kind, node.text), DidYouMean(node.text, names));
    return false;
  }
  // The text under `key` when it is one of `names`; empty when absent or another (reported).
  std::string Name(MapReader& reader, std::string_view key, const std::string& kind,
                   const std::vector<std::string>& names) {
    const YamlNode* node = reader.Get(key);
    return node != nullptr && Known(*node, kind, names) ? node->text : "";
  }
  bool IsMap(const YamlNode& node, std::string_view what) {
    if (node.is_map()) return true;
    problems_.Add(node, "LL1102", fmt::format("{} must be a map (key: value)", what));
    return false;
  }

  void ReadNormalize(const YamlNode& node) {
    if (!IsMap(node, "\"normalize\"")) return;
    std::vector<std::string> fields;
    for (const Normalizer& normalizer : region_.normalizers) fields.push_back(normalizer.field);
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!Known(node.keys[i], "normalised field", fields)) continue;
      ExpectedField field;
      field.field = node.keys[i].text;
      field.position = PlaceOf(node.items[i]);
      const YamlNode* value = &node.items[i];
      if (node.items[i].is_map()) {
        MapReader reader(problems_, node.items[i], "a normalised field");
        value = reader.Require("value");
        field.by = reader.Text("by");
        reader.Finish();
      }
      if (value == nullptr || !FieldCanBe(field.field, *value)) continue;
      if (value->text != kNone) field.value = value->text;
      out_.normalize.push_back(std::move(field));
    }
  }

  bool FieldCanBe(const std::string& name, const YamlNode& node) {
    if (!ReadText(problems_, node, name)) return false;
    const FieldDef* field = rules_.FindField(name);
    if (field == nullptr || field->values.empty() || node.text == kNone) return true;
    if (std::find(field->values.begin(), field->values.end(), node.text) != field->values.end()) return true;
    problems_.Add(node, "LL3103", fmt::format("{} is never \"{}\"", name, node.text),
                  DidYouMean(node.text, field->values));
    return false;
  }

  void ReadScore(const YamlNode& node) {
    MapReader reader(problems_, node, "an expected score");
    if (!reader.ok()) return;
    ExpectedScore score;
    score.position = PlaceOf(node);
    score.central = reader.Number("central");
    score.adjustment = reader.Number("adjustment");
    score.total = reader.Number("total");
    if (reader.Get("qualified") != nullptr) score.qualified = reader.Flag("qualified");
    if (reader.Get("warm") != nullptr) score.warm = reader.Flag("warm");
    if (const YamlNode* dimensions = reader.Get("dimensions"); dimensions && IsMap(*dimensions, "\"dimensions\"")) {
      ReadDimensions(*dimensions, score);
    }
    reader.Finish();
    out_.score = std::move(score);
  }

  void ReadDimensions(const YamlNode& node, ExpectedScore& score) {
    std::set<std::string> names;
    for (const auto& rule : region_.scoring.rules) names.insert(rule.dimension);
    for (const auto& matrix : region_.scoring.matrices) names.insert(matrix.dimension);
    for (const auto& plugin : region_.scoring.plugins) names.insert(plugin.dimension);
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!Known(node.keys[i], "dimension", {names.begin(), names.end()})) continue;
      const std::optional<double> points = ReadNumber(problems_, node.items[i], "the dimension's points");
      if (points) score.dimensions.emplace_back(node.keys[i].text, *points);
    }
  }

  const std::vector<std::string>& ScoringIds() {
    if (scoring_ids_.empty()) {
      scoring_ids_ = IdsOf(region_.scoring.rules);
      for (const auto& matrix : region_.scoring.matrices) scoring_ids_.push_back(matrix.id);
      for (const auto& plugin : region_.scoring.plugins) scoring_ids_.push_back(plugin.id);
      scoring_ids_.push_back("regional_adjustment");
    }
    return scoring_ids_;
  }

  void ReadFired(const YamlNode& node) {
    if (node.is_sequence()) {
      for (const YamlNode& rule : node.items) {
        if (Known(rule, "scoring rule", ScoringIds())) AddRule(rule, PlaceOf(rule), true, std::nullopt);
      }
      return;
    }
    if (!IsMap(node, "\"fired\"")) return;
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!Known(node.keys[i], "scoring rule", ScoringIds())) continue;
      const YamlNode& points = node.items[i];
      if (points.is_plain() && points.text == kNone) {
        AddRule(node.keys[i], PlaceOf(points), false, std::nullopt);
      } else if (const std::optional<double> number = ReadNumber(problems_, points, "the rule's points")) {
        AddRule(node.keys[i], PlaceOf(points), true, *number);
      }
    }
  }

  void ReadNotFired(const YamlNode& node) {
    if (Known(node, "scoring rule", ScoringIds())) AddRule(node, PlaceOf(node), false, std::nullopt);
  }

  void AddRule(const YamlNode& at, SourcePosition position, bool fires, std::optional<double> points) {
    const auto same = [&](const ExpectedRule& rule) { return rule.rule == at.text; };
    if (std::any_of(out_.rules.begin(), out_.rules.end(), same)) {
      problems_.Add(at, "LL3105", fmt::format("\"{}\" is expected twice", at.text), "remove one of the two");
      return;
    }
    out_.rules.push_back({at.text, fires, points, std::move(position)});
  }

  // The status that `key` names; empty for `none_word`.
  std::string StatusOf(MapReader& reader, std::string_view key, std::string_view none_word = "") {
    const YamlNode* node = reader.Get(key);
    if (node == nullptr || (!none_word.empty() && node->text == none_word)) return "";
    std::vector<std::string> names = IdsOf(region_.lifecycle.statuses);
    for (const auto& remap : region_.lifecycle.remaps) names.push_back(remap.from);
    return Known(*node, "status", names) ? node->text : "";
  }

  // A transition of this trigger, or a gate before one; the finding names those there are.
  std::string TransitionOf(MapReader& reader, Trigger on) {
    std::vector<std::string> names;
    for (const auto& t : region_.lifecycle.transitions) {
      if (t.trigger == on) names.push_back(t.id);
    }
    for (const auto& gate : region_.lifecycle.gates) {
      if (std::find(gate.on.begin(), gate.on.end(), on) != gate.on.end()) names.push_back(gate.id);
    }
    return Name(reader, "by", on == Trigger::kEntry ? "entry rule" : "transition on this event", names);
  }

  ExpectedStatus ReadEntry(const YamlNode& node) {
    MapReader reader(problems_, node, "an expected entry");
    ExpectedStatus out;
    out.position = PlaceOf(node);
    reader.Require("status");
    out.to = StatusOf(reader, "status");
    out.by = TransitionOf(reader, Trigger::kEntry);
    out.hold = HoldOf(reader);
    reader.Finish();
    return out;
  }

  ExpectedStatus ReadTransition(const YamlNode& node) {
    MapReader reader(problems_, node, "an expected transition");
    ExpectedStatus out;
    out.position = PlaceOf(node);
    out.from = StatusOf(reader, "from");
    if (out.from.empty()) out.from = input_.lead.status;
    if (out.from.empty() && reader.ok() && reader.Get("from") == nullptr) {
      problems_.Add(node, "LL1103", "a transition needs \"from\"", "add  from: STATUS  or give lead.status");
    }
    static const std::vector<std::string> events = {"activity", "rescore", "transition", "accept", "reject", "merge"};
    reader.Require("on");
    const int event = reader.Choice("on", events);
    out.on = static_cast<Trigger>(std::max(event, 0) + 1);
    reader.Require("to");
    out.to = StatusOf(reader, "to", kStay);
    out.wanted = StatusOf(reader, "wanted");
    if (out.on == Trigger::kTransition && out.wanted.empty()) {
      if (out.to.empty()) {
        problems_.Add(node, "LL1103", "a person's transition that is refused needs \"wanted\"",
                      "add  wanted: STATUS  - where the person wants it");
      }
      out.wanted = out.to;
    }
    out.reason = Name(reader, "reason", "reject reason", region_.lifecycle.reject_reasons);
    if (event >= 0) out.by = TransitionOf(reader, out.on);
    if (reader.Get("reason_required") != nullptr) out.reason_required = reader.Flag("reason_required");
    out.hold = HoldOf(reader);
    reader.Finish();
    return out;
  }

  // Of a move: the queue of the gate or the transition; "none".
  std::optional<std::string> HoldOf(MapReader& reader) {
    const YamlNode* node = reader.Get("hold");
    if (node == nullptr) return std::nullopt;
    if (node->is_plain() && node->text == kNone) return "";
    return Name(reader, "hold", "queue", IdsOf(region_.routing.queues));
  }

  ExpectedRoute ReadRoute(const YamlNode& node) {
    ExpectedRoute out;
    out.position = PlaceOf(node);
    if (node.is_plain() && node.text == kNone) {
      out.none = true;
      return out;
    }
    MapReader reader(problems_, node, "an expected route");
    const auto rep = [&](std::string_view key) {
      const YamlNode* named = reader.Get(key);
      return named != nullptr && owner_.KnowsRep(problems_, *named) ? named->text : "";
    };
    if (const YamlNode* team = reader.Get("team"); team != nullptr && owner_.KnowsTeam(problems_, *team)) {
      out.team = team->text;
    }
    out.rep = rep("rep");
    out.hold = Name(reader, "hold", "queue", IdsOf(region_.routing.queues));
    out.by = Name(reader, "by", "route", IdsOf(region_.routing.routes));
    out.without = rep("without");
    reader.Finish();
    if (!out.hold.empty() && (!out.team.empty() || !out.rep.empty())) {
      problems_.Add(*reader.Get("hold"), "LL3105", "a lead is either held or given to a rep", "remove one of the two");
    }
    return out;
  }

  ExpectedLevel ReadSla(const YamlNode& node) {
    ExpectedLevel out;
    out.position = PlaceOf(node);
    if (node.is_plain() && node.text == kNone) return out;
    MapReader reader(problems_, node, "an expected service level");
    reader.Require("level");
    out.level = Name(reader, "level", "service level", IdsOf(region_.sla.levels));
    if (const YamlNode* warn = reader.Get("warn")) out.warn = ReadMomentToCome(*warn);
    if (const YamlNode* due = reader.Get("due")) out.due = ReadMomentToCome(*due);
    if (reader.Get("reassign") != nullptr) out.reassign = reader.Flag("reassign");
    if (reader.Get("stands") != nullptr) out.stands = reader.Flag("stands");
    if (reader.Get("calendar") != nullptr)
      out.calendar = Name(reader, "calendar", "calendar", IdsOf(region_.sla.calendars));
    if (reader.Get("on_breach") != nullptr) out.on_breach = reader.TextList("on_breach");
    reader.Finish();
    return out;
  }

  std::optional<ExpectedMarketing> ReadMarketing(const YamlNode& node) {
    ExpectedMarketing out{"", PlaceOf(node)};
    if (node.text == kNone) return out;
    std::vector<std::string> reasons = IdsOf(region_.not_marketable);
    reasons.emplace_back(domain::kNotMarketableStatus);
    if (!Known(node, "reason against marketing", reasons)) return std::nullopt;
    out.reason = node.text;
    return out;
  }

  // "2026-06-01T13:00:00Z", or "in 1h".
  std::optional<Time> ReadMomentToCome(const YamlNode& node) {
    constexpr std::string_view kIn = "in ";
    if (node.is_scalar() && node.text.starts_with(kIn)) {
      if (const auto length = ParseDuration(node.text.substr(kIn.size())); length.ok()) return now_ + *length;
    } else if (node.is_scalar()) {
      if (const auto moment = ParseTime(node.text); moment.ok()) return *moment;
    }
    problems_.Add(node, "LL3106", fmt::format("\"{}\" is not a moment", node.text),
                  "write 2026-06-01T13:00:00Z, or in 1h");
    return std::nullopt;
  }

  std::optional<ExpectedPlace> ReadRegion(const YamlNode& node) {
    ExpectedPlace out{"", PlaceOf(node)};
    if (node.text == kNone) return out;
    if (!owner_.MayName(problems_, node, node.text)) return std::nullopt;
    std::set<std::string> names(rules_.regions().begin(), rules_.regions().end());
    for (const auto& territory : region_.routing.territories) names.insert(territory.region);
    if (!Known(node, "region", {names.begin(), names.end()})) return std::nullopt;
    out.value = node.text;
    return out;
  }

  std::optional<ExpectedPlace> ReadTerritory(const YamlNode& node) {
    ExpectedPlace out{"", PlaceOf(node)};
    if (node.text == kNone) return out;
    if (!Known(node, "territory", IdsOf(region_.routing.territories))) return std::nullopt;
    out.value = node.text;
    return out;
  }

  Problems& problems_;
  const TestOwner& owner_;
  const RuleSet& rules_;
  const RegionRules& region_;
  Time now_;
  const TestInput& input_;
  Expectations& out_;
  std::vector<std::string> scoring_ids_;
};

}  // namespace

void ReadExpectations(Problems& problems, const TestOwner& owner, const std::string& region, const YamlNode& node,
                      Time now, const TestInput& input, Expectations& out) {
  const RegionRules& of = owner.rules().ForRegion(region);
  // What is named is looked up in the names there are.
  const size_t names = of.scoring.rules.size() + of.routing.routes.size() + of.lifecycle.transitions.size() +
                       of.sla.levels.size() + owner.rules().reps().size();
  if (!problems.budget().Spend(10 * names)) return;
  ExpectReader(problems, owner, of, now, input, out).Read(node);
}

}  // namespace leadline::packs
