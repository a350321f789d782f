// Values in normal form, and how well two of them agree.
#include "domain/linkage/agreement.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "domain/linkage/column.h"
#include "domain/linkage/edit_distance.h"

namespace leadline::linkage {
namespace {

constexpr FieldType kAllTypes[] = {
    FieldType::kGivenName, FieldType::kFamilyName, FieldType::kFullName, FieldType::kCompany, FieldType::kDate,
    FieldType::kEmail,     FieldType::kPhone,      FieldType::kWebsite,  FieldType::kAddress, FieldType::kPlace,
    FieldType::kPostcode,  FieldType::kIdentifier, FieldType::kText};

// How two values agree; the other values are in the column, too, so that words have weights.
std::string Agree(FieldType type, const std::string& a, const std::string& b,
                  const std::vector<std::string>& others = {}) {
  Column column(type);
  column.Add(a);
  column.Add(b);
  for (const std::string& other : others) column.Add(other);
  column.Finish();
  const uint32_t left = column.ValueOf(0), right = column.ValueOf(1);
  if (left == 0 || right == 0) return "no value";
  EXPECT_EQ(AgreementOf(column, left, right), AgreementOf(column, right, left)) << a << " / " << b;
  return std::string(LabelOf(type, AgreementOf(column, left, right)));
}

TEST(EditDistance, CountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(EditDistance("", "", 3), 0);
  EXPECT_EQ(EditDistance("abc", "abc", 3), 0);
  EXPECT_EQ(EditDistance("abc", "acb", 3), 1);
  EXPECT_EQ(EditDistance("abcd", "abxd", 3), 1);
  EXPECT_EQ(EditDistance("abc", "abcd", 3), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting", 5), 3);
  EXPECT_EQ(EditDistance("ca", "abc", 5), 3) << "no part is edited twice";
  EXPECT_EQ(EditDistance("kitten", "sitting", 2), 3) << "one more than the most";
  EXPECT_EQ(EditDistance("", "abcdef", 2), 3);
}

TEST(NormalForm, WhatSaysNothingIsNoValue) {
  for (const char* nothing : {"", "  ", "n/a", "N.A.", "unknown", "None", "-", "null"}) {
    EXPECT_EQ(NormalForm(FieldType::kText, nothing), "") << nothing;
    EXPECT_EQ(NormalForm(FieldType::kPhone, nothing), "") << nothing;
  }
  EXPECT_EQ(NormalForm(FieldType::kPhone, "12"), "") << "too short to be a number";
}

TEST(NormalForm, DatesAreReadInTheirUsualOrders) {
  for (const char* date : {"1971-06-24", "19710624", "24.06.1971", "24.6.1971", "6/24/1971", "24/06/1971",
                           "1971-06-24T10:00:00Z", "1971/6/24"}) {
    EXPECT_EQ(NormalForm(FieldType::kDate, date), "19710624") << date;
  }
  EXPECT_EQ(NormalForm(FieldType::kDate, "03/04/1999"), "19990304") << "with slashes the month is the first";
  EXPECT_EQ(NormalForm(FieldType::kDate, "03.04.1999"), "19990403");
  EXPECT_EQ(NormalForm(FieldType::kDate, "in summer"), "insummer");
}

TEST(NormalForm, AddressesAndCompaniesLoseWhatVaries) {
  EXPECT_EQ(NormalForm(FieldType::kAddress, "1001 West Roosevelt Road"), "1001 w roosevelt rd");
  EXPECT_EQ(NormalForm(FieldType::kAddress, "1001 W. Roosevelt Rd."), "1001 w roosevelt rd");
  EXPECT_EQ(NormalForm(FieldType::kCompany, "Acme Lda."), "acme");
  EXPECT_EQ(NormalForm(FieldType::kWebsite, "https://www.acme.com/about"), "acme.com");
}

TEST(Agreement, OfNames) {
  EXPECT_EQ(Agree(FieldType::kGivenName, "Zoë", "Zoe"), "same");
  EXPECT_EQ(Agree(FieldType::kFamilyName, "Griffiths", "Grifiths"), "a slip apart");
  EXPECT_EQ(Agree(FieldType::kGivenName, "J.", "James"), "an initial or the beginning");
  EXPECT_EQ(Agree(FieldType::kGivenName, "Peter", "Susan"), "different");
  EXPECT_EQ(Agree(FieldType::kGivenName, "", "Susan"), "no value");
}

TEST(Agreement, OfDates) {
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-24", "24.06.1971"), "same");
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-24", "1971-06-25"), "a digit apart, or day and month swapped");
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-11", "1971-11-06"), "a digit apart, or day and month swapped");
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-29", "1971-07-01"), "two digits or a month apart");
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-24", "1972-03-15"), "within a year");
  EXPECT_EQ(Agree(FieldType::kDate, "1971-06-24", "1995-11-03"), "different");
}

TEST(Agreement, OfMailAddresses) {
  EXPECT_EQ(Agree(FieldType::kEmail, "Ana@Acme.com", "ana@acme.com"), "same");
  EXPECT_EQ(Agree(FieldType::kEmail, "ana.silva@acme.com", "ana.sliva@acme.com"), "a slip apart");
  EXPECT_EQ(Agree(FieldType::kEmail, "ana.silva@acme.com", "ana.silva@globex.org"), "same name before the @");
  EXPECT_EQ(Agree(FieldType::kEmail, "ana.silva@acme.com", "bob.jones@acme.com"), "same domain");
  EXPECT_EQ(Agree(FieldType::kEmail, "ana.silva@acme.com", "bob.jones@globex.org"), "different");
}

TEST(Agreement, AnotherHouseNumberIsAnotherAddress) {
  const std::vector<std::string> others = {"7 Elm Street", "12 Oak Avenue", "99 Pine Road", "5 Main Street"};
  EXPECT_EQ(Agree(FieldType::kAddress, "1001 West Roosevelt Road", "1001 W Roosevelt Rd", others), "same");
  EXPECT_EQ(Agree(FieldType::kAddress, "1001 W Roosevelt Rd", "1001 W Roosvelt Rd", others),
            "same number, nearly the same street");
  EXPECT_EQ(Agree(FieldType::kAddress, "1001 W Roosevelt Rd", "1003 W Roosevelt Rd", others),
            "same street, another number");
  EXPECT_EQ(Agree(FieldType::kAddress, "1001 W Roosevelt Rd", "77 Elm Street", others), "different");
}

TEST(Agreement, OfPhonesByTheirLastDigits) {
  EXPECT_EQ(Agree(FieldType::kPhone, "+1 (312) 386-5286", "386 5286"), "same");
  EXPECT_EQ(Agree(FieldType::kPhone, "3865286", "3865287"), "a digit apart");
  EXPECT_EQ(Agree(FieldType::kPhone, "3865286", "7415286"), "same last four digits");
  EXPECT_EQ(Agree(FieldType::kPhone, "3865286", "7415999"), "different");
}

TEST(Agreement, RareWordsWeighMoreThanFrequentOnes) {
  std::vector<std::string> others;
  for (int i = 0; i < 40; ++i) others.push_back("Learning Center " + std::to_string(i));
  EXPECT_EQ(Agree(FieldType::kText, "Zanzibar Learning Center", "Zanzibar Center", others), "nearly the same words");
  EXPECT_EQ(Agree(FieldType::kText, "Zanzibar Learning Center", "Quixote Learning Center", others), "different");
}

// Whatever the bytes: a level that the type has, the same from both sides, and the same value is "same".
TEST(Agreement, HoldsForAnyText) {
  std::mt19937_64 random(17);
  const std::string letters = "aab0129 .@-/\xC3\xA9\xE7\x94\xB0\xFFz";
  for (const FieldType type : kAllTypes) {
    Column column(type);
    for (int i = 0; i < 120; ++i) {
      std::string text;
      for (size_t size = random() % 30; size > 0; --size) text += letters[random() % letters.size()];
      column.Add(text);
    }
    column.Finish();
    for (uint32_t a = 0; a < 120; ++a) {
      for (uint32_t b = 0; b < 120; ++b) {
        const uint32_t left = column.ValueOf(a), right = column.ValueOf(b);
        if (left == 0 || right == 0) continue;
        const Level level = AgreementOf(column, left, right);
        ASSERT_GE(level, kExact);
        ASSERT_LE(level, LevelsOf(type));
        ASSERT_EQ(level, AgreementOf(column, right, left))
            << column.value(left).text << " / " << column.value(right).text;
        ASSERT_EQ(level == kExact, left == right || (type == FieldType::kPhone && level == kExact));
      }
    }
  }
}

}  // namespace
}  // namespace leadline::linkage
