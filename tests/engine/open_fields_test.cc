// Fields that the schema leaves open take other values too, and whoever sends them is told.
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

class OpenFieldTest : public SentFieldsTest {};

// The packs of the repository, with a central field left open.
absl::StatusOr<std::shared_ptr<const Snapshot>> WithOpenField(const std::string& line, const std::string& opened) {
  packs::ReadPacksResult read = packs::ReadPackSet(kRulesRoot);
  packs::PackFiles central = *read.set.Find("central");
  std::string& schema = central.files.at("schema.yaml");
  const size_t at = schema.find(line);
  if (at == std::string::npos) return absl::NotFoundError(line);
  schema.replace(at, line.size(), opened);
  read.set.Put(std::move(central));
  SnapshotResult built = BuildSnapshot(
      read.set, TrustedPlugins(kPluginDir, std::filesystem::temp_directory_path() / "leadline-engine-plugins"), 2, 0);
  if (built.snapshot == nullptr) return built.status;
  return built.snapshot;
}

constexpr char kBudget[] = "budget: {type: string, values";
constexpr char kOpenBudget[] = "budget: {type: string, open: true, values";

TEST_F(OpenFieldTest, AnOpenFieldTakesOtherValuesAndWarns) {
  const std::string line = "    channel:\n      type: string\n";
  auto opened = WithOpenField(line, line + "      open: true\n");
  ASSERT_TRUE(opened.ok()) << opened.status();
  holder_->Set(*opened);
  std::vector<std::string> told;
  EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
  options.unlisted = [&](std::string_view field, std::string_view value) {
    told.push_back(fmt::format("{} {}", field, value));
  };
  engine_ = std::make_unique<Engine>(options);

  Enquiry e = HotEnquiry();
  e.activities.push_back(Did("podcast", "low", "visit"));
  auto result = Submit(e);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->warnings.size(), 1u);
  EXPECT_EQ(result->warnings[0].field, "enquiry.activities[1].channel");
  EXPECT_THAT(result->warnings[0].description, AllOf(HasSubstr("\"podcast\""), HasSubstr("activity.channel")));
  domain::Activity activity = Did("podcast", "low", "visit");
  activity.lead_id = result->lead.id;
  auto acted = Act(activity);
  ASSERT_TRUE(acted.ok()) << acted.status();
  EXPECT_EQ(acted->warnings.size(), 1u);
  ScoringRecord record;
  record.activities = {Did("podcast", "low", "visit", clock_.Now())};
  auto scored = engine_->Score(record, 0, false);
  ASSERT_TRUE(scored.ok()) << scored.status();
  EXPECT_EQ(scored->warnings.size(), 1u);
  EXPECT_THAT(told, ElementsAre("activity.channel podcast")) << "once, however often it comes";

  e.activities[1].response = "contact-me";
  result = Submit(e);
  EXPECT_THAT(FieldsOf(result.status()), ElementsAre("enquiry.activities[1].response")) << "the others stay closed";
}

TEST_F(OpenFieldTest, WarningsNameTheValueAndTheNearestOfEveryWayIn) {
  auto opened = WithOpenField(kBudget, kOpenBudget);
  ASSERT_TRUE(opened.ok()) << opened.status();
  holder_->Set(*opened);
  Enquiry e = HotEnquiry();
  e.attributes["budget"] = std::string("aproved");
  auto result = Submit(e);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->warnings.size(), 1u);
  EXPECT_EQ(result->warnings[0].value, "aproved");
  EXPECT_EQ(result->warnings[0].nearest, "approved");
  EXPECT_THAT(result->warnings[0].description, HasSubstr("did you mean \"approved\"?"));

  domain::Lead lead = result->lead;
  lead.attributes["budget"] = std::string("zzz");
  auto updated = Update(lead, {"attributes.budget"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  ASSERT_EQ(updated->warnings.size(), 1u);
  EXPECT_EQ(updated->warnings[0].field, "lead.attributes[\"budget\"]");
  EXPECT_EQ(updated->warnings[0].value, "zzz");
  EXPECT_EQ(updated->warnings[0].nearest, "") << "nothing is near";
  EXPECT_THAT(updated->warnings[0].description, Not(HasSubstr("did you mean")));
  // Said again although nothing changes: the value is the same and as doubtful.
  updated = Update(lead, {"attributes.budget"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->warnings.size(), 1u);
  updated = Update(lead, {"source"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(updated->warnings, IsEmpty()) << "what was not sent is not said";
}

// Row `number` of an import, with this budget.
ImportRow Budget(int64_t number, Enquiry e, const std::string& budget) {
  e.contact.email = fmt::format("row{}@acme.es", number);
  e.attributes["budget"] = budget;
  return {number, std::move(e)};
}

TEST_F(OpenFieldTest, AnImportSumsUnlistedValuesUp) {
  auto opened = WithOpenField(kBudget, kOpenBudget);
  ASSERT_TRUE(opened.ok()) << opened.status();
  holder_->Set(*opened);
  std::vector<ImportRow> rows = {Budget(2, HotEnquiry(), "aproved"), Budget(3, HotEnquiry(), "approved"),
                                 Budget(4, HotEnquiry(), "aproved"), Budget(5, HotEnquiry(), "aproved")};
  rows.back().enquiry.source.clear();  // set aside: its values were not taken
  auto checked = Import("open", rows, true);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(*engine_->LastPosition({}), 0) << "a check stores nothing";
  auto imported = Import("open", rows);
  ASSERT_TRUE(imported.ok()) << imported.status();
  for (const ImportResult& result : {*checked, *imported}) {
    EXPECT_EQ(result.created, 3);
    EXPECT_EQ(result.rejects.size(), 1u);
    const std::vector<RowsWarning> warnings = result.warnings.ToList();
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].field, "lead.budget");
    EXPECT_EQ(warnings[0].value, "aproved");
    EXPECT_EQ(warnings[0].nearest, "approved");
    EXPECT_EQ(warnings[0].rows, 2);
    EXPECT_EQ(warnings[0].first_row, 2);
  }
  auto again = Import("open", rows);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->already_imported, 3);
  EXPECT_THAT(again->warnings.ToList(), IsEmpty());
}

TEST_F(OpenFieldTest, WarningsOfAnImportAreBounded) {
  RowsWarnings warnings;
  const int64_t most = static_cast<int64_t>(RowsWarnings::kMostValues);
  for (int64_t row = 1; row <= most + 5; ++row) {
    const InputCheck::Unlisted unlisted{"lead.budget", fmt::format("v{}", row), "", ""};
    warnings.Add(row, {unlisted, unlisted});
  }
  EXPECT_EQ(warnings.ToList().size(), RowsWarnings::kMostValues);
  EXPECT_EQ(warnings.left_out(), 5) << "once a row";
  EXPECT_EQ(warnings.ToList()[0].rows, 1) << "a row counts once";
}

}  // namespace
}  // namespace leadline::engine
