#include "domain/linkage/mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "domain/linkage/key_parts.h"

namespace leadline::linkage {
namespace {

using Levels = std::vector<LevelProbabilities>;  // by comparison

constexpr double kLeastProbability = 1e-12;
constexpr double kUnseen = 0.1;  // of a pair, added to each count, so that no level is impossible
// To begin with, so much of what may be the same is taken for it: less for each field in which it differs entirely.
constexpr double kSameWhereDifferent = 0.3, kRelatedElse = 0.02;
constexpr int kFirstRounds = 200;         // of two classes
constexpr double kEnough = 1e-7;          // change of a share at which training ends
constexpr double kPerhapsTheSame = 1e-3;  // a pattern of which nothing is the same is worth so much of one that is
constexpr double kNegligible = 1e-9;      // of a pair
// Pairs of the other classes are so many times more like random pairs than they show: to begin with entirely, so that
// the pairs that are the same find each other first, and then ever less.
constexpr double kLikeRandomAtLast = 0.15;
constexpr int kRoundsToHalve = 10;
// A class becomes that of the same where it agrees in so much more, and is not a few pairs alone.
constexpr double kClearlyMore = 0.5, kLeastShareOfSame = 0.02;
constexpr Level kShared = 2;  // the same, or a slip apart

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
  // So many pairs that agree like these.
  void AddAll(const Levels& levels, double count) {
    for (size_t i = 0; i < counts_.size(); ++i) {
      for (size_t level = 1; level < kMostLevels; ++level) counts_[i][level] += levels[i][level] * count;
    }
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

// How likely each pattern is of the same, against what random pairs do: two classes, of which the unrelated one is
// known.
std::vector<double> FirstGuess(const RecordTable& table, std::span<const Counted> patterns, const Levels& random) {
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
    share = std::clamp(sum / all, 1e-12, 0.5);
    if (round > 10 && std::abs(share - before) <= kEnough * share) break;
  }
  return likely;
}

// At most so many patterns: those that may be the same first, then those that occur most often.
void KeepTelling(size_t most, std::vector<Counted>& patterns, std::vector<double>& same) {
  if (patterns.size() <= most) return;
  std::vector<size_t> order(patterns.size());
  std::iota(order.begin(), order.end(), 0);
  const auto worth = [&](size_t i) { return patterns[i].count * (kPerhapsTheSame + same[i]); };
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return worth(a) != worth(b) ? worth(a) > worth(b) : patterns[a].pattern < patterns[b].pattern;
  });
  order.resize(most);
  std::sort(order.begin(), order.end());
  std::vector<Counted> kept;
  std::vector<double> of_kept;
  for (const size_t i : order) {
    kept.push_back(patterns[i]);
    of_kept.push_back(same[i]);
  }
  patterns = std::move(kept);
  same = std::move(of_kept);
}

// The level that random pairs have most often: different, nearly always.
std::vector<Level> UsualLevels(const RecordTable& table, const Levels& random) {
  std::vector<Level> out;
  for (size_t i = 0; i < table.comparisons(); ++i) {
    out.push_back(static_cast<Level>(std::max_element(random[i].begin() + 1, random[i].end()) - random[i].begin()));
  }
  return out;
}

// How likely each pattern is of each class; the same first.
using Likely = std::vector<double>;

// A class of pairs that share a comparison, for each, and the rest.
std::vector<Likely> Begin(const RecordTable& table, std::span<const Counted> patterns, std::span<const double> same,
                          const std::vector<Level>& usual) {
  const size_t comparisons = table.comparisons();
  std::vector<Likely> out;
  for (size_t i = 0; i < patterns.size(); ++i) {
    double all_same = 1 - kRelatedElse;
    std::vector<size_t> shared;
    for (size_t c = 0; c < comparisons; ++c) {
      const Level level = LevelAt(patterns[i].pattern, c);
      if (usual[c] == kExact || level == kNothing) continue;
      if (level == usual[c]) all_same *= kSameWhereDifferent;
      if (level <= kShared) shared.push_back(c);
    }
    const double related = same[i] * (1 - all_same) + (1 - same[i]) / 2;
    Likely& likely = out.emplace_back(comparisons + 2, kUnseen / 1e3);
    likely.front() = same[i] * all_same;
    likely.back() = (1 - same[i]) / 2 + (shared.empty() ? related : 0);
    for (const size_t c : shared) likely[1 + c] = related / static_cast<double>(shared.size());
  }
  return out;
}

// Expectation and maximisation of all classes.
class Learner {
 public:
  // `random`: how random pairs agree; `first`: those that are the same, as far as that can be guessed.
  Learner(const RecordTable& table, std::span<const Counted> patterns, const Levels& random, const Levels& first,
          std::vector<Likely> likely)
      : table_(table),
        patterns_(patterns),
        random_(random),
        first_(first),
        likely_(std::move(likely)),
        classes_(likely_.empty() ? 0 : likely_[0].size()) {
    for (const Counted& counted : patterns) all_ += counted.count;
  }

  std::vector<PairClass> Learn(int most_rounds) {
    for (int round = 0; round < most_rounds; ++round) {
      const double like_random = std::max(kLikeRandomAtLast, 1 / (1 + static_cast<double>(round) / kRoundsToHalve));
      if (Maximise(like_random) < kEnough && like_random == kLikeRandomAtLast) break;
      if (round > 0 && round % kRoundsToHalve == 0) ChooseSame();
      Expect();
    }
    return classes_;
  }

 private:
  // Gives the largest change of a share.
  double Maximise(double like_random) {
    double change = 0;
    for (size_t k = 0; k < classes_.size(); ++k) {
      LevelCounts counts(table_);
      double sum = 0;
      for (size_t i = 0; i < patterns_.size(); ++i) {
        const double count = likely_[i][k] * patterns_[i].count;
        if (count < kNegligible) continue;
        counts.Add(patterns_[i].pattern, count);
        sum += count;
      }
      const double share = std::max(sum / all_, kLeastProbability);
      change = std::max(change, std::abs(share - classes_[k].share));
      counts.AddAll(k == 0 ? first_ : random_, like_random * sum);
      classes_[k] = {share, counts.Probabilities()};
    }
    return change;
  }

  // In how many comparisons pairs of the class agree, on the mean.
  double Agreements(const PairClass& of) const {
    double sum = 0;
    for (size_t c = 0; c < of.levels.size(); ++c) {
      for (Level level = kExact; level <= kShared; ++level) sum += of.levels[c][level];
    }
    return sum;
  }

  // Many namesakes may be taken for the same at first, and those that are the same for another class: the same are
  // those that agree in most.
  void ChooseSame() {
    size_t best = 0;
    for (size_t k = 1; k < classes_.size(); ++k) {
      const bool many = classes_[k].share > kLeastShareOfSame * classes_[0].share;
      if (many && Agreements(classes_[k]) > Agreements(classes_[best]) + kClearlyMore) best = k;
    }
    if (best == 0) return;
    std::swap(classes_[0], classes_[best]);
    for (Likely& likely : likely_) std::swap(likely[0], likely[best]);
    first_ = classes_[0].levels;
  }

  void Expect() {
    std::vector<LogTable> logs;
    for (const PairClass& of : classes_) logs.emplace_back(of.levels);
    for (size_t i = 0; i < patterns_.size(); ++i) {
      Likely& likely = likely_[i];
      for (size_t k = 0; k < classes_.size(); ++k) {
        likely[k] = std::log(classes_[k].share) + logs[k].Of(patterns_[i].pattern);
      }
      const double most = *std::max_element(likely.begin(), likely.end());
      double sum = 0;
      for (double& weight : likely) sum += weight = std::exp(weight - most);
      for (double& weight : likely) weight /= sum;
    }
  }

  const RecordTable& table_;
  const std::span<const Counted> patterns_;
  const Levels& random_;
  Levels first_;
  std::vector<Likely> likely_;
  std::vector<PairClass> classes_;
  double all_ = 0;
};

// What agreement on a value adds in bits where it is more or less frequent than the usual one: two records have it both
// as often as the square of its frequency, one that was entered twice as often as its frequency.
double FrequencyBits(const RecordTable& table, const MatchModel& model, const RecordPair& pair, size_t field) {
  const uint32_t value = table.column(field).ValueOf(pair.a);
  if (value == 0 || value != table.column(field).ValueOf(pair.b)) return 0;
  return Bits(model.frequency[field][value] / model.usual_frequency[field]);
}

// Of a pair, by comparison; the same for all classes but the same.
double FrequencyBits(const RecordTable& table, const MatchModel& model, const RecordPair& pair, size_t comparison,
                     Level level) {
  return level == kExact && comparison < table.fields().size() ? FrequencyBits(table, model, pair, comparison) : 0;
}

double BitsOf(const PairClass& of, Pattern pattern) {
  double bits = Bits(of.share);
  for (size_t i = 0; i < of.levels.size(); ++i) {
    if (const Level level = LevelAt(pattern, i); level != kNothing) bits += Bits(of.levels[i][level]);
  }
  return bits;
}

// The other classes together.
struct Others {
  size_t likeliest = 0;
  double bits = 0;  // of the likeliest
  double rest = 0;  // what the less likely ones add
};

Others OthersOf(const MatchModel& model, Pattern pattern) {
  Others out;
  std::vector<double> bits;
  for (const PairClass& of : model.others) bits.push_back(BitsOf(of, pattern));
  out.likeliest = static_cast<size_t>(std::max_element(bits.begin(), bits.end()) - bits.begin());
  out.bits = bits[out.likeliest];
  double sum = 0;
  for (const double of : bits) sum += std::exp2(of - out.bits);
  out.rest = std::log2(sum);
  return out;
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
  std::vector<Counted> counted = Count({patterns.begin(), patterns.end()});
  std::vector<double> same = FirstGuess(table, counted, by_chance);
  KeepTelling(options.trained_patterns, counted, same);
  LevelCounts guess(table);
  for (size_t i = 0; i < counted.size(); ++i) guess.Add(counted[i].pattern, same[i] * counted[i].count);
  const Levels guessed = guess.Probabilities();
  std::vector<PairClass> classes =
      Learner(table, counted, by_chance, guessed, Begin(table, counted, same, UsualLevels(table, by_chance)))
          .Learn(options.most_rounds);
  if (classes.empty()) {  // nothing to learn from: what random pairs say stands for all
    model.same = {kLeastProbability, GuessSame(table)};
    model.others = {{1, by_chance}};
    return model;
  }
  model.same = std::move(classes.front());
  model.others.assign(std::make_move_iterator(classes.begin() + 1), std::make_move_iterator(classes.end()));
  return model;
}

double WeightOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  const Others others = OthersOf(model, pattern);
  double weight = BitsOf(model.same, pattern) - others.bits - others.rest;
  for (size_t i = 0; i < table.fields().size(); ++i) {
    weight -= FrequencyBits(table, model, pair, i, LevelAt(pattern, i));
  }
  return weight;
}

PairWeight ExplainWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  const Others others = OthersOf(model, pattern);
  const PairClass& nothing = model.others.back();
  PairWeight out;
  out.likeliest = others.likeliest;
  out.rest = BitsOf(nothing, pattern) - others.bits - others.rest;
  out.prior = Bits(model.same.share) - Bits(nothing.share);
  out.total = WeightOf(table, model, pair, pattern);
  for (size_t i = 0; i < table.comparisons(); ++i) {
    FieldWeight& weight = out.comparisons.emplace_back();
    weight.level = LevelAt(pattern, i);
    if (weight.level == kNothing) continue;
    weight.bits = Bits(model.same.levels[i][weight.level]) - Bits(nothing.levels[i][weight.level]) -
                  FrequencyBits(table, model, pair, i, weight.level);
  }
  return out;
}

double ProbabilityOfWeight(double weight) { return 1 / (1 + std::exp2(-weight)); }

}  // namespace leadline::linkage
