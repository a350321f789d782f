#include <gtest/gtest.h>

#include <random>
#include <string>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

TEST(NormalizePhoneTest, OneNumberManyWays) {
  for (std::string_view text : {"+34 912 345 678", "0034 912345678", "912 34 56 78", "(912) 345-678", "+34912345678",
                                "tel. 912.345.678", "912345678 ext. 12"}) {
    EXPECT_EQ(NormalizePhone(text, "ES"), "+34912345678") << text;
  }
  EXPECT_EQ(NormalizePhone("912 34 56 78", "es"), "+34912345678");
  EXPECT_EQ(NormalizePhone("020 7946 0018", "GB"), "+442079460018");
  EXPECT_EQ(NormalizePhone("020 7946 0018", "UK"), "+442079460018");
  EXPECT_EQ(NormalizePhone("(11) 98765-4321", "BR"), "+5511987654321");
  EXPECT_EQ(NormalizePhone("030 1234567", "DE"), "+49301234567");
  EXPECT_EQ(NormalizePhone("06 1234 5678", "IT"), "+390612345678") << "Italy keeps the leading zero";
}

TEST(NormalizePhoneTest, WithoutACountryOnlyInternationalForms) {
  EXPECT_EQ(NormalizePhone("+34 912 345 678", ""), "+34912345678");
  EXPECT_EQ(NormalizePhone("0034 912 345 678", ""), "+34912345678");
  EXPECT_FALSE(NormalizePhone("912 345 678", "").has_value());
  EXPECT_FALSE(NormalizePhone("912 345 678", "Spain").has_value());
  EXPECT_FALSE(NormalizePhone("912 345 678", "XX").has_value());
}

TEST(NormalizePhoneTest, WhatIsNoNumber) {
  for (std::string_view text : {"", "-", "n/a", "12", "+34 1", "call me", "+999 1234 5678", "12345678901234567890"}) {
    EXPECT_FALSE(NormalizePhone(text, "ES").has_value()) << text;
  }
  EXPECT_FALSE(NormalizePhone(std::string(500, '1'), "ES").has_value());
}

TEST(NormalizePhoneTest, IsStableAndSurvivesAnything) {
  std::mt19937_64 random(41);
  const std::string_view kBytes = "0123456789+-() x.#*\xD9\xA3";
  int read = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t n = random() % 18; n > 0; --n) text += kBytes[random() % kBytes.size()];
    auto phone = NormalizePhone(text, "DE");
    if (!phone.has_value()) continue;
    ++read;
    EXPECT_EQ(NormalizePhone(*phone, ""), phone) << text;
    EXPECT_EQ(NormalizePhone(*phone, "BR"), phone) << text;
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace leadline::domain
