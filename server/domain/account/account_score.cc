#include "domain/account/account_score.h"

#include <algorithm>
#include <cmath>

#include "domain/activities/days.h"

namespace leadline::domain {
namespace {

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

double PointsIn(const Score& score, std::string_view dimension) {
  const auto points = score.dimensions.find(dimension);
  return points == score.dimensions.end() ? 0 : points->second;
}

}  // namespace

bool AccountScorePolicy::Counts(std::string_view dimension) const {
  return Has(people, dimension) || Has(once, dimension);
}

double AccountScorePolicy::PointsOf(const Score& score) const {
  MicroPoints sum = 0;
  for (const auto& [dimension, points] : score.dimensions) {
    if (Counts(dimension)) sum += ToMicros(points);
  }
  return ToPoints(sum);
}

bool AccountScorePolicy::SameFor(const Score& a, const Score& b) const {
  for (const auto* names : {&people, &once}) {
    for (const std::string& name : *names) {
      if (PointsIn(a, name) != PointsIn(b, name)) return false;
    }
  }
  return true;
}

void AccountFold::Add(const AccountPerson& person) {
  if (!person.interacted) return;
  ++people_;
  for (const auto& [dimension, points] : person.points) {
    const MicroPoints micros = ToMicros(points);
    if (Has(policy_.people, dimension)) {
      dimensions_[dimension] += micros;
    } else if (Has(policy_.once, dimension)) {
      const auto [most, first] = dimensions_.try_emplace(dimension, micros);
      if (!first) most->second = std::max(most->second, micros);
    }
  }
  if (!policy_.product_interest.has_value()) return;
  for (const Research& research : person.research) {
    if (research.product.empty()) continue;
    const int64_t age = std::max<int64_t>(0, DayOf(now_) - research.day);
    products_[research.product] += research.interactions * Decayed(1, policy_.product_interest->half_life, age);
  }
}

std::vector<AccountFold::Sum> AccountFold::Interests() const {
  std::vector<Sum> sums;
  if (!policy_.product_interest.has_value()) return sums;
  const MicroPoints least = ToMicros(policy_.product_interest->at_least);
  for (const auto& [product, points] : products_) {
    if (points >= least) sums.push_back({product, points});
  }
  // Those of equal points stay by name.
  std::stable_sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.points > b.points; });
  if (sums.size() > kMostProducts) sums.resize(kMostProducts);
  return sums;
}

std::optional<AccountScore> AccountFold::Score() const {
  if (people_ == 0) return std::nullopt;
  AccountScore score;
  MicroPoints total = 0;
  for (const auto& [dimension, micros] : dimensions_) {
    total += micros;
    score.dimensions[dimension] = ToPoints(micros);
  }
  score.total = ToPoints(total);
  score.people = people_;
  for (const Sum& sum : Interests()) score.products.push_back({std::string(sum.product), ToPoints(sum.points)});
  score.policy = policy_.fingerprint;
  score.as_of = now_;
  return score;
}

Time AccountFold::Next() const {
  Time next = 0;
  for (const Sum& sum : Interests()) {
    const AccountScorePolicy::ProductInterest& interest = *policy_.product_interest;
    const double halves = std::log2(ToPoints(sum.points) / interest.at_least);
    const double days = halves * static_cast<double>(interest.half_life) / static_cast<double>(kDay);
    const Time below = StartOfDay(DayOf(now_) + std::max<int64_t>(1, static_cast<int64_t>(days)));
    next = next == 0 ? below : std::min(next, below);
  }
  return next;
}

}  // namespace leadline::domain
