// How a mixture is learned.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <utility>

#include "domain/linkage/mixture.h"

namespace leadline::linkage {
namespace {

using Levels = std::vector<LevelProbabilities>;  // by comparison

constexpr double kLeastProbability = 1e-12;
constexpr double kUnseen = 0.1;  // of a pair, added to each count, so that no level is impossible
// To begin with: pairs that differ entirely in so large a part of what is compared are seldom taken for the same.
constexpr double kMuchDifferent = 0.35, kSameWhereMuchDiffers = 0.2, kRelatedElse = 0.02;
constexpr double kSharedForAReason = 0.8;  // of pairs that share what many pairs do
constexpr size_t kMostShared = 12;         // classes of such pairs
constexpr int kFirstRounds = 200;          // of two classes
constexpr double kEnough = 1e-7;           // change of a share at which training ends
constexpr double kPerhapsTheSame = 1e-3;   // a pattern of which nothing is the same is worth so much of one that is
constexpr double kNegligible = 1e-9;       // of a pair
// Pairs of the other classes are so many times more like random pairs than they show: to begin with entirely, so that
// the pairs that are the same find each other first, and then ever less.
constexpr double kLikeRandomAtLast = 0.15;
constexpr int kRoundsToHalve = 10;
// A class becomes that of the same where it agrees in so much more, and is not a few pairs alone.
constexpr double kClearlyMore = 0.5, kLeastShareOfSame = 0.02;
constexpr Level kShared = 2;  // the same, or a slip apart

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

// Which comparisons agree, as bits.
using Signature = uint32_t;

std::vector<size_t> ComparisonsIn(Signature signature) {
  std::vector<size_t> out;
  for (size_t c = 0; signature >> c != 0; ++c) {
    if ((signature >> c & 1) != 0) out.push_back(c);
  }
  return out;
}

struct Agreement {
  Signature shared = 0;
  double different = 0;  // share of what is compared
};

Agreement AgreementIn(Pattern pattern, const std::vector<Level>& usual) {
  Agreement out;
  double compared = 0, different = 0;
  for (size_t c = 0; c < usual.size(); ++c) {
    const Level level = LevelAt(pattern, c);
    if (usual[c] == kExact || level == kNothing) continue;
    ++compared;
    if (level == usual[c]) ++different;
    if (level <= kShared) out.shared |= Signature{1} << c;
  }
  if (compared > 0) out.different = different / compared;
  return out;
}

// Of what may be the same, how much is taken for it to begin with.
double TakenForSame(const Agreement& agreement) {
  return agreement.different >= kMuchDifferent ? kSameWhereMuchDiffers : 1 - kRelatedElse - agreement.different / 2;
}

// What most of the pairs share that are perhaps two.
std::vector<Signature> SharedMost(std::span<const Counted> patterns, std::span<const double> same,
                                  const std::vector<Level>& usual) {
  std::map<Signature, double> pairs;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Agreement agreement = AgreementIn(patterns[i].pattern, usual);
    if (agreement.shared == 0 || agreement.different < kMuchDifferent) continue;
    pairs[agreement.shared] += patterns[i].count * (1 - same[i] * TakenForSame(agreement));
  }
  std::vector<std::pair<double, Signature>> order;
  for (const auto& [signature, count] : pairs) order.emplace_back(-count, signature);
  std::sort(order.begin(), order.end());
  if (order.size() > kMostShared) order.resize(kMostShared);
  std::vector<Signature> out;
  for (const auto& [count, signature] : order) out.push_back(signature);
  return out;
}

// How likely each is to begin with: a class of those that share each of `shared`, and the rest.
std::vector<Likely> Begin(std::span<const Counted> patterns, std::span<const double> same,
                          const std::vector<Level>& usual, const std::vector<Signature>& shared) {
  std::vector<Likely> out;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const Agreement agreement = AgreementIn(patterns[i].pattern, usual);
    const double of_same = same[i] * TakenForSame(agreement);
    Likely& likely = out.emplace_back(shared.size() + 2, kUnseen / 1e3);
    likely.front() += of_same;
    const auto found = std::find(shared.begin(), shared.end(), agreement.shared);
    const double related = found == shared.end() ? 0 : (1 - of_same) * kSharedForAReason;
    if (found != shared.end()) likely[1 + static_cast<size_t>(found - shared.begin())] += related;
    likely.back() += 1 - of_same - related;
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
        classes_(likely_.empty() ? 0 : likely_[0].size()),
        begun_as_(classes_.size()) {
    for (const Counted& counted : patterns) all_ += counted.count;
    std::iota(begun_as_.begin(), begun_as_.end(), size_t{0});
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
  // By class, as which one it began: 0 as the same, the last as the rest.
  const std::vector<size_t>& begun_as() const { return begun_as_; }

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
      classes_[k] = {share, counts.Probabilities(), {}};
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
    for (size_t k = 1; k + 1 < classes_.size(); ++k) {  // never the rest
      const bool many = classes_[k].share > kLeastShareOfSame * classes_[0].share;
      if (many && Agreements(classes_[k]) > Agreements(classes_[best]) + kClearlyMore) best = k;
    }
    if (best == 0) return;
    std::swap(classes_[0], classes_[best]);
    std::swap(begun_as_[0], begun_as_[best]);
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
  std::vector<size_t> begun_as_;
  double all_ = 0;
};

}  // namespace

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
  const std::vector<Level> usual = UsualLevels(table, by_chance);
  const std::vector<Signature> shared = SharedMost(counted, same, usual);
  Learner learner(table, counted, by_chance, guessed, Begin(counted, same, usual, shared));
  std::vector<PairClass> classes = learner.Learn(options.most_rounds);
  if (classes.empty()) {  // nothing to learn from: what random pairs say stands for all
    model.same = {kLeastProbability, GuessSame(table), {}};
    model.others = {{1, by_chance, {}}};
    return model;
  }
  model.same = std::move(classes.front());
  for (size_t k = 1; k < classes.size(); ++k) {
    const size_t begun = learner.begun_as()[k];
    if (begun >= 1 && begun <= shared.size()) classes[k].shared = ComparisonsIn(shared[begun - 1]);
  }
  model.others.assign(std::make_move_iterator(classes.begin() + 1), std::make_move_iterator(classes.end()));
  return model;
}

}  // namespace leadline::linkage
