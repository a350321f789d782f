// plugins/examples/language, written in Go: admission, and calls to its worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "plugin/admit/elf_check.h"
#include "tests/plugin/example_plugin.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

class LanguageTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::shared_ptr<Plugin>> Load(std::string config) {
    return LoadExample(scratch_, "language", std::move(config), CentralField, PluginMode::kWorker);
  }

  std::shared_ptr<Plugin> Loaded(std::string config = "") {
    auto plugin = Load(std::move(config));
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  static NormalizeResult Detect(Plugin& plugin, Value text) {
    FieldValues values(plugin, {{"activity.subject", text}});
    Record record = values.record();
    NormalizeResult result;
    absl::Status status = plugin.Normalize({&record, 1}, {&result, 1});
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }

  ScratchFolder scratch_;
};

TEST_F(LanguageTest, PassesTheElfChecks) {
  absl::Status status = CheckElf(ReadAll(ExamplePath("language")));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(LanguageTest, NamesTheLanguageOrNothing) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  // The schema of the test has no lead.message, which the plugin can do without.
  ASSERT_EQ(plugin->wanted_fields().size(), 1u);
  NormalizeResult result = Detect(*plugin, StringValue("wir brauchen ein Angebot für die Firma"));
  EXPECT_EQ(result.value, "de");
  EXPECT_GE(result.confidence, 0.8);
  EXPECT_LE(result.confidence, 1.0);
  ASSERT_EQ(result.reasons.size(), 1u);
  EXPECT_EQ(result.reasons[0].text, "\"wir\", \"brauchen\", \"ein\", \"angebot\" reads as German");
  EXPECT_EQ(Detect(*plugin, StringValue("お見積もりをお願いします")).value, "ja");
  for (Value nothing : {NullValue(), StringValue(""), StringValue("SAP S/4HANA"), StringValue("\xff\xfe\xff")}) {
    EXPECT_FALSE(Detect(*plugin, nothing).value.has_value());
    EXPECT_EQ(Detect(*plugin, nothing).confidence, 0);
  }
}

TEST_F(LanguageTest, ABatchIsAnsweredItemByItem) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  FieldValues spanish(*plugin, {{"activity.subject", StringValue("necesitamos información sobre los precios")}});
  FieldValues open(*plugin, {{"activity.subject", StringValue("Demo")}});
  std::vector<Record> records;
  for (int i = 0; i < 2000; ++i) records.push_back(i % 2 == 0 ? spanish.record() : open.record());
  std::vector<NormalizeResult> results(records.size());
  ASSERT_TRUE(plugin->Normalize(records, results).ok());
  for (size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(results[i].value, i % 2 == 0 ? std::optional<std::string>("es") : std::nullopt) << i;
    ASSERT_EQ(results[i].reasons.size(), i % 2 == 0 ? 1u : 0u) << i;
  }
}

// Threads of the server, each with a worker or waiting for one.
TEST_F(LanguageTest, ManyAskAtOnce) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        right += Detect(*plugin, StringValue("nous souhaitons recevoir un devis")).value == "fr" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
  EXPECT_EQ(plugin->health().deaths, 0u) << plugin->health().last_failure;
}

TEST_F(LanguageTest, TheConfigCounts) {
  auto plugin = Loaded(R"({"languages": ["fr"], "fields": ["contact.city", "activity.subject"]})");
  ASSERT_NE(plugin, nullptr);
  EXPECT_FALSE(Detect(*plugin, StringValue("wir brauchen ein Angebot für die Firma")).value.has_value());
  EXPECT_EQ(Detect(*plugin, StringValue("nous souhaitons recevoir un devis")).value, "fr");
  auto none = Load(R"({"fields": ["lead.nothing"]})");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("the schema has none of the fields lead.nothing"));
  EXPECT_FALSE(Load(R"({"languages": ["German"]})").ok());
  EXPECT_FALSE(Load(R"({"min_confidence": 2})").ok());
}

TEST_F(LanguageTest, RunsInAWorkerOnly) {
  auto plugin = LoadExample(scratch_, "language", "", CentralField, PluginMode::kLocal);
  ASSERT_FALSE(plugin.ok());
  EXPECT_THAT(std::string(plugin.status().message()), HasSubstr("is written in Go"));
  EXPECT_THAT(std::string(plugin.status().message()), HasSubstr("mode: worker"));
}

}  // namespace
}  // namespace leadline::plugin
