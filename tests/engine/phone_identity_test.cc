// One telephone, however it is written: the whole way of an enquiry, by the central pack's own rules.
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class PhoneIdentityTest : public EngineTest {
 protected:
  // A person of whom nothing but the name and a number is known. The name is misheard each time in another way, so that
  // only the number leads from one to the other.
  Enquiry Caller(std::string phone, std::string country) {
    static constexpr const char* kHeard[] = {"Dossou", "Dosso", "Dossu"};
    Enquiry e;
    e.contact.given_name = "Afi";
    e.contact.family_name = kHeard[calls_++ % 3];
    e.contact.phone = std::move(phone);
    e.contact.country = std::move(country);
    e.source = "website";
    e.activities = {Did("website", "high", "contact_me")};
    return e;
  }
  SubmitResult Call(std::string phone, std::string country) {
    auto result = Submit(Caller(std::move(phone), std::move(country)));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : SubmitResult();
  }

  size_t calls_ = 0;
};

struct Pair {
  const char* first;
  const char* second;
  const char* country = "";
};

class OnePersonTest : public PhoneIdentityTest, public ::testing::WithParamInterface<Pair> {};

TEST_P(OnePersonTest, WhicheverFormComesFirst) {
  const Pair& p = GetParam();
  const SubmitResult first = Call(p.first, p.country);
  const SubmitResult second = Call(p.second, p.country);
  EXPECT_EQ(first.contact.id, second.contact.id) << p.first << " and " << p.second;
}
TEST_P(OnePersonTest, WhicheverFormComesLast) {
  const Pair& p = GetParam();
  const SubmitResult second = Call(p.second, p.country);
  const SubmitResult first = Call(p.first, p.country);
  EXPECT_EQ(first.contact.id, second.contact.id) << p.second << " and " << p.first;
}

INSTANTIATE_TEST_SUITE_P(
    Countries, OnePersonTest,
    ::testing::Values(Pair{"+229 01 97 12 34 56", "+229 97 12 34 56"}, Pair{"97123456", "01 97 12 34 56", "BJ"},
                      Pair{"+225 07 12 34 56", "+225 07 07 12 34 56"}, Pair{"+225 44 12 34 56", "+225 05 44 12 34 56"},
                      Pair{"+225 20 31 45 67", "+225 27 20 31 45 67"}, Pair{"45 12 34 56", "05 45 12 34 56", "CI"},
                      Pair{"+52 1 55 1234 5678", "+52 55 1234 5678"}, Pair{"044 55 1234 5678", "55 1234 5678", "MX"},
                      Pair{"+54 9 11 2345 6789", "+54 11 2345 6789"}, Pair{"+54 11 15 2345 6789", "+54 9 11 2345 6789"},
                      Pair{"0351 15 456 7890", "+54 351 456 7890", "AR"}, Pair{"+55 11 8765 4321", "+55 11 98765 4321"},
                      Pair{"(51) 8765-4321", "(51) 98765-4321", "BR"}, Pair{"+39 6 6982 1234", "+39 06 6982 1234"},
                      Pair{"02 1234 5678", "+39 2 1234 5678", "IT"}));

TEST_F(PhoneIdentityTest, OtherNumbersAreOtherPeople) {
  const std::string benin = Call("+229 97 12 34 56", "").contact.id;
  EXPECT_NE(Call("+229 01 97 12 34 57", "").contact.id, benin);
  EXPECT_NE(Call("+228 97 12 34 56", "").contact.id, benin) << "Togo";
  const std::string abidjan = Call("+225 07 12 34 56", "").contact.id;
  EXPECT_NE(Call("+225 05 07 12 34 56", "").contact.id, abidjan) << "of another network";
  const std::string landline = Call("+55 11 3765 4321", "").contact.id;
  EXPECT_NE(Call("+55 11 93765 4321", "").contact.id, landline) << "a fixed line has no ninth digit";
}

TEST_F(PhoneIdentityTest, WhatOnlyTheRulesKnowIsKeptAsGiven) {
  EXPECT_EQ(Call("+34 600 123 456", "").contact.phone, "+34600123456");
  const SubmitResult longer = Call("+229 01 97 12 34 56", "");
  EXPECT_EQ(longer.contact.phone, "+229 01 97 12 34 56");
  EXPECT_EQ(Call("00229 0197123456", "").contact.id, longer.contact.id) << "and matched as given";
}

TEST_F(PhoneIdentityTest, TooManyOrTooFewDigitsAreKeptAndAreNoPhone) {
  const double with_phone = Call("+34 600 123 456", "ES").lead.score.total;
  const double without = Call("", "FR").lead.score.total;
  ASSERT_GT(with_phone, without) << "a known phone counts";
  for (const char* text : {"+34 600 123 456 78", "+34 600 123 45", "912 345 67"}) {
    Enquiry e = Caller(text, "ES");
    e.contact.given_name = "Ana";
    e.contact.family_name = "Silva";
    auto one = Submit(e);
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(one->lead.score.total, without) << text;
    EXPECT_EQ(one->contact.phone, text) << "what came is kept";
    e.contact.given_name = "Otto";
    e.contact.family_name = "Krause";
    auto two = Submit(e);
    ASSERT_TRUE(two.ok()) << two.status();
    EXPECT_NE(one->contact.id, two->contact.id) << text;
  }
}

TEST_F(PhoneIdentityTest, TextThatIsNoNumberScoresNothingAndMatchesNobody) {
  const double with_phone = Call("+34 600 123 456", "ES").lead.score.total;
  const double without = Call("", "FR").lead.score.total;
  ASSERT_GT(with_phone, without) << "a known phone counts";
  for (const char* text : {"n/a", "4.93E+11", "-", "unknown", "see signature", "000 000 000"}) {
    Enquiry e = Caller(text, "PT");
    e.contact.given_name = "Ana";
    e.contact.family_name = "Silva";
    auto one = Submit(e);
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(one->lead.score.total, without) << text;
    EXPECT_EQ(one->contact.phone, text) << "what came is kept";
    e.contact.given_name = "Otto";
    e.contact.family_name = "Krause";
    auto two = Submit(e);
    ASSERT_TRUE(two.ok()) << two.status();
    EXPECT_NE(one->contact.id, two->contact.id) << text;
  }
}

TEST_F(PhoneIdentityTest, ANumberTakesTheTextsPlace) {
  Enquiry e = HotEnquiry();
  e.contact.phone = "n/a";
  EXPECT_EQ(Submit(e)->contact.phone, "n/a");
  e.contact.phone = "600 123 456";
  EXPECT_EQ(Submit(e)->contact.phone, "+34600123456");
  e.contact.phone = "unknown";
  EXPECT_EQ(Submit(e)->contact.phone, "+34600123456");
}

TEST_F(PhoneIdentityTest, TextThatIsNoNumberAloneIsNobody) {
  Enquiry e = Caller("n/a", "BJ");
  e.contact.given_name = e.contact.family_name = "";
  EXPECT_EQ(Submit(e).status().code(), absl::StatusCode::kInvalidArgument);
  e.contact.phone = "+229 01 97 12 34 56";
  EXPECT_TRUE(Submit(e).ok());
}

}  // namespace
}  // namespace leadline::engine
