// What a benchmark found, one line for each figure, for `tests/bench/run` to put into a table.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace leadline::bench {

// What a figure is held against. `of_ratio`: the bound is for the ratio instead of the value.
struct Goal {
  enum class Kind { kNone, kAtMost, kAtLeast } kind = Kind::kNone;
  double bound = 0;
  bool of_ratio = false;
};
inline Goal AtMost(double bound) { return {Goal::Kind::kAtMost, bound, false}; }
inline Goal AtLeast(double bound) { return {Goal::Kind::kAtLeast, bound, false}; }
inline Goal RatioAtLeast(double bound) { return {Goal::Kind::kAtLeast, bound, true}; }

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> ratio;  // to the baseline that the note names
  Goal goal = {};
};

// "name <tab> value <tab> unit <tab> ratio <tab> goal <tab> met|missed|-" on standard output, "-" for what there is
// not.
void Print(const Figure& figure);
// A line of explanation, beginning with "# ".
void Note(const std::string& text);

// The value below which `share` of the samples lie (nearest rank). Sorts them; 0 when there are none.
double Percentile(std::vector<double>& samples, double share);
double Median(std::vector<double> samples);

}  // namespace leadline::bench
