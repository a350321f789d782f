// What clients send is held to schema.yaml, by every way in.
#include <gmock/gmock.h>

#include "engine/input/input_check.h"
#include "tests/engine/sent_fields_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class InputTest : public SentFieldsTest {
 protected:
  // What is said of a text sent as `country`.
  std::string AboutCountry(const std::string& country) {
    Enquiry e = HotEnquiry();
    e.contact.country = country;
    return std::string(Submit(std::move(e)).status().message());
  }
};

TEST_F(InputTest, ValuesThatTheSchemaDoesNotListAreRefusedWithTheNearest) {
  Enquiry e = HotEnquiry();
  e.activities = {Did("webiste", "hihg", "contact-me"), Did("telegram", "low", "visit")};
  e.attributes["budget"] = std::string("Approved");
  auto result = Submit(std::move(e));
  EXPECT_TRUE(absl::IsInvalidArgument(result.status())) << result.status();
  const auto violations = FieldViolationsOf(result.status());
  ASSERT_THAT(
      FieldsOf(result.status()),
      ElementsAre("enquiry.attributes[\"budget\"]", "enquiry.activities[0].channel", "enquiry.activities[0].investment",
                  "enquiry.activities[0].response", "enquiry.activities[1].channel"));
  EXPECT_EQ(violations[0].description, "\"Approved\" is not a value of lead.budget; did you mean \"approved\"?");
  EXPECT_EQ(violations[1].description, "\"webiste\" is not a value of activity.channel; did you mean \"website\"?");
  EXPECT_EQ(violations[2].description, "\"hihg\" is not a value of activity.investment; did you mean \"high\"?");
  EXPECT_EQ(violations[3].description,
            "\"contact-me\" is not a value of activity.response; did you mean \"contact_me\"?");
  EXPECT_THAT(violations[4].description, HasSubstr("use one of: website, email, event"));
  EXPECT_EQ(*engine_->LastPosition({}), 0) << "changes nothing";
}

TEST_F(InputTest, TextsAndListsKeepToTheirBounds) {
  Enquiry e = HotEnquiry();
  e.source = std::string(65, 's');
  e.contact.title = std::string(129, 't');
  e.account.name = std::string(257, 'n');
  e.role = std::string(65, 'r');
  e.products.assign(33, "platform");
  e.activities[0].subject = std::string(257, 'x');
  e.attributes["message"] = std::string(4001, 'm');
  e.account.attributes["technologies"] = std::vector<std::string>{"sap", std::string(65, 'q')};
  auto result = Submit(std::move(e));
  EXPECT_THAT(FieldsOf(result.status()),
              ElementsAre("enquiry.contact.title", "enquiry.account.display_name",
                          "enquiry.account.attributes[\"technologies\"][1]", "enquiry.role", "enquiry.source",
                          "enquiry.products", "enquiry.attributes[\"message\"]", "enquiry.activities[0].subject"));
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("has 65 bytes; lead.source has at most 64"));
  EXPECT_LT(result.status().message().size(), 2000u) << "long values are shown short";

  e = HotEnquiry();
  e.source = std::string(64, 's');
  e.contact.title = std::string(128, 't');
  e.products.assign(32, "platform");
  e.attributes["message"] = std::string(4000, 'm');
  result = Submit(std::move(e));
  EXPECT_TRUE(result.ok()) << result.status() << ": what just fits is taken";
}

TEST_F(InputTest, AttributesHaveTheirNamesAndTypes) {
  Enquiry e = HotEnquiry();
  e.attributes["bugdet"] = std::string("planned");
  e.attributes["competitor"] = std::string("yes");
  e.attributes["timeline_months"] = 1.5;
  e.attributes["total_visits"] = 3.0;
  e.attributes["source"] = std::string("web");
  e.attributes["origin"];  // null
  auto result = Submit(std::move(e));
  ASSERT_THAT(FieldsOf(result.status()),
              ElementsAre("enquiry.attributes[\"bugdet\"]", "enquiry.attributes[\"competitor\"]",
                          "enquiry.attributes[\"source\"]", "enquiry.attributes[\"timeline_months\"]"));
  const auto violations = FieldViolationsOf(result.status());
  EXPECT_THAT(violations[0].description, HasSubstr("did you mean \"budget\"?"));
  EXPECT_EQ(violations[1].description, "\"yes\" is not true or false");
  EXPECT_EQ(violations[3].description, "1.5 is not a whole number");
}

TEST_F(InputTest, CountriesAreReadAndUnknownOnesRefusedWithTheNearest) {
  Enquiry e = HotEnquiry();
  e.contact.email = "john@acme.co.uk";
  e.account.domain = "acme.co.uk";
  e.account.name = "Acme Ltd";
  e.account.country = "UK";
  e.contact.country = "el";
  auto result = Submit(std::move(e));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->account.country, "GB");
  EXPECT_EQ(result->lead.country, "GB");
  EXPECT_EQ(result->contact.country, "GR");
  EXPECT_EQ(result->lead.region, "emea");
  EXPECT_EQ(engine_->GetLead({}, LeadName(result->lead))->country, "GB") << "stored so";

  EXPECT_THAT(AboutCountry("Spain"), AllOf(HasSubstr("enquiry.contact.country"), HasSubstr("did you mean ES?")));
  EXPECT_THAT(AboutCountry("ESP"), HasSubstr("did you mean ES?"));
  for (const char* none : {"XX", "ZZ", "EU"}) {
    EXPECT_THAT(AboutCountry(none), AllOf(HasSubstr(none), HasSubstr("two letters that ISO 3166-1 has"),
                                          HasSubstr("such as DE for Germany"), Not(HasSubstr("did you mean"))));
  }
}

TEST_F(InputTest, LanguageTagsWithPartsOutOfPlaceAreRefused) {
  const auto about = [this](const std::string& language) {
    Enquiry e = HotEnquiry();
    e.language = language;
    return std::string(Submit(std::move(e), {}, /*validate_only=*/true).status().message());
  };
  EXPECT_THAT(about("de-DE-DE-DE"), HasSubstr("write de-DE: \"DE-DE\" cannot follow it in a tag"));
  EXPECT_THAT(about("en-a-b-en-a"), HasSubstr("write en: \"a-b-en-a\" cannot follow it in a tag"));
  EXPECT_THAT(about("de-1"), HasSubstr("write de: \"1\" cannot follow it in a tag"));
  EXPECT_THAT(about("x-ours"), HasSubstr("names no language"));
  for (const char* good : {"zh-Hant-TW", "sr_Latn_RS", "de-CH-1996", "en-u-ca-gregory"})
    EXPECT_EQ(about(good), "") << good;
}

TEST_F(InputTest, RegionsAreThoseOfPacksAndOfTheCentresTerritories) {
  Enquiry e = HotEnquiry();
  e.region = "EMEAA";
  e.account.region = "north america";
  auto result = Submit(std::move(e));
  ASSERT_THAT(FieldsOf(result.status()), ElementsAre("enquiry.account.region", "enquiry.region"));
  EXPECT_THAT(FieldViolationsOf(result.status())[0].description, HasSubstr("did you mean \"north_america\"?"));
  EXPECT_EQ(FieldViolationsOf(result.status())[1].description,
            "\"EMEAA\" is not a region of the packs; did you mean \"emea\"?");
  for (const char* region : {"emea", "latam", "apac", "north_america", ""}) {
    e = HotEnquiry();
    e.region = region;
    EXPECT_TRUE(Submit(std::move(e), {}, /*validate_only=*/true).ok()) << region;
  }
}

TEST_F(InputTest, LanguagesAreReadAndCompared) {
  Enquiry e = HotEnquiry();
  e.contact.language = "pt_br";
  e.language = "NB";
  auto result = Submit(std::move(e));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->contact.language, "pt-BR");
  EXPECT_EQ(result->lead.language, "nb");

  e = HotEnquiry();
  e.language = "Spanish";
  result = Submit(std::move(e));
  ASSERT_THAT(FieldsOf(result.status()), ElementsAre("enquiry.language"));
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("write es"));
}

TEST_F(InputTest, WhatTheTransportFoundIsReportedWithTheRest) {
  Enquiry e = HotEnquiry();
  e.source.clear();  // because it was refused
  e.activities[0].response = "contact-me";
  e.invalid = InvalidFields({{"enquiry.source", "has 9000 bytes"}, {"request_id", "is too long"}});
  auto result = Submit(std::move(e));
  EXPECT_THAT(FieldsOf(result.status()), ElementsAre("enquiry.source", "request_id", "enquiry.activities[0].response"));
  e = HotEnquiry();
  e.invalid = absl::InternalError("lost");
  EXPECT_TRUE(absl::IsInternal(Submit(std::move(e)).status()));
}

TEST_F(InputTest, ManyFaultsAreCountedAndNotAllTold) {
  Enquiry e = HotEnquiry();
  e.activities.assign(900, Did("webiste", "hihg", "contact-me"));
  auto result = Submit(std::move(e));
  const auto violations = FieldViolationsOf(result.status());
  EXPECT_EQ(violations.size(), InputCheck::kMostFaults);
  EXPECT_EQ(MetadataOf(result.status())[std::string(kViolationCount)], "2700");
}

TEST_F(InputTest, AnImportSetsTheRowAsideAndGoesOn) {
  std::vector<ImportRow> rows;
  for (int i = 1; i <= 4; ++i) {
    ImportRow row;
    row.row = i;
    row.enquiry = HotEnquiry();
    row.enquiry.contact.email = fmt::format("person{}@firm{}.es", i, i);
    row.enquiry.account.name = fmt::format("Firm {}", i);
    row.enquiry.account.domain = fmt::format("firm{}.es", i);
    rows.push_back(std::move(row));
  }
  rows[1].enquiry.activities[0].channel = "webiste";
  rows[2].enquiry.account.country = "Spain";
  rows[2].enquiry.invalid = InvalidField("enquiry.products[0]", "is required");
  auto result = Import("list", std::move(rows));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->created, 2);
  ASSERT_EQ(result->rejects.size(), 2u);
  EXPECT_EQ(result->rejects[0].row, 2);
  EXPECT_EQ(result->rejects[0].field, "enquiry.activities[0].channel");
  EXPECT_THAT(result->rejects[0].message, HasSubstr("did you mean \"website\"?"));
  EXPECT_EQ(result->rejects[1].row, 3);
  EXPECT_THAT(result->rejects[1].message, AllOf(HasSubstr("is required"), HasSubstr("did you mean ES?")));
}

TEST_F(InputTest, AnActivityIsHeldToTheSchemaToo) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const int64_t before = *engine_->LastPosition({});
  domain::Activity activity = Did("website", "high", "contact-me");
  activity.lead_id = submitted->lead.id;
  activity.product = std::string(65, 'p');
  auto acted = Act(activity);
  EXPECT_THAT(FieldsOf(acted.status()), ElementsAre("activity.response", "activity.product"));
  EXPECT_EQ(*engine_->LastPosition({}), before);
}

TEST_F(InputTest, AnUpdateIsCheckedWhereItsMaskPoints) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  domain::Lead lead = submitted->lead;
  lead.country = "Spain";
  lead.region = "nowhere";
  lead.language = "de_at";
  lead.attributes["budget"] = std::string("planed");
  auto updated = Update(lead, {"country", "region", "attributes.budget", "attributes.bugdet"});
  ASSERT_THAT(FieldsOf(updated.status()),
              ElementsAre("lead.region", "lead.country", "lead.attributes[\"budget\"]", "lead.attributes[\"bugdet\"]"));
  EXPECT_THAT(std::string(updated.status().message()), HasSubstr("did you mean \"planned\"?"));
  updated = Update(lead, {"language"});
  ASSERT_TRUE(updated.ok()) << updated.status() << ": fields outside of the mask are not looked at";
  EXPECT_EQ(updated->lead.language, "de-AT");
  lead.country = "uk";
  updated = Update(lead, {"country"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->lead.country, "GB");
}

TEST_F(InputTest, ARecordToBeScoredIsHeldToTheSchemaToo) {
  ScoringRecord good;
  good.contact.title = "Manager";
  good.contact.meaning.central.seniority = "manager";
  good.account.country = "uk";
  good.activities = {Did("website", "high", "contact_me", clock_.Now())};
  ScoringRecord bad = good;
  bad.contact.meaning.central.seniority = "manger";
  bad.lead.status = "mqll";
  bad.lead.country = "XX";
  bad.activities[0].response = "contact-me";
  EXPECT_TRUE(engine_->Score(good, 0, false).ok());
  const auto scored = engine_->ScoreMany(std::vector<ScoringRecord>{good, bad, good}, 0, false);
  EXPECT_TRUE(scored[0].ok() && scored[2].ok());
  EXPECT_THAT(FieldsOf(scored[1].status()), ElementsAre("record.lead.country", "record.lead.status",
                                                        "record.contact.seniority", "record.activities[0].response"));
  EXPECT_EQ(FieldsOf(engine_->Score(bad, 0, false).status()), FieldsOf(scored[1].status()));
}

TEST_F(InputTest, LeadsOfARegionThatNoPackHasAnyMoreAreFound) {
  packs::ReadPacksResult read = packs::ReadPackSet(kRulesRoot);
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    Enquiry e = HotEnquiry();
    e.contact.email = fmt::format("p{}@acme.es", i);
    e.contact.family_name = fmt::format("Silva{}", i);
    e.region = i == 0 ? "apac" : "latam";
    auto result = Submit(std::move(e));
    ASSERT_TRUE(result.ok()) << result.status();
    names.push_back(LeadName(result->lead));
  }
  auto stored = engine_->RegionsInStore({}, 5);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(stored->regions.size(), 2u);
  EXPECT_TRUE(stored->regions[0].known && stored->regions[1].known);

  std::erase_if(read.set.packs, [](const packs::PackFiles& pack) { return pack.name == "latam"; });
  SnapshotResult built = BuildSnapshot(
      read.set, TrustedPlugins(kPluginDir, std::filesystem::temp_directory_path() / "leadline-engine-plugins"), 2, 0);
  ASSERT_NE(built.snapshot, nullptr) << built.status;
  holder_->Set(built.snapshot);
  stored = engine_->RegionsInStore({}, 1);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_FALSE(stored->more);
  EXPECT_EQ(stored->regions[0].region, "latam");
  EXPECT_EQ(stored->regions[0].leads, 2);
  EXPECT_FALSE(stored->regions[0].known);
  EXPECT_THAT(stored->regions[0].samples, ElementsAre(names[2])) << "the newest";
  EXPECT_EQ(stored->regions[1].region, "apac");
  EXPECT_TRUE(stored->regions[1].known) << "the centre's territories name it";
  EXPECT_THAT(stored->regions[1].samples, IsEmpty());

  // They go on by the central rules, and what comes in names a region that there is.
  domain::Activity visit = Did("website", "low", "visit");
  visit.lead_id = names[1].substr(names[1].find('/') + 1);
  auto acted = Act(visit);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->lead.region, "latam");
  Enquiry e = HotEnquiry();
  e.region = "latam";
  EXPECT_THAT(FieldsOf(Submit(std::move(e)).status()), ElementsAre("enquiry.region"));
}

TEST_F(InputTest, NamesOfStatusesDispositionsAndReasonsHaveANearestToo) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const std::string name = LeadName(submitted->lead);
  auto moved = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->Transition({}, name, "slq", "won", std::move(done)); });
  EXPECT_THAT(std::string(moved.status().message()), HasSubstr("\"slq\" is not a status of the packs; did you mean"));
  moved = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->RecordDisposition({}, name, "left-voicemail", "", std::move(done)); });
  EXPECT_THAT(std::string(moved.status().message()), HasSubstr("did you mean \"left_voicemail\"?"));
  moved = Wait<RecordResult>(
      [&](Done<RecordResult> done) { engine_->RejectLead({}, name, "no-budget", "", std::move(done)); });
  EXPECT_THAT(std::string(moved.status().message()), HasSubstr("did you mean \"no_budget\"?"));
}

}  // namespace
}  // namespace leadline::engine
