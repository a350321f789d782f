#include "domain/names/latin_names.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/str_split.h"
#include "domain/names/given_names.h"
#include "domain/names/name_similarity.h"
#include "domain/similarity.h"

namespace leadline::domain {
namespace {

double Similarity(const PersonName& a, const PersonName& b) { return PersonNameSimilarity(a, b); }

TEST(LatinNames, OfDifferentPeopleStayBelowTheLevels) {
  EXPECT_LT(Similarity({"Martin", "Mueller"}, {"Martina", "Mueller"}), 0.85);
  EXPECT_LT(Similarity({"Martin", "Müller"}, {"Martina", "Mueller"}), 0.85);
  EXPECT_LT(Similarity({"Peter", "Klein"}, {"Petra", "Klein"}), 0.85);
  EXPECT_LT(Similarity({"Klein", "Peter"}, {"Petra", "Klein"}), 0.85) << "the other way round";
  EXPECT_LT(Similarity({"Dr. Martin", "Mueller"}, {"Martina", "Mueller"}), 0.85);
  EXPECT_LT(Similarity({"Martin Luis", "Mueller"}, {"Martina", "Mueller"}), 0.85);
  EXPECT_LT(Similarity({"Bogdan", "Ilic"}, {"Bogdana", "Ilic"}), 0.85) << "names that no table has";
  EXPECT_LT(Similarity({"Bob", "Smith"}, {"Bill", "Smith"}), 0.85);
  EXPECT_LT(Similarity({"John A.", "Smith"}, {"John B.", "Smith"}), 0.85);
  EXPECT_LT(Similarity({"John", "Smith Jr."}, {"John", "Smith Sr."}), 0.85);
  EXPECT_LT(Similarity({"J.", "Smith"}, {"Robert", "Smith"}), 0.85);
}

TEST(LatinNames, TyposOfOneNameStayAlike) {
  EXPECT_GE(Similarity({"Martin", "Mueller"}, {"Martn", "Mueller"}), 0.92);
  EXPECT_GE(Similarity({"Martina", "Mueller"}, {"Martnia", "Mueller"}), 0.92);
  EXPECT_GE(Similarity({"Rebecca", "Moore"}, {"Rebecc", "Moore"}), 0.92);
  EXPECT_GE(Similarity({"Aleisha", "Moore"}, {"Aleish", "Moore"}), 0.92) << "a name that no table has";
  EXPECT_GE(Similarity({"Katharina", "Mueller"}, {"Katharna", "Mueller"}), 0.92);
  EXPECT_EQ(Similarity({"Ana", "Lopez"}, {"Ana", "Lopes"}), JaroWinkler("ana lopez", "ana lopes"));
}

TEST(LatinNames, FormsOfOneName) {
  EXPECT_GE(Similarity({"Robert", "Smith"}, {"Bob", "Smith"}), 0.95);
  EXPECT_GE(Similarity({"Smith", "Robert"}, {"Bob", "Smith"}), 0.95);
  EXPECT_LT(Similarity({"Robert", "Smith"}, {"Bob", "Jones"}), 0.85);
  EXPECT_LT(Similarity({"Robert", "Smith"}, {"Bob", "Smith"}), 1) << "not the same name";
}

TEST(LatinNames, TitlesParticlesAndJoinedWords) {
  EXPECT_EQ(Similarity({"Prof. Dr. Anna", "Weiss"}, {"Anna", "Weiss"}), 1);
  EXPECT_EQ(Similarity({"Anna", "Weiss, PhD"}, {"Anna", "Weiss"}), 1);
  EXPECT_EQ(Similarity({"Johannes", "van der Meer"}, {"Johannes", "Vandermeer"}), 1);
  EXPECT_GE(Similarity({"Johannes", "van der Meer"}, {"Johannes", "Meer"}), 0.95);
  EXPECT_EQ(Similarity({"Hans-Peter", "Schmidt"}, {"Hanspeter", "Schmidt"}), 1);
  EXPECT_EQ(Similarity({"", "Anna Weiss"}, {"Anna", "Weiss"}), 1);
  EXPECT_GE(Similarity({"Phil A.", "Collins"}, {"Phil", "Collins"}), 0.95) << "Phil is no title";
}

TEST(LatinNames, InitialsFitOrNot) {
  EXPECT_DOUBLE_EQ(Similarity({"J.", "Smith"}, {"John", "Smith"}), 0.9);
  EXPECT_DOUBLE_EQ(Similarity({"J. R.", "Smith"}, {"JR", "Smith"}), 1);
  EXPECT_DOUBLE_EQ(Similarity({"JR", "Smith"}, {"John Robert", "Smith"}), 0.9);
}

TEST(GivenNames, AreRelatedTheSameFromBothSides) {
  std::set<std::string> forms;
  for (const GivenNameForms& name : GivenNameTable()) {
    ASSERT_FALSE(name.empty());
    forms.insert(name.begin(), name.end());
    for (const std::string& form : name) {
      EXPECT_EQ(Relation(name.front(), form), GivenNames::kSame) << form;
      EXPECT_EQ(Relation(form, name.front()), GivenNames::kSame) << form;
      EXPECT_FALSE(FullForms(form).empty()) << form;
    }
  }
  EXPECT_GE(forms.size(), 1000U);
  EXPECT_EQ(Relation("martin", "martina"), GivenNames::kDifferent);
  EXPECT_EQ(Relation("zzyx", "zzyy"), GivenNames::kUnrelated);
}

// Public data that is not part of the project: how many of its short forms the table knows.
TEST(GivenNames, AgainstAPublicList) {
  const char* set = std::getenv("LEADLINE_DATA");
  const std::filesystem::path folder = set != nullptr ? set : LEADLINE_SOURCE_DIR "/../shared/data";
  std::ifstream file(folder / "lists/nicknames_en.csv");
  if (!file) GTEST_SKIP() << "no lists/nicknames_en.csv in " << folder.string();
  int listed = 0, same = 0, different = 0;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.ends_with('\r')) line.pop_back();
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells.size() != 3) continue;
    ++listed;
    same += Relation(cells[0], cells[2]) == GivenNames::kSame ? 1 : 0;
    different += Relation(cells[0], cells[2]) == GivenNames::kDifferent ? 1 : 0;
  }
  fmt::print("nicknames_en: {} pairs, {} are one name here, {} are different people's\n", listed, same, different);
  EXPECT_GE(same, 300);
  EXPECT_LE(different * 5, listed);
}

}  // namespace
}  // namespace leadline::domain
