// Pairs of people by the shipped rules: the same person in two scripts, and two people whose names look alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/matching.h"
#include "domain/reference_versions.h"
#include "packs/loader.h"
#include "packs/rule_set.h"

namespace leadline::domain {
namespace {

const MatchPolicy& ShippedPolicy() {
  static const packs::LoadResult kLoaded = packs::LoadRuleSet(LEADLINE_SOURCE_DIR "/rules");
  return kLoaded.rules->ForRegion("").matching;
}

struct People {
  Contact left, right;
};

// At one company, and nothing else is known of them.
const Account& Company() {
  static const Account kCompany{.name = "Zenith Software GmbH"};
  return kCompany;
}

bool AreCompared(const People& people) {
  const std::vector<std::string> right = ContactKeys(ShippedPolicy(), people.right, &Company());
  for (const std::string& key : ContactKeys(ShippedPolicy(), people.left, &Company())) {
    if (std::find(right.begin(), right.end(), key) != right.end()) return true;
  }
  return false;
}

PairResult Compared(const People& people) {
  return CompareContacts(ShippedPolicy(), people.left, &Company(), people.right, &Company());
}

std::string NameLevel(const PairResult& pair) {
  for (const ComparisonResult& comparison : pair.comparisons) {
    if (comparison.field == "contact.full_name") return comparison.level;
  }
  return "";
}

People Both(std::string given, std::string family, std::string other_given, std::string other_family) {
  return {{.given_name = std::move(given), .family_name = std::move(family)},
          {.given_name = std::move(other_given), .family_name = std::move(other_family)}};
}

TEST(ShippedRules, TheSamePersonInTwoScriptsIsPossible) {
  std::vector<People> pairs = {Both("민수", "김", "Minsu", "Kim"),
                               Both("Юлия", "Хрущёва", "Yulia", "Khrushcheva"),
                               Both("محمد", "الفارسي", "Mohammed", "Al Farsi"),
                               Both("", "김민수", "Minsu", "Kim"),
                               Both("Юлия", "Хрущёва", "Julija", "Hruščova"),
                               Both("אברהם", "לוי", "Avraham", "Levi"),
                               Both("小明", "陳", "Xiaoming", "Chan"),
                               Both("Αλέξης", "Τσίπρας", "Alexis", "Tsipras"),
                               Both("タロウ", "タナカ", "Taro", "Tanaka"),
                               Both("Bob", "Smith", "Robert", "Smith")};
  if (!JapaneseReadingsVersion().starts_with("none")) {
    pairs.push_back(Both("太郎", "田中", "Taro", "Tanaka"));
    pairs.push_back(Both("太郎", "田中", "Tanaka", "Taro"));
    pairs.push_back(Both("", "田中太郎", "Taro", "Tanaka"));
    pairs.push_back(Both("太郎", "田中", "タロウ", "タナカ"));
  }
  for (const People& people : pairs) {
    EXPECT_TRUE(AreCompared(people)) << people.left.family_name;
    const PairResult pair = Compared(people);
    EXPECT_GE(pair.probability, 0.5) << people.left.family_name << ": " << NameLevel(pair);
    EXPECT_NE(NameLevel(pair), "same name") << people.left.family_name;
  }
}

TEST(ShippedRules, OthersInTwoScriptsAreDifferent) {
  for (const People& people : {Both("민수", "김", "Minseo", "Kim"), Both("Юлия", "Хрущёва", "Nikita", "Khrushchev"),
                               Both("محمد", "حسن", "Mahmoud", "Hassan"), Both("太郎", "田中", "Jiro", "Tanaka"),
                               Both("伟", "王", "薇", "王"), Both("Александр", "Иванов", "Alexandra", "Ivanova")}) {
    EXPECT_LT(Compared(people).probability, 0.5) << people.left.family_name << ": " << NameLevel(Compared(people));
  }
}

TEST(ShippedRules, ColleaguesWithNamesThatLookAlikeAreDifferent) {
  for (const People& people :
       {Both("Martin", "Mueller", "Martina", "Mueller"), Both("Peter", "Klein", "Petra", "Klein"),
        Both("Daniel", "Koch", "Daniela", "Koch"), Both("Martin", "Müller", "Martina", "Mueller")}) {
    const PairResult pair = Compared(people);
    EXPECT_THAT(NameLevel(pair), testing::AnyOf("else", "jaro_winkler >= 0.7")) << people.right.given_name;
    EXPECT_LT(pair.probability, 0.5) << people.right.given_name;
  }
}

}  // namespace
}  // namespace leadline::domain
