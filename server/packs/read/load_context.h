// What the readers of the packs' files share while a rule set is loaded.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "packs/read/schema.h"
#include "packs/rule_set.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

enum class Seal : uint8_t { kFinal, kTighten, kParams, kOpen };

// A definition of the central pack, or of any pack for ids that must be unique among all.
struct Definition {
  Seal seal = Seal::kFinal;
  const YamlNode* at = nullptr;       // its id
  const YamlNode* seal_at = nullptr;  // its `seal:`; null when it stands by default
  std::string layer;
};

// What the central pack opens to the regions.
struct ExtensionPoints {
  const YamlNode* at = nullptr;  // null: the centre opens nothing
  std::vector<std::string> normalize_fields;
  bool scoring_adjustments = false;
  bool territories = false;
  bool teams = false;
  bool reps = false;
  bool routes = false;
  bool calendars = false;
  struct PluginSlot {
    std::string slot;
    std::string capability;
  };
  std::vector<PluginSlot> plugin_slots;
};

// One pack's folder.
struct PackSource {
  std::string name;
  bool central = false;
  std::string directory;
  std::map<std::string, std::unique_ptr<YamlFile>> files;  // by name
  std::vector<std::unique_ptr<YamlFile>> other_files;      // that should not be there
  PackInfo info;
  // The tree of a file; null when it is not there or not readable.
  const YamlNode* Root(const std::string& file) const {
    const auto it = files.find(file);
    return it == files.end() || it->second->root().is_null() ? nullptr : &it->second->root();
  }
};

// Bounds of a rule's points that `params` opens.
struct PointsBounds {
  double min = 0;
  double max = 0;
  const YamlNode* at = nullptr;
};

// Where a compiled condition stands.
struct ConditionPlace {
  const YamlNode* at = nullptr;
  bool written = true;  // `at` is its text; otherwise we made it of what stands there
};

struct LoadContext {
  Problems problems;
  Schema schema;
  ExtensionPoints points;
  std::vector<std::string> dimensions;
  std::map<std::string, Definition> definitions;  // "scoring rule title.manager" -> where it stands
  std::map<std::string, PointsBounds> rule_bounds, matrix_bounds;
  std::map<std::string, std::string> team_strategies;  // by team
  std::map<std::string, const YamlNode*> team_places;
  std::map<std::string, const YamlNode*> country_places;  // territory entry that holds the country
  std::vector<PluginUse> plugins;
  std::vector<const YamlNode*> plugin_places;  // beside `plugins`
  std::set<std::string> unread;  // kinds of which some definition could not be read: names may only seem unknown
  std::map<const cel::Program*, ConditionPlace> condition_places;
  uint64_t pack_cost = 0;  // of the conditions compiled since the pack began
};

// "rules/central/scoring.yaml:17".
std::string SourceOf(const YamlNode& node);

// Names an id: 1 to 64 small letters, digits, and . _ -. Reports and gives nothing otherwise.
std::optional<std::string> ReadId(LoadContext& context, MapReader& reader, std::string_view kind);
// The `seal:` of a central definition; one that has no meaning for it is reported.
Seal ReadSeal(LoadContext& context, MapReader& reader, const std::vector<Seal>& allowed);
// Notes a definition. False, reported, when the id is taken: twice in one pack, in another pack, or sealed by the
// centre. A region's definition that replaces an open central one gives true and sets `replaces`.
bool Define(LoadContext& context, const PackSource& pack, const std::string& kind, const std::string& id,
            const YamlNode& at, Seal seal, const YamlNode* seal_at, bool* replaces = nullptr);
// Reports that the centre does not let a region do this, with the central place.
void ReportSealed(LoadContext& context, const YamlNode& at, const std::string& what, const Definition& central,
                  const std::string& verb = "redefine");
// Reports `seal:` and `params:` in a region's definition: only the centre seals.
void RefuseSeal(LoadContext& context, MapReader& reader);
// Reports a region's section that no extension point opens. True when it is open.
bool CheckOpened(LoadContext& context, const YamlNode& at, bool opened, const std::string& what);
// Names of the definitions of one kind that `pack` may name: the central ones and its own. Of all packs when it is
// empty.
std::vector<std::string> DefinedNames(const LoadContext& context, const std::string& kind,
                                      const std::string& pack = "");
const Definition* FindDefinition(const LoadContext& context, const std::string& kind, const std::string& id);

// How a condition is to be read.
struct ConditionUse {
  std::string container;       // names are looked up in it first
  bool each_activity = false;  // may read activity.*
  bool may_read_score = true;
  bool may_read_adjustment = true;  // what regions' points come to, and the total with them
};
// Compiles the condition into `rules` and gives its number; -1 when it has problems (reported).
int CompileCondition(LoadContext& context, const YamlNode& text, const ConditionUse& use, RegionRules& rules);
// The same for a condition that we write ourselves; `at` is its place.
int CompileGenerated(LoadContext& context, const std::string& text, const YamlNode& at, RegionRules& rules);

// Where a plugin may stand.
struct PluginSlot {
  std::string slot;        // as in extension_points.plugins
  std::string capability;  // "leadline.score/1"
  enum class Fallback { kText, kNumber } kind = Fallback::kText;
  std::vector<std::string> fallbacks;  // what `fallback` may be; empty: any
};
// The plugin of an entry with its options: `plugin`, `optional`, `mode`, `on_failure`, `fallback`, `config`. The entry
// may have other keys; the caller finishes the reader. Gives its number among the uses; -1 with problems.
int ReadPluginUse(LoadContext& context, const PackSource& pack, MapReader& reader, const PluginSlot& slot);
// A map that holds nothing but a plugin with its options.
int ReadPlugin(LoadContext& context, const PackSource& pack, const YamlNode& node, const PluginSlot& slot);

// `points` within what a rule or cell may give; a number outside is reported. 0 when there is none.
double CheckPoints(LoadContext& context, const std::optional<double>& points, const YamlNode& node);
// The `points:` of an entry, required.
double ReadPoints(LoadContext& context, MapReader& reader);
// `set:` of a region's scoring.yaml.
void ReadPointsSet(LoadContext& context, PackSource& pack, const std::vector<const YamlNode*>& entries,
                   RegionRules& rules);

// The readers, one per file. `rules` is the central set for the central pack, and the region's copy of it for a region.
void ReadStatus(LoadContext& context, const PackSource& pack, const YamlNode& root, RegionRules& rules);
void ReadScoring(LoadContext& context, PackSource& pack, const YamlNode& root, RegionRules& rules);
void ReadRouting(LoadContext& context, PackSource& pack, const YamlNode& root, RegionRules& rules);
void ReadMerge(LoadContext& context, const PackSource& pack, const YamlNode& root, RegionRules& rules);
void ReadSla(LoadContext& context, const PackSource& pack, const YamlNode& root, RegionRules& rules);
void ReadNormalize(LoadContext& context, const PackSource& pack, const YamlNode& root, RegionRules& rules);

// Checks of a whole set, after its files are read.
void CheckRouting(LoadContext& context, const PackSource& pack, const RegionRules& rules);

}  // namespace leadline::packs
