// Conditions in the packs' text, compiled against the schema.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cel/program.h"
#include "packs/read/schema.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// How a condition is to be read.
struct ConditionUse {
  std::string container;       // names are looked up in it first
  bool each_activity = false;  // may read activity.*
  bool may_read_score = true;
  bool may_read_adjustment = true;  // what regions' points come to, and the total with them
  bool of_person = false;           // asked of a person before anything else is decided of them
};

// Where a compiled condition stands.
struct ConditionPlace {
  const YamlNode* at = nullptr;
  bool written = true;  // `at` is its text; otherwise we made it of what stands there
};
using ConditionPlaces = std::map<const cel::Program*, ConditionPlace>;

// Not thread-safe; schema and problems must outlive it.
class ConditionCompiler {
 public:
  ConditionCompiler(Schema& schema, Problems& problems) : schema_(schema), problems_(problems) {}

  // The regions that leads can have: those of the packs that are read, and of the centre's territories. `with_packs`:
  // regions' packs are among them, so that one which is not there is not merely kept elsewhere.
  void UseRegions(std::vector<std::string> regions, bool with_packs) {
    regions_ = std::move(regions);
    with_packs_ = with_packs;
  }
  // What conditions cost together is counted from here on.
  void BeginPack() { pack_cost_ = 0; }
  // Compiles the condition into `rules` and gives its number; -1 when it has problems (reported).
  int Compile(const YamlNode& text, const ConditionUse& use, RegionRules& rules);
  // The same for a condition that we write ourselves; `at` is its place.
  int CompileGenerated(const std::string& text, const YamlNode& at, RegionRules& rules);

  const Schema& schema() const { return schema_; }
  // Of every condition compiled.
  const ConditionPlaces& places() const { return places_; }

 private:
  void CheckConstants(const YamlNode& text, const cel::Program& program);
  void CheckRegion(const YamlRange& at, const FieldDef& field, const std::string& name);
  // A region's attributes are for its own rules.
  void CheckLayers(const YamlNode& text, const RegionRules& rules, const cel::Program& program);
  void CheckReads(const YamlNode& text, const ConditionUse& use, const cel::Program& program);
  void CheckReadsOfPerson(const YamlNode& text, const cel::Program& program);
  void CheckPackCost(const YamlNode& text, uint64_t cost);
  bool MayCompile(std::string_view text);
  void Note(const cel::Program& program);
  int Add(std::shared_ptr<const cel::Program> program, const SourcePosition& position, RegionRules& rules);
  const FieldDef& FieldAt(int slot) const { return schema_.fields()[static_cast<size_t>(slot)]; }
  // The first place where the condition reads such a field; null when it reads none.
  const cel::Expr* FindRead(const cel::Ast& ast, const std::function<bool(const FieldDef&)>& is) const;

  Schema& schema_;
  Problems& problems_;
  ConditionPlaces places_;
  std::vector<std::string> regions_;
  bool with_packs_ = false;
  uint64_t pack_cost_ = 0;
};

}  // namespace leadline::packs
