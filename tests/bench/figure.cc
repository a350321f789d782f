#include "tests/bench/figure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "fmt/format.h"

namespace leadline::bench {
namespace {

// Three significant digits at least, whole numbers from 1000 on.
std::string Short(double value) {
  return std::abs(value) >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

}  // namespace

void Print(const Figure& figure) {
  const double judged = figure.goal.of_ratio ? figure.ratio.value_or(0) : figure.value;
  std::string goal = "-", met = "-";
  if (figure.goal.kind != Goal::Kind::kNone) {
    const bool at_most = figure.goal.kind == Goal::Kind::kAtMost;
    goal = fmt::format("{}{} {:g}", figure.goal.of_ratio ? "ratio " : "", at_most ? "<=" : ">=", figure.goal.bound);
    met = (at_most ? judged <= figure.goal.bound : judged >= figure.goal.bound) ? "met" : "missed";
  }
  fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", figure.name, Short(figure.value), figure.unit,
             figure.ratio.has_value() ? Short(*figure.ratio) : "-", goal, met);
  std::fflush(stdout);
}

void Note(const std::string& text) {
  fmt::print("# {}\n", text);
  std::fflush(stdout);
}

double Percentile(std::vector<double>& samples, double share) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(samples.size())));
  return samples[std::clamp<size_t>(rank, 1, samples.size()) - 1];
}

double Median(std::vector<double> samples) { return Percentile(samples, 0.5); }

}  // namespace leadline::bench
