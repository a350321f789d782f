// The points that a rule or a cell gives.
#pragma once

#include <optional>

#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// The most that anything gives, either way.
inline constexpr double kMaxPoints = 1000;

// `points` within what a rule or cell may give; a number outside is reported. 0 when there is none.
double CheckPoints(Problems& problems, const std::optional<double>& points, const YamlNode& node);
// The `points:` of an entry, required.
double ReadPoints(Problems& problems, MapReader& reader);

}  // namespace leadline::packs
