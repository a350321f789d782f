// The codes in the sources, in the table of the code and in rules/README.md are the same.
#include "packs/yaml/problem_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> Described() {
  std::map<std::string, std::string> out;
  for (const ProblemCode& c : ProblemCodes()) out.emplace(c.code, c.description);
  return out;
}

TEST(ProblemCodes, StandInTheReadmeWithTheSameWords) {
  const std::string readme = ReadFile(fs::path(LEADLINE_SOURCE_DIR) / "rules" / "README.md");
  std::map<std::string, std::string> rows;
  const std::regex row(R"(\n\| (LL\d{4}) \| ([^\n]*) \|)");
  for (std::sregex_iterator it(readme.begin(), readme.end(), row), end; it != end; ++it) {
    EXPECT_TRUE(rows.emplace((*it)[1], (*it)[2]).second) << (*it)[1] << " is there twice";
  }
  EXPECT_EQ(rows, Described());
}

TEST(ProblemCodes, AreThoseThatTheLoaderReports) {
  std::set<std::string> used, described;
  for (const auto& [code, description] : Described()) described.insert(code);
  const std::regex literal(R"re("(LL\d{4})")re");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(LEADLINE_SOURCE_DIR) / "server" / "packs")) {
    if (entry.path().filename() == "problem_codes.cc" || entry.path().filename() == "problem_codes.h") continue;
    const std::string text = ReadFile(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), literal), end; it != end; ++it) used.insert((*it)[1]);
  }
  EXPECT_GT(used.size(), 60u);
  EXPECT_EQ(used, described);
}

TEST(ProblemCodes, AreOrderedAndUnique) {
  const auto codes = ProblemCodes();
  const auto before = [](const ProblemCode& a, const ProblemCode& b) { return a.code < b.code; };
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end(), before));
  EXPECT_EQ(Described().size(), codes.size());
  EXPECT_EQ(DescribeCode("LL2103"), "an unknown name");
  EXPECT_EQ(DescribeCode("LL0000"), "");
}

// Every code is shown by the expected output of a broken pack, or expected by name in a test.
TEST(ProblemCodes, AreTested) {
  std::string all;
  const fs::path tests = fs::path(LEADLINE_SOURCE_DIR) / "tests" / "packs";
  for (const auto& entry : fs::recursive_directory_iterator(tests / "broken"))
    all += ReadFile(entry.path() / "expected.txt");
  for (const auto& entry : fs::recursive_directory_iterator(tests)) {
    if (entry.path().extension() == ".cc") all += ReadFile(entry.path());
  }
  std::set<std::string> missing;
  for (const auto& [code, description] : Described()) {
    if (all.find("[" + code + "]") == std::string::npos && all.find("\"" + code) == std::string::npos)
      missing.insert(code);
  }
  EXPECT_EQ(missing, std::set<std::string>());
}

}  // namespace
}  // namespace leadline::packs
