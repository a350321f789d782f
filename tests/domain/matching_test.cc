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
    return CompareContacts(policy, {}, &acme, {}, &acme2, {said, {}}).comparisons[2];
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

// Two comparisons of one fact and one of another.
MatchPolicy Grouped() {
  MatchPolicy policy;
  policy.prior = 0.5;
  policy.account_comparisons = {{.field = "account.name",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.8, 0.1}, {"else", 0, 0.2, 0.8}},
                                 .id = "name",
                                 .group = "company"},
                                {.field = "account.domain",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.8, 0.025}, {"else", 0, 0.1, 0.8}},
                                 .id = "domain",
                                 .group = "company"},
                                {.field = "account.country",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.8, 0.4}, {"else", 0, 0.2, 0.4}},
                                 .id = "country"}};
  return policy;
}

std::vector<double> WeightsOf(const PairResult& pair) {
  std::vector<double> weights;
  for (const ComparisonResult& result : pair.comparisons) weights.push_back(result.weight);
  return weights;
}

TEST(WeighingTest, OneFactCountsOnceForAndOnceAgainst) {
  const Account acme{.name = "Acme", .domain = "acme.es", .country = "ES"};
  const auto weights = [&](const Account& other) { return WeightsOf(CompareAccounts(Grouped(), acme, other)); };
  EXPECT_THAT(weights(acme), testing::ElementsAre(0, 5, 1)) << "the stronger yes";
  EXPECT_THAT(weights({.name = "Zenith", .domain = "zenith.es", .country = "PT"}), testing::ElementsAre(0, -3, -1))
      << "the stronger no";
  EXPECT_THAT(weights({.name = "Zenith", .domain = "acme.es", .country = "ES"}), testing::ElementsAre(-2, 5, 1))
      << "a yes and a no";
  EXPECT_THAT(weights({.name = "Acme", .country = "ES"}), testing::ElementsAre(3, 0, 1))
      << "what is missing says nothing";
  const PairResult pair = CompareAccounts(Grouped(), acme, acme);
  EXPECT_EQ(pair.comparisons[0].level, "same");
  EXPECT_EQ(pair.comparisons[0].note, "counted with domain");
  EXPECT_DOUBLE_EQ(pair.weight, 6);
}

TEST(WeighingTest, AmongEqualsTheFirstCounts) {
  MatchPolicy policy = Grouped();
  policy.account_comparisons[1].levels = policy.account_comparisons[0].levels;
  const Account acme{.name = "Acme", .domain = "acme.es"};
  EXPECT_THAT(WeightsOf(CompareAccounts(policy, acme, acme)), testing::ElementsAre(3, 0, 0));
}

TEST(WeighingTest, WhatManyHaveWeighsLess) {
  MatchPolicy policy = Grouped();
  policy.account_comparisons[2].term_frequency = true;
  policy.account_comparisons[1].term_frequency = true;
  const Account acme{.name = "Acme", .domain = "acme.es", .country = "ES"};
  const auto compare = [&](int64_t domains, int64_t countries, const Account& other) {
    return CompareAccounts(policy, acme, other, {{}, std::vector<int64_t>{7, domains, countries}});
  };
  EXPECT_THAT(WeightsOf(compare(1, 1, acme)), testing::ElementsAre(0, 5, 1));
  EXPECT_THAT(WeightsOf(compare(2, 2, acme)), testing::ElementsAre(0, 4, 0));
  const PairResult pair = compare(8, 1000, acme);
  EXPECT_THAT(WeightsOf(pair), testing::ElementsAre(3, 0, 0)) << "then the name is the stronger one; and never below 0";
  EXPECT_EQ(pair.comparisons[1].note, "8 have it; counted with name");
  EXPECT_EQ(pair.comparisons[1].records, 8);
  EXPECT_EQ(pair.comparisons[0].records, 0) << "not counted";
  EXPECT_THAT(WeightsOf(compare(8, 8, {.domain = "zenith.es", .country = "PT"})), testing::ElementsAre(0, -3, -1))
      << "how many have a value says nothing of another one";
}

TEST(WeighingTest, ByLevelsAndCountsItIsTheSamePair) {
  MatchPolicy policy = Grouped();
  policy.account_comparisons[1].term_frequency = true;
  const Account acme{.name = "Acme", .domain = "acme.es", .country = "ES"};
  const std::vector<int64_t> counts = {0, 8, 0};
  const PairResult pair = CompareAccounts(policy, acme, acme, {{}, counts});
  std::vector<int64_t> levels, kept;
  for (const ComparisonResult& result : pair.comparisons) {
    levels.push_back(result.reached);
    kept.push_back(result.records);
  }
  const PairResult again = PairOfLevels(policy, RecordKind::kAccount, levels, {{}, kept});
  EXPECT_EQ(WeightsOf(again), WeightsOf(pair));
  EXPECT_EQ(again.weight, pair.weight);
  EXPECT_NE(PairOfLevels(policy, RecordKind::kAccount, levels).weight, pair.weight);
}

TEST(WeighingTest, IdentifiersWantAllTheirPartsAndFewPeople) {
  MatchPolicy policy = Policy();
  policy.contact_comparisons[0].term_frequency = true;
  policy.contact_identifiers = {{.parts = {{0, 1}}, .most_people = 1}, {.parts = {{0, 2}, {1, 1}}}};
  const Contact ana{.family_name = "Silva", .email = "ana@acme.es"};
  const auto identified = [&](const Contact& other, int64_t people) {
    return CompareContacts(policy, ana, nullptr, other, nullptr, {{}, std::vector<int64_t>{people}}).identified;
  };
  EXPECT_TRUE(identified({.email = "ana@acme.es"}, 1));
  EXPECT_FALSE(identified({.email = "ana@acme.es"}, 2)) << "two have it";
  EXPECT_TRUE(identified({.family_name = "Silva", .email = "ana@acme.es"}, 9));
  EXPECT_TRUE(identified({.family_name = "Silva", .email = "anna@acme.es"}, 1)) << "the second level or a better one";
  EXPECT_FALSE(identified({.family_name = "Costa", .email = "ana@acme.es"}, 2));
  EXPECT_FALSE(identified({.family_name = "Silva"}, 1));
  policy.contact_identifiers.clear();
  EXPECT_TRUE(identified({}, 1)) << "none is asked for";
}

TEST(CompareContactsTest, ARolesMailboxIsNobodysOwn) {
  auto tables = std::make_shared<IdentityTables>();
  tables->role_mailboxes = RoleMailboxes({"info", "sales"});
  MatchPolicy policy = Policy();
  policy.identity = tables;
  const auto level = [&](Contact left, Contact right) {
    return CompareContacts(policy, left, nullptr, right, nullptr).comparisons[0].level;
  };
  const Contact ana{.given_name = "Ana", .email = "info@acme.es"};
  EXPECT_EQ(level(ana, ana), "no value");
  EXPECT_EQ(level(ana, {.email = "info@acme.es"}), "no value");
  EXPECT_EQ(level(ana, {.given_name = "Ana", .email = "ana@acme.es"}), "no value") << "nor does it speak against";
  EXPECT_EQ(level({.email = "info@acme.es"}, {.email = "info@acme.es"}), "exact") << "the mailbox itself";
  const std::vector<std::string> keys = {"email:info@acme.es", "email:ana@acme.es", "phone:+34"};
  policy.contact_comparisons[0].term_frequency = true;
  EXPECT_THAT(CountedKeys(policy, policy.contact_comparisons[0], keys), testing::ElementsAre("email:ana@acme.es"));
  EXPECT_THAT(CountedKeys(policy, policy.contact_comparisons[1], keys), testing::IsEmpty());
}

TEST(RoleMailboxesTest, TheFirstWordSaysIt) {
  const RoleMailboxes roles({"info", "sales"});
  for (const char* email :
       {"info@acme.es", "info.de@acme.es", "sales-emea@acme.es", "info2@acme.es", "info+x@acme.es"}) {
    EXPECT_TRUE(roles.Holds(email)) << email;
  }
  for (const char* email : {"infante@acme.es", "ana.info@acme.es", "ana@info.es", "@acme.es", ""}) {
    EXPECT_FALSE(roles.Holds(email)) << email;
  }
  EXPECT_FALSE(RoleMailboxes().Holds("info@acme.es"));
}

TEST(CompareContactsTest, TheDomainOfFreeMailIsNoValue) {
  auto tables = std::make_shared<IdentityTables>();
  tables->mail_providers = MailProviders({"web.de"}, {"gmail"});
  MatchPolicy policy;
  policy.identity = tables;
  policy.contact_comparisons = {{.field = "contact.email_domain",
                                 .comparator = Comparator::kExact,
                                 .levels = {{"same", 1, 0.9, 0.1}, {"else", 0, 0.1, 0.9}}}};
  const auto level = [&](std::string left, std::string right) {
    return CompareContacts(policy, {.email = std::move(left)}, nullptr, {.email = std::move(right)}, nullptr)
        .comparisons[0]
        .level;
  };
  EXPECT_EQ(level("a@acme.es", "b@mail.acme.es"), "same") << "a subdomain";
  EXPECT_EQ(level("a@acme.es", "a@zenith.es"), "else");
  EXPECT_EQ(level("a@web.de", "b@web.de"), "no value");
  EXPECT_EQ(level("a@gmail.com", "a@acme.es"), "no value");
}

TEST(JudgeTest, Bounds) {
  MatchPolicy policy;
  policy.match_probability = 0.95;
  policy.possible_probability = 0.5;
  const auto judge = [&](double probability, bool identified = true) {
    return Judge(policy, PairResult{.probability = probability, .identified = identified});
  };
  EXPECT_EQ(judge(0.95), DuplicateVerdict::kMatch);
  EXPECT_EQ(judge(0.9499), DuplicateVerdict::kPossible);
  EXPECT_EQ(judge(0.5), DuplicateVerdict::kPossible);
  EXPECT_EQ(judge(0.4999), DuplicateVerdict::kDifferent);
  EXPECT_EQ(judge(0.9999, false), DuplicateVerdict::kPossible) << "nothing identifies the person";
  EXPECT_EQ(judge(0.4999, false), DuplicateVerdict::kDifferent);
}

}  // namespace
}  // namespace leadline::domain
