#include "domain/routing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace leadline::domain {
namespace {

using ::testing::HasSubstr;

constexpr Time kNow = 1'800'000'000LL * kSecond;

Rep Seller(std::string id, double weight = 1) {
  return {.id = std::move(id),
          .team = "iberia",
          .languages = {"es", "pt-PT"},
          .territories = {"iberia"},
          .weight = weight,
          .capacity = 10};
}

// A pool as the store would keep it.
class Pool {
 public:
  explicit Pool(std::vector<Rep> reps) : reps_(std::move(reps)), states_(reps_.size()) {
    for (size_t i = 0; i < reps_.size(); ++i) states_[i].rep_id = reps_[i].id;
  }

  // Gives one lead to one of `present`; returns the rep's place.
  size_t Give(const std::vector<size_t>& present, Time now) {
    std::vector<RepCandidate> candidates;
    for (size_t i : present) candidates.push_back({.rep = &reps_[i], .pool = states_[i]});
    RepChoice choice = ChooseByWeightedRoundRobin(candidates, now);
    EXPECT_GE(choice.index, 0);
    EXPECT_EQ(choice.pools.size(), present.size());
    EXPECT_FALSE(choice.why.empty());
    for (size_t i = 0; i < present.size(); ++i) states_[present[i]] = choice.pools[i];
    return present[static_cast<size_t>(choice.index)];
  }

  std::vector<size_t> Everybody() const {
    std::vector<size_t> all(reps_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }
  const PoolState& state(size_t i) const { return states_[i]; }

 private:
  std::vector<Rep> reps_;
  std::vector<PoolState> states_;
};

// What is to be given to somebody is no load of whoever has it.
TEST(IneligibilityTest, ALeadIsNoLoadOfItsOwnRep) {
  const RepState full{.rep_id = "ana", .open_leads = 10};
  EXPECT_EQ(StateWithout({.assignee = "ana", .open = true}, full).open_leads, 9);
  EXPECT_EQ(StateWithout({.assignee = "ana", .open = false}, full).open_leads, 10) << "not counted";
  EXPECT_EQ(StateWithout({.assignee = "ben", .open = true}, full).open_leads, 10);
  EXPECT_EQ(StateWithout({.assignee = "ana", .open = true}, {.rep_id = "ana"}).open_leads, 0);
}

// By a route to whoever had the lead before: only that rep, not for ever, and not against their own word.
TEST(IneligibilityTest, WhoHadItBefore) {
  const Route route{.id = "r", .former_within = 90 * kDay, .former_unless = {"outside_territory"}};
  const Rep ana = Seller("ana"), ben = Seller("ben");
  const RepState state;
  Lead lead{.former = {.rep = "ana", .until = kNow - 90 * kDay}};
  EXPECT_TRUE(IsAbout(route, ana, lead, nullptr, ""));
  EXPECT_FALSE(IsAbout(route, ben, lead, nullptr, ""));
  EXPECT_EQ(ObstacleOf(route, ana, state, lead, nullptr, kNow).code, "");
  EXPECT_EQ(ObstacleOf(route, ana, state, lead, nullptr, kNow + 1).code, "long_ago");
  EXPECT_EQ(ObstacleOf(route, ana, {.available = false}, lead, nullptr, kNow).code, "away");
  EXPECT_EQ(ObstacleOf(route, ana, {.open_leads = 10}, lead, nullptr, kNow).code, "capacity");
  lead.former.rejected_by = "ana";
  lead.former.rejected_for = "no_budget";
  EXPECT_EQ(ObstacleOf(route, ana, state, lead, nullptr, kNow).code, "");
  lead.former.rejected_for = "outside_territory";
  EXPECT_THAT(Ineligibility(route, ana, state, lead, nullptr, kNow), HasSubstr("gave it back as outside_territory"));
  // Whoever has it still is who had it last.
  lead.assignee = "ben";
  EXPECT_TRUE(IsAbout(route, ben, lead, nullptr, ""));
  EXPECT_EQ(ObstacleOf(route, ben, state, lead, nullptr, kNow + 400 * kDay).code, "");
  EXPECT_FALSE(IsAbout(route, ana, Lead(), nullptr, ""));
}

TEST(IneligibilityTest, EveryGroundIsNamed) {
  Route route{.id = "r", .team = "iberia", .match_language = true, .match_territory = true};
  Territory iberia{.id = "iberia", .countries = {"ES", "PT"}};
  Rep rep = Seller("ana");
  RepState state{.rep_id = "ana"};
  Lead lead{.country = "ES", .language = "es"};
  EXPECT_EQ(Ineligibility(route, rep, state, lead, &iberia, kNow), "");

  Rep other = rep;
  other.team = "dach";
  EXPECT_THAT(Ineligibility(route, other, state, lead, &iberia, kNow), HasSubstr("dach"));
  Route senior = route;
  senior.senior_only = true;
  EXPECT_THAT(Ineligibility(senior, rep, state, lead, &iberia, kNow), HasSubstr("senior"));
  Lead german = lead;
  german.language = "de";
  EXPECT_THAT(Ineligibility(route, rep, state, german, &iberia, kNow), HasSubstr("de"));
  Lead silent = lead;
  silent.language = "";
  EXPECT_THAT(Ineligibility(route, rep, state, silent, &iberia, kNow), HasSubstr("language is not known"));
  Territory dach{.id = "dach"};
  EXPECT_THAT(Ineligibility(route, rep, state, lead, &dach, kNow), HasSubstr("dach"));
  EXPECT_THAT(Ineligibility(route, rep, state, lead, nullptr, kNow), HasSubstr("no territory"));
  RepState away{.rep_id = "ana", .available = false, .unavailable_until = kNow + 1};
  EXPECT_THAT(Ineligibility(route, rep, away, lead, &iberia, kNow), HasSubstr("until"));
  EXPECT_EQ(Ineligibility(route, rep, away, lead, &iberia, kNow + 1), "");
  away.unavailable_until = 0;
  EXPECT_EQ(Ineligibility(route, rep, away, lead, &iberia, kNow), "not available");
  RepState full{.rep_id = "ana", .open_leads = 10};
  EXPECT_THAT(Ineligibility(route, rep, full, lead, &iberia, kNow), HasSubstr("10 open leads of 10"));
  Rep weightless = rep;
  weightless.weight = 0;
  EXPECT_THAT(Ineligibility(route, weightless, state, lead, &iberia, kNow), HasSubstr("weight"));
}

TEST(IneligibilityTest, LimitsOfAnHourAndOfADayAreOfWhatWasGiven) {
  const Route route{.layer = "central"};
  Rep rep = Seller("ana");
  rep.most_per_hour = 2;
  rep.most_per_day = 3;
  RepState state{.rep_id = "ana"};
  NoteGiven(kNow, state);
  EXPECT_EQ(ObstacleOf(route, rep, state, {}, nullptr, kNow).code, "");
  NoteGiven(kNow - 30 * kMinute, state);
  EXPECT_EQ(ObstacleOf(route, rep, state, {}, nullptr, kNow).code, "hour");
  EXPECT_TRUE(HasRoom(rep, state, kNow + 30 * kMinute)) << "the older one counts no longer";
  NoteGiven(kNow - 2 * kHour, state);
  EXPECT_EQ(ObstacleOf(route, rep, state, {}, nullptr, kNow + 30 * kMinute).code, "day");
  EXPECT_TRUE(HasRoom(rep, state, kNow + 22 * kHour));
  Route fast = route;
  fast.fast_lane = true;
  EXPECT_EQ(ObstacleOf(fast, rep, state, {}, nullptr, kNow).code, "");
}

TEST(NoteGivenTest, KeepsADayAndABoundInAnyOrder) {
  std::vector<Time> times;
  for (int i = 0; i < 300; ++i) times.push_back(kNow + i * 10 * kMinute);
  RepState in_order, shuffled;
  for (const Time at : times) NoteGiven(at, in_order);
  std::mt19937 random(7);
  std::shuffle(times.begin(), times.end(), random);
  for (const Time at : times) NoteGiven(at, shuffled);
  EXPECT_EQ(in_order.given, shuffled.given);
  ASSERT_EQ(in_order.given.size(), static_cast<size_t>(kMostGivenKept));
  NoteGiven(in_order.given.back() + kDay, in_order);
  EXPECT_EQ(in_order.given.size(), 1U) << "what is a day old counts for nothing";
}

TEST(AbsenceTest, BackIsAfterAllThatFollowsAtOnce) {
  RepState state{
      .absences = {{kNow, kNow + 10}, {kNow + 5, kNow + 20}, {kNow + 20, kNow + 30}, {kNow + 40, kNow + 50}}};
  EXPECT_TRUE(state.AvailableAt(kNow - 1));
  EXPECT_FALSE(state.AvailableAt(kNow));
  EXPECT_FALSE(state.AvailableAt(kNow + 29));
  EXPECT_TRUE(state.AvailableAt(kNow + 30));
  EXPECT_EQ(BackAt(state, kNow), kNow + 30);
  EXPECT_EQ(BackAt(state, kNow + 35), kNow + 35);
  SetAvailable(false, kNow + 40, kNow, state);
  EXPECT_EQ(BackAt(state, kNow), kNow + 50) << "said to be away, and then planned to be";
  SetAvailable(false, 0, kNow, state);
  EXPECT_EQ(BackAt(state, kNow), 0);
  SetAvailable(true, 0, kNow + 20, state);
  EXPECT_EQ(state.absences, (std::vector<Absence>{{kNow + 40, kNow + 50}}));
}

TEST(IneligibilityTest, LanguagesMatchWithoutTheirRegion) {
  Route route{.match_language = true};
  Rep rep = Seller("ana");
  for (std::string language : {"pt", "pt-BR", "PT-pt", "es-419", "ES"}) {
    EXPECT_EQ(Ineligibility(route, rep, {}, Lead{.language = language}, nullptr, kNow), "") << language;
  }
  EXPECT_NE(Ineligibility(route, rep, {}, Lead{.language = "est"}, nullptr, kNow), "");
}

TEST(IneligibilityTest, NorwegianIsOneLanguage) {
  Route route{.match_language = true};
  Rep rep = Seller("kari");
  rep.languages = {"no"};
  for (std::string language : {"no", "nb", "nn-NO", "nb_NO"}) {
    EXPECT_EQ(Ineligibility(route, rep, {}, Lead{.language = language}, nullptr, kNow), "") << language;
  }
  EXPECT_NE(Ineligibility(route, rep, {}, Lead{.language = "da"}, nullptr, kNow), "");
  rep.languages = {"nb-NO"};
  EXPECT_EQ(Ineligibility(route, rep, {}, Lead{.language = "no"}, nullptr, kNow), "");
}

TEST(IneligibilityTest, TheFastLaneIgnoresCapacityAndNothingElse) {
  Route route{.team = "iberia", .fast_lane = true};
  Rep rep = Seller("ana");
  EXPECT_EQ(Ineligibility(route, rep, {.open_leads = 99}, {}, nullptr, kNow), "");
  EXPECT_NE(Ineligibility(route, rep, {.available = false, .open_leads = 99}, {}, nullptr, kNow), "");
}

TEST(IneligibilityTest, NoCapacityMeansNoLimit) {
  Rep rep = Seller("ana");
  rep.capacity = 0;
  EXPECT_EQ(Ineligibility({}, rep, {.open_leads = 1'000'000}, {}, nullptr, kNow), "");
}

TEST(IneligibilityTest, WeightMattersOnlyToTheRoundRobin) {
  Rep rep = Seller("ana", 0);
  EXPECT_NE(Ineligibility({.strategy = "weighted_round_robin"}, rep, {}, {}, nullptr, kNow), "");
  EXPECT_EQ(Ineligibility({.strategy = "plugin:org.example"}, rep, {}, {}, nullptr, kNow), "");
  EXPECT_EQ(Ineligibility({.account_owner = true}, rep, {}, {}, nullptr, kNow), "");
}

TEST(RoutingPolicyTest, FindsRepsAndTerritories) {
  RoutingPolicy policy;
  policy.reps = {Seller("ana"), Seller("luis")};
  policy.territories = {{.id = "emea.iberia", .countries = {"ES"}},
                        {.id = "central.iberia", .countries = {"ES", "PT"}}};
  EXPECT_EQ(policy.FindRep("luis"), &policy.reps[1]);
  EXPECT_EQ(policy.FindRep("nobody"), nullptr);
  EXPECT_EQ(policy.TerritoryOf("ES"), policy.territories.data());
  EXPECT_EQ(policy.TerritoryOf("pt"), &policy.territories[1]);
  EXPECT_EQ(policy.TerritoryOf("DE"), nullptr);
  EXPECT_EQ(policy.TerritoryOf(""), nullptr);
}

TEST(WeightedRoundRobinTest, SpreadsHeavyRepsSmoothly) {
  // The published example of the smooth form: 5, 1, 1 gives a a b a c a a.
  Pool pool({Seller("a", 5), Seller("b", 1), Seller("c", 1)});
  std::string order;
  for (int i = 0; i < 14; ++i) order += static_cast<char>('a' + pool.Give(pool.Everybody(), kNow + i));
  EXPECT_EQ(order, "aabacaaaabacaa");
}

TEST(WeightedRoundRobinTest, TiesGoToWhoWaitedLongestThenById) {
  Rep a = Seller("a");
  Rep b = Seller("b");
  std::vector<RepCandidate> fresh = {{.rep = &b}, {.rep = &a}};
  EXPECT_EQ(ChooseByWeightedRoundRobin(fresh, kNow).index, 1);
  std::vector<RepCandidate> waited = {{.rep = &a, .pool = {.last_assigned = kNow - 1}},
                                      {.rep = &b, .pool = {.last_assigned = kNow - 2}}};
  EXPECT_EQ(ChooseByWeightedRoundRobin(waited, kNow).index, 1);
}

TEST(WeightedRoundRobinTest, TheWinnerPaysAndIsCounted) {
  Rep a = Seller("a", 3);
  Rep b = Seller("b", 2);
  std::vector<RepCandidate> candidates = {{.rep = &a, .pool = {.assigned = 4}}, {.rep = &b}};
  RepChoice choice = ChooseByWeightedRoundRobin(candidates, kNow);
  EXPECT_EQ(choice.index, 0);
  EXPECT_EQ(choice.pools[0], (PoolState{.rep_id = "a", .turns_owed = 0.6 - 1, .assigned = 5, .last_assigned = kNow}));
  EXPECT_EQ(choice.pools[1], (PoolState{.rep_id = "b", .turns_owed = 0.4}));
}

TEST(WeightedRoundRobinTest, WithoutAnyWeightTheLongestWaitingTakesIt) {
  Pool pool({Seller("a", 0), Seller("b", 0), Seller("c", -1)});
  std::string order;
  for (int i = 0; i < 6; ++i) order += static_cast<char>('a' + pool.Give(pool.Everybody(), kNow + i));
  EXPECT_EQ(order, "abcabc");
}

TEST(WeightedRoundRobinTest, NobodyToChooseFrom) { EXPECT_EQ(ChooseByWeightedRoundRobin({}, kNow).index, -1); }

TEST(WeightedRoundRobinProperty, NobodyIsEverAWholeTurnOff) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 40; ++round) {
    std::vector<Rep> reps;
    double sum = 0;
    for (uint64_t i = 0, n = 1 + random() % 8; i < n; ++i) {
      reps.push_back(Seller("rep" + std::to_string(i), static_cast<double>(1 + random() % 50) / 10));
      sum += reps.back().weight;
    }
    Pool pool(reps);
    constexpr int kLeads = 3000;
    for (int i = 0; i < kLeads; ++i) {
      pool.Give(pool.Everybody(), kNow + i);
      for (size_t r = 0; r < reps.size(); ++r) {
        const double due = (i + 1) * reps[r].weight / sum;
        ASSERT_LT(std::abs(static_cast<double>(pool.state(r).assigned) - due), 1.0) << "after " << i + 1 << " leads";
      }
    }
    std::vector<double> shares;
    for (size_t r = 0; r < reps.size(); ++r) {
      shares.push_back(static_cast<double>(pool.state(r).assigned) / reps[r].weight);
    }
    EXPECT_GT(JainIndex(shares), 0.999);
  }
}

TEST(WeightedRoundRobinProperty, WhoReturnsFromLeaveIsNeitherStarvedNorFlooded) {
  std::mt19937_64 random(12);
  for (int round = 0; round < 50; ++round) {
    std::vector<Rep> reps;
    for (uint64_t i = 0, n = 2 + random() % 6; i < n; ++i) {
      reps.push_back(Seller("rep" + std::to_string(i), static_cast<double>(1 + random() % 5)));
    }
    Pool pool(reps);
    Time now = kNow;
    for (uint64_t i = 0, n = random() % 200; i < n; ++i) pool.Give(pool.Everybody(), ++now);
    size_t away = random() % reps.size();
    std::vector<size_t> others = pool.Everybody();
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(away));
    for (uint64_t i = 0, n = 100 + random() % 2000; i < n; ++i) pool.Give(others, ++now);

    double sum = 0;
    for (const Rep& rep : reps) sum += rep.weight;
    int64_t before = pool.state(away).assigned;
    int leads = 0;
    for (; leads < 100; ++leads) {
      pool.Give(pool.Everybody(), ++now);
      // Within any number of leads after the return: about the share that the weight makes, and no more than that.
      double due = (leads + 1) * reps[away].weight / sum;
      EXPECT_NEAR(static_cast<double>(pool.state(away).assigned - before), due, 3.0)
          << "after " << leads + 1 << " leads";
    }
  }
}

TEST(WeightedRoundRobinProperty, TurnsAreNeitherMadeNorLost) {
  // Whatever subset is present each time, the current weights still sum to zero.
  std::mt19937_64 random(13);
  std::vector<Rep> reps;
  for (int i = 0; i < 7; ++i) reps.push_back(Seller("rep" + std::to_string(i), static_cast<double>(1 + random() % 4)));
  Pool pool(reps);
  for (int i = 0; i < 5000; ++i) {
    std::vector<size_t> present;
    for (size_t r = 0; r < reps.size(); ++r) {
      if (random() % 3 != 0) present.push_back(r);
    }
    if (present.empty()) continue;
    pool.Give(present, kNow + i);
    double sum = 0;
    for (size_t r = 0; r < reps.size(); ++r) sum += pool.state(r).turns_owed;
    ASSERT_NEAR(sum, 0, 1e-6);
  }
}

// Whoever is owed most is not always the one who comes to a whole turn first: of these, one would be 1.44 turns short.
TEST(WeightedRoundRobinProperty, NobodyIsAWholeTurnOffWhereWeightsDifferMuch) {
  const std::vector<double> weights = {100, 1, 37, 1, 1, 1, 1, 100, 100, 37, 37, 1};
  std::vector<Rep> reps;
  double sum = 0;
  for (const double weight : weights) {
    reps.push_back(Seller("rep" + std::to_string(reps.size()), weight));
    sum += weight;
  }
  Pool pool(reps);
  for (int i = 0; i < 2 * 417; ++i) {
    pool.Give(pool.Everybody(), kNow + i);
    for (size_t r = 0; r < reps.size(); ++r) {
      const double due = (i + 1) * weights[r] / sum;
      ASSERT_LT(std::abs(static_cast<double>(pool.state(r).assigned) - due), 1.0)
          << reps[r].id << " after " << i + 1 << " leads";
    }
  }
}

// What was a share of the weights before is one of others now: the pool forgets what it cannot make good soon.
TEST(WeightedRoundRobinTest, NobodyPaysLongForWeightsThatAreNoMore) {
  std::vector<Rep> reps = {Seller("a"), Seller("b")};
  std::vector<PoolState> states = {{.rep_id = "a", .turns_owed = -90}, {.rep_id = "b", .turns_owed = 90}};
  int others = 0;
  for (Time now = kNow;; ++now) {
    RepChoice choice = ChooseByWeightedRoundRobin(
        std::vector<RepCandidate>{{.rep = &reps[0], .pool = states[0]}, {.rep = &reps[1], .pool = states[1]}}, now);
    states = choice.pools;
    if (choice.index == 0) break;
    ASSERT_LE(++others, 5);
  }
  EXPECT_GE(others, 2) << "what they are owed within the limit they get";
}

TEST(WeightedRoundRobinProperty, WhoComesAndGoesMovesTheOthersLittle) {
  std::mt19937_64 random(14);
  for (int round = 0; round < 60; ++round) {
    std::vector<Rep> reps;
    for (uint64_t i = 0, n = 3 + random() % 6; i < n; ++i) {
      reps.push_back(Seller("rep" + std::to_string(i), static_cast<double>(1 + random() % 40)));
    }
    const size_t always = 1 + random() % reps.size();
    Pool pool(reps);
    std::vector<double> due(reps.size(), 0.0);
    for (int i = 0; i < 2000; ++i) {
      std::vector<size_t> present;
      double sum = 0;
      for (size_t r = 0; r < reps.size(); ++r) {
        if (r < always || random() % 2 == 0) present.push_back(r), sum += reps[r].weight;
      }
      for (const size_t r : present) due[r] += reps[r].weight / sum;
      pool.Give(present, kNow + i);
      for (size_t r = 0; r < reps.size(); ++r) {
        ASSERT_LT(std::abs(static_cast<double>(pool.state(r).assigned) - due[r]), 2.0) << "after " << i + 1 << " leads";
      }
    }
  }
}

TEST(GiveTurnBackTest, TheRotationGoesOnAsIfTheLeadHadNotBeenGiven) {
  const std::vector<Rep> reps = {Seller("a", 3), Seller("b", 2), Seller("c", 1), Seller("d", 0)};
  std::vector<RepCandidate> pool = {{.rep = &reps[0]}, {.rep = &reps[1]}, {.rep = &reps[2]}};
  const auto take = [&] {
    RepChoice choice = ChooseByWeightedRoundRobin(pool, kNow);
    for (size_t i = 0; i < pool.size(); ++i) pool[i].pool = choice.pools[i];
    return choice.index;
  };
  for (int i = 0; i < 4; ++i) take();
  const std::vector<RepCandidate> before = pool;
  const size_t took = static_cast<size_t>(take());
  const std::vector<PoolState> after = GiveTurnBack(pool, reps[took].id);
  ASSERT_EQ(after.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(after[i].rep_id, reps[i].id);
    EXPECT_NEAR(after[i].turns_owed, before[i].pool.turns_owed, 1e-9) << after[i].rep_id;
  }
  EXPECT_EQ(after[took].assigned, pool[took].pool.assigned) << "it was given";

  pool.push_back({.rep = &reps[3]});
  EXPECT_TRUE(GiveTurnBack(pool, "d").empty()) << "takes no part in the rotation";
  EXPECT_TRUE(GiveTurnBack(pool, "gone").empty()) << "is no rep any more";
}

TEST(JainIndexTest, KnownValues) {
  EXPECT_EQ(JainIndex({}), 1);
  EXPECT_EQ(JainIndex(std::vector<double>{0, 0}), 1);
  EXPECT_DOUBLE_EQ(JainIndex(std::vector<double>{3, 3, 3}), 1);
  EXPECT_DOUBLE_EQ(JainIndex(std::vector<double>{1, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(JainIndex(std::vector<double>{1, 2, 3}), 36.0 / 42.0);
}

}  // namespace
}  // namespace leadline::domain
