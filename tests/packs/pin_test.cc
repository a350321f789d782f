#include "packs/pin.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

const std::string kPinnedHash(64, 'a');

std::vector<Diagnostic> PinWarnings(const LoadResult& result) {
  std::vector<Diagnostic> out;
  for (const Diagnostic& d : result.diagnostics) {
    if (d.code == "LL2310") out.push_back(d);
  }
  return out;
}

PackSet BasePacks() { return ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set; }

TEST(Pin, ReplacesTheValueAndNothingElse) {
  EXPECT_EQ(WithPin("# ours\npack: emea\nextends: central\ntested_against: 12ab   # by hand\nowner: us", kPinnedHash),
            "# ours\npack: emea\nextends: central\ntested_against: " + kPinnedHash + "   # by hand\nowner: us");
  EXPECT_EQ(WithPin("pack: emea\ntested_against: '12ab'\nextends: central\n", kPinnedHash),
            "pack: emea\ntested_against: " + kPinnedHash + "\nextends: central\n");
}

TEST(Pin, AddsALineBehindExtends) {
  const std::string line = "tested_against: " + kPinnedHash;
  EXPECT_EQ(WithPin("pack: emea\nextends: central  # yes\n\nowner: us\n", kPinnedHash),
            "pack: emea\nextends: central  # yes\n" + line + "\n\nowner: us\n");
  EXPECT_EQ(WithPin("pack: emea\nextends: central", kPinnedHash), "pack: emea\nextends: central\n" + line);
  EXPECT_EQ(WithPin("pack: emea\r\nextends: central\r\nowner: us\r\n", kPinnedHash),
            "pack: emea\r\nextends: central\r\n" + line + "\r\nowner: us\r\n");
  EXPECT_EQ(WithPin("  pack: emea\n  extends: central\n", kPinnedHash),
            "  pack: emea\n  extends: central\n  " + line + "\n");
  EXPECT_EQ(WithPin("{pack: emea, extends: central}\n", kPinnedHash), "{" + line + ", pack: emea, extends: central}\n");
}

TEST(Pin, LeavesWhatItCannotRead) {
  for (const std::string text : {"pack: [", "", "tested_against:\nextends: central\n", "pack: emea\n"}) {
    EXPECT_EQ(WithPin(text, kPinnedHash), text);
  }
}

TEST(Pin, WarnsUntilTheRegionIsPinnedAndAgainAfterEachChangeOfTheCentre) {
  PackSet set = BasePacks();
  ASSERT_EQ(PinWarnings(LoadRuleSet(set)).size(), 1u);
  for (const Pin& pin : PinsOf(set)) {
    EXPECT_TRUE(pin.changed);
    PackFiles pack = *set.Find(pin.region);
    pack.files["pack.yaml"] = pin.text;
    set.Put(pack);
  }
  const LoadResult pinned = LoadRuleSet(set);
  ASSERT_NE(pinned.rules, nullptr);
  EXPECT_EQ(FormatDiagnostics(pinned.diagnostics), "");
  EXPECT_EQ(pinned.rules->packs()[1].tested_against, pinned.rules->packs()[0].ref.sha256);
  EXPECT_FALSE(PinsOf(set)[0].changed);

  PackFiles central = *set.Find("central");
  central.files["scoring.yaml"] += "# a new thought\n";
  set.Put(central);
  const std::vector<Diagnostic> warnings = PinWarnings(LoadRuleSet(set));
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].severity, Severity::kWarning);
  EXPECT_EQ(warnings[0].position.line, 3);
  EXPECT_EQ(warnings[0].length, 64);
  EXPECT_EQ(warnings[0].layer, "emea");
}

TEST(Pin, TheRepositorysRegionsArePinned) {
  EXPECT_EQ(FormatDiagnostics(PinWarnings(RepositoryRules())), "") << "run  leadline pack pin rules";
}

TEST(Soundness, ACentralChangeTellsWhichRegionsItBreaks) {
  PackSet set = BasePacks();
  set.Put({"latam", {{"pack.yaml", "pack: latam\nextends: central\nversion: 1.0.0\nowner: latam\n"}}});
  for (const PackSoundness& pack : LoadRuleSet(set).packs) EXPECT_TRUE(pack.sound()) << pack.name;
  PackFiles central = *set.Find("central");
  std::string& scoring = central.files["scoring.yaml"];
  // A narrower bound: what emea set is outside now.
  scoring.replace(scoring.find("max: 70"), 7, "max: 62");
  set.Put(central);
  const LoadResult result = LoadRuleSet(set);
  EXPECT_EQ(result.rules, nullptr);
  ASSERT_EQ(result.packs.size(), 3u);
  EXPECT_TRUE(result.packs[0].sound());
  EXPECT_FALSE(result.packs[1].sound());
  EXPECT_TRUE(result.packs[2].sound());
  EXPECT_EQ(result.packs[0].sha256, HashOf(central));
  EXPECT_EQ(result.packs[1].name, "emea");
  EXPECT_EQ(result.packs[1].errors, 1);
  const auto error = std::find_if(result.diagnostics.begin(), result.diagnostics.end(),
                                  [](const Diagnostic& d) { return d.severity == Severity::kError; });
  ASSERT_NE(error, result.diagnostics.end());
  EXPECT_EQ(error->code, "LL2303");
  EXPECT_EQ(error->layer, "emea");
}

TEST(Soundness, WithABrokenCentreNothingIsSaidAboutRegions) {
  PackSet set = BasePacks();
  PackFiles central = *set.Find("central");
  central.files["scoring.yaml"] = "threshold: [";
  set.Put(central);
  const LoadResult result = LoadRuleSet(set);
  ASSERT_EQ(result.packs.size(), 2u);
  EXPECT_FALSE(result.packs[0].sound());
  EXPECT_FALSE(result.packs[1].checked);
  EXPECT_TRUE(LoadRuleSet(PackSet{}).packs.empty());
}

}  // namespace
}  // namespace leadline::packs
