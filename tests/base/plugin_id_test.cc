#include "base/plugin_id.h"

#include <gtest/gtest.h>

#include <string>

namespace leadline {
namespace {

TEST(PluginIdTest, IsReverseDnsInLowerCase) {
  for (const char* id : {"a.b", "com.example.fit", "org.leadline.title_seniority", "com.my-company.x2", "1.2"}) {
    EXPECT_TRUE(IsPluginId(id)) << id;
  }
}

TEST(PluginIdTest, RefusesWhatIsNot) {
  for (const char* id : {"", ".", "fit", ".fit", "fit.", "a..b", "com.Example.fit", "com.example.fit score",
                         "com/fit.a", "com.example.fít", "a.b\n"}) {
    EXPECT_FALSE(IsPluginId(id)) << id;
  }
}

TEST(PluginIdTest, EndsAt128Bytes) {
  EXPECT_TRUE(IsPluginId("a." + std::string(126, 'x')));
  EXPECT_FALSE(IsPluginId("a." + std::string(127, 'x')));
}

}  // namespace
}  // namespace leadline
