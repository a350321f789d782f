#include "domain/matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace leadline::domain {
namespace {

MatchPolicy Policy() {
  MatchPolicy policy;
  policy.prior = 0.5;  // weight 0
  policy.contact_comparisons = {
      {.field = "contact.email",
       .comparator = Comparator::kEmail,
       .levels = {{"exact", 1, 0.8, 0.0125}, {"near", 0.92, 0.1, 0.0125}, {"else", 0, 0.1, 0.8}}},
      {.field = "contact.family_name",
       .comparator = Comparator::kJaroWinkler,
       .levels = {{"exact", 1, 0.8, 0.05}, {"jaro_winkler >= 0.9", 0.9, 0.1, 0.025}, {"else", 0, 0.1, 0.8}}},
      {.field = "account.name",
       .comparator = Comparator::kTokenSet,
       .levels = {{"same", 1, 0.8, 0.1}, {"else", 0, 0.2, 0.9}}}};
  policy.account_comparisons = {{.field = "account.name",
                                 .comparator = Comparator::kTokenSet,
                                 .levels = {{"same", 1, 0.8, 0.1}, {"else", 0, 0.2, 0.8}}},
                                {.field = "account.domain",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.8, 0.1}, {"else", 0, 0.1, 0.8}}}};
  return policy;
}

TEST(CompareContactsTest, WeightsAreLogRatiosAndAddUp) {
  Contact left{.family_name = "García", .email = "ana@acme.es"};
  Contact right{.family_name = "GARCIA", .email = "ana@zenith.com"};
  PairResult pair = CompareContacts(Policy(), left, nullptr, right, nullptr);
  ASSERT_EQ(pair.comparisons.size(), 3U);
  EXPECT_EQ(pair.comparisons[0].field, "contact.email");
  EXPECT_EQ(pair.comparisons[0].level, "else");
  EXPECT_DOUBLE_EQ(pair.comparisons[0].weight, -3);
  EXPECT_EQ(pair.comparisons[1].level, "exact");
  EXPECT_DOUBLE_EQ(pair.comparisons[1].weight, 4);
  EXPECT_EQ(pair.comparisons[1].left, "García");
  EXPECT_EQ(pair.comparisons[1].right, "GARCIA");
  EXPECT_EQ(pair.comparisons[2].level, "no value");
  EXPECT_EQ(pair.comparisons[2].weight, 0);
  EXPECT_DOUBLE_EQ(pair.weight, 1);
  EXPECT_DOUBLE_EQ(pair.probability, 2.0 / 3.0);
}

TEST(CompareContactsTest, ThePriorCounts) {
  MatchPolicy policy = Policy();
  policy.prior = 0.2;
  PairResult pair = CompareContacts(policy, {}, nullptr, {}, nullptr);
  EXPECT_DOUBLE_EQ(pair.weight, -2);
  EXPECT_DOUBLE_EQ(pair.probability, 0.2);
}

TEST(CompareContactsTest, AValueOnOneSideSaysNothing) {
  Contact left{.family_name = "García", .email = "ana@acme.es"};
  PairResult pair = CompareContacts(Policy(), left, nullptr, {}, nullptr);
  for (const ComparisonResult& comparison : pair.comparisons) {
    EXPECT_EQ(comparison.weight, 0);
    EXPECT_EQ(comparison.level, "no value");
  }
  // Nor does one that is no address.
  Contact broken{.email = "unknown"};
  EXPECT_EQ(CompareContacts(Policy(), left, nullptr, broken, nullptr).comparisons[0].level, "no value");
}

TEST(CompareContactsTest, AccountsAreComparedWhereBothAreKnown) {
  Account acme{.name = "Acme Software GmbH"};
  Account acme2{.name = "ACME Software"};
  EXPECT_EQ(CompareContacts(Policy(), {}, &acme, {}, &acme2).comparisons[2].level, "same");
  EXPECT_EQ(CompareContacts(Policy(), {}, &acme, {}, nullptr).comparisons[2].level, "no value");
}

TEST(CompareContactsTest, NamesTheWrongWayRound) {
  MatchPolicy policy;
  policy.contact_comparisons = {{.field = "contact.full_name",
                                 .comparator = Comparator::kJaroWinkler,
                                 .levels = {{"same", 1, 0.9, 0.1}, {"else", 0, 0.1, 0.9}}}};
  Contact straight{.given_name = "Ana", .family_name = "García"};
  Contact turned{.given_name = "Garcia", .family_name = "Ana"};
  EXPECT_EQ(CompareContacts(policy, straight, nullptr, turned, nullptr).comparisons[0].level, "same");
  Contact other{.given_name = "Luis", .family_name = "Pérez"};
  EXPECT_EQ(CompareContacts(policy, straight, nullptr, other, nullptr).comparisons[0].level, "else");
}

TEST(CompareContactsTest, PhonesAreComparedAsNumbers) {
  MatchPolicy policy;
  policy.contact_comparisons = {{.field = "contact.phone",
                                 .comparator = Comparator::kPhone,
                                 .levels = {{"same", 1, 0.9, 0.1}, {"else", 0, 0.1, 0.9}}}};
  Contact left{.phone = "+34912345678"};
  Contact right{.phone = "912 34 56 78", .country = "ES"};
  EXPECT_EQ(CompareContacts(policy, left, nullptr, right, nullptr).comparisons[0].level, "same");
}

TEST(CompareContactsTest, PhonesOfOldAndNewFormAreOneAndOtherTextsAreNone) {
  MatchPolicy policy;
  policy.contact_comparisons = {{.field = "contact.phone",
                                 .comparator = Comparator::kPhone,
                                 .levels = {{"same", 1, 0.5, 0.001}, {"else", 0, 0.5, 0.999}}}};
  auto tables = std::make_shared<IdentityTables>();
  tables->phones.Add({229, *PhoneForm::Parse("x{8}"), *PhoneForm::Parse("01x{8}")});
  policy.identity = tables;
  const auto level = [&policy](std::string left, std::string right) {
    return CompareContacts(policy, {.phone = std::move(left)}, nullptr, {.phone = std::move(right)}, nullptr)
        .comparisons[0]
        .level;
  };
  EXPECT_EQ(level("+22997123456", "+229 01 97 12 34 56"), "same");
  EXPECT_EQ(level("+22997123456", "+22997123457"), "else");
  EXPECT_EQ(level("n/a", "n/a"), "no value");
  EXPECT_EQ(level("4.93E+11", "+4930123456"), "no value");
  EXPECT_EQ(level("555 1234", "5551234"), "same") << "as given";
}

TEST(CompareContactsTest, AttributesAreFieldsToo) {
  MatchPolicy policy;
  policy.contact_comparisons = {{.field = "contact.birth_date",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.9, 0.1}, {"else", 0, 0.1, 0.9}}},
                                {.field = "contact.employees",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.9, 0.1}, {"else", 0, 0.1, 0.9}}}};
  Contact left{.attributes = {{"birth_date", std::string("1971-06-24")}, {"employees", 12.0}}};
  Contact right{.attributes = {{"birth_date", std::string("1971-06-24")}, {"employees", 13.0}}};
  PairResult pair = CompareContacts(policy, left, nullptr, right, nullptr);
  EXPECT_EQ(pair.comparisons[0].level, "same");
  EXPECT_EQ(pair.comparisons[1].level, "else");
}

TEST(CompareContactsTest, CertaintyStaysWithinNumbers) {
  MatchPolicy policy;
  policy.prior = 1;
  ComparisonDef sure{.field = "contact.email", .comparator = Comparator::kExact, .levels = {{"exact", 1, 1, 0}}};
  for (int i = 0; i < 100; ++i) policy.contact_comparisons.push_back(sure);
  Contact ana{.email = "ana@acme.es"};
  PairResult pair = CompareContacts(policy, ana, nullptr, ana, nullptr);
  EXPECT_TRUE(std::isfinite(pair.weight));
  EXPECT_EQ(pair.probability, 1);
}

TEST(CompareContactsTest, LeftAndRightWeighTheSame) {
  Contact a{.family_name = "García López", .email = "ana.garcia@acme.es"};
  Contact b{.family_name = "Garcia", .email = "anagarcia@acme.com"};
  EXPECT_EQ(CompareContacts(Policy(), a, nullptr, b, nullptr).weight,
            CompareContacts(Policy(), b, nullptr, a, nullptr).weight);
}

TEST(CompareContactsTest, APluginIsHeardWithinItsBoundOrItsPlaceIsTaken) {
  MatchPolicy policy = Policy();
  policy.contact_comparisons[2].plugin = 0;
  policy.contact_comparisons[2].max_weight = 5;
  const Account acme{.name = "Acme GmbH"}, acme2{.name = "ACME"};
  const auto compare = [&](std::vector<PluginComparison> said) {
    return CompareContacts(policy, {}, &acme, {}, &acme2, said).comparisons[2];
  };
  ComparisonResult result =
      compare({{.comparison = 2, .level = "strong", .weight = 4, .note = "one legal form apart"}});
  EXPECT_EQ(result.level, "strong");
  EXPECT_EQ(result.weight, 4);
  EXPECT_EQ(result.note, "one legal form apart");
  EXPECT_EQ(result.left, "Acme GmbH");
  result = compare({{.comparison = 2, .level = "different", .weight = -1e9}});
  EXPECT_EQ(result.weight, -5);
  EXPECT_EQ(result.note, "limited to -5 of -1e+09");
  // Not heard, or never asked: the comparator.
  result = compare({{.comparison = 2, .heard = false, .note = "down"}});
  EXPECT_EQ(result.level, "same");
  EXPECT_DOUBLE_EQ(result.weight, 3);
  EXPECT_EQ(result.note, "down");
  EXPECT_EQ(compare({}).level, "same");
  EXPECT_EQ(compare({}).note, "");
  policy.contact_comparisons[2].levels.clear();
  EXPECT_EQ(compare({{.comparison = 2, .heard = false, .note = "down"}}).level, "not compared");
  EXPECT_EQ(compare({}).weight, 0);
}

TEST(CompareAccountsTest, NameAndDomain) {
  Account left{.name = "Acme Software S.L.", .domain = "acme.es"};
  Account right{.name = "Software Acme", .domain = "www.acme.es"};
  PairResult pair = CompareAccounts(Policy(), left, right);
  ASSERT_EQ(pair.comparisons.size(), 2U);
  EXPECT_EQ(pair.comparisons[0].level, "same");
  EXPECT_EQ(pair.comparisons[1].level, "same");
  EXPECT_DOUBLE_EQ(pair.weight, 6);
}

TEST(JudgeTest, Bounds) {
  MatchPolicy policy;
  policy.match_probability = 0.95;
  policy.possible_probability = 0.5;
  EXPECT_EQ(Judge(policy, 0.95), DuplicateVerdict::kMatch);
  EXPECT_EQ(Judge(policy, 0.9499), DuplicateVerdict::kPossible);
  EXPECT_EQ(Judge(policy, 0.5), DuplicateVerdict::kPossible);
  EXPECT_EQ(Judge(policy, 0.4999), DuplicateVerdict::kDifferent);
}

}  // namespace
}  // namespace leadline::domain
