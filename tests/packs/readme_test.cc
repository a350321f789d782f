// The examples of plugins in rules/README.md are good packs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(Readme, ExamplesOfPluginsFitTheSmallPacks) {
  const std::string readme = ReadFile(std::filesystem::path(LEADLINE_SOURCE_DIR) / "rules" / "README.md");
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  // A block names its file in its first line.
  const std::regex block("```yaml\n# central/([a-z]+\\.yaml)\n([^`]*)```");
  std::set<std::string> files;
  for (std::sregex_iterator it(readme.begin(), readme.end(), block), end; it != end; ++it) {
    std::string& text = central.files[(*it)[1]];
    files.insert((*it)[1]);
    const std::string list = "  comparisons:\n";
    text.insert((*it)[1] == "merge.yaml" ? text.find(list) + list.size() : text.size(), (*it)[2]);
  }
  EXPECT_EQ(files, (std::set<std::string>{"merge.yaml", "scoring.yaml", "status.yaml"}));
  set.Put(central);
  const LoadResult result = LoadRuleSet(set);
  EXPECT_EQ(FormatDiagnostics(WithoutPins(result.diagnostics)), "");
  ASSERT_NE(result.rules, nullptr);
  const RegionRules& rules = result.rules->ForRegion("");
  ASSERT_EQ(rules.scoring.plugins.size(), 1u);
  EXPECT_EQ(rules.scoring.plugins[0].max_points, 20);
  ASSERT_EQ(rules.lifecycle.gates.size(), 1u);
  EXPECT_EQ(rules.lifecycle.gates[0].denied_entry, "raw");
  EXPECT_EQ(rules.matching.contact_comparisons[0].max_weight, 7);
}

}  // namespace
}  // namespace leadline::packs
