// What a pair of records is, by how it agrees: the same, related, or unrelated. Learned from the pairs themselves.
//
// A mixture of three classes in which comparisons are independent (Fellegi and Sunter 1969; estimated by expectation and
// maximisation: Winkler 1988). The third class is for pairs that share something for a reason and are two all the same:
// colleagues with one switchboard, a family at one address, branches of one firm. Two classes take them for the same,
// since what they share is rarely shared by chance.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/linkage/blocking.h"
#include "domain/linkage/record_table.h"

namespace leadline::linkage {

enum class PairClass : uint8_t { kSame = 0, kRelated = 1, kUnrelated = 2 };
inline constexpr size_t kPairClasses = 3;

// Probability of each level where both have a value, by level; kNothing has none.
using LevelProbabilities = std::array<double, kMostLevels>;

struct MatchModel {
  std::array<double, kPairClasses> share = {};  // of the candidates
  std::array<std::vector<LevelProbabilities>, kPairClasses> levels;  // by comparison
  // Of each field's values, by number: how frequent one is among independent records, and how frequent a value is on
  // which two of them agree by chance.
  std::vector<std::vector<double>> frequency;
  std::vector<double> usual_frequency;
};

struct TrainingOptions {
  uint64_t seed = 1;            // of the random pairs
  uint32_t random_pairs = 500'000;
  uint32_t trained_pairs = 60'000;  // of the candidates, at most
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
  double prior = 0;                           // before any comparison
  PairClass against = PairClass::kUnrelated;  // what it is weighed against: the likelier of the two other classes
  double rest = 0;                            // for the less likely one: from -1 to 0
  std::vector<FieldWeight> comparisons;
};

// That a pair is the same, in bits: log2 of the odds. Thread-safe.
double WeightOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern);
// The same with each comparison's part.
PairWeight ExplainWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern);
// 2^w / (1 + 2^w).
double ProbabilityOfWeight(double weight);

}  // namespace leadline::linkage
