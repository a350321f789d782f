// The examples as built and loaded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "plugin/admit/manifest.h"
#include "plugin/host.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

class ExamplesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto directory = PluginDirectory::Scan(LEADLINE_BINARY_DIR "/plugins");
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_.emplace(*std::move(directory));
  }

  absl::StatusOr<std::shared_ptr<Plugin>> LoadExample(std::string id, std::string config = "") {
    LoadOptions options{.fields = TestField,
                        .cache_dir = scratch_ / "cache",
                        .directory = &*directory_,
                        .trust = AnyTrust(),
                        .worker = TestWorkers()};
    return Load({.id = std::move(id), .mode = PluginMode::kLocal, .config_json = std::move(config)}, options);
  }

  ScratchFolder scratch_;
  std::optional<PluginDirectory> directory_;
};

TEST_F(ExamplesTest, TitleSeniority) {
  auto plugin =
      LoadExample("org.leadline.title_seniority", R"({"overrides": {"Kundenheld": "staff", "Chief of Staff": null}})");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  // The schema of the test has no contact.locale, which the plugin can do without.
  ASSERT_EQ((*plugin)->wanted_fields().size(), 2u);
  EXPECT_TRUE((*plugin)->info().concurrent);
  EXPECT_TRUE((*plugin)->info().pure);
  std::vector<std::array<Value, 2>> rows = {{StringValue("Gerente de Compras"), StringValue("es")},
                                            {StringValue("Geschäftsführerin"), NullValue()},
                                            {StringValue("Kundenheld"), NullValue()},
                                            {StringValue("Chief of Staff"), NullValue()},
                                            {NullValue(), NullValue()}};
  std::vector<Record> records;
  for (const auto& row : rows) records.push_back(RecordOf(row));
  std::vector<NormalizeResult> results(rows.size());
  ASSERT_TRUE((*plugin)->Normalize(records, results).ok());
  EXPECT_EQ(results[0].value, "manager");
  ASSERT_EQ(results[0].reasons.size(), 1u);
  EXPECT_EQ(results[0].reasons[0].text, "\"gerente\" reads as manager");
  EXPECT_EQ(results[1].value, "c_level");
  EXPECT_EQ(results[2].value, "staff");
  EXPECT_EQ(results[2].confidence, 1.0);
  EXPECT_FALSE(results[3].value.has_value());
  EXPECT_FALSE(results[4].value.has_value());
}

TEST_F(ExamplesTest, ConfigsThatMakeNoSenseAreRefused) {
  auto title = LoadExample("org.leadline.title_seniority", R"({"overrides": {"Held": "hero"}})");
  EXPECT_EQ(title.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(title.status().message()), HasSubstr("config[overrides][Held]"));
  EXPECT_FALSE(LoadExample("org.leadline.territory_balance", R"({"max_load_share": 0})").ok());
  EXPECT_FALSE(LoadExample("org.leadline.territory_balance", R"({"max_load": 1})").ok());
}

constexpr uint32_t kFree = LEADLINE_CANDIDATE_AVAILABLE;
constexpr uint32_t kLocal = LEADLINE_CANDIDATE_AVAILABLE | LEADLINE_CANDIDATE_TERRITORY;

Candidate Rep(std::string_view id, uint32_t load, uint32_t capacity, double weight, uint32_t flags,
              int64_t last = LEADLINE_TIME_NONE) {
  return {StrOf(id), weight, std::nan(""), std::nan(""), last, load, capacity, 0, flags};
}

// The id chosen, and the reason.
std::pair<std::string, std::string> Choose(Plugin& plugin, std::vector<Candidate> candidates) {
  std::string chosen, reason;
  for (int turn = 0; turn < 2; ++turn) {
    RouteRequest request{Record{}, candidates.data(), static_cast<uint32_t>(candidates.size()), 0};
    RouteResult result;
    absl::Status status = plugin.Route({&request, 1}, {&result, 1});
    if (!status.ok() || result.reasons.size() != 1) return {"error", status.ToString()};
    std::string id;
    if (result.choice) id.assign(candidates[*result.choice].rep_id.ptr, candidates[*result.choice].rep_id.len);
    // The order in which candidates come makes no difference.
    if (turn == 1 && (id != chosen || result.reasons[0].text != reason)) return {"unstable", reason};
    chosen = id;
    reason = result.reasons[0].text;
    std::reverse(candidates.begin(), candidates.end());
  }
  return {chosen, reason};
}

TEST_F(ExamplesTest, TerritoryBalance) {
  auto plugin = LoadExample("org.leadline.territory_balance");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  auto [id, reason] = Choose(**plugin, {Rep("ana", 3, 20, 2, kLocal), Rep("bruno", 5, 20, 1, kLocal),
                                        Rep("carla", 0, 20, 1, kFree), Rep("dora", 0, 9, 1, 0)});
  EXPECT_EQ(id, "ana");
  EXPECT_EQ(reason,
            "ana: in territory, load 3 of 20, weight 2; next best bruno: in territory, load 5 of 20, weight 1; "
            "1 unavailable, 0 full");
  // Weight and capacity make load comparable.
  EXPECT_EQ(Choose(**plugin, {Rep("a", 4, 10, 1, kFree), Rep("b", 6, 10, 2.5, kFree)}).first, "b");
  EXPECT_EQ(Choose(**plugin, {Rep("a", 4, 10, 1, kFree), Rep("b", 6, 40, 1, kFree)}).first, "b");
  // Ties: the longest without a lead, then the id.
  EXPECT_EQ(Choose(**plugin, {Rep("a", 1, 10, 1, kFree, 500), Rep("b", 1, 10, 1, kFree, 400)}).first, "b");
  EXPECT_EQ(Choose(**plugin, {Rep("a", 1, 10, 1, kFree, 500), Rep("b", 1, 10, 1, kFree)}).first, "b");
  EXPECT_EQ(Choose(**plugin, {Rep("bb", 1, 10, 1, kFree), Rep("b", 1, 10, 1, kFree)}).first, "b");
  auto [nobody, why] = Choose(**plugin, {Rep("a", 10, 10, 1, kLocal), Rep("b", 0, 0, 1, kFree), Rep("c", 0, 5, 1, 0)});
  EXPECT_EQ(nobody, "");
  EXPECT_EQ(why, "nobody: of 3 candidates 1 unavailable, 2 full");
  EXPECT_EQ(Choose(**plugin, {}).second, "nobody: of 0 candidates 0 unavailable, 0 full");
}

TEST_F(ExamplesTest, TerritoryBalanceKeepsBelowTheShare) {
  for (const char* config : {R"({"max_load_share": 0.5})", R"({ "max_load_share" : 5e-1 })"}) {
    auto plugin = LoadExample("org.leadline.territory_balance", config);
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    EXPECT_EQ(Choose(**plugin, {Rep("a", 5, 10, 9, kFree), Rep("b", 4, 10, 0.5, kFree)}).first, "b");
  }
}

// Long ids and odd weights must not break the explanation.
TEST_F(ExamplesTest, TerritoryBalanceExplainsAnything) {
  auto plugin = LoadExample("org.leadline.territory_balance");
  ASSERT_TRUE(plugin.ok());
  std::string id;
  for (int i = 0; i < 100; ++i) id += "é";
  std::string x = "x" + id, z = "z" + id;
  auto [chosen, reason] = Choose(**plugin, {Rep(x, 1, 10, 1e300, kFree), Rep(z, 1, 10, 0.333, kFree)});
  EXPECT_THAT(reason, HasSubstr("weight 0.33"));
  EXPECT_THAT(reason, HasSubstr("0 unavailable, 0 full"));
}

}  // namespace
}  // namespace leadline::plugin
