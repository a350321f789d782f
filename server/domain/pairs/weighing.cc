// What two records' comparisons weigh, one by one and together.
#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "domain/matching.h"
#include "fmt/format.h"

namespace leadline::domain {
namespace {

// Probabilities are kept this far from 0 and 1, so that no one comparison decides everything.
constexpr double kLeastProbability = 1e-9;

double Bits(double m, double u) {
  return std::log2(std::clamp(m, kLeastProbability, 1.0) / std::clamp(u, kLeastProbability, 1.0));
}

double PriorBits(const MatchPolicy& policy) {
  const double p = std::clamp(policy.prior, kLeastProbability, 1 - kLeastProbability);
  return std::log2(p / (1 - p));
}

// The same as 2^w / (1 + 2^w), without overflow.
double ProbabilityOf(double weight) { return 1 / (1 + std::exp2(-weight)); }

void AddNote(std::string_view note, ComparisonResult& result) {
  if (!result.note.empty()) result.note += "; ";
  result.note += note;
}

std::string_view NameOf(const ComparisonDef& def) { return def.id.empty() ? def.field : def.id; }

// Of one group: the places of the comparisons that count.
struct Strongest {
  size_t yes = 0, no = 0;
  double yes_weight = 0, no_weight = 0;
};

void CountEachFactOnce(const std::vector<ComparisonDef>& defs, std::vector<ComparisonResult>& results) {
  std::map<std::string_view, Strongest> groups;
  for (size_t i = 0; i < defs.size(); ++i) {
    if (defs[i].group.empty()) continue;
    Strongest& group = groups[defs[i].group];
    if (results[i].weight > group.yes_weight) group.yes_weight = results[group.yes = i].weight;
    if (results[i].weight < group.no_weight) group.no_weight = results[group.no = i].weight;
  }
  for (size_t i = 0; i < defs.size(); ++i) {
    if (defs[i].group.empty() || results[i].weight == 0) continue;
    const Strongest& group = groups[defs[i].group];
    const size_t counts = results[i].weight > 0 ? group.yes : group.no;
    if (counts == i) continue;
    AddNote(fmt::format("counted with {}", NameOf(defs[counts])), results[i]);
    results[i].weight = 0;
  }
}

bool Holds(const Identifier& identifier, const std::vector<ComparisonResult>& results) {
  return std::all_of(identifier.parts.begin(), identifier.parts.end(), [&](const Identifier::Part& part) {
    const ComparisonResult& result = results[part.comparison];
    if (result.reached < 1 || result.reached > part.worst_level) return false;
    return identifier.most_people == 0 || result.records <= identifier.most_people;
  });
}

}  // namespace

void TakeAnswer(const ComparisonDef& def, const PluginComparison& answer, ComparisonResult& result) {
  result.level = answer.level;
  result.reached = -1;
  result.weight = std::clamp(answer.weight, -def.max_weight, def.max_weight);
  if (result.weight != answer.weight)
    AddNote(fmt::format("limited to {:g} of {:g}", result.weight, answer.weight), result);
}

void TakeLevel(const ComparisonDef& def, size_t level, int64_t records, ComparisonResult& result) {
  const ComparisonLevel& reached = def.levels[level];
  result.level = reached.label;
  result.weight = Bits(reached.m, reached.u);
  result.reached = static_cast<int64_t>(level) + 1;
  if (!def.term_frequency || reached.at_least < 1 || records < 2 || result.weight <= 0) return;
  result.records = records;
  result.weight = std::max(0.0, Bits(reached.m, reached.u * static_cast<double>(records)));
  AddNote(fmt::format("{} have it", records), result);
}

void Weigh(const MatchPolicy& policy, RecordKind kind, PairResult& pair) {
  const std::vector<Identifier>& identifiers = policy.IdentifiersOf(kind);
  CountEachFactOnce(policy.ComparisonsOf(kind), pair.comparisons);
  pair.weight = PriorBits(policy);
  for (const ComparisonResult& result : pair.comparisons) pair.weight += result.weight;
  pair.probability = ProbabilityOf(pair.weight);
  pair.identified = identifiers.empty() || std::any_of(identifiers.begin(), identifiers.end(),
                                                       [&](const auto& one) { return Holds(one, pair.comparisons); });
}

}  // namespace leadline::domain
