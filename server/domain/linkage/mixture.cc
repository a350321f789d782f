#include "domain/linkage/mixture.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "domain/linkage/key_parts.h"

namespace leadline::linkage {
namespace {

using Levels = std::vector<LevelProbabilities>;  // by comparison

constexpr double kLeastProbability = 1e-12;
constexpr double kUnseen = 0.1;  // of a pair, added to each count, so that no level is impossible
// To begin with, so much of what may be the same is taken for related: where something disagrees entirely, and else.
constexpr double kRelatedWhereDifferent = 0.5, kRelatedElse = 0.02;
constexpr int kFirstRounds = 200;      // of two classes
constexpr double kEnough = 1e-7;       // change of a share at which training ends

double Bits(double probability) { return std::log2(std::max(probability, kLeastProbability)); }

struct Counted {
  Pattern pattern = 0;
  double count = 0;
};

std::vector<Counted> Count(std::vector<Pattern> patterns) {
  std::sort(patterns.begin(), patterns.end());
  std::vector<Counted> counted;
  for (const Pattern pattern : patterns) {
    if (counted.empty() || counted.back().pattern != pattern) counted.push_back({pattern, 0});
    counted.back().count += 1;
  }
  return counted;
}

// Every so many, so that at most `most` are left.
std::vector<Pattern> Thinned(std::span<const Pattern> patterns, size_t most) {
  if (patterns.size() <= most) return {patterns.begin(), patterns.end()};
  std::vector<Pattern> out;
  const double step = static_cast<double>(patterns.size()) / static_cast<double>(most);
  for (size_t i = 0; i < most; ++i) out.push_back(patterns[static_cast<size_t>(static_cast<double>(i) * step)]);
  return out;
}

std::vector<Pattern> RandomPairs(const RecordTable& table, const TrainingOptions& options) {
  std::vector<Pattern> patterns;
  const uint64_t size = table.size();
  if (size * (size - 1) / 2 <= options.random_pairs) {
    for (uint32_t a = 0; a < size; ++a) {
      for (uint32_t b = a + 1; b < size; ++b) patterns.push_back(table.Compare(a, b));
    }
    return patterns;
  }
  std::mt19937_64 random(options.seed);
  patterns.reserve(options.random_pairs);
  while (patterns.size() < options.random_pairs) {
    const auto a = static_cast<uint32_t>(random() % size), b = static_cast<uint32_t>(random() % size);
    if (a != b) patterns.push_back(table.Compare(a, b));
  }
  return patterns;
}

// Sums of a class, by comparison and level, made into probabilities.
class LevelCounts {
 public:
  explicit LevelCounts(const RecordTable& table) : table_(table), counts_(table.comparisons()) {
    for (LevelProbabilities& of_comparison : counts_) of_comparison.fill(kUnseen);
  }
  void Add(Pattern pattern, double count) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i][LevelAt(pattern, i)] += count;
  }
  Levels Probabilities() const {
    Levels out(counts_.size());
    for (size_t i = 0; i < counts_.size(); ++i) {
      const auto levels = static_cast<size_t>(table_.LevelsAt(i));
      double sum = 0;
      for (size_t level = 1; level <= levels; ++level) sum += counts_[i][level];
      out[i].fill(0);
      for (size_t level = 1; level <= levels; ++level) out[i][level] = counts_[i][level] / sum;
    }
    return out;
  }

 private:
  const RecordTable& table_;
  Levels counts_;
};

// Natural logarithms, 0 for kNothing, so that a pattern's are their plain sum.
class LogTable {
 public:
  explicit LogTable(const Levels& levels) : logs_(levels.size()) {
    for (size_t i = 0; i < levels.size(); ++i) {
      for (size_t level = 0; level < kMostLevels; ++level) {
        logs_[i][level] = level == kNothing ? 0 : std::log(std::max(levels[i][level], kLeastProbability));
      }
    }
  }
  double Of(Pattern pattern) const {
    double sum = 0;
    for (const LevelProbabilities& of_comparison : logs_) {
      sum += of_comparison[pattern & 15];
      pattern >>= 4;
    }
    return sum;
  }

 private:
  Levels logs_;
};

// A first guess: the nearer to the same, the likelier among pairs that are the same.
Levels GuessSame(const RecordTable& table) {
  Levels out(table.comparisons());
  for (size_t i = 0; i < out.size(); ++i) {
    const int levels = table.LevelsAt(i);
    double sum = 0;
    for (int level = 1; level <= levels; ++level) sum += std::exp2(-level);
    out[i].fill(0);
    for (int level = 1; level <= levels; ++level) out[i][static_cast<size_t>(level)] = std::exp2(-level) / sum;
  }
  return out;
}

// How likely each pattern is of the same, against what random pairs do: two classes, of which the unrelated one is known.
std::vector<double> FirstGuess(const RecordTable& table, std::span<const Counted> patterns, const Levels& random,
                               double candidates_per_pair) {
  const double all = static_cast<double>(table.size()) * (static_cast<double>(table.size()) - 1) / 2;
  const LogTable unrelated(random);
  Levels same = GuessSame(table);
  double share = 1.0 / table.size();
  std::vector<double> likely(patterns.size());
  for (int round = 0; round < kFirstRounds; ++round) {
    const LogTable logs(same);
    LevelCounts counts(table);
    const double prior = std::log(share / (1 - share));
    double sum = 0;
    for (size_t i = 0; i < patterns.size(); ++i) {
      likely[i] = 1 / (1 + std::exp(-(prior + logs.Of(patterns[i].pattern) - unrelated.Of(patterns[i].pattern))));
      sum += likely[i] * patterns[i].count;
      counts.Add(patterns[i].pattern, likely[i] * patterns[i].count);
    }
    same = counts.Probabilities();
    const double before = share;
    share = std::clamp(sum * candidates_per_pair / all, 1e-12, 0.5);
    if (round > 10 && std::abs(share - before) <= kEnough * share) break;
  }
  return likely;
}

// The level that random pairs have most often: different, nearly always.
std::vector<Level> UsualLevels(const RecordTable& table, const Levels& random) {
  std::vector<Level> out;
  for (size_t i = 0; i < table.comparisons(); ++i) {
    out.push_back(static_cast<Level>(std::max_element(random[i].begin() + 1, random[i].end()) - random[i].begin()));
  }
  return out;
}

using Likely = std::array<double, kPairClasses>;

std::vector<Likely> Begin(std::span<const Counted> patterns, std::span<const double> same,
                          const std::vector<Level>& usual) {
  std::vector<Likely> out;
  for (size_t i = 0; i < patterns.size(); ++i) {
    bool differs = false;
    for (size_t c = 0; c < usual.size(); ++c) differs |= usual[c] != kExact && LevelAt(patterns[i].pattern, c) == usual[c];
    const double related = differs ? kRelatedWhereDifferent : kRelatedElse;
    out.push_back({same[i] * (1 - related), same[i] * related + (1 - same[i]) / 2, (1 - same[i]) / 2});
  }
  return out;
}

// Expectation and maximisation of all three classes.
void Learn(const RecordTable& table, std::span<const Counted> patterns, std::vector<Likely> likely, int most_rounds,
           MatchModel& model) {
  double all = 0;
  for (const Counted& counted : patterns) all += counted.count;
  for (int round = 0; round < most_rounds; ++round) {
    const auto before = model.share;
    std::vector<LogTable> logs;
    for (size_t k = 0; k < kPairClasses; ++k) {
      LevelCounts counts(table);
      double sum = 0;
      for (size_t i = 0; i < patterns.size(); ++i) {
        counts.Add(patterns[i].pattern, likely[i][k] * patterns[i].count);
        sum += likely[i][k] * patterns[i].count;
      }
      model.share[k] = std::max(sum / all, kLeastProbability);
      model.levels[k] = counts.Probabilities();
      logs.emplace_back(model.levels[k]);
    }
    double change = 0;
    for (size_t k = 0; k < kPairClasses; ++k) change = std::max(change, std::abs(model.share[k] - before[k]));
    if (change < kEnough) return;
    for (size_t i = 0; i < patterns.size(); ++i) {
      Likely weights;
      for (size_t k = 0; k < kPairClasses; ++k) weights[k] = std::log(model.share[k]) + logs[k].Of(patterns[i].pattern);
      const double most = *std::max_element(weights.begin(), weights.end());
      double sum = 0;
      for (double& weight : weights) sum += weight = std::exp(weight - most);
      for (size_t k = 0; k < kPairClasses; ++k) likely[i][k] = weights[k] / sum;
    }
  }
}

// What agreement on a value adds in bits where it is more or less frequent than the usual one: it is by chance as often
// as the value is frequent. Related and same pairs agree for a reason, whatever the value.
double FrequencyBits(const RecordTable& table, const MatchModel& model, const RecordPair& pair, size_t field) {
  const uint32_t value = table.column(field).ValueOf(pair.a);
  if (value == 0 || value != table.column(field).ValueOf(pair.b)) return 0;
  return Bits(model.frequency[field][value] / model.usual_frequency[field]);
}

struct ClassBits {
  std::array<double, kPairClasses> total = {};
  double Rest() const {
    const double related = total[1], unrelated = total[2];
    return std::log2(1 + std::exp2(std::min(related, unrelated) - std::max(related, unrelated)));
  }
  PairClass Against() const { return total[1] > total[2] ? PairClass::kRelated : PairClass::kUnrelated; }
};

double BitsOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, PairClass of, size_t comparison,
              Level level) {
  double bits = Bits(model.levels[static_cast<size_t>(of)][comparison][level]);
  if (of == PairClass::kUnrelated && level == kExact && comparison < table.fields().size()) {
    bits += FrequencyBits(table, model, pair, comparison);
  }
  return bits;
}

ClassBits BitsOfClasses(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  ClassBits bits;
  for (size_t k = 0; k < kPairClasses; ++k) {
    bits.total[k] = Bits(model.share[k]);
    for (size_t i = 0; i < table.comparisons(); ++i) {
      if (const Level level = LevelAt(pattern, i); level != kNothing) {
        bits.total[k] += BitsOf(table, model, pair, static_cast<PairClass>(k), i, level);
      }
    }
  }
  return bits;
}

}  // namespace

void SetFrequencies(const RecordTable& table, std::span<const uint32_t> entity_of, MatchModel& model) {
  model.frequency.assign(table.fields().size(), {});
  model.usual_frequency.assign(table.fields().size(), 1);
  for (size_t field = 0; field < table.fields().size(); ++field) {
    const Column& column = table.column(field);
    std::vector<std::pair<uint32_t, uint32_t>> held;  // values with those that have them
    for (uint32_t record = 0; record < table.size(); ++record) {
      const uint32_t value = column.ValueOf(record);
      if (value != 0) held.emplace_back(value, entity_of.empty() ? record : entity_of[record]);
    }
    std::sort(held.begin(), held.end());
    held.erase(std::unique(held.begin(), held.end()), held.end());
    std::vector<double>& frequency = model.frequency[field];
    frequency.assign(column.value_count(), 0);
    for (const auto& [value, entity] : held) frequency[value] += 1 / static_cast<double>(held.size());
    // The mean of the logarithms over agreements by chance.
    double sum = 0, weight = 0;
    for (const double of_value : frequency) {
      if (of_value <= 0) continue;
      sum += of_value * of_value * std::log(of_value);
      weight += of_value * of_value;
    }
    if (weight > 0) model.usual_frequency[field] = std::exp(sum / weight);
  }
}

MatchModel Train(const RecordTable& table, std::span<const Pattern> patterns, const TrainingOptions& options) {
  MatchModel model;
  SetFrequencies(table, {}, model);
  LevelCounts random(table);
  for (const Counted& counted : Count(RandomPairs(table, options))) random.Add(counted.pattern, counted.count);
  const Levels by_chance = random.Probabilities();
  const std::vector<Counted> counted = Count(Thinned(patterns, options.trained_pairs));
  const double thinned = std::max(1.0, static_cast<double>(patterns.size()) / std::max(1U, options.trained_pairs));
  const std::vector<double> same = FirstGuess(table, counted, by_chance, thinned);
  Learn(table, counted, Begin(counted, same, UsualLevels(table, by_chance)), options.most_rounds, model);
  return model;
}

double WeightOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  const ClassBits bits = BitsOfClasses(table, model, pair, pattern);
  return bits.total[0] - std::max(bits.total[1], bits.total[2]) - bits.Rest();
}

PairWeight ExplainWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  const ClassBits bits = BitsOfClasses(table, model, pair, pattern);
  PairWeight out;
  out.against = bits.Against();
  out.rest = -bits.Rest();
  out.total = bits.total[0] - std::max(bits.total[1], bits.total[2]) - bits.Rest();
  out.prior = Bits(model.share[0]) - Bits(model.share[static_cast<size_t>(out.against)]);
  for (size_t i = 0; i < table.comparisons(); ++i) {
    FieldWeight& weight = out.comparisons.emplace_back();
    weight.level = LevelAt(pattern, i);
    if (weight.level == kNothing) continue;
    weight.bits = BitsOf(table, model, pair, PairClass::kSame, i, weight.level) -
                  BitsOf(table, model, pair, out.against, i, weight.level);
  }
  return out;
}

double ProbabilityOfWeight(double weight) { return 1 / (1 + std::exp2(-weight)); }

}  // namespace leadline::linkage
