#include <gtest/gtest.h>

#include <random>
#include <string>

#include "domain/scoring.h"

namespace leadline::domain {
namespace {

Activity Made(std::string channel, std::string investment, std::string response) {
  return {
      .id = "a", .channel = std::move(channel), .investment = std::move(investment), .response = std::move(response)};
}

TEST(ScoringMatrixTest, TheMostSpecificCellWins) {
  ScoringMatrix matrix;
  matrix.cells = {{"*", "*", "*", 1},        {"*", "*", "click", 2},       {"*", "high", "*", 3},
                  {"email", "*", "*", 4},    {"*", "high", "click", 5},    {"email", "*", "click", 6},
                  {"email", "high", "*", 7}, {"email", "high", "click", 8}};
  auto points = [&](const std::string& channel, const std::string& investment, const std::string& response) {
    return matrix.Find(Made(channel, investment, response))->points;
  };
  for (bool indexed : {false, true}) {
    if (indexed) matrix.BuildIndex();
    EXPECT_EQ(points("email", "high", "click"), 8);
    EXPECT_EQ(points("email", "high", "open"), 7);
    EXPECT_EQ(points("email", "low", "click"), 6);
    EXPECT_EQ(points("web", "high", "click"), 5);
    EXPECT_EQ(points("email", "low", "open"), 4);
    EXPECT_EQ(points("web", "high", "open"), 3);
    EXPECT_EQ(points("web", "low", "click"), 2);
    EXPECT_EQ(points("web", "low", "open"), 1);
  }
}

TEST(ScoringMatrixTest, TheEarlierNamedAxisWinsATie) {
  ScoringMatrix matrix;
  matrix.cells = {{"*", "*", "click", 1}, {"*", "high", "*", 2}, {"email", "*", "*", 3}};
  EXPECT_EQ(matrix.Find(Made("email", "high", "click"))->points, 3);
  matrix.cells.pop_back();
  EXPECT_EQ(matrix.Find(Made("email", "high", "click"))->points, 2);
  EXPECT_EQ(matrix.Find(Made("email", "low", "open")), nullptr);
}

TEST(ScoringMatrixTest, TheIndexAgreesWithTheScan) {
  std::mt19937_64 random(5);
  auto word = [&] {
    uint64_t n = random() % 6;
    return n == 0 ? std::string("*") : "w" + std::to_string(n);
  };
  for (int round = 0; round < 200; ++round) {
    ScoringMatrix scan;
    for (uint64_t i = random() % 40; i > 0; --i) scan.cells.push_back({word(), word(), word(), static_cast<double>(i)});
    ScoringMatrix indexed = scan;
    indexed.BuildIndex();
    for (int i = 0; i < 50; ++i) {
      Activity activity = Made(word(), word(), word());
      const auto* a = scan.Find(activity);
      const auto* b = indexed.Find(activity);
      ASSERT_EQ(a == nullptr, b == nullptr);
      if (a != nullptr) {
        EXPECT_EQ(a - scan.cells.data(), b - indexed.cells.data());
      }
    }
    // Cells added later are still found, by scanning.
    indexed.cells.push_back({"new", "new", "new", 1});
    EXPECT_NE(indexed.Find(Made("new", "new", "new")), nullptr);
  }
}

}  // namespace
}  // namespace leadline::domain
