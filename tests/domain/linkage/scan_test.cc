// A scan over made-up people whose entities are known.
#include "domain/linkage/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "domain/linkage/quality.h"
#include "tests/domain/linkage/people.h"

namespace leadline::linkage {
namespace {

std::vector<uint32_t> TruthOf(const RecordTable& table, const std::vector<Person>& people) {
  std::vector<uint32_t> truth;
  for (uint32_t i = 0; i < table.size(); ++i) truth.push_back(people[table.row_of(i)].entity);
  return truth;
}

std::vector<RecordPair> SamePairs(const ScanResult& result) {
  std::vector<RecordPair> same;
  for (const WeighedPair& pair : result.pairs) {
    if (pair.weight >= 0) same.push_back(pair.pair);
  }
  return same;
}

// The rows of each entity, whatever it is called.
std::set<std::set<uint32_t>> Groups(const RecordTable& table, const ScanResult& result) {
  std::map<uint32_t, std::set<uint32_t>> rows;
  for (uint32_t i = 0; i < table.size(); ++i) rows[result.entity_of[i]].insert(table.row_of(i));
  std::set<std::set<uint32_t>> groups;
  for (const auto& [entity, of_entity] : rows) groups.insert(of_entity);
  return groups;
}

TEST(Scan, FindsWhoIsTheSameAndKeepsFamiliesApart) {
  const std::vector<Person> people = PeopleMaker(3).Make(400);
  const RecordTable table = TableOf(people);
  const ScanResult result = Scan(table, {});
  const Quality quality = Assess(TruthOf(table, people), result.entity_of, SamePairs(result));
  EXPECT_GT(quality.cluster_pairwise.precision, 0.99);
  EXPECT_GT(quality.cluster_pairwise.recall, 0.97);
  EXPECT_GT(quality.pairwise.precision, 0.98);
}

// Four people of one firm: one switchboard, one company, one domain. Each was entered three times.
TEST(Scan, ColleaguesAreNotTheSame) {
  RecordTable table({{"given_name", FieldType::kGivenName},
                     {"family_name", FieldType::kFamilyName},
                     {"company", FieldType::kCompany},
                     {"phone", FieldType::kPhone}});
  PeopleMaker maker(5);
  std::vector<uint32_t> truth;
  uint32_t entity = 0;
  for (int firm = 0; firm < 60; ++firm) {
    const std::vector<Person> names = maker.Make(4);
    std::set<uint32_t> used;
    for (const Person& person : names) {
      if (!used.insert(person.entity).second) continue;
      const Person family = maker.Make(1).front();
      for (int times = 0; times < 3; ++times) {
        table.Add({person.values[0], family.values[1], "Firm " + names[0].values[1] + " " + names[0].values[3],
                   names[0].values[5]});
        truth.push_back(entity);
      }
      ++entity;
    }
  }
  table.Finish();
  const ScanResult result = Scan(table, {});
  std::vector<uint32_t> of_record;
  for (uint32_t i = 0; i < table.size(); ++i) of_record.push_back(truth[table.row_of(i)]);
  const Quality quality = Assess(of_record, result.entity_of, SamePairs(result));
  EXPECT_GT(quality.pairwise.precision, 0.99);
  EXPECT_GT(quality.pairwise.recall, 0.99);
}

TEST(Scan, DoesNotDependOnTheOrderOfTheRowsNorOnThreads) {
  const std::vector<Person> people = PeopleMaker(7).Make(300);
  const RecordTable table = TableOf(people);
  const ScanResult result = Scan(table, {});
  const auto groups = Groups(table, result);
  std::mt19937_64 random(11);
  for (int round = 0; round < 4; ++round) {
    std::vector<uint32_t> order(people.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<Person> shuffled;
    for (const uint32_t row : order) shuffled.push_back(people[row]);
    const RecordTable other = TableOf(shuffled);
    const ScanResult again = Scan(other, {.threads = 1 + round});
    std::set<std::set<uint32_t>> renamed;
    for (const std::set<uint32_t>& group : Groups(other, again)) {
      std::set<uint32_t> rows;
      for (const uint32_t row : group) rows.insert(order[row]);
      renamed.insert(rows);
    }
    EXPECT_EQ(renamed, groups);
    ASSERT_EQ(again.pairs.size(), result.pairs.size());
    for (size_t i = 0; i < result.pairs.size(); ++i) ASSERT_EQ(again.pairs[i].weight, result.pairs[i].weight);
  }
}

TEST(Scan, AnExplainedWeightAddsUp) {
  const RecordTable table = TableOf(PeopleMaker(13).Make(100));
  const ScanResult result = Scan(table, {});
  ASSERT_FALSE(result.pairs.empty());
  for (size_t i = 0; i < result.pairs.size(); ++i) {
    const PairWeight weight = ExplainWeight(table, result.model, result.pairs[i].pair, result.patterns[i]);
    double sum = weight.prior + weight.rest;
    for (const FieldWeight& field : weight.comparisons) sum += field.bits;
    ASSERT_NEAR(weight.total, sum, 1e-9);
    ASSERT_NEAR(weight.total, result.pairs[i].weight, 1e-9);
    ASSERT_LE(weight.rest, 1e-9);
  }
}

TEST(Scan, ASharedFrequentValueWeighsLess) {
  std::vector<Person> people = PeopleMaker(19).Make(300);
  for (Person& person : people) {
    if (person.entity % 2 == 0) person.values[3] = "Lisbon";
  }
  const RecordTable table = TableOf(people);
  const ScanResult result = Scan(table, {});
  const Column& city = table.column(3);
  double frequent = 0, rare = 0;
  int frequents = 0, rares = 0;
  for (size_t i = 0; i < result.pairs.size(); ++i) {
    if (LevelAt(result.patterns[i], 3) != kExact) continue;
    const PairWeight weight = ExplainWeight(table, result.model, result.pairs[i].pair, result.patterns[i]);
    const bool lisbon = city.value(city.ValueOf(result.pairs[i].pair.a)).text == "lisbon";
    (lisbon ? frequent : rare) += weight.comparisons[3].bits;
    ++(lisbon ? frequents : rares);
  }
  ASSERT_GT(frequents, 0);
  ASSERT_GT(rares, 0);
  EXPECT_LT(frequent / frequents + 3, rare / rares);
}

TEST(Scan, TakesWhatHasNothingToCompare) {
  RecordTable table(PersonFields());
  for (int i = 0; i < 5; ++i) table.Add({"", "", "", "", "", ""});
  table.Add({"Ana", "Silva", "1971-06-24", "Porto", "ana@acme.com", "223 456 789"});
  table.Finish();
  const ScanResult result = Scan(table, {});
  EXPECT_TRUE(result.pairs.empty());
  EXPECT_EQ(std::set<uint32_t>(result.entity_of.begin(), result.entity_of.end()).size(), 6U);
}

TEST(Blocking, EachPairOnceAndNoneWithItself) {
  const RecordTable table = TableOf(PeopleMaker(23).Make(200));
  const Candidates candidates = FindCandidates(table, {.report = true});
  ASSERT_FALSE(candidates.pairs.empty());
  for (size_t i = 0; i < candidates.pairs.size(); ++i) {
    ASSERT_LT(candidates.pairs[i].a, candidates.pairs[i].b);
    if (i > 0) {
      ASSERT_LT(candidates.pairs[i - 1], candidates.pairs[i]);
    }
  }
  int64_t alone = 0;
  for (const BlockingKeyReport& key : candidates.keys) {
    EXPECT_LE(key.alone, key.pairs);
    alone += key.alone;
  }
  EXPECT_LE(alone, static_cast<int64_t>(candidates.pairs.size()));
}

TEST(Blocking, FindsNoMorePairsThanItMay) {
  const RecordTable table = TableOf(PeopleMaker(29).Make(300));
  const BlockingLimits limits{.most_pairs_per_record = 2, .least_pairs = 0};
  EXPECT_LE(FindCandidates(table, limits).pairs.size(), 2 * table.size());
}

}  // namespace
}  // namespace leadline::linkage
