// The changes that mutation makes in one condition.
#pragma once

#include <string>
#include <vector>

#include "cel/ast.h"
#include "engine/packtest/mutant.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::engine {

struct ConditionChange {
  std::string change;
  std::vector<TextEdit> edits;
};

// `text` is the scalar that `ast` was compiled from.
std::vector<ConditionChange> ChangesOf(const packs::YamlNode& text, const cel::Ast& ast);

}  // namespace leadline::engine
