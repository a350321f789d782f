// leadline pack points: the page that marketing and sales sign.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands/pack/points_sheet.h"
#include "cli/program.h"
#include "cli/session/exit_codes.h"
#include "packs/loader.h"
#include "packs/pack_files.h"

namespace leadline::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// The shipped packs, whose region sets a cell and two points of its own and adds a rule.
packs::PackSet Packs() {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  packs::PackFiles emea = *set.Find("emea");
  emea.files["scoring.yaml"] =
      "rules:\n"
      "  - {id: emea.fair, dimension: behaviour, description: 'Met us at <the \"big\" fair>, & more',\n"
      "     when: lead.source == \"event\", points: 6}\n"
      "set:\n"
      "  - {rule: form.contact_me, points: 55}\n";
  set.Put(std::move(emea));
  return set;
}

PointsSheet Sheet() {
  const packs::LoadResult loaded = packs::LoadRuleSet(Packs(), {.analyze = false});
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  return PointsSheetOf(*loaded.rules);
}

const PointsRow& RowOf(const PointsSheet& sheet, const std::string& rule, const std::string& layer) {
  const auto found = std::find_if(sheet.rows.begin(), sheet.rows.end(),
                                  [&](const PointsRow& row) { return row.rule == rule && row.layer == layer; });
  EXPECT_NE(found, sheet.rows.end()) << rule;
  return *found;
}

TEST(PackPointsTest, NamesEveryRuleCellAndPluginOnceAndWhatRegionsSet) {
  const packs::LoadResult loaded = packs::LoadRuleSet(Packs(), {.analyze = false});
  const domain::ScoringPolicy& central = loaded.rules->ForRegion("").scoring;
  size_t rows = central.rules.size() + central.plugins.size();
  for (const domain::ScoringMatrix& matrix : central.matrices) rows += matrix.cells.size();
  const PointsSheet sheet = Sheet();
  EXPECT_EQ(
      std::count_if(sheet.rows.begin(), sheet.rows.end(), [](const PointsRow& r) { return r.layer == "central"; }),
      static_cast<std::ptrdiff_t>(rows));
  const PointsRow& asked = RowOf(sheet, "form.contact_me", "central");
  EXPECT_EQ(asked.points, 60);
  EXPECT_EQ(asked.half_life_days, 30);
  EXPECT_EQ(asked.most, 90);
  EXPECT_FALSE(asked.regional);
  // A value that a region sets is its difference from the central one.
  const PointsRow& set = RowOf(sheet, "emea.set.form.contact_me", "emea");
  EXPECT_EQ(set.points, -5);
  EXPECT_TRUE(set.regional);
  EXPECT_EQ(set.what, "55 instead of 60 points for form.contact_me");
  EXPECT_TRUE(RowOf(sheet, "emea.fair", "emea").regional);
  const PointsRow& fit = RowOf(sheet, "account.fit", "central");
  EXPECT_EQ(fit.points, 20);
  EXPECT_EQ(fit.least, 0);
}

TEST(PackPointsTest, SaysFirstWhatWasAgreedAndWhoSignedIt) {
  const std::string text = PointsAsText(Sheet(), 160, false);
  EXPECT_THAT(text, HasSubstr("or when the person has asked to be contacted"));
  EXPECT_THAT(text, HasSubstr("Signed for marketing by "));
  EXPECT_THAT(text, HasSubstr("Signed for sales by "));
  EXPECT_THAT(text, HasSubstr("To be reviewed by 20"));
  EXPECT_THAT(text, HasSubstr("qualified from 100 central points on. From 50 on it is warm."));
  EXPECT_THAT(text, HasSubstr("55 instead of 60 points"));
  EXPECT_THAT(text, HasSubstr("website, high: visit 3, view 5"));
  PointsSheet unsigned_sheet = Sheet();
  unsigned_sheet.sales_ready = {};
  EXPECT_THAT(PointsAsText(unsigned_sheet, 160, false), HasSubstr("Nobody has written down what is ready for sales"));
}

TEST(PackPointsTest, WritesTheSameRowsForSpreadsheetsBrowsersAndPrograms) {
  const PointsSheet sheet = Sheet();
  const std::string csv = PointsAsCsv(sheet);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<std::ptrdiff_t>(sheet.rows.size() + 1));
  EXPECT_THAT(csv, HasSubstr("\"Met us at <the \"\"big\"\" fair>, & more\""));
  const std::string html = PointsAsHtml(sheet);
  EXPECT_THAT(html, HasSubstr("Met us at &lt;the &quot;big&quot; fair&gt;, &amp; more"));
  EXPECT_THAT(html, Not(HasSubstr("<the")));
  EXPECT_THAT(html, Not(HasSubstr("http")));  // nothing from elsewhere
  const auto json = nlohmann::json::parse(PointsAsJson(sheet));
  EXPECT_EQ(json["rules"].size(), sheet.rows.size());
  EXPECT_EQ(json["mql"], 100);
  EXPECT_EQ(json["maql"], 50);
  EXPECT_EQ(json["salesReady"]["signed"].size(), 2u);
}

TEST(PackPointsTest, TheCommandRefusesFoldersThatAreNoneAndBrokenPacks) {
  const auto run = [](const std::string& folder) {
    const std::vector<const char*> words = {"leadline", "pack", "points", folder.c_str(), "--format", "csv"};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Program program;
    const int code = program.Run(static_cast<int>(words.size()), words.data());
    return std::pair(code, testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr());
  };
  const auto [none, said] = run("/no/such/folder");
  EXPECT_EQ(none, kExitUsage);
  EXPECT_THAT(said, HasSubstr("there is no folder \"/no/such/folder\""));
  const auto [good, printed] = run(LEADLINE_SOURCE_DIR "/rules");
  EXPECT_EQ(good, kExitOk);
  EXPECT_THAT(printed, HasSubstr("central,behaviour,form.contact_me,"));
}

}  // namespace
}  // namespace leadline::cli
