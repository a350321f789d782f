// Makes a RuleSet of packs: reads their files one after the other and checks what they mean together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/zones/zone_folder.h"
#include "packs/check/written_rules.h"
#include "packs/load/pack_source.h"
#include "packs/loader.h"
#include "packs/pack_files.h"
#include "packs/read/condition_compiler.h"
#include "packs/read/definitions.h"
#include "packs/read/layer.h"
#include "packs/read/plugins.h"
#include "packs/read/readers.h"
#include "packs/read/schema.h"
#include "packs/rule_set.h"
#include "packs/yaml/problems.h"

namespace leadline::packs {

// For one use. Not thread-safe.
class RuleSetBuilder {
 public:
  // `set` must outlive the builder. `problems` are those found so far.
  RuleSetBuilder(const PackSet& set, const LoadOptions& options, std::vector<Diagnostic> problems)
      : set_(set), options_(options), problems_(options.budget) {
    problems_.AddAll(std::move(problems));
    schema_.UseTimeZones(options.time_zones != nullptr ? options.time_zones : SystemTimeZones());
  }
  LoadResult Build();

 private:
  // The folder that messages name for a pack.
  std::string PlaceOf(const std::string& pack) const;
  // Says of each pack whose check has stopped why. True when there is one.
  bool ReportStopped();
  // What is known of each pack, from the problems found.
  std::vector<PackSoundness> SoundnessOf(bool central_whole);
  // Which regions leads can have, before any file that names them is read.
  void ReadRegions();
  // Every field, the centre's and then the regions', before any condition is compiled.
  void ReadSchemas();
  void ReadCentral(RegionRules& rules);
  // The tables by which records are known again, of the central pack's files.
  void ReadIdentity(RegionRules& rules);
  void ReadRegion(PackSource& pack, RegionRules& rules);
  // The region's tables over the centre's, and beside them what the centre accepts, where that is something else.
  void ReadNormalizers(const PackSource& pack, const Reading& reading);
  // The files that a central and a regional pack have in common.
  void ReadShared(const PackSource& pack, Layer& layer, RegionRules& rules);
  // Whether conditions ask for values that the tables give. `sets`: the central rules, then the regions'.
  void CheckValuesOfTables(const std::vector<const RegionRules*>& sets);
  WrittenRules Written(const PackSource& pack, const RegionRules& rules);
  void Assemble(std::unique_ptr<RegionRules> rules);

  const PackSet& set_;
  const LoadOptions options_;
  Problems problems_;
  Schema schema_;
  ExtensionPoints points_;
  Definitions definitions_;
  PluginUses plugins_;
  SharedScoring scoring_;
  SharedRouting routing_;
  ConditionCompiler conditions_{schema_, problems_};
  std::vector<PackSource> packs_;  // central first
  std::shared_ptr<RuleSet> out_ = std::make_shared<RuleSet>();
};

}  // namespace leadline::packs
