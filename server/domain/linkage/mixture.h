// What a pair of records is, by how it agrees: the same, or two that share something. Learned from the pairs
// themselves.
//
// A mixture of classes in each of which comparisons are independent (Fellegi and Sunter 1969; estimated by expectation
// and maximisation: Winkler 1988). One class is of pairs that are the same. There are classes of
// pairs that share some fields and are two all the same, one for each set of fields that many such pairs share:
// namesakes, people born on one day, colleagues with one switchboard, branches of one firm. And one of the rest. With
// two classes alone, what is shared for a reason is taken for the same, since it is rarely shared by chance.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/linkage/blocking.h"
#include "domain/linkage/record_table.h"

namespace leadline::linkage {

// Probability of each level where both have a value, by level; kNothing has none.
using LevelProbabilities = std::array<double, kMostLevels>;

struct PairClass {
  double share = 0;                        // of the candidates
  std::vector<LevelProbabilities> levels;  // by comparison
  std::vector<size_t> shared = {};  // comparisons that its pairs shared to begin with; none: the same, or the rest
};

struct MatchModel {
  PairClass same;
  std::vector<PairClass> others;  // that of the rest is the last
  // Of each field's values, by number: how frequent one is among independent records, and how frequent a value is on
  // which two of them agree by chance.
  std::vector<std::vector<double>> frequency;
  std::vector<double> usual_frequency;
};

struct TrainingOptions {
  uint64_t seed = 1;  // of the random pairs
  uint32_t random_pairs = 500'000;
  uint32_t trained_patterns = 30'000;  // different ones, at most
  int most_rounds = 1'000;
};

// `patterns`: of the candidates, in their order. The same records give the same model, whatever their order and names.
MatchModel Train(const RecordTable& table, std::span<const Pattern> patterns, const TrainingOptions& options);
// Counts each value once for each entity that has it, so that a value is not common because one entity was entered many
// times. `entity_of`: of each record; empty: each record is one.
void SetFrequencies(const RecordTable& table, std::span<const uint32_t> entity_of, MatchModel& model);

struct FieldWeight {
  Level level = kNothing;
  double bits = 0;
};

// Of one pair, in bits (log2): `prior`, all of `comparisons` and `rest` add up to `total`.
struct PairWeight {
  double total = 0;
  double prior = 0;  // before any comparison
  // Comparisons are weighed against pairs that share nothing in particular. This takes back what two records may have
  // in common because they share one thing for a reason; 0 and less.
  double rest = 0;
  size_t likeliest = 0;  // of the model's other classes: what they would share, were they two
  std::vector<FieldWeight> comparisons;
};

// That a pair is the same, in bits: log2 of the odds. Thread-safe.
double WeightOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern);
// The same of how a pair agrees alone, and what is to be taken from it, since what two agree on is more or less
// frequent than usual: WeightOf is the difference.
double PatternWeight(const MatchModel& model, Pattern pattern);
double FrequencyWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern);
// The same with each comparison's part.
PairWeight ExplainWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern);
// 2^w / (1 + 2^w).
double ProbabilityOfWeight(double weight);

}  // namespace leadline::linkage
