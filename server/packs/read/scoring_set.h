// `set:` in a region's scoring.yaml: numbers that the centre opened with `seal: params`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packs/read/condition_compiler.h"
#include "packs/read/layer.h"
#include "packs/rule_set.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Bounds of points that `params` opens.
struct PointsBounds {
  double min = 0;
  double max = 0;
  const YamlNode* at = nullptr;
};

// What the centre opened, by the id of its rule or matrix.
struct OpenedPoints {
  std::map<std::string, PointsBounds> rules, matrices;
};

void ReadPointsSet(Layer& layer, ConditionCompiler& conditions, const OpenedPoints& opened,
                   const std::vector<const YamlNode*>& entries, RegionRules& rules);

}  // namespace leadline::packs
