// The changes that mutation makes in the packs' files.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/pack_mutation.h"
#include "packs/pack_files.h"
#include "packs/rule_set.h"

namespace leadline::engine {

// Bytes of a file and what to put in their place.
struct TextEdit {
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string text;
};

struct PlannedMutant {
  Mutant mutant;
  std::string path;             // in the pack
  std::vector<TextEdit> edits;  // by place, apart from each other
};

// Every change for one pack of a set, which `rules` was made from; by file and place. `directory`: where messages say
// that the pack stands. `plugins`: those that are loaded; nothing would notice what is changed of the others.
std::vector<PlannedMutant> PlanMutants(const packs::PackFiles& pack, const std::string& directory,
                                       const packs::RuleSet& rules, const std::set<std::string>& plugins = {});

std::string Edited(const std::string& text, const std::vector<TextEdit>& edits);

}  // namespace leadline::engine
