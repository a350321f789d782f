// How long a plugin's config may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/plugin_id.h"
#include "fmt/format.h"
#include "packs/loader.h"
#include "packs/pack_files.h"

namespace leadline::packs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Problems LL2807 of the repository's packs with one plugin more, whose config is `bytes` long as JSON; and the line
// that the config begins in.
struct Found {
  std::vector<std::string> problems;
  int line = 0;
};

Found WithConfigOf(size_t bytes) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  PackFiles central = *set.Find("central");
  std::string& text = central.files["scoring.yaml"];
  text += fmt::format(
      "  - id: long.config\n"
      "    plugin: com.example.long\n"
      "    description: One with a long config\n"
      "    dimension: account\n"
      "    max_points: 5\n"
      "    optional: true\n"
      "    on_failure: skip\n"
      "    config: {{text: \"{}\"}}\n",
      std::string(bytes - std::string_view(R"({"text":""})").size(), 'x'));
  Found found;
  found.line = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  set.Put(std::move(central));
  for (const Diagnostic& d : LoadRuleSet(set).diagnostics) {
    if (d.code == "LL2807") found.problems.push_back(fmt::format("{}: {}; {}", d.position.line, d.message, d.hint));
  }
  return found;
}

TEST(PluginConfigTest, WhatALongConfigIsSaysItsLine) {
  const Found found = WithConfigOf(kMostPluginConfigBytes + 1);
  EXPECT_THAT(found.problems,
              ElementsAre(AllOf(HasSubstr(fmt::format("{}: ", found.line)),
                                HasSubstr("the config has 65537 bytes as JSON, and a plugin takes at most 65536"),
                                HasSubstr("put large tables into the plugin's own file"))));
}

TEST(PluginConfigTest, TheLongestThatIsTaken) {
  EXPECT_THAT(WithConfigOf(kMostPluginConfigBytes).problems, ElementsAre());
}

}  // namespace
}  // namespace leadline::packs
