// Entities from weighed pairs, and how good they are.
#include "domain/linkage/entities.h"

#include <gtest/gtest.h>

#include <map>

#include "domain/linkage/quality.h"

namespace leadline::linkage {
namespace {

// Weights of all pairs; what is not named is far from the same.
std::vector<uint32_t> Entities(uint32_t records, const std::map<RecordPair, double>& weights) {
  std::vector<WeighedPair> pairs;
  for (const auto& [pair, weight] : weights) pairs.push_back({pair, weight});
  return FindEntities(records, pairs, {}, [&](const RecordPair& pair) {
    const auto found = weights.find(pair);
    return found == weights.end() ? -20.0 : found->second;
  });
}

TEST(Entities, RecordsThatAreAlikeAreOne) {
  EXPECT_EQ(Entities(4, {{{0, 1}, 5}, {{0, 2}, 3}, {{1, 2}, 4}}), (std::vector<uint32_t>{0, 0, 0, 3}));
}

TEST(Entities, AChainAgainstStrongEvidenceIsNone) {
  // 0 is like 1 and 1 is like 2, but 0 and 2 are two: 1 goes with the one that it is more like.
  EXPECT_EQ(Entities(3, {{{0, 1}, 3}, {{1, 2}, 5}, {{0, 2}, -8}}), (std::vector<uint32_t>{0, 1, 1}));
}

TEST(Entities, AWeakBridgeJoinsNoGroups) {
  std::map<RecordPair, double> weights;
  for (uint32_t a = 0; a < 6; ++a) {
    for (uint32_t b = a + 1; b < 6; ++b) weights[{a, b}] = (a < 3) == (b < 3) ? 6 : -3;
  }
  weights[{2, 3}] = 2;
  EXPECT_EQ(Entities(6, weights), (std::vector<uint32_t>{0, 0, 0, 3, 3, 3}));
}

TEST(Entities, MissingEvidenceOfOnePairDoesNotPartAGroup) {
  EXPECT_EQ(Entities(3, {{{0, 1}, 6}, {{1, 2}, 6}, {{0, 2}, -2}}), (std::vector<uint32_t>{0, 0, 0}));
}

TEST(Entities, NoSinglePairDecidesForAGroup) {
  // However sure one pair is, four that speak against it stand.
  std::map<RecordPair, double> weights = {{{0, 1}, 9},  {{2, 3}, 9},  {{0, 2}, -6},
                                          {{0, 3}, -6}, {{1, 2}, -6}, {{1, 3}, 8}};
  EXPECT_EQ(Entities(4, weights), (std::vector<uint32_t>{0, 0, 2, 2}));
}

TEST(Quality, CountsPairsAndMeansOfRecords) {
  // Truth {0, 1, 2} {3}; found {0, 1} {2, 3}.
  const std::vector<uint32_t> truth = {0, 0, 0, 1}, found = {0, 0, 2, 2};
  const std::vector<RecordPair> same = {{0, 1}, {2, 3}};
  const Quality quality = Assess(truth, found, same);
  EXPECT_DOUBLE_EQ(quality.pairwise.precision, 0.5);
  EXPECT_DOUBLE_EQ(quality.pairwise.recall, 1.0 / 3);
  EXPECT_DOUBLE_EQ(quality.pairwise.f1, 0.4);
  EXPECT_DOUBLE_EQ(quality.cluster_pairwise.precision, 0.5);
  EXPECT_DOUBLE_EQ(quality.cluster_pairwise.recall, 1.0 / 3);
  EXPECT_DOUBLE_EQ(quality.b_cubed.precision, (1 + 1 + 0.5 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(quality.b_cubed.recall, (2.0 / 3 + 2.0 / 3 + 1.0 / 3 + 1) / 4);
}

TEST(Quality, OfNothingIsNothing) {
  const Quality quality = Assess({}, {}, {});
  EXPECT_EQ(quality.pairwise.f1, 0);
  EXPECT_EQ(quality.b_cubed.f1, 0);
}

}  // namespace
}  // namespace leadline::linkage
