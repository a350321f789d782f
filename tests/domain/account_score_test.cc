#include "domain/account/account_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "domain/activities/days.h"

namespace leadline::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Time kNow = 1'800'000'000LL * kSecond;
const int64_t kToday = DayOf(kNow);

AccountScorePolicy Policy() {
  AccountScorePolicy policy;
  policy.people = {"behaviour", "demographic"};
  policy.once = {"firmographic"};
  policy.product_interest = AccountScorePolicy::ProductInterest{45 * kDay, 1};
  policy.fingerprint = "of this";
  return policy;
}

AccountPerson Somebody(double behaviour, double firmographic, std::vector<Research> research = {}) {
  AccountPerson person;
  person.points = {{"behaviour", behaviour}, {"demographic", 20}, {"firmographic", firmographic}, {"group", 8}};
  person.interacted = true;
  person.research = std::move(research);
  return person;
}

std::optional<AccountScore> ScoreOf(const AccountScorePolicy& policy, const std::vector<AccountPerson>& people,
                                    Time now = kNow) {
  AccountFold fold(policy, now);
  for (const AccountPerson& person : people) fold.Add(person);
  return fold.Score();
}

TEST(AccountScoreTest, PeoplesOwnPointsAreSummedAndTheCompanysCountOnce) {
  const auto score = ScoreOf(Policy(), {Somebody(60, 27), Somebody(-5, 20)});
  ASSERT_TRUE(score.has_value());
  EXPECT_THAT(score->dimensions,
              ElementsAre(Pair("behaviour", 55.0), Pair("demographic", 40.0), Pair("firmographic", 27.0)))
      << "what no list names, as what rules make of the account's score, does not count";
  EXPECT_EQ(score->total, 122);
  EXPECT_EQ(score->people, 2);
  EXPECT_EQ(score->as_of, kNow);
  EXPECT_EQ(score->policy, "of this");
}

TEST(AccountScoreTest, WhoeverDidNothingBringsNothing) {
  AccountPerson bought = Somebody(0, 40, {{"suite", kToday, 9}});
  bought.interacted = false;
  EXPECT_EQ(ScoreOf(Policy(), {}), std::nullopt);
  EXPECT_EQ(ScoreOf(Policy(), {bought, bought}), std::nullopt);
  EXPECT_EQ(ScoreOf(Policy(), {bought, Somebody(60, 27)}), ScoreOf(Policy(), {Somebody(60, 27)}));
}

TEST(AccountScoreTest, TheCompanysPointsMayBeBelowZero) {
  EXPECT_EQ(ScoreOf(Policy(), {Somebody(0, -8), Somebody(0, -100)})->dimensions.at("firmographic"), -8);
}

TEST(AccountScoreTest, InterestFadesByTheDayAndEndsBelowTheLeast) {
  const AccountScorePolicy policy = Policy();
  const std::vector<AccountPerson> people = {Somebody(1, 1, {{"suite", kToday, 1}, {"suite", kToday - 45, 2}}),
                                             Somebody(1, 1, {{"platform", kToday, 3}, {"", kToday, 50}}),
                                             Somebody(1, 1, {{"addon", kToday - 1, 1}})};
  EXPECT_THAT(ScoreOf(policy, people)->products,
              ElementsAre(ProductInterest{"platform", 3}, ProductInterest{"suite", 2}))
      << "one of yesterday is less than 1 by now";
  EXPECT_THAT(ScoreOf(policy, people, kNow + 45 * kDay)->products,
              ElementsAre(ProductInterest{"platform", 1.5}, ProductInterest{"suite", 1}));
  EXPECT_THAT(ScoreOf(policy, people, kNow + 46 * kDay)->products,
              ElementsAre(testing::Field(&ProductInterest::product, "platform")));
  EXPECT_THAT(ScoreOf(policy, people, kNow + 200 * kDay)->products, IsEmpty());
}

// Looked at again at that moment and not before, the interests come out as if they were looked at each day.
TEST(AccountScoreTest, NextIsNeverTooLate) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200; ++i) {
    AccountScorePolicy policy = Policy();
    policy.product_interest->half_life = (1 + random() % 90) * kDay + (random() % 2) * kHour;
    policy.product_interest->at_least = 1 + static_cast<double>(random() % 40) / 7;
    std::vector<AccountPerson> people;
    for (const char* product : {"a", "b", "c"}) {
      people.push_back(Somebody(
          1, 1, {{product, kToday - static_cast<int64_t>(random() % 50), static_cast<int64_t>(random() % 60)}}));
    }
    AccountFold fold(policy, kNow);
    for (const AccountPerson& person : people) fold.Add(person);
    const auto names = [&](Time now) {
      std::vector<std::string> out;
      const auto score = ScoreOf(policy, people, now);
      for (const ProductInterest& interest : score->products) out.push_back(interest.product);
      return out;
    };
    const Time next = fold.Next();
    EXPECT_EQ(next == 0, names(kNow).empty());
    if (next == 0) continue;
    EXPECT_GT(next, kNow);
    for (Time t = kNow; t < next && t < kNow + 3000 * kDay; t += kDay) EXPECT_EQ(names(t), names(kNow));
  }
}

TEST(AccountScoreTest, TheStrongestProductsStay) {
  std::vector<Research> research;
  for (int i = 0; i < 50; ++i) research.push_back({"p" + std::to_string(10 + i), kToday, 1 + i / 2});
  const auto products = ScoreOf(Policy(), {Somebody(1, 1, research)})->products;
  ASSERT_EQ(products.size(), AccountFold::kMostProducts);
  EXPECT_EQ(products.front(), (ProductInterest{"p58", 25}));
  EXPECT_EQ(products[1], (ProductInterest{"p59", 25}));
  EXPECT_EQ(products.back(), (ProductInterest{"p29", 10}));
}

std::vector<AccountPerson> RandomPeople(std::mt19937_64& random) {
  const auto points = [&] { return (static_cast<double>(random() % 400'000) - 100'000) / 977; };
  std::vector<AccountPerson> people;
  for (size_t n = random() % 12; n > 0; --n) {
    AccountPerson& person = people.emplace_back();
    for (const char* dimension : {"behaviour", "demographic", "firmographic", "product"}) {
      if (random() % 3 != 0) person.points[dimension] = points();
    }
    person.interacted = random() % 4 != 0;
    for (size_t r = random() % 9; r > 0; --r) {
      person.research.push_back({std::string(1, static_cast<char>('a' + random() % 5)),
                                 kToday - static_cast<int64_t>(random() % 90), static_cast<int64_t>(random() % 5)});
    }
  }
  return people;
}

// The sums as anybody would write them down.
std::optional<AccountScore> NaiveScore(const AccountScorePolicy& policy, const std::vector<AccountPerson>& people) {
  AccountScore score;
  std::map<std::string, std::vector<double>> points;
  std::map<std::string, double> products;
  for (const AccountPerson& person : people) {
    if (!person.interacted) continue;
    ++score.people;
    for (const auto& [dimension, worth] : person.points) points[dimension].push_back(std::round(worth * 1e6));
    for (const Research& research : person.research) {
      const double age = static_cast<double>(kToday - research.day);
      products[research.product] +=
          static_cast<double>(research.interactions) * std::round(1e6 * std::pow(0.5, age / 45));
    }
  }
  if (score.people == 0) return std::nullopt;
  double total = 0;
  for (const auto& [dimension, list] : points) {
    const bool once = dimension == "firmographic";
    if (!once && dimension == "product") continue;
    double sum = once ? *std::max_element(list.begin(), list.end()) : 0;
    for (const double worth : list) sum += once ? 0 : worth;
    total += sum;
    score.dimensions[dimension] = sum / 1e6;
  }
  score.total = total / 1e6;
  for (const auto& [product, sum] : products) {
    if (sum >= 1e6) score.products.push_back({product, sum / 1e6});
  }
  std::stable_sort(score.products.begin(), score.products.end(),
                   [](const auto& a, const auto& b) { return a.points > b.points; });
  score.policy = policy.fingerprint;
  score.as_of = kNow;
  return score;
}

TEST(AccountScoreTest, EqualsThePlainSumsInAnyOrderAndWhenAccountsAreJoined) {
  const AccountScorePolicy policy = Policy();
  std::mt19937_64 random(11);
  for (int i = 0; i < 500; ++i) {
    std::vector<AccountPerson> people = RandomPeople(random);
    const std::vector<AccountPerson> others = RandomPeople(random);
    const auto score = ScoreOf(policy, people);
    EXPECT_EQ(score, NaiveScore(policy, people));
    std::shuffle(people.begin(), people.end(), random);
    EXPECT_EQ(ScoreOf(policy, people), score) << "the order does not matter";

    const auto apart = ScoreOf(policy, others);
    std::vector<AccountPerson> joined = people;
    joined.insert(joined.end(), others.begin(), others.end());
    const auto both = ScoreOf(policy, joined);
    ASSERT_EQ(both.has_value(), score.has_value() || apart.has_value());
    if (!score.has_value() || !apart.has_value()) continue;
    EXPECT_EQ(both->people, score->people + apart->people);
    for (const std::string& dimension : policy.people) {
      const auto of = [&](const AccountScore& s) {
        const auto points = s.dimensions.find(dimension);
        return points == s.dimensions.end() ? 0 : ToMicros(points->second);
      };
      EXPECT_EQ(of(*both), of(*score) + of(*apart));
    }
  }
}

TEST(AccountScoreTest, WhatDoesNotCountChangesNothing) {
  const AccountScorePolicy policy = Policy();
  Score one, other;
  one.dimensions = {{"behaviour", 5}, {"group", 8}};
  one.central = 13;
  other.dimensions = {{"behaviour", 5}, {"firmographic", 0}};
  other.central = 5;
  EXPECT_TRUE(policy.SameFor(one, other));
  EXPECT_EQ(policy.PointsOf(one), 5);
  other.dimensions["firmographic"] = 1;
  EXPECT_FALSE(policy.SameFor(one, other));
}

}  // namespace
}  // namespace leadline::domain
