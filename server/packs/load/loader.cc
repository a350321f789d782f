// The way in that packs/loader.h declares.
#include "packs/loader.h"

#include <utility>

#include "packs/load/rule_set_builder.h"

namespace leadline::packs {

LoadResult LoadRuleSet(const PackSet& set, const LoadOptions& options) {
  return RuleSetBuilder(set, options, {}).Build();
}

LoadResult LoadRuleSet(const std::string& root, const LoadOptions& options) {
  ReadPacksResult read = ReadPackSet(root);
  // Without the central folder there is nothing to say about the rest.
  if (read.set.packs.empty()) return {nullptr, std::move(read.diagnostics), {}};
  return RuleSetBuilder(read.set, options, std::move(read.diagnostics)).Build();
}

}  // namespace leadline::packs
