// plugins/examples/company_name: names that differ in form, spelling and script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/example_plugin.h"

namespace leadline::plugin {
namespace {

using ::testing::ElementsAre;

class CompanyNameTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto plugin = LoadExample(scratch_, "company_name");
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    plugin_ = *plugin;
  }

  // Compares both ways round, which must give the same.
  MergeResult Compare(Value left, Value right) {
    FieldValues a(*plugin_, {{"account.name", left}}), b(*plugin_, {{"account.name", right}});
    RecordPair pairs[] = {{a.record(), b.record()}, {b.record(), a.record()}};
    MergeResult results[2];
    absl::Status status = plugin_->Compare(pairs, results);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(results[0].level, results[1].level);
    EXPECT_EQ(results[0].weight, results[1].weight);
    EXPECT_EQ(Texts(results[0]), Texts(results[1]));
    double sum = 0;
    for (const Reason& reason : results[0].reasons) sum += reason.weight;
    EXPECT_NEAR(sum, results[0].weight, 1e-9);
    return results[0];
  }
  MergeResult Compare(std::string_view left, std::string_view right) {
    return Compare(StringValue(left), StringValue(right));
  }
  Agreement Level(std::string_view left, std::string_view right) { return Compare(left, right).level; }

  static std::vector<std::string> Texts(const MergeResult& result) {
    std::vector<std::string> texts;
    for (const Reason& reason : result.reasons) texts.push_back(reason.text);
    return texts;
  }

  ScratchFolder scratch_;
  std::shared_ptr<Plugin> plugin_;
};

TEST_F(CompanyNameTest, FormsAndSpellingAreNotTheName) {
  const std::pair<const char*, const char*> kSame[] = {
      {"Müller Maschinenbau GmbH", "MULLER MASCHINENBAU"},
      {"Weber & Söhne GmbH & Co. KG", "Weber und Sohne"},
      {"Acme, Inc.", "ACME INCORPORATED"},
      {"Distribuidora Norte S.A. de C.V.", "Distribuidora Norte SA de CV"},
      {"ООО «Ромашка»", "Romashka OOO"},
      {"株式会社サクラ", "サクラ㈱"},
      {"삼호(주)", "주식회사 삼호"},
      {"Nordlys Oy", "Oy Nordlys Ab"},
      {"Svensk Stål AB", "AB Svensk Stal"},
      {"Zakłady Wschód Sp. z o.o.", "Zaklady Wschod spółka z o.o"},
      {"L'Oiseau Bleu SARL", "SARL L’Oiseau Bleu"},
      {"Ａｃｍｅ　Ｌｔｄ", "Acme Ltd"},
      {"Βράχος Α.Ε.", "Vrachos AE"},
      {"The Cooper Company", "Cooper"},
      {"Intl Trading Ltd", "International Trading Limited"},
  };
  for (const auto& [left, right] : kSame) {
    EXPECT_EQ(Level(left, right), Agreement::kExact) << left << " / " << right;
  }
}

TEST_F(CompanyNameTest, SlipsAndUmlautsStillCount) {
  for (const auto& [left, right] : {std::pair{"Mueller Maschinenbau", "Müller Maschinenbau GmbH"},
                                    {"Schneider Logistik", "Schnieder Logistik"},
                                    {"Blue Sky Ltd", "Bluesky"},
                                    {"Hoffmann Werkzeuge AG", "Hofmann Werkzeuge AG"}}) {
    MergeResult result = Compare(left, right);
    EXPECT_EQ(result.level, Agreement::kStrong) << left << " / " << right;
    EXPECT_GT(result.weight, 3) << left << " / " << right;
  }
}

TEST_F(CompanyNameTest, OtherCompaniesDiffer) {
  for (const auto& [left, right] : {std::pair{"Weber GmbH", "Wagner GmbH"},
                                    {"Acme Software", "Zenith Software"},
                                    {"Studio 54", "Studio 55"},
                                    {"株式会社サクラ", "株式会社ミドリ"},
                                    {"Nordlys Oy", "Nordbank Oy"}}) {
    MergeResult result = Compare(left, right);
    EXPECT_EQ(result.level, Agreement::kDifferent) << left << " / " << right;
    EXPECT_LT(result.weight, 0) << left << " / " << right;
  }
  EXPECT_EQ(Level("Acme Robotics", "Acme Foods"), Agreement::kWeak);
  EXPECT_EQ(Level("IBM", "International Business Machines Corp."), Agreement::kWeak);
}

TEST_F(CompanyNameTest, AnotherKindOfFormIsAnotherCompany) {
  MergeResult same = Compare("Kessler GmbH", "Kessler mbH");
  MergeResult other = Compare("Kessler GmbH", "Kessler AG");
  EXPECT_EQ(same.level, Agreement::kExact);
  EXPECT_EQ(other.level, Agreement::kStrong);
  EXPECT_LT(other.weight, same.weight);
  EXPECT_THAT(Texts(other),
              ElementsAre("the names are the same, 1 word", "AG and GmbH are different kinds of company"));
  // The same kind from another country is no contradiction, and no form is none.
  EXPECT_EQ(Compare("Kessler GmbH", "Kessler Ltd").weight, same.weight);
  EXPECT_EQ(Compare("Kessler", "Kessler AG").weight, same.weight);
}

TEST_F(CompanyNameTest, CommonWordsAloneAreWeakEvidence) {
  MergeResult common = Compare("Global Solutions Ltd", "Global Solutions Limited");
  EXPECT_EQ(common.level, Agreement::kExact);
  EXPECT_LT(common.weight, Compare("Kestrel Solutions Ltd", "Kestrel Solutions Limited").weight);
}

TEST_F(CompanyNameTest, NothingToCompareIsMissing) {
  for (Value nothing : {NullValue(), StringValue(""), StringValue(" - "), StringValue("\xff\xfe")}) {
    MergeResult result = Compare(nothing, StringValue("Acme"));
    EXPECT_EQ(result.level, Agreement::kMissing);
    EXPECT_EQ(result.weight, 0);
  }
  // A name that is nothing but a form is the name.
  EXPECT_EQ(Level("AG", "AG"), Agreement::kExact);
  EXPECT_EQ(Level("株式会社", "株式会社"), Agreement::kExact);
}

TEST_F(CompanyNameTest, TheConfigSetsTheWeights) {
  auto plugin = LoadExample(scratch_, "company_name", R"({"exact": 12.5, "different": -1})");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  plugin_ = *plugin;
  EXPECT_EQ(Compare("Acme", "Acme").weight, 12.5);
  EXPECT_EQ(Compare("Acme", "Zenith").weight, -1);
  EXPECT_FALSE(LoadExample(scratch_, "company_name", R"({"exact": -1})").ok());
}

}  // namespace
}  // namespace leadline::plugin
