#include "packs/values/points.h"

#include <cmath>

#include "fmt/format.h"

namespace leadline::packs {

double CheckPoints(Problems& problems, const std::optional<double>& points, const YamlNode& node) {
  if (!points) return 0;
  if (std::abs(*points) > kMaxPoints || *points == 0) {
    problems.Add(node, "LL1105", fmt::format("points must be between -{0:g} and {0:g}, and not 0", kMaxPoints));
  }
  return *points;
}

double ReadPoints(Problems& problems, MapReader& reader) {
  if (reader.Require("points") == nullptr) return 0;
  return CheckPoints(problems, reader.Number("points"), *reader.Get("points"));
}

}  // namespace leadline::packs
