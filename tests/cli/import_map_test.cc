#include "cli/import/map/import_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/output/text.h"
#include "packs/loader.h"

namespace leadline::cli {
namespace {

using testing::HasSubstr;

class ImportMapTest : public testing::Test {
 protected:
  ImportMapTest() : folder_(testing::TempDir() + "/cli_import_map_test-" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ImportMapTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
    return folder_ + "/" + name;
  }
  ImportMap::LoadResult Load(const std::string& yaml, const std::vector<std::string>& headings) {
    return ImportMap::Load(Write("map.yaml", yaml), headings, folder_, {});
  }
  // "line:column message" of each diagnostic.
  static std::vector<std::string> Problems(const ImportMap::LoadResult& result) {
    std::vector<std::string> out;
    for (const auto& d : result.diagnostics) {
      out.push_back(std::to_string(d.position.line) + ":" + std::to_string(d.position.column) + " " + d.message);
    }
    return out;
  }
  std::string folder_;
};

TEST_F(ImportMapTest, MapsARow) {
  auto result = Load(R"(
tables:
  country: {Germany: DE, France: FR}
let:
  visits: number(row["Total Visits"], 0.0)
enquiry:
  source: '"fair"'
  purchased: 'list == "yes"'
  enquiry_time: when
  contact:
    email: email
    country: lookup(table.country, land, "")
  account: {employee_count: 'number(size, 0.0)'}
  products: '["a", "b"]'
  value: {when: 'price != ""', currency: '"EUR"', amount: number(price)}
  attributes:
    external_id: '"x/" + email'
    visits: visits
    seen: {when: visits > 100.0, value: "true"}
    empty: '""'
  activities:
    - {when: visits > 0.0, repeat: int(visits), channel: '"website"', investment: '"low"', response: '"visit"', occur_time: time(when)}
  history:
    - {occur_time: time(when), status: '"inquiry"'}
)",
                     {"email", "land", "Total Visits", "when", "price", "list", "size"});
  ASSERT_TRUE(result.map != nullptr) << FormatDiagnostics(result.diagnostics);
  v1::Enquiry enquiry;
  auto outcome =
      result.map->Apply({" a@b.example ", "France", "3", "2026-01-02 03:04:05", "12.5", "yes", "40"}, 2, enquiry);
  ASSERT_TRUE(outcome.accepted) << outcome.reason;
  EXPECT_EQ(enquiry.source(), "fair");
  EXPECT_TRUE(enquiry.purchased());
  EXPECT_EQ(enquiry.contact().email(), "a@b.example");
  EXPECT_EQ(enquiry.contact().country(), "FR");
  EXPECT_EQ(enquiry.account().employee_count(), 40);
  EXPECT_EQ(enquiry.products_size(), 2);
  EXPECT_EQ(enquiry.value().units(), 12);
  EXPECT_EQ(enquiry.value().nanos(), 500'000'000);
  EXPECT_EQ(enquiry.attributes().at("visits").number_value(), 3);
  EXPECT_FALSE(enquiry.attributes().contains("seen"));
  EXPECT_FALSE(enquiry.attributes().contains("empty"));
  EXPECT_EQ(enquiry.activities_size(), 3);
  EXPECT_EQ(enquiry.activities(0).response(), "visit");
  EXPECT_EQ(enquiry.enquiry_time().seconds() * kSecond, *ParseTime("2026-01-02T03:04:05Z"));
  ASSERT_EQ(enquiry.history_size(), 1);

  v1::Enquiry bare;
  outcome = result.map->Apply({"c@d.example", "Peru", "", "", "", "no", ""}, 3, bare);
  EXPECT_FALSE(outcome.accepted);
  EXPECT_EQ(outcome.field, "history.occur_time");
  EXPECT_THAT(outcome.reason, HasSubstr("is not a time"));
}

TEST_F(ImportMapTest, JoinsAndRejects) {
  Write("deals.csv", "id,won\nA,2026-02-01\n");
  auto result = Load(R"(
joins:
  deal: {file: deals.csv, on: id, key: id}
reject:
  - {when: size(deal) > 0 && time(deal.won) < time(first), reason: '"won too early"', field: won}
enquiry:
  source: 'size(deal) > 0 ? "won" : "open"'
)",
                     {"id", "first"});
  ASSERT_TRUE(result.map != nullptr) << FormatDiagnostics(result.diagnostics);
  v1::Enquiry enquiry;
  EXPECT_TRUE(result.map->Apply({"A", "2026-01-01"}, 2, enquiry).accepted);
  EXPECT_EQ(enquiry.source(), "won");
  EXPECT_TRUE(result.map->Apply({"B", "2026-01-01"}, 3, enquiry).accepted);
  EXPECT_EQ(enquiry.source(), "open");
  auto outcome = result.map->Apply({"A", "2026-03-01"}, 4, enquiry);
  EXPECT_FALSE(outcome.accepted);
  EXPECT_EQ(outcome.reason, "won too early");
  EXPECT_EQ(outcome.field, "won");
}

TEST_F(ImportMapTest, ListsEveryMistakeWithItsPlace) {
  auto result = Load(R"(enquiry:
  source: emial
  contact:
    emial: email
    email: row["Emial"]
    phone: '"a" + 1'
  activities:
    - channel: >-
        "web" +
        sight
)",
                     {"email", "Email"});
  EXPECT_TRUE(result.map == nullptr);
  EXPECT_THAT(Problems(result),
              testing::ElementsAre(HasSubstr("2:11 "), HasSubstr("4:5 \"emial\" is not known here"),
                                   HasSubstr("5:16 row has no column \"Emial\""), HasSubstr("6:"), HasSubstr("10:9 ")));
  EXPECT_THAT(FormatDiagnostics(result.diagnostics), HasSubstr("did you mean"));
}

TEST_F(ImportMapTest, RefusesFieldsThatTheServerDecides) {
  auto result = Load("enquiry:\n  contact: {status: '\"mql\"'}\n  activities: [{lead: '\"leads/1\"'}]\n", {"a"});
  EXPECT_THAT(Problems(result),
              testing::ElementsAre(HasSubstr("\"status\" is not known"), HasSubstr("\"lead\" is not known")));
}

TEST_F(ImportMapTest, RefusesAJoinThatIsNotThereOrNotUnique) {
  auto missing = Load("joins:\n  deal: {file: none.csv, on: id}\nenquiry: {source: id}\n", {"id"});
  EXPECT_THAT(Problems(missing), testing::Contains(HasSubstr("cannot read")));
  Write("twice.csv", "id,x\nA,1\nA,2\n");
  auto twice = Load("joins:\n  deal: {file: twice.csv, on: id}\nenquiry: {source: id}\n", {"id"});
  EXPECT_THAT(Problems(twice), testing::Contains(HasSubstr("each key once")));
}

TEST_F(ImportMapTest, MapsOfTheRepositoryCompile) {
  std::string maps = std::string(LEADLINE_SOURCE_DIR) + "/rules/samples/imports/";
  Write("olist_closed_deals_dataset.csv",
        "mql_id,seller_id,sdr_id,sr_id,won_date,business_segment,lead_type,lead_behaviour_profile,has_company,has_gtin,"
        "average_stock,business_type,declared_product_catalog_size,declared_monthly_revenue\n"
        "m1,s,sdr,sr,2018-02-26 19:58:54,pet,online_medium,cat,,,,reseller,,0.0\n");
  auto olist =
      ImportMap::Load(maps + "olist.yaml", {"mql_id", "first_contact_date", "landing_page_id", "origin"}, folder_, {});
  ASSERT_TRUE(olist.map != nullptr) << FormatDiagnostics(olist.diagnostics);
  v1::Enquiry enquiry;
  ASSERT_TRUE(olist.map->Apply({"m1", "2018-02-01", "p", "social"}, 2, enquiry).accepted);
  ASSERT_EQ(enquiry.history_size(), 5);
  EXPECT_EQ(enquiry.history(4).status(), "customer");
  for (int i = 1; i < enquiry.history_size(); ++i) {
    EXPECT_LE(enquiry.history(i - 1).occur_time().seconds(), enquiry.history(i).occur_time().seconds());
  }
  EXPECT_EQ(olist.map->Apply({"m1", "2018-02-27", "p", "social"}, 3, enquiry).field, "won_date");
}

// What the maps give is declared by the packs beside them.
TEST_F(ImportMapTest, MapsOfTheSamplesFitTheirPacks) {
  const packs::LoadResult loaded = packs::LoadRuleSet(LEADLINE_SOURCE_DIR "/rules/samples");
  ASSERT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  for (const std::string name : {"olist", "xeducation"}) {
    std::ifstream file(std::string(LEADLINE_SOURCE_DIR) + "/rules/samples/imports/" + name + ".yaml");
    std::string line;
    bool region = false;
    int own = 0;
    while (std::getline(file, line)) {
      const size_t key = line.find_first_not_of(' ');
      if (key == std::string::npos) continue;
      const std::string word = line.substr(key, line.find(':', key) - key);
      region = region || line == "  region: '\"" + name + "\"'";
      if (!word.starts_with(name + "_")) continue;
      ++own;
      const std::string record = key > 4 ? "contact." : "lead.";
      EXPECT_NE(loaded.rules->FindField(record + word), nullptr) << record << word;
    }
    EXPECT_TRUE(region) << name;
    EXPECT_GE(own, 5) << name;
  }
}

}  // namespace
}  // namespace leadline::cli
