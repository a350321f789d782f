// No table of a region moves the centre: generated regions and hostile ones, through the whole decision.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tests/engine/plugin_slots_fixture.h"
#include "tests/packs/region_generator.h"
#include "tests/packs/testing.h"

namespace leadline::engine {
namespace {

constexpr double kShippedCap = 15;  // of the shipped packs
constexpr int kRecords = 40;

// What the whole decision makes of a record: meaning, score, first status.
struct DecidedMeaning {
  domain::DerivedMeaning meaning;
  domain::Score score;
  std::string status;
};

class MeaningLaw : public PluginSlots {
 protected:
  static packs::PackSet Centre() {
    packs::PackSet set;
    set.root = kRulesRoot;
    set.Put(*packs::ReadPackSet(kRulesRoot).set.Find("central"));
    return set;
  }

  static DecidedMeaning Decide(Decider& decider, packs::Sample sample, const std::string& region) {
    DecidedMeaning out;
    sample.lead.region = region;
    sample.lead.meaning = {};
    sample.contact.meaning = {};
    auto derived = decider.Normalize(sample.lead, sample.contact, sample.account, packs::kNow);
    EXPECT_TRUE(derived.ok()) << derived.status();
    out.meaning = sample.lead.meaning = std::move(derived->meaning);
    auto scored = decider.Score(sample.view(), Explain::kNothing);
    EXPECT_TRUE(scored.ok()) << scored.status();
    out.score = sample.lead.score = scored->score;
    auto entered = decider.Status(sample.view(), "", domain::Trigger::kEntry, "", Explain::kNothing);
    EXPECT_TRUE(entered.ok()) << entered.status();
    out.status = entered->to;
    return out;
  }

  // The same records by the centre alone and by the region.
  void CheckCentreStands(Decider& decider, const std::string& region, uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < kRecords && !HasFailure(); ++i) {
      const packs::Sample sample = packs::RandomSample(*decider.snapshot().rules, random, random() % 6);
      const DecidedMeaning centre = Decide(decider, sample, "");
      const DecidedMeaning layered = Decide(decider, sample, region);
      EXPECT_EQ(layered.score.central, centre.score.central);
      EXPECT_EQ(layered.score.dimensions, centre.score.dimensions);
      EXPECT_EQ(layered.score.qualified, centre.score.qualified);
      EXPECT_EQ(layered.meaning.central, centre.meaning.central);
      EXPECT_EQ(layered.status, centre.status);
      EXPECT_EQ(centre.score.adjustment, 0);
      EXPECT_LE(std::abs(layered.score.adjustment), kShippedCap);
      two_meanings_ += layered.meaning.regional.has_value() ? 1 : 0;
      moved_ += layered.score.adjustment != 0 ? 1 : 0;
    }
  }

  int two_meanings_ = 0;
  int moved_ = 0;
};

TEST_F(MeaningLaw, NoGeneratedRegionMovesTheCentre) {
  const packs::LoadResult alone = packs::LoadRuleSet(Centre(), {.analyze = false});
  ASSERT_NE(alone.rules, nullptr);
  std::mt19937_64 random(10);
  const int wanted = std::getenv("LEADLINE_LONG") != nullptr ? 60 : 8;
  int loaded = 0;
  for (int i = 0; i < 1000 && loaded < wanted && !HasFailure(); ++i) {
    packs::PackSet set = Centre();
    set.Put(packs::RandomRegion(*alone.rules, "zone", random));
    // Also what only the analysis would refuse must not move the centre.
    if (packs::LoadRuleSet(set, {.analyze = false}).rules == nullptr) continue;
    ++loaded;
    Decider decider(Make(set, {.analyze = false}));
    CheckCentreStands(decider, "zone", random());
  }
  EXPECT_EQ(loaded, wanted);
  EXPECT_GT(two_meanings_, 20) << "else the law would hold for want of tables";
}

TEST_F(MeaningLaw, NorDoRowsThatTestWhatTheCentreDoesNotLookAt) {
  const std::vector<std::string> rows = {
      "{when: country != null, value: c_level}",
      "{when: 'title.endsWith(\"Compras\")', value: c_level}",
      "{when: email_domain != null, value: intern}",
      "{when: 'lead.country == \"DE\" || lead.country == \"BR\"', value: owner}",
  };
  for (const std::string& row : rows) {
    packs::PackSet set = Centre();
    set.Put({"zone",
             {{"pack.yaml", "pack: zone\nextends: central\nversion: 1.0.0\nowner: zone\n"},
              {"normalize.yaml", "normalize:\n  contact.seniority:\n    - " + row +
                                     "\n  account.industry:\n    - {when: country != null, value: manufacturing}\n"
                                     "  lead.source:\n    - {when: country != null, value: referral}\n"}}});
    // The check refuses them; were it to miss one, the centre would not move.
    EXPECT_EQ(packs::LoadRuleSet(set).rules, nullptr) << row;
    Decider decider(Make(set, {.analyze = false}));
    CheckCentreStands(decider, "zone", 11);
    ASSERT_FALSE(HasFailure()) << row;
  }
  EXPECT_GT(two_meanings_, kRecords);
  EXPECT_GT(moved_, kRecords) << "else nothing would show that the tables count at all";
}

// The plugin says of every title that it is a manager's, and the centre has not accepted the table that names it.
TEST_F(MeaningLaw, NorDoesAPluginThatKnowsEveryTitle) {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  packs::PackFiles central = *set.Find("central");
  std::string& head = central.files["pack.yaml"];
  head.erase(head.find("accepts:"));
  std::erase_if(central.files, [](const auto& file) { return file.first.starts_with("accepted/"); });
  set.Put(central);
  std::shared_ptr<Snapshot> snapshot = Make(set);
  auto plugin = Add(*snapshot, kTitles, "contact.title");
  Decider decider(snapshot);
  packs::Sample sample;
  sample.contact.title = "manager";  // what the plugin says of it, too
  const DecidedMeaning centre = Decide(decider, sample, "");
  const DecidedMeaning region = Decide(decider, sample, "emea");
  EXPECT_EQ(region.meaning.by_region().seniority, "manager");
  EXPECT_EQ(region.meaning.central.seniority, "");
  EXPECT_EQ(region.score.central, centre.score.central);
  EXPECT_GT(region.score.adjustment, 0);
  EXPECT_THAT(plugin->calls, ::testing::ElementsAre(1));

  // It counts once the centre has accepted the table with it.
  std::shared_ptr<Snapshot> accepting = Make(packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set);
  plugin = Add(*accepting, kTitles, "contact.title");
  Decider accepted(accepting);
  const DecidedMeaning counted = Decide(accepted, sample, "emea");
  EXPECT_GT(counted.score.central, centre.score.central);
  EXPECT_THAT(plugin->calls, ::testing::ElementsAre(1));
}

}  // namespace
}  // namespace leadline::engine
