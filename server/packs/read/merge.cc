// merge.yaml: which records are the same, and whose values stand. Only the central pack has one.
#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::BlockingKey;
using domain::Comparator;
using domain::ComparisonDef;
using domain::ComparisonLevel;
using domain::Survivorship;

using Names = std::vector<std::string>;

constexpr double kMaxWeight = 30;  // bits: a thousand million to one

const Names& BlockingNames() {
  static const auto* const names =
      new Names{"email",     "phone",          "email_local_part", "name_and_domain", "name_and_account",
                "full_name", "account_domain", "account_name"};
  return *names;
}
BlockingKey BlockingOf(int number) {
  constexpr BlockingKey kKeys[] = {
      BlockingKey::kEmail,          BlockingKey::kPhone,    BlockingKey::kEmailLocalPart, BlockingKey::kNameAndDomain,
      BlockingKey::kNameAndAccount, BlockingKey::kFullName, BlockingKey::kAccountDomain,  BlockingKey::kAccountName};
  return kKeys[number];
}
const Names& ComparatorNames() {
  static const auto* const names = new Names{"exact", "jaro_winkler", "token_set", "email", "phone"};
  return *names;
}
Comparator ComparatorOf(int number) {
  constexpr Comparator kComparators[] = {Comparator::kExact, Comparator::kJaroWinkler, Comparator::kTokenSet,
                                         Comparator::kEmail, Comparator::kPhone};
  return kComparators[number];
}
const Names& KeepNames() {
  static const auto* const names = new Names{"survivor", "most_recent", "longest", "union"};
  return *names;
}
Survivorship KeepOf(int number) {
  constexpr Survivorship kKeeps[] = {Survivorship::kSurvivor, Survivorship::kMostRecent, Survivorship::kLongest,
                                     Survivorship::kUnion};
  return kKeeps[number];
}
const Names& ContactFields() {
  static const auto* const names =
      new Names{"contact.email", "contact.phone",   "contact.given_name", "contact.family_name", "contact.full_name",
                "contact.title", "contact.country", "account.name",       "account.domain",      "account.country"};
  return *names;
}
const Names& AccountFields() {
  static const auto* const names = new Names{"account.name", "account.domain", "account.country"};
  return *names;
}
// Fields that a survivorship rule may name; attributes.<name> besides.
const Names& SurvivorFields() {
  static const auto* const names =
      new Names{"*",        "name",       "domain",     "country",     "region", "industry",   "employees",
                "owner",    "account_id", "given_name", "family_name", "email",  "phone",      "title",
                "language", "contacts",   "source",     "products",    "value",  "probability"};
  return *names;
}

class MergeReader : FileReader {
 public:
  explicit MergeReader(const Reading& reading)
      : FileReader(reading), matching_(rules_.matching), merging_(rules_.merging) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "merge.yaml");
    matching_.prior = Probability(top, "prior", matching_.prior);
    if (const YamlNode* thresholds = top.Require("thresholds")) ReadThresholds(*thresholds);
    if (const std::optional<int64_t> most = top.Integer("max_candidates")) {
      if (*most < 1 || *most > 10000)
        problems_.Add(*top.Get("max_candidates"), "LL1105", "max_candidates must be 1 to 10000");
      matching_.max_candidates = static_cast<int>(*most);
    }
    if (const YamlNode* contact = top.Require("contact")) {
      ReadSide(*contact, "contact", ContactFields(), matching_.contact_keys, matching_.contact_comparisons);
    }
    if (const YamlNode* account = top.Require("account")) {
      ReadSide(*account, "account", AccountFields(), matching_.account_keys, matching_.account_comparisons);
    }
    problems_.SetRule("survivorship");
    if (const YamlNode* survivorship = top.Require("survivorship")) ReadSurvivorship(*survivorship);
    top.Finish();
    problems_.SetRule("");
  }

 private:
  double Probability(MapReader& reader, const char* key, double fallback) {
    const std::optional<double> value = reader.Number(key);
    if (value && (*value <= 0 || *value >= 1)) {
      problems_.Add(*reader.Get(key), "LL1105", fmt::format("\"{}\" must be between 0 and 1, without both", key));
    }
    return value.value_or(fallback);
  }

  void ReadThresholds(const YamlNode& node) {
    MapReader reader(problems_, node, "\"thresholds\"");
    reader.Require("match");
    reader.Require("possible");
    matching_.match_probability = Probability(reader, "match", matching_.match_probability);
    matching_.possible_probability = Probability(reader, "possible", matching_.possible_probability);
    reader.Finish();
    if (matching_.possible_probability > matching_.match_probability) {
      problems_.Add(*reader.Get("possible"), "LL2601", "\"possible\" is above \"match\"",
                    "a match is the surer of the two");
    }
  }

  void ReadSide(const YamlNode& node, const std::string& side, const Names& fields, std::vector<BlockingKey>& keys,
                std::vector<ComparisonDef>& comparisons) {
    problems_.SetRule(side);
    MapReader reader(problems_, node, fmt::format("\"{}\"", side));
    for (const YamlNode* item : reader.RequiredList("blocking")) {
      const auto& names = BlockingNames();
      const auto it = std::find(names.begin(), names.end(), item->text);
      if (it == names.end()) {
        problems_.Add(*item, "LL1104", fmt::format("there is no blocking key \"{}\"", item->text),
                      DidYouMean(item->text, names));
        continue;
      }
      keys.push_back(BlockingOf(static_cast<int>(it - names.begin())));
    }
    const auto items = reader.RequiredList("comparisons");
    reader.Finish();
    for (const YamlNode* item : items) ReadComparison(*item, side, fields, comparisons);
  }

  void ReadComparison(const YamlNode& node, const std::string& side, const Names& fields,
                      std::vector<ComparisonDef>& comparisons) {
    MapReader reader(problems_, node, "a comparison");
    if (!reader.ok()) return;
    ComparisonDef def;
    const std::optional<std::string> id = ReadId(problems_, reader, "a comparison");
    problems_.SetRule(id.value_or(""));
    def.source = SourceOf(node);
    reader.Require("field");
    const int field = reader.Choice("field", fields);
    const YamlNode* by = reader.Require("comparator");
    const bool by_plugin = by != nullptr && by->is_map();
    int comparator = -1;
    if (by_plugin) {
      comparator = ReadPluginComparator(*by, reader, field < 0 ? side : fields[static_cast<size_t>(field)], def);
    } else {
      comparator = reader.Choice("comparator", ComparatorNames());
    }
    if (!by_plugin || reader.Get("levels") != nullptr) {
      for (const YamlNode* level : reader.RequiredList("levels")) ReadLevel(*level, def);
    }
    reader.Finish();
    CheckLevels(reader, def);
    if (!id || field < 0 || (by_plugin ? def.plugin < 0 : comparator < 0)) return;
    if (!layer_.Define(side + " comparison", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    def.id = *id;
    def.field = fields[static_cast<size_t>(field)];
    if (comparator >= 0) def.comparator = ComparatorOf(comparator);
    comparisons.push_back(std::move(def));
  }

  // The comparator's number that takes the plugin's place when it fails; -1 when none does.
  int ReadPluginComparator(const YamlNode& node, MapReader& comparison, const std::string& field, ComparisonDef& def) {
    MapReader reader(problems_, node, "a comparator");
    def.plugin = plugins_.Read(layer_, reader, {"merge " + field, "leadline.merge/1", {}, ComparatorNames()});
    reader.Require("max_weight");
    def.max_weight = reader.Number("max_weight").value_or(1);
    if (def.max_weight <= 0 || def.max_weight > kMaxWeight) {
      problems_.Add(*reader.Get("max_weight"), "LL1105",
                    fmt::format("max_weight must be above 0, up to {:g}", kMaxWeight));
    }
    const int fallback = reader.Get("fallback") == nullptr ? -1 : reader.Choice("fallback", ComparatorNames());
    reader.Finish();
    const YamlNode* levels = comparison.Get("levels");
    if (reader.Get("fallback") != nullptr && levels == nullptr) {
      problems_.Add(*reader.Get("fallback"), "LL2605", "the comparator that takes the plugin's place needs levels",
                    "add  levels:  to the comparison");
    } else if (reader.Get("fallback") == nullptr && levels != nullptr) {
      problems_.Add(*levels, "LL2605", "a plugin gives level and weight itself, so the levels have no use",
                    "remove them, or add  on_failure: fallback  with a comparator that uses them");
    }
    return fallback;
  }

  void ReadLevel(const YamlNode& node, ComparisonDef& def) {
    MapReader reader(problems_, node, "a level");
    if (!reader.ok()) return;
    ComparisonLevel level;
    level.label = reader.RequiredText("label");
    level.at_least = reader.Number("at_least").value_or(0);
    if (level.at_least < 0 || level.at_least > 1) {
      problems_.Add(*reader.Get("at_least"), "LL1105", "at_least must be between 0 and 1");
    }
    reader.Require("m");
    reader.Require("u");
    level.m = Probability(reader, "m", 0.5);
    level.u = Probability(reader, "u", 0.5);
    reader.Finish();
    if (!def.levels.empty() && level.at_least >= def.levels.back().at_least) {
      problems_.Add(node, "LL2602", "the levels must fall: each at_least below the one before");
    }
    def.levels.push_back(std::move(level));
  }

  void CheckLevels(MapReader& reader, const ComparisonDef& def) {
    if (def.levels.empty()) return;
    double m = 0, u = 0;
    for (const ComparisonLevel& level : def.levels) {
      m += level.m;
      u += level.u;
    }
    const YamlNode& levels = *reader.Get("levels");
    if (def.levels.back().at_least != 0) {
      problems_.Add(levels.items.back(), "LL2602", "the last level must take what is left: at_least 0, or none");
    }
    for (const auto& [name, sum] : {std::pair("m", m), std::pair("u", u)}) {
      if (std::abs(sum - 1) <= 0.001) continue;
      problems_.Add(levels, "LL2603", fmt::format("the {} of all levels sum to {:g}, not to 1", name, sum),
                    "they are the chances of the levels, one of which always holds");
    }
  }

  void ReadSurvivorship(const YamlNode& node) {
    if (!node.is_map()) {
      problems_.Add(node, "LL1102", "\"survivorship\" must be a map of field: rule");
      return;
    }
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& field = node.keys[i].text;
      const auto& fields = SurvivorFields();
      if (!field.starts_with("attributes.") && std::find(fields.begin(), fields.end(), field) == fields.end()) {
        problems_.Add(node.keys[i], "LL2604", fmt::format("no record has a field \"{}\"", field),
                      DidYouMean(field, fields));
      }
      const auto& names = KeepNames();
      const auto it = std::find(names.begin(), names.end(), node.items[i].text);
      if (it == names.end()) {
        problems_.Add(node.items[i], "LL1104", fmt::format("there is no survivorship \"{}\"", node.items[i].text),
                      DidYouMean(node.items[i].text, names));
        continue;
      }
      merging_.rules.push_back({field, KeepOf(static_cast<int>(it - names.begin()))});
    }
  }

  domain::MatchPolicy& matching_;
  domain::MergePolicy& merging_;
};

}  // namespace

void ReadMerge(const Reading& reading, const YamlNode& root) { MergeReader(reading).Read(root); }

}  // namespace leadline::packs
