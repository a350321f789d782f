// Loading: packs in, compiled rules and all that is wrong with them out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "packs/check_budget.h"
#include "packs/pack_files.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// Whether one pack is without errors. Plain data.
struct PackSoundness {
  std::string name;
  std::string sha256;
  bool checked = false;  // false: a region that was not looked at, for want of a central pack that can be read
  int errors = 0;
  bool sound() const { return checked && errors == 0; }
};

struct LoadResult {
  std::shared_ptr<const RuleSet> rules;  // null when there is an error in any pack
  std::vector<Diagnostic> diagnostics;   // every problem, in order of file, line and column
  std::vector<PackSoundness> packs;      // central first, then by name; empty when there is no central pack
};

struct LoadOptions {
  // Also what conditions mean together: rules that never hold, that shadow each other, routes for every lead, a bar
  // that can be reached. Without it packs of any number of generated rules load fast; what decides is loaded with it.
  bool analyze = true;
  // What time it is, for warnings about dates that have passed; 0: nobody asks.
  Time now = 0;
  // Whatever is proved of packs. Without it, which leaves out what `analyze` does as well, they are only read and
  // compiled: for what was checked before.
  bool prove = true;
  // What calendars and conditions know of time zones; null: SystemTimeZones().
  std::shared_ptr<const TimeZones> time_zones;
  // What the load may use. Null: a budget of its own with the default limits. It must outlive the call; the packs'
  // tests take the same one.
  CheckBudget* budget = nullptr;
};

// Compiles the packs. All problems of all files in one run. Checked here: YAML form (duplicate keys, `<<`, unknown
// keys, tabs, wrong types), expressions against schema.yaml with bounded cost, seals, references, statuses that overlap
// or leave holes, dispositions used as statuses, MQL bar. Thread-safe.
LoadResult LoadRuleSet(const PackSet& set, const LoadOptions& options = {});
// The same for `root`/central and every `root`/regions/*. Paths in diagnostics are as given. Not thread-safe with
// changes of the files.
LoadResult LoadRuleSet(const std::string& root, const LoadOptions& options = {});

}  // namespace leadline::packs
