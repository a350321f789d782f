#include "domain/phone.h"

#include <gtest/gtest.h>
#include <phonenumbers/phonenumberutil.h>

#include <array>
#include <random>
#include <string>

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
  EXPECT_FALSE(NormalizePhone("(00) 34 912 345 678", "").has_value());
  EXPECT_FALSE(NormalizePhone("912 345 678", "").has_value());
  EXPECT_FALSE(NormalizePhone("912 345 678", "Spain").has_value());
  EXPECT_FALSE(NormalizePhone("912 345 678", "XX").has_value());
}

// What stands between digits is taken out before the library sees the text: it would have said the same of all of it.
TEST(NormalizePhoneTest, TheLibrarySaysTheSameOfTheTextAsGiven) {
  using i18n::phonenumbers::PhoneNumberUtil;
  PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  std::mt19937_64 random(47);
  const std::string_view kSeparators[] = {" ", "-", ".", "(", ")", " (", ") ", "  ", "/", "x"};
  const std::string_view kCountries[] = {"ES", "US", "GB", "BR", "DE", "IT", "MX", "AR", "JP", "CI", "FR", "AU"};
  const std::string_view kBegins[] = {"", "+", "00", "0", "+34", "+1", "+44", "+55119", "+5411", "+39", "0039"};
  int read = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string_view country = kCountries[random() % std::size(kCountries)];
    std::string digits(kBegins[random() % std::size(kBegins)]);
    for (uint64_t n = 5 + random() % 8; n > 0; --n) digits += static_cast<char>('0' + random() % 10);
    std::string text;
    for (const char digit : digits) {
      if (random() % 3 == 0) text += kSeparators[random() % (random() % 6 == 0 ? 10 : 8)];
      text += digit;
    }
    i18n::phonenumbers::PhoneNumber number;
    std::string said;
    const bool possible = library.Parse(text, std::string(country), &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
                          library.IsPossibleNumber(number);
    if (possible) library.Format(number, PhoneNumberUtil::E164, &said);
    const auto phone = NormalizePhone(text, country);
    if (!phone.has_value()) {
      // Nor is what the library makes of it a number by itself, such as one of the same digits all over.
      if (!possible) continue;
      EXPECT_FALSE(NormalizePhone(said, "").has_value()) << text << " in " << country;
      continue;
    }
    ++read;
    EXPECT_EQ(*phone, said) << text << " in " << country;
  }
  EXPECT_GT(read, 1000);
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

TEST(PhoneKeyTest, IsStableAndSurvivesAnything) {
  const PhoneRules none;
  std::mt19937_64 random(43);
  const std::string_view kBytes = "01234567890123456789+-() x.#e";
  int found = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t n = random() % 22; n > 0; --n) text += kBytes[random() % kBytes.size()];
    const std::string key = PhoneKey(none, text, i % 2 == 0 ? "" : "DE");
    if (key.empty()) continue;
    ++found;
    EXPECT_TRUE(IsPhone(none, key, "")) << text;
    EXPECT_EQ(PhoneKey(none, key, ""), key) << text;
  }
  EXPECT_GT(found, 100);
}

// Every country's old and new form, as the central pack has them.
PhoneRules SomeRules() {
  PhoneRules rules;
  const auto add = [&rules](int code, std::string_view old_form, std::string_view new_form) {
    EXPECT_FALSE(rules.Add({code, *PhoneForm::Parse(old_form), *PhoneForm::Parse(new_form)}));
  };
  add(229, "x{8}", "01x{8}");
  add(52, "1x{10}", "x{10}");
  add(52, "044x{10}", "x{10}");
  return rules;
}

TEST(PhoneKeyTest, OldAndNewFormAreOne) {
  const PhoneRules rules = SomeRules();
  const std::string key = "+2290197123456";
  for (std::string_view text : {"+229 01 97 12 34 56", "+229 97 12 34 56", "+22997123456", "+2290197123456",
                                "00229 97 12 34 56", "tel:+229-01-97-12-34-56", "(+229) 0197123456"}) {
    EXPECT_EQ(PhoneKey(rules, text, ""), key) << text;
    EXPECT_EQ(PhoneKey(rules, text, "BJ"), key) << text;
  }
  for (std::string_view text : {"97 12 34 56", "01 97 12 34 56", "229 97123456", "22901 97 12 34 56"}) {
    EXPECT_EQ(PhoneKey(rules, text, "BJ"), key) << text;
  }
  for (std::string_view text : {"+52 55 1234 5678", "+52 1 55 1234 5678", "+52 044 55 1234 5678"}) {
    EXPECT_EQ(PhoneKey(rules, text, ""), "+525512345678") << text;
  }
  EXPECT_EQ(PhoneKey(rules, "044 55 1234 5678", "MX"), "+525512345678");
}

TEST(PhoneKeyTest, WhatTheLibraryDoesNotKnowIsMatchedAsGiven) {
  const PhoneRules none;
  EXPECT_EQ(PhoneKey(none, "+34 012 345 678", ""), "+34012345678")
      << "no such prefix, but as long as numbers there are";
  EXPECT_EQ(PhoneKey(SomeRules(), "+229 01 97 12 34 56", ""), "+2290197123456") << "longer than the library knows";
  EXPECT_EQ(PhoneKey(none, "912 345 678", ""), "912345678") << "no country, so no calling code";
  EXPECT_EQ(PhoneKey(none, "912.345.678 ext. 12", ""), "912345678");
  EXPECT_EQ(PhoneKey(none, "555 1234", ""), "") << "many people's";
  EXPECT_EQ(PhoneKey(none, "\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", ""), "912345678");
}

TEST(PhoneKeyTest, IsThatOfTheNormalForm) {
  const PhoneRules rules = SomeRules();
  for (std::string_view text : {"912 34 56 78", "+34 912345678", "912345678 ext. 12", "912345678.0", "1-800-FLOWERS"}) {
    const std::string_view country = text.starts_with("1-") ? "US" : "ES";
    const auto normal = NormalizePhone(text, country);
    ASSERT_TRUE(normal) << text;
    EXPECT_EQ(PhoneKey(rules, text, country), PhoneKey(rules, *normal, "")) << text;
  }
}

TEST(IsPhoneTest, Numbers) {
  for (std::string_view text : {"+34912345678", "912 345 678", "+229 97 12 34 56", "0034 912 345 678", "(912) 345-678",
                                "912345678 x12", "912345678 #12", "tel. 912.345.678", "555 1234", "+290 2345",
                                "\uFF0B34 912\u2013345\u2013678", "34912345678.0"}) {
    EXPECT_TRUE(IsPhone({}, text, "")) << text;
  }
}

TEST(IsPhoneTest, OtherTexts) {
  for (std::string_view text : {"",
                                "-",
                                "n/a",
                                "N/A",
                                "none",
                                "unknown",
                                "see signature",
                                "4.93E+11",
                                "4,93E+11",
                                "4.9341234E11",
                                "49341234567E+3",
                                "12",
                                "123456",
                                "+999 1234 5678",
                                "+",
                                "000 000 000",
                                "+34 000 000 000",
                                "999999999",
                                "12345678901234567890",
                                "ana@acme.com",
                                "10:30 to 12:45",
                                "#N/A",
                                "call me",
                                "600 123 456 / 600 123 457 (Ana)"}) {
    EXPECT_FALSE(IsPhone({}, text, "")) << text;
    EXPECT_EQ(PhoneKey({}, text, ""), "") << text;
    EXPECT_FALSE(NormalizePhone(text, "").has_value()) << text;
  }
  for (std::string_view text : {"n/a", "4.93E+11", "4.93E11", "4,93E+11", "000 000 000", "see signature"}) {
    EXPECT_FALSE(NormalizePhone(text, "DE").has_value()) << text;
    EXPECT_EQ(PhoneKey({}, text, "DE"), "") << text;
  }
}

TEST(IsPhoneTest, TooManyAndTooFewDigits) {
  const PhoneRules rules = SomeRules();
  for (std::string_view text :
       {"+34 91 234 567", "+34 912 345 67", "+34 912 345 678 9", "0034 600 123 456 78", "+1 212 555 012",
        "+1 212 555 01234", "+351 912 345 67", "+229 1 97 12 34 56", "+33 1 23 45 67"}) {
    EXPECT_FALSE(IsPhone(rules, text, "")) << text;
    EXPECT_FALSE(IsPhone(rules, text, "ES")) << text;
    EXPECT_EQ(PhoneKey(rules, text, ""), "") << text;
  }
  for (std::string_view text : {"91 234 567", "912 345 6789", "912 345 678 901 2"}) {
    EXPECT_FALSE(IsPhone(rules, text, "ES")) << text;
    EXPECT_EQ(PhoneKey(rules, text, "ES"), "") << text;
    EXPECT_TRUE(IsPhone(rules, text, "")) << text << ": nobody knows of which country";
  }
}

TEST(IsPhoneTest, LocalNumbersAndOldFormsAreNumbers) {
  const PhoneRules rules = SomeRules();
  EXPECT_TRUE(IsPhone(rules, "555 1234", "US")) << "within one area";
  EXPECT_TRUE(IsPhone(rules, "386-5286", "US"));
  EXPECT_TRUE(IsPhone(rules, "7946 0018", "GB"));
  EXPECT_TRUE(IsPhone(rules, "030 1234567-89", "DE")) << "direct dialling follows the number";
  EXPECT_TRUE(IsPhone(rules, "(212) 555-0123 ext. 4567", "US"));
  EXPECT_TRUE(IsPhone(rules, "+44 (0)20 7946 0018", "")) << "the 0 is not dialled";
  EXPECT_EQ(PhoneKey(rules, "+4402079460018", ""), "+442079460018");
  EXPECT_TRUE(IsPhone(rules, "97 12 34 56", "BJ"));
  EXPECT_TRUE(IsPhone(rules, "01 97 12 34 56", "BJ"));
  EXPECT_TRUE(IsPhone(rules, "+52 044 55 1234 5678", ""));
  EXPECT_FALSE(IsPhone({}, "+229 01 97 12 34 56", "")) << "whoever lets the rules out does not know of it";
}

// The short way, which asks no library, says the same as the long one.
TEST(IsPhoneTest, WithACallingCodeItIsOneExactlyWhenItHasAKey) {
  const PhoneRules rules = SomeRules();
  std::mt19937 random(20261129);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  constexpr std::array<std::string_view, 8> kCodes = {"1", "34", "44", "39", "49", "229", "52", "999"};
  constexpr std::array<std::string_view, 6> kBetween = {"", "", " ", "-", ".", "("};
  int numbers = 0, others = 0;
  for (int i = 0; i < 3'000; ++i) {
    std::string text(below(3) == 0 ? "00" : "+");
    text += kCodes[below(kCodes.size())];
    const size_t digits = 5 + below(9);
    for (size_t k = 0; k < digits; ++k) {
      text += kBetween[below(kBetween.size())];
      text += static_cast<char>('0' + below(10));
    }
    if (below(10) == 0) text += " ext. 12";
    const std::string_view country = below(2) == 0 ? "" : "ES";
    const bool is = IsPhone(rules, text, country);
    EXPECT_EQ(is, !PhoneKey(rules, text, country).empty()) << text;
    ++(is ? numbers : others);
  }
  EXPECT_GT(numbers, 300);
  EXPECT_GT(others, 300);
}

TEST(IsPhoneTest, IsTheSameWhateverWasReadBefore) {
  // Many more than a thread remembers, each of them of two countries in turn.
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 600; ++i) {
      const std::string text = std::to_string(910'000'000 + i * 7);
      EXPECT_EQ(NormalizePhone(text, "ES"), "+34" + text);
      EXPECT_EQ(NormalizePhone(text, "PT"), "+351" + text);
      EXPECT_EQ(NormalizePhone(text, ""), std::nullopt);
      EXPECT_EQ(PhoneKey({}, text, "ES"), "+34" + text);
    }
  }
}

TEST(IsPhoneTest, ANumberOfAnotherCountryWithoutItsPlus) {
  EXPECT_TRUE(IsPhone({}, "34 912 345 678", "US"));
  EXPECT_EQ(PhoneKey({}, "34 912 345 678", "US"), "+34912345678");
  EXPECT_EQ(PhoneKey({}, "0034 912 345 678", "US"), "+34912345678") << "though one dials 011 there";
  EXPECT_FALSE(IsPhone({}, "91 23456789", "ES")) << "of a length that India has, but not in use there";
}

TEST(CallingCodeTest, OfCountries) {
  EXPECT_EQ(CallingCodeOf("BJ"), 229);
  EXPECT_EQ(CallingCodeOf("CI"), 225);
  EXPECT_EQ(CallingCodeOf("XX"), 0);
  EXPECT_EQ(CallingCodeOf(""), 0);
}

}  // namespace
}  // namespace leadline::domain
