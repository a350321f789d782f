#include "domain/similarity.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

TEST(JaroWinklerTest, PublishedValues) {
  EXPECT_NEAR(JaroWinkler("MARTHA", "MARHTA"), 0.9611, 1e-4);
  EXPECT_NEAR(JaroWinkler("DIXON", "DICKSONX"), 0.8133, 1e-4);
  EXPECT_NEAR(JaroWinkler("DWAYNE", "DUANE"), 0.84, 1e-4);
  EXPECT_NEAR(JaroWinkler("JONES", "JOHNSON"), 0.8324, 1e-4);
  EXPECT_NEAR(JaroWinkler("ABROMS", "ABRAMS"), 0.9222, 1e-4);
  EXPECT_NEAR(JaroWinkler("SHACKLEFORD", "SHACKELFORD"), 0.9818, 1e-4);
}

TEST(JaroWinklerTest, Ends) {
  EXPECT_EQ(JaroWinkler("", ""), 1);
  EXPECT_EQ(JaroWinkler("a", ""), 0);
  EXPECT_EQ(JaroWinkler("abc", "xyz"), 0);
  EXPECT_EQ(JaroWinkler("a", "a"), 1);
  EXPECT_EQ(JaroWinkler("a", "b"), 0);
}

TEST(JaroWinklerTest, CountsCodePointsNotBytes) {
  EXPECT_DOUBLE_EQ(JaroWinkler("дом", "дым"), JaroWinkler("dom", "dym"));
  EXPECT_DOUBLE_EQ(JaroWinkler("東京都", "東京市"), JaroWinkler("abc", "abd"));
}

TEST(SimilarityProperty, SymmetricAndWithinBounds) {
  std::mt19937_64 random(51);
  auto word = [&] {
    std::string text;
    for (uint64_t n = random() % 90; n > 0; --n) text += "abcd "[random() % 5];
    return text;
  };
  for (int i = 0; i < 5000; ++i) {
    std::string a = word();
    std::string b = word();
    double jaro = JaroWinkler(a, b);
    EXPECT_EQ(jaro, JaroWinkler(b, a));
    EXPECT_GE(jaro, 0);
    EXPECT_LE(jaro, 1);
    if (a != b) {
      EXPECT_LT(jaro, 1);
    }
    double words = TokenSetSimilarity(a, b);
    EXPECT_EQ(words, TokenSetSimilarity(b, a)) << '"' << a << "\" \"" << b << '"';
    EXPECT_GE(words, 0);
    EXPECT_LE(words, 1);
  }
}

TEST(TokenSetTest, OrderAndRepetitionDoNotMatter) {
  EXPECT_EQ(TokenSetSimilarity("acme software", "software acme"), 1);
  EXPECT_EQ(TokenSetSimilarity("acme acme software", "software acme"), 1);
  EXPECT_EQ(TokenSetSimilarity("", ""), 1);
  EXPECT_EQ(TokenSetSimilarity("acme", ""), 0);
}

TEST(TokenSetTest, AMissingWordLowersASlipHardly) {
  EXPECT_NEAR(TokenSetSimilarity("acme software", "acme software iberia"), 0.8, 1e-9);
  double slip = TokenSetSimilarity("acme software", "acme sofware");
  EXPECT_GT(slip, 0.95);
  EXPECT_LT(slip, 1);
  EXPECT_EQ(TokenSetSimilarity("acme", "zenith"), 0);
}

TEST(EmailSimilarityTest, WhatIsTheSameAddress) {
  EXPECT_EQ(EmailSimilarity("ana@acme.com", "ana@acme.com"), 1);
  EXPECT_EQ(EmailSimilarity("ana+news@acme.com", "ana@acme.com"), 1);
  EXPECT_LT(EmailSimilarity("+ana@acme.com", "@acme.com"), 1);
}

TEST(EmailSimilarityTest, SlipsAreNearOthersAreFar) {
  EXPECT_GT(EmailSimilarity("ana.silva@acme.com", "ana.sliva@acme.com"), 0.95);
  EXPECT_GT(EmailSimilarity("ana.silva@acme.com", "ana.silva@amce.com"), 0.95);
  EXPECT_LT(EmailSimilarity("ana.silva@acme.com", "ana.silva@zenith.org"), 0.92);
  EXPECT_LT(EmailSimilarity("ana.silva@acme.com", "peter.huber@acme.com"), 0.85);
}

TEST(PhoneSimilarityTest, Endings) {
  EXPECT_EQ(PhoneSimilarity("+34912345678", "+34 912 345 678"), 1);
  EXPECT_EQ(PhoneSimilarity("+34912345678", "912345678"), 0.9);
  EXPECT_EQ(PhoneSimilarity("+34912345678", "+49312345678"), 0.8);
  EXPECT_EQ(PhoneSimilarity("+34912345678", "+34912345679"), 0);
  EXPECT_EQ(PhoneSimilarity("", "912345678"), 0);
  EXPECT_EQ(PhoneSimilarity("n/a", "n/a"), 0);
}

}  // namespace
}  // namespace leadline::domain
