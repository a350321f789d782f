// What a probe says of the config comes from a process that the plugin runs in: whatever it says, it is only read.
#include "plugin/check/config_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadline::plugin::check {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ConfigFactsTest, EachKind) {
  const auto config = ConfigFacts::Parse(R"({"config": "{\"size\": 3}", "odd": ["{}", "[]"]})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->config, R"({"size": 3})");
  EXPECT_THAT(config->odd, ElementsAre("{}", "[]"));
  EXPECT_FALSE(config->schema_fault || config->config_fault);

  const auto none_odd = ConfigFacts::Parse(R"({"config": "", "odd": []})");
  ASSERT_TRUE(none_odd);
  EXPECT_EQ(none_odd->config, "");
  EXPECT_THAT(none_odd->odd, IsEmpty());

  const auto schema = ConfigFacts::Parse(R"({"schema_fault": "it is no JSON"})");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->schema_fault, "it is no JSON");

  const auto fault = ConfigFacts::Parse(R"({"config_fault": "size is missing", "odd": 5, "more": null})");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->config_fault, "size is missing");
}

TEST(ConfigFactsTest, WhatIsNone) {
  for (const char* text : {"",
                           "null",
                           "[]",
                           "\"config\"",
                           "{",
                           "{}",
                           "{\"other\": \"x\"}",
                           "{\"config\": \"{}\"}",
                           "{\"config\": 5, \"odd\": []}",
                           "{\"config\": null, \"odd\": []}",
                           "{\"config\": {\"size\": 3}, \"odd\": []}",
                           "{\"config\": \"{}\", \"odd\": \"{}\"}",
                           "{\"config\": \"{}\", \"odd\": {\"a\": \"b\"}}",
                           "{\"config\": \"{}\", \"odd\": null}",
                           "{\"config\": \"{}\", \"odd\": [\"{}\", 5]}",
                           "{\"config\": \"{}\", \"odd\": [[\"{}\"]]}",
                           "{\"schema_fault\": 5}",
                           "{\"config_fault\": [\"x\"]}",
                           "{\"schema_fault\": \"x\", \"config_fault\": \"y\"}",
                           "{\"config\": \"{}\", \"odd\": [], \"config_fault\": \"x\"}",
                           "{\"config\": \"\xff\", \"odd\": []}"}) {
    EXPECT_FALSE(ConfigFacts::Parse(text)) << text;
  }
  EXPECT_FALSE(ConfigFacts::Parse(std::string(200'000, '[')));
}

}  // namespace
}  // namespace leadline::plugin::check
