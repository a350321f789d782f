// Names of well-known people as they are written in their own script and in English, right and wrong ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "domain/names/name_keys.h"
#include "domain/names/name_similarity.h"
#include "domain/reference_versions.h"

namespace leadline::domain {
namespace {

// The level of the shipped rules from which on a name and a company together are "possible".
constexpr double kAlike = 0.92;

struct Pair {
  std::string script;
  std::vector<std::string> a, b;  // given and family name
  bool same = false;

  PersonName left() const { return {a[0], a[1]}; }
  PersonName right() const { return {b[0], b[1]}; }
};

// script,a,b,same; the parts of a name with a slash between them.
std::vector<Pair> ReadPairs() {
  std::vector<Pair> pairs;
  std::ifstream file(LEADLINE_SOURCE_DIR "/tests/domain/names/names_across_scripts.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells.size() != 4) continue;
    pairs.push_back({cells[0], absl::StrSplit(cells[1], '/'), absl::StrSplit(cells[2], '/'), cells[3] == "1"});
  }
  return pairs;
}

struct Counts {
  int right = 0, alike = 0, found = 0, wrong = 0, wrongly_alike = 0;
};

// At least so many of the right ones alike and found by a key; at most so many of the wrong ones alike.
struct Bounds {
  int alike = 0, found = 0, wrongly_alike = 0;
};

const std::map<std::string, Bounds> kBounds = {
    {"arabic", {47, 48, 1}},     {"armenian", {11, 12, 0}}, {"chinese", {50, 49, 0}}, {"cyrillic", {84, 84, 0}},
    {"devanagari", {22, 22, 0}}, {"georgian", {12, 12, 0}}, {"greek", {24, 23, 0}},   {"hebrew", {29, 29, 0}},
    {"japanese", {48, 48, 0}},   {"korean", {44, 46, 0}},   {"latin", {45, 45, 1}},   {"thai", {9, 2, 0}}};

bool HaveCommonKey(const Pair& pair) {
  const std::vector<std::string> right = NameKeys(pair.right());
  for (const std::string& key : NameKeys(pair.left())) {
    if (std::find(right.begin(), right.end(), key) != right.end()) return true;
  }
  return false;
}

TEST(NamesAcrossScripts, RecallAndFalsePositives) {
  const std::vector<Pair> pairs = ReadPairs();
  ASSERT_GE(pairs.size(), 400U);
  std::map<std::string, Counts> counts;
  for (const Pair& pair : pairs) {
    Counts& of = counts[pair.script];
    const bool alike = PersonNameSimilarity(pair.left(), pair.right()) >= kAlike;
    if (pair.same) {
      ++of.right;
      of.alike += alike ? 1 : 0;
      of.found += HaveCommonKey(pair) ? 1 : 0;
    } else {
      ++of.wrong;
      of.wrongly_alike += alike ? 1 : 0;
    }
  }
  const bool dictionary = !JapaneseReadingsVersion().starts_with("none");
  fmt::print("Japanese readings: {}\n", JapaneseReadingsVersion());
  ASSERT_EQ(counts.size(), kBounds.size());
  for (const auto& [script, of] : counts) {
    fmt::print("{:<10} {:3} right: {:3} alike ({:5.1f} %), {:3} found by a key; {:3} wrong: {} alike\n", script,
               of.right, of.alike, 100.0 * of.alike / of.right, of.found, of.wrong, of.wrongly_alike);
    const Bounds& bounds = kBounds.at(script);
    EXPECT_LE(of.wrongly_alike, bounds.wrongly_alike) << script;
    if (script == "japanese" && !dictionary) continue;
    EXPECT_GE(of.alike, bounds.alike) << script;
    EXPECT_GE(of.found, bounds.found) << script;
  }
}

TEST(NamesAcrossScripts, LeftAndRightAreTheSame) {
  for (const Pair& pair : ReadPairs()) {
    EXPECT_EQ(PersonNameSimilarity(pair.left(), pair.right()), PersonNameSimilarity(pair.right(), pair.left()))
        << pair.a[0] << ' ' << pair.a[1];
    EXPECT_EQ(PersonNameSimilarity(pair.left(), pair.left()), 1) << pair.a[0] << ' ' << pair.a[1];
  }
}

// Which part of a form a name is typed into differs from form to form.
TEST(NamesAcrossScripts, TheOrderOfThePartsDoesNotMatter) {
  for (const Pair& pair : ReadPairs()) {
    if (!pair.same || pair.a[0].empty() || pair.script == "latin") continue;
    const PersonName turned{pair.b[1], pair.b[0]};
    const double straight = PersonNameSimilarity(pair.left(), pair.right());
    if (straight < kAlike) continue;
    EXPECT_GE(PersonNameSimilarity(pair.left(), turned), 0.9) << pair.a[0] << ' ' << pair.a[1];
  }
}

}  // namespace
}  // namespace leadline::domain
