#include "domain/linkage/mixture.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace leadline::linkage {
namespace {

constexpr double kLeastOfALevel = 1e-12;

double Bits(double probability) { return std::log2(std::max(probability, kLeastOfALevel)); }

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

double PatternWeight(const MatchModel& model, Pattern pattern) {
  const Others others = OthersOf(model, pattern);
  return BitsOf(model.same, pattern) - others.bits - others.rest;
}

double FrequencyWeight(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  double bits = 0;
  for (size_t i = 0; i < table.fields().size(); ++i) {
    bits += FrequencyBits(table, model, pair, i, LevelAt(pattern, i));
  }
  return bits;
}

double WeightOf(const RecordTable& table, const MatchModel& model, const RecordPair& pair, Pattern pattern) {
  return PatternWeight(model, pattern) - FrequencyWeight(table, model, pair, pattern);
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
