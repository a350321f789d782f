// plugins/examples/territory_balance: distance against load. The rest of it is tested in examples_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/plugin/example_plugin.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

struct Office {
  double latitude, longitude;
};
constexpr Office kBerlin = {52.52, 13.405};
constexpr Office kMadrid = {40.4168, -3.7038};
constexpr Office kSydney = {-33.8688, 151.2093};
const Office kUnknown = {std::nan(""), std::nan("")};

Candidate Rep(std::string_view id, Office office, uint32_t load) {
  return {
      StrOf(id), 1, office.latitude, office.longitude, LEADLINE_TIME_NONE, load, 20, 0, LEADLINE_CANDIDATE_AVAILABLE};
}

class TerritoryBalanceTest : public ::testing::Test {
 protected:
  std::shared_ptr<Plugin> Loaded(std::string config = "", FieldCatalog fields = CentralField) {
    auto plugin = LoadExample(scratch_, "territory_balance", std::move(config), std::move(fields));
    EXPECT_TRUE(plugin.ok()) << plugin.status();
    return plugin.ok() ? *plugin : nullptr;
  }

  static std::string Choose(Plugin& plugin, const FieldValues::Given& given, std::vector<Candidate> candidates,
                            std::string* why = nullptr) {
    FieldValues values(plugin, given);
    RouteRequest request{values.record(), candidates.data(), static_cast<uint32_t>(candidates.size()), 0};
    RouteResult result;
    absl::Status status = plugin.Route({&request, 1}, {&result, 1});
    if (!status.ok() || !result.choice) return status.ToString();
    if (why != nullptr) *why = result.reasons[0].text;
    leadline_str id = candidates[*result.choice].rep_id;
    return std::string(id.ptr, id.len);
  }

  ScratchFolder scratch_;
};

TEST_F(TerritoryBalanceTest, AtEqualLoadTheNearerOfficeWins) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  std::vector<Candidate> reps = {Rep("ana", kMadrid, 3), Rep("bernd", kBerlin, 3), Rep("sam", kSydney, 3)};
  std::string why;
  EXPECT_EQ(Choose(*plugin, {{"lead.country", StringValue("PL")}}, reps, &why), "bernd");
  EXPECT_THAT(why, HasSubstr("bernd: outside territory, load 3 of 20, weight 1, 385 km away; next best ana"));
  EXPECT_EQ(Choose(*plugin, {{"lead.country", StringValue("PT")}}, reps), "ana");
  EXPECT_EQ(Choose(*plugin, {{"lead.country", StringValue("NZ")}}, reps), "sam");
  // The account's country stands in, then the contact's.
  EXPECT_EQ(Choose(*plugin, {{"contact.country", StringValue("NZ")}}, reps), "sam");
  EXPECT_EQ(Choose(*plugin, {{"contact.country", StringValue("NZ")}, {"account.country", StringValue("PT")}}, reps),
            "ana");
}

TEST_F(TerritoryBalanceTest, LoadOutweighsTheWay) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  const FieldValues::Given german = {{"lead.country", StringValue("DE")}};
  // Madrid is some 1,500 km further than Berlin: six leads of twenty at 5,000 km a load.
  EXPECT_EQ(Choose(*plugin, german, {Rep("ana", kMadrid, 3), Rep("bernd", kBerlin, 8)}), "bernd");
  EXPECT_EQ(Choose(*plugin, german, {Rep("ana", kMadrid, 3), Rep("bernd", kBerlin, 10)}), "ana");
  auto indifferent = Loaded(R"({"km_per_load": 0})");
  ASSERT_NE(indifferent, nullptr);
  EXPECT_EQ(Choose(*indifferent, german, {Rep("ana", kMadrid, 3), Rep("bernd", kBerlin, 4)}), "ana");
}

TEST_F(TerritoryBalanceTest, WhereNothingIsKnownLoadDecides) {
  auto plugin = Loaded();
  ASSERT_NE(plugin, nullptr);
  for (Value country : {NullValue(), StringValue(""), StringValue("XX"), StringValue("Germany")}) {
    std::string why;
    EXPECT_EQ(Choose(*plugin, {{"lead.country", country}}, {Rep("ana", kMadrid, 3), Rep("bernd", kBerlin, 4)}, &why),
              "ana");
    EXPECT_EQ(why.find("km"), std::string::npos) << why;
  }
  // An office that is not known counts as the farthest that is.
  std::string why;
  const FieldValues::Given german = {{"lead.country", StringValue("DE")}};
  EXPECT_EQ(Choose(*plugin, german, {Rep("x", kUnknown, 3), Rep("bernd", kBerlin, 3), Rep("ana", kMadrid, 9)}, &why),
            "bernd");
  EXPECT_EQ(Choose(*plugin, german, {Rep("x", kUnknown, 3), Rep("ana", kMadrid, 9)}, &why), "x");
  EXPECT_THAT(why, HasSubstr("weight 1, office unknown"));
}

TEST_F(TerritoryBalanceTest, AnExactPlaceGoesBeforeTheCountry) {
  auto fields = [](std::string_view name) -> std::optional<FieldSlot> {
    if (name == "lead.latitude" || name == "lead.longitude") return FieldSlot{LEADLINE_F64, 90};
    return CentralField(name);
  };
  auto plugin = Loaded("", fields);
  ASSERT_NE(plugin, nullptr);
  std::string why;
  FieldValues::Given given = {{"lead.country", StringValue("AU")},
                              {"lead.latitude", DoubleValue(48.8566)},
                              {"lead.longitude", DoubleValue(2.3522)}};
  EXPECT_EQ(Choose(*plugin, given, {Rep("bernd", kBerlin, 0), Rep("sam", kSydney, 0)}, &why), "bernd");
  // Paris to Berlin.
  EXPECT_THAT(why, HasSubstr("bernd: outside territory, load 0 of 20, weight 1, 877 km away"));
  given["lead.latitude"] = DoubleValue(500);
  EXPECT_EQ(Choose(*plugin, given, {Rep("bernd", kBerlin, 0), Rep("sam", kSydney, 0)}), "sam");
}

}  // namespace
}  // namespace leadline::plugin
