// merge.yaml: which records are the same, and whose values stand. Only the central pack has one.
#include <algorithm>
#include <cmath>
#include <map>

#include "fmt/format.h"
#include "packs/read/readers.h"
#include "packs/read/schema.h"

namespace leadline::packs {
namespace {

using domain::BlockingKey;
using domain::Comparator;
using domain::ComparisonDef;
using domain::ComparisonLevel;
using domain::Identifier;
using domain::Survivorship;

using Names = std::vector<std::string>;

constexpr int64_t kMostPeople = 1000;  // that are counted
constexpr double kMaxWeight = 30;      // bits: a thousand million to one

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
const std::string& NameOf(BlockingKey key) {
  int number = 0;
  while (BlockingOf(number) != key) ++number;
  return BlockingNames()[static_cast<size_t>(number)];
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
// Fields that are compared; attributes of the centre besides.
Names FieldsOf(const Schema& schema, const std::string& side) {
  Names names = side == "contact"
                    ? Names{"contact.email",       "contact.email_domain", "contact.phone",  "contact.given_name",
                            "contact.family_name", "contact.full_name",    "contact.title",  "contact.country",
                            "account.name",        "account.domain",       "account.country"}
                    : Names{"account.name", "account.domain", "account.country"};
  for (const FieldDef& field : schema.fields()) {
    if (!field.standard && field.layer.empty() && field.name.starts_with(side + ".")) names.push_back(field.name);
  }
  return names;
}
// The blocking key that a field's whole value makes, by which it is known how many records have it; nothing for fields
// without one.
std::optional<BlockingKey> KeyOfValue(const std::string& side, const std::string& field) {
  if (field == "contact.email") return BlockingKey::kEmail;
  if (field == "contact.phone") return BlockingKey::kPhone;
  if (field == "contact.full_name") return BlockingKey::kFullName;
  if (side == "account" && field == "account.domain") return BlockingKey::kAccountDomain;
  if (side == "account" && field == "account.name") return BlockingKey::kAccountName;
  return std::nullopt;
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
  MergeReader(const Reading& reading, const Schema& schema)
      : FileReader(reading), schema_(schema), matching_(rules_.matching), merging_(rules_.merging) {}

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
      ReadSide(*contact, "contact", matching_.contact_keys, matching_.contact_comparisons);
    }
    if (const YamlNode* account = top.Require("account")) {
      ReadSide(*account, "account", matching_.account_keys, matching_.account_comparisons);
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

  void ReadSide(const YamlNode& node, const std::string& side, std::vector<BlockingKey>& keys,
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
    const auto identifiers = side == "contact" ? reader.List("identifiers") : std::vector<const YamlNode*>();
    reader.Finish();
    const Names fields = FieldsOf(schema_, side);
    groups_.clear();
    for (const YamlNode* item : items) ReadComparison(*item, side, fields, keys, comparisons);
    problems_.SetRule(side);
    for (const auto& [name, group] : groups_) {
      if (group.comparisons > 1) continue;
      problems_.Add(*group.at, "LL2608", fmt::format("no other comparison is in the group \"{}\"", name),
                    "name the same group in all comparisons that tell of one fact, or remove it");
    }
    for (const YamlNode* item : identifiers) ReadIdentifier(*item, comparisons);
  }

  // {email: same address, name: similar name, most_people: 1}
  void ReadIdentifier(const YamlNode& node, const std::vector<ComparisonDef>& comparisons) {
    MapReader reader(problems_, node, "an identifier");
    if (!reader.ok()) return;
    Identifier identifier;
    if (const std::optional<int64_t> most = reader.Integer("most_people")) {
      identifier.most_people = *most;
      if (*most < 1 || *most > kMostPeople) {
        problems_.Add(*reader.Get("most_people"), "LL1105", fmt::format("most_people must be 1 to {}", kMostPeople));
      }
    }
    for (const YamlNode& key : node.keys) {
      if (key.text == "most_people") continue;
      const YamlNode* level = reader.Require(key.text);
      if (level == nullptr) continue;
      if (const std::optional<Identifier::Part> part = PartOf(key, *level, comparisons)) {
        identifier.parts.push_back(*part);
      }
    }
    reader.Finish();
    if (node.keys.size() == (identifier.most_people == 0 ? 0U : 1U)) {
      problems_.Add(node, "LL2606", "the identifier names no comparison", "write it as  {email: same address}");
    }
    if (!identifier.parts.empty()) matching_.contact_identifiers.push_back(std::move(identifier));
  }

  std::optional<Identifier::Part> PartOf(const YamlNode& key, const YamlNode& level,
                                         const std::vector<ComparisonDef>& comparisons) {
    Names ids, labels;
    for (const ComparisonDef& def : comparisons) ids.push_back(def.id);
    const auto id = std::find(ids.begin(), ids.end(), key.text);
    if (id == ids.end()) {
      problems_.Add(key, "LL2606", fmt::format("there is no comparison \"{}\"", key.text), DidYouMean(key.text, ids));
      return std::nullopt;
    }
    const auto comparison = static_cast<size_t>(id - ids.begin());
    for (const ComparisonLevel& one : comparisons[comparison].levels) labels.push_back(one.label);
    const auto label = std::find(labels.begin(), labels.end(), level.text);
    if (label == labels.end()) {
      problems_.Add(level, "LL2606", fmt::format("{} has no level \"{}\"", key.text, level.text),
                    DidYouMean(level.text, labels));
      return std::nullopt;
    }
    return Identifier::Part{comparison, label - labels.begin() + 1};
  }

  void ReadComparison(const YamlNode& node, const std::string& side, const Names& fields,
                      const std::vector<BlockingKey>& keys, std::vector<ComparisonDef>& comparisons) {
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
    def.group = reader.Text("group");
    if (!def.group.empty()) ++groups_.try_emplace(def.group, Group{reader.Get("group"), 0}).first->second.comparisons;
    def.term_frequency = reader.Flag("term_frequency");
    if (def.term_frequency && field >= 0) CheckCounted(reader, side, fields[static_cast<size_t>(field)], keys);
    reader.Finish();
    CheckLevels(reader, def);
    if (!id || field < 0 || (by_plugin ? def.plugin < 0 : comparator < 0)) return;
    if (!layer_.Define(side + " comparison", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    def.id = *id;
    def.field = fields[static_cast<size_t>(field)];
    if (comparator >= 0) def.comparator = ComparatorOf(comparator);
    comparisons.push_back(std::move(def));
  }

  // How many records have a value is known by their blocking keys.
  void CheckCounted(MapReader& reader, const std::string& side, const std::string& field,
                    const std::vector<BlockingKey>& keys) {
    const std::optional<BlockingKey> key = KeyOfValue(side, field);
    if (key && std::find(keys.begin(), keys.end(), *key) != keys.end()) return;
    const YamlNode& at = *reader.Get("term_frequency");
    if (!key) {
      problems_.Add(at, "LL2607", fmt::format("nobody knows how many records have the same {}", field),
                    "remove it: only whole addresses, numbers, names and domains are counted, by their blocking keys");
      return;
    }
    problems_.Add(at, "LL2607", fmt::format("how many records have the same {} is counted by a blocking key", field),
                  fmt::format("add {} to  blocking:", NameOf(*key)));
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

  struct Group {
    const YamlNode* at;
    int comparisons;
  };

  const Schema& schema_;
  domain::MatchPolicy& matching_;
  domain::MergePolicy& merging_;
  std::map<std::string, Group> groups_;  // of the side that is being read
};

}  // namespace

void ReadMerge(const Reading& reading, const Schema& schema, const YamlNode& root) {
  MergeReader(reading, schema).Read(root);
}

}  // namespace leadline::packs
