// The changes that mutation makes in the packs' files.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/packtest/mutant.h"
#include "packs/pack_files.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Every change for one pack of a set, which `rules` was made from; by file and place. `directory`: where messages say
// that the pack stands. `plugins`: those that are loaded; nothing would notice what is changed of the others.
std::vector<PlannedMutant> PlanMutants(const packs::PackFiles& pack, const std::string& directory,
                                       const packs::RuleSet& rules, const std::set<std::string>& plugins = {});

std::string Edited(const std::string& text, const std::vector<TextEdit>& edits);

}  // namespace leadline::engine
