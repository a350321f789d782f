// Rule packs, compiled: what a folder of YAML becomes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/env.h"
#include "cel/program.h"
#include "domain/decision.h"
#include "domain/lifecycle.h"
#include "domain/matching.h"
#include "domain/merging.h"
#include "domain/routing.h"
#include "domain/scoring.h"
#include "domain/sla.h"
#include "packs/pack_files.h"

namespace leadline {
class TimeZones;
}

namespace leadline::packs {

struct ScoringPlan;

// One pack as its pack.yaml describes it.
struct PackInfo {
  domain::PackRef ref;
  std::string description;
  std::string owner;
  std::string extends;         // empty for the central pack
  std::string tested_against;  // regions: SHA-256 of the central pack that it was tested with; may be empty
  int scoring_rules = 0;
  int routes = 0;
  int reps = 0;
};

// A plugin that a pack names.
struct PluginUse {
  std::string id;
  std::string capability;  // "leadline.normalize/1"
  std::string slot;        // "normalize contact.seniority", "route strategy", "score", "status", "merge account.name"
  bool optional = false;   // the server may start without it
  // Where it runs: in a supervised process of its own, or in the server.
  enum class Mode { kWorker, kLocal } mode = Mode::kWorker;
  enum class OnFailure { kFail, kSkip, kFallback } on_failure = OnFailure::kFail;
  // normalize: the value; route: the strategy; score: the points; status: allow or deny; merge: the comparator.
  std::string fallback;
  double fallback_points = 0;  // score: the same as a number
  std::string config_json = "{}";
  std::string layer;
  std::string source;  // file:line
};

// Gives a field its meaning: the first table row that holds, then the plugin.
struct NormalizeRow {
  std::string value;
  int condition = -1;
  std::string layer;
  std::string source;
  std::string locale;  // whose words it knows; for the reader
};
struct Normalizer {
  std::string field;               // "contact.seniority", "account.industry", "lead.source" or "lead.language"
  std::vector<NormalizeRow> rows;  // the region's before the centre's
  int plugin = -1;                 // index into RuleSet::plugins(); -1: none
  bool plugin_if_absent = false;   // the plugin is asked only when the field has no value
};

// A compiled condition with its place.
struct Condition {
  std::shared_ptr<const cel::Program> program;
  SourcePosition position;
  // Of a condition that a region made tighter: who wrote which bytes of it. Empty when one hand wrote it all.
  struct Share {
    SourceSpan span;
    std::string layer;
    SourcePosition position;
  };
  std::vector<Share> shares;
};

struct FieldInput;

// A field that rules may read.
struct FieldDef {
  std::string name;  // "contact.seniority", "lead.attributes..." are declared without "attributes": "lead.total_visits"
  cel::Type type;
  cel::TypeKind kind = cel::TypeKind::kDyn;  // of the type, without its wrapper
  bool standard = false;                     // read from the record itself; otherwise from its attributes
  std::vector<std::string> values;           // that a string may have; empty: any
  bool not_negative = false;                 // a count or an age
  uint32_t max_len = 256;                    // bytes of a string, also inside a list
  uint32_t max_items = 32;                   // of a list
  std::string description;
  cel::Value (*accessor)(const FieldInput& input) = nullptr;  // see fields.h
};

// What decides for one region: the central pack and, where there is one, the region's. Immutable and thread-safe.
// Conditions are numbered within it; policies refer to them by number.
struct RegionRules {
  std::string region;  // empty: the central pack alone
  domain::Lifecycle lifecycle;
  domain::ScoringPolicy scoring;
  domain::RoutingPolicy routing;
  domain::MatchPolicy matching;
  domain::MergePolicy merging;
  domain::SlaPolicy sla;
  std::vector<Normalizer> normalizers;
  std::vector<Condition> conditions;
  // Conditions that read `activity.*`, by condition number.
  std::vector<bool> reads_activity;
  // How ScoringHits tests the rules; made from the above.
  std::shared_ptr<const ScoringPlan> plan;
};

// Every pack of a server, compiled against each other. Immutable and thread-safe.
class RuleSet {
 public:
  // The rules of a region; the central ones when the region has no pack.
  const RegionRules& ForRegion(std::string_view region) const;
  // The region whose territory (central or its own) holds the country; empty when none does.
  std::string RegionOfCountry(std::string_view country) const;

  const std::vector<PackInfo>& packs() const { return packs_; }         // central first, then by name
  const std::vector<PluginUse>& plugins() const { return plugins_; }    // each id once per slot
  const std::vector<FieldDef>& fields() const { return fields_; }       // by slot number of the environment
  const std::vector<std::string>& regions() const { return regions_; }  // that have a pack
  const FieldDef* FindField(std::string_view name) const;
  // Slot number; -1 when there is no such field.
  int FieldSlot(std::string_view name) const;
  // Every rep of every pack, once.
  const std::vector<domain::Rep>& reps() const { return reps_; }
  // Responses of activities that are ours alone, such as "sent": not an interaction.
  const std::vector<std::string>& touches() const { return touches_; }
  // The zones of its calendars and conditions.
  const std::shared_ptr<const TimeZones>& time_zones() const { return time_zones_; }

 private:
  friend class RuleSetBuilder;
  std::vector<PackInfo> packs_;
  std::vector<PluginUse> plugins_;
  std::vector<FieldDef> fields_;
  std::map<std::string, int, std::less<>> field_slots_;
  std::vector<std::string> regions_;
  std::vector<domain::Rep> reps_;
  std::vector<std::string> touches_;
  std::shared_ptr<const TimeZones> time_zones_;
  std::map<std::string, std::string, std::less<>> region_by_country_;
  std::map<std::string, std::unique_ptr<const RegionRules>, std::less<>> by_region_;  // "" is central
};

// Whether one pack is without errors. Plain data.
struct PackCheck {
  std::string name;
  std::string sha256;
  bool checked = false;  // false: a region that was not looked at, for want of a central pack that can be read
  int errors = 0;
  bool sound() const { return checked && errors == 0; }
};

struct LoadResult {
  std::shared_ptr<const RuleSet> rules;  // null when there is an error in any pack
  std::vector<Diagnostic> diagnostics;   // every problem, in order of file, line and column
  std::vector<PackCheck> packs;          // central first, then by name; empty when there is no central pack
};

struct LoadOptions {
  // Also what conditions mean together: rules that never hold, that shadow each other, routes for every lead, a bar
  // that can be reached. Without it packs of any number of generated rules load fast; what decides is loaded with it.
  bool analyze = true;
  // What calendars and conditions know of time zones; null: SystemTimeZones().
  std::shared_ptr<const TimeZones> time_zones;
};

// Compiles the packs. All problems of all files in one run. Checked here: YAML form (duplicate keys, `<<`, unknown
// keys, tabs, wrong types), expressions against schema.yaml with bounded cost, seals, references, statuses that overlap
// or leave holes, dispositions used as statuses, MQL bar. Thread-safe.
LoadResult LoadRuleSet(const PackSet& set, const LoadOptions& options = {});
// The same for `root`/central and every `root`/regions/*. Paths in diagnostics are as given. Not thread-safe with
// changes of the files.
LoadResult LoadRuleSet(const std::string& root, const LoadOptions& options = {});

// A region with errors against a central pack that has none.
struct BrokenRegion {
  std::string region;
  std::vector<Diagnostic> errors;
};
// The regions that a set's central pack breaks, by name: to be asked before a central pack is activated. Empty when the
// central pack itself has errors, since nothing can be said about regions then (see LoadResult::packs).
std::vector<BrokenRegion> RegionsBrokenBy(const PackSet& candidate);
std::vector<BrokenRegion> RegionsBrokenBy(const LoadResult& loaded);

}  // namespace leadline::packs
