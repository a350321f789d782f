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

// A day on which the shipped packs stand as they were signed.
Time Now() { return *ParseTime("2026-11-20"); }

// The shipped packs, whose region sets the points of a rule and of a cell and adds a rule.
packs::PackSet Packs() {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  packs::PackFiles emea = *set.Find("emea");
  emea.files["scoring.yaml"] =
      "rules:\n"
      "  - {id: emea.fair, dimension: behaviour, description: 'Met us at <the \"big\" fair>, & more',\n"
      "     when: lead.source == \"event\", points: 6}\n"
      "set:\n"
      "  - {rule: form.contact_me, points: 55}\n"
      "  - {matrix: response, channel: event, investment: high, response: attend, points: 24}\n";
  set.Put(std::move(emea));
  return set;
}

PointsSheet Sheet() {
  const packs::LoadResult loaded = packs::LoadRuleSet(Packs(), {.analyze = false});
  EXPECT_NE(loaded.rules, nullptr) << FormatDiagnostics(loaded.diagnostics);
  return PointsSheetOf(*loaded.rules, Now());
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
  const PointsRow& cell = RowOf(sheet, "emea.set.response.event.high.attend", "emea");
  EXPECT_EQ(cell.points, 4);
  EXPECT_EQ(cell.what, "24 instead of 20 points for event / high / attend");
  const PointsRow& fit = RowOf(sheet, "account.fit", "central");
  EXPECT_EQ(fit.points, 20);
  EXPECT_EQ(fit.least, 0);
}

// Rules stand with their dimension, also where the file has them apart, and read as words.
TEST(PackPointsTest, PutsRulesOfOneDimensionTogetherAndTheirConditionsInWords) {
  const PointsSheet sheet = Sheet();
  std::vector<std::string> sections;
  for (const PointsRow& row : sheet.rows) {
    const std::string section = row.layer + " " + row.dimension;
    if (sections.empty() || sections.back() != section) sections.push_back(section);
  }
  std::vector<std::string> unique = sections;
  std::sort(unique.begin(), unique.end());
  EXPECT_EQ(std::adjacent_find(unique.begin(), unique.end()), unique.end());
  EXPECT_EQ(RowOf(sheet, "size.mid_market", "central").what, "account employees: at least 200 and less than 1000");
  EXPECT_EQ(RowOf(sheet, "phone.known", "central").what, "contact phone: present");
  const std::string text = PointsAsText(sheet, 160, false);
  EXPECT_THAT(text, HasSubstr("60 each"));
  EXPECT_THAT(text, Not(HasSubstr("==")));
  const auto json = nlohmann::json::parse(PointsAsJson(sheet));
  EXPECT_THAT(json["rules"].dump(), HasSubstr("account.employees >= 200 && account.employees < 1000"));
}

TEST(PackPointsTest, SaysFirstWhatWasAgreedAndWhoSignedIt) {
  const std::string text = PointsAsText(Sheet(), 160, false);
  EXPECT_THAT(text, HasSubstr("or when the person has asked to be contacted"));
  EXPECT_THAT(text, HasSubstr("Signed for marketing by "));
  EXPECT_THAT(text, HasSubstr("Signed for sales by "));
  EXPECT_THAT(text, HasSubstr("To be reviewed by 20"));
  EXPECT_THAT(text, HasSubstr("qualified from 100 central points on. From 50 on it is warm."));
  EXPECT_THAT(text,
              HasSubstr("Somebody asks to be contacted by contact_me, demo_request, trial, pricing and chat. That "
                        "counts for 30 d, or until a person decides."));
  EXPECT_THAT(text, HasSubstr("55 instead of 60 points"));
  EXPECT_THAT(text, HasSubstr("website, high: visit 3, view 5"));
  // What the whole matrix gives at most stands once.
  size_t limits = 0;
  for (size_t at = 0; (at = text.find("  80  response", at)) != std::string::npos; ++at) ++limits;
  EXPECT_EQ(limits, 1u);
  PointsSheet half_signed = Sheet();
  std::erase_if(half_signed.sales_ready.signatures, [](const auto& s) { return s.side == "sales"; });
  half_signed.review_overdue = true;
  const std::string half = PointsAsText(half_signed, 160, false);
  EXPECT_THAT(half, HasSubstr("Signed for marketing by "));
  EXPECT_THAT(half, HasSubstr("Nobody has signed for sales."));
  EXPECT_THAT(half, HasSubstr("The review was due by 20"));
  PointsSheet unsigned_sheet = Sheet();
  unsigned_sheet.sales_ready = {};
  EXPECT_THAT(PointsAsText(unsigned_sheet, 160, false), HasSubstr("Nobody has written down what is ready for sales"));
}

TEST(PackPointsTest, SaysWhatAnAccountScores) {
  const std::string text = PointsAsText(Sheet(), 200, false);
  EXPECT_THAT(text, HasSubstr("An account scores the demographic, behaviour and product points of each of its people "
                              "who did something, and its firmographic and account points once."));
  EXPECT_THAT(text, HasSubstr("It is interested in a product from 1 on: each interaction with the product counts 1, "
                              "half in 45 d."));
  const auto json = nlohmann::json::parse(PointsAsJson(Sheet()));
  EXPECT_EQ(json["accountScore"]["people"], nlohmann::json({"demographic", "behaviour", "product"}));
  EXPECT_EQ(json["accountScore"]["productInterest"]["halfLifeDays"], 45);
  PointsSheet without = Sheet();
  without.account_score.reset();
  EXPECT_THAT(PointsAsText(without, 200, false), Not(HasSubstr("An account scores")));
  without.account_score.emplace().once = {"firmographic"};
  EXPECT_THAT(PointsAsText(without, 200, false), HasSubstr("An account scores its firmographic points once."));
}

TEST(PackPointsTest, AReviewIsOverdueOnceItsDayIsOver) {
  const packs::LoadResult loaded = packs::LoadRuleSet(Packs(), {.analyze = false});
  const Time day = Sheet().sales_ready.review_by;
  EXPECT_FALSE(PointsSheetOf(*loaded.rules, day + kDay - 1).review_overdue);
  EXPECT_TRUE(PointsSheetOf(*loaded.rules, day + kDay).review_overdue);
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
  const auto [broken, refused] = run(LEADLINE_SOURCE_DIR "/rules/regions");
  EXPECT_EQ(broken, kExitRefused);
  EXPECT_THAT(refused, HasSubstr("the packs have errors"));
  const auto [good, printed] = run(LEADLINE_SOURCE_DIR "/rules");
  EXPECT_EQ(good, kExitOk);
  EXPECT_THAT(printed, HasSubstr("central,behaviour,form.contact_me,"));
}

}  // namespace
}  // namespace leadline::cli
