// Ways round the layering that were open once, through whole decisions: routes that regions hid, plugins that a region
// needs.
#include <gmock/gmock.h>

#include <algorithm>

#include "engine/decide/decider.h"
#include "engine/rollout/region_changes.h"
#include "tests/engine/pack_rollout_fixture.h"
#include "tests/engine/plugin_slots_fixture.h"
#include "tests/packs/region_generator.h"
#include "tests/packs/testing.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Everybody is there and has no lead.
class EverybodyFree final : public RepSource {
 public:
  absl::StatusOr<domain::RepState> State(std::string_view rep_id) override {
    domain::RepState state;
    state.rep_id = std::string(rep_id);
    return state;
  }
  absl::StatusOr<std::vector<domain::PoolState>> Pool(std::string_view) override {
    return std::vector<domain::PoolState>();
  }
  absl::StatusOr<std::string> OpenLeadOwner(const domain::Lead&, domain::OpenLeadOf) override { return std::string(); }
};

packs::PackSet Repository() {
  packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
  for (packs::PackFiles& pack : set.packs) {
    std::erase_if(pack.files, [](const auto& file) { return file.first.starts_with("tests/"); });
  }
  return set;
}

RouteOutcome RouteOf(Decider& decider, const packs::Sample& sample) {
  EverybodyFree reps;
  auto out = decider.Route(sample.view(), reps, "", Explain::kFired);
  EXPECT_TRUE(out.ok()) << out.status();
  return out.ok() ? *std::move(out) : RouteOutcome();
}

class PathLaw : public PluginSlots {};

TEST_F(PathLaw, TheOwnerOfTheAccountIsAskedBeforeEveryRegion) {
  // The shipped centre has no reps. One that has gives its own leads to them.
  packs::PackSet set = Repository();
  packs::PackFiles central = *set.Find("central");
  central.files["routing.yaml"] +=
      "teams:\n  - {id: desk}\nreps:\n  - {id: desk-sam-taylor, name: Sam Taylor, team: desk, languages: [en]}\n";
  set.Put(std::move(central));
  Decider decider(Make(set));
  const struct {
    const char *region, *country, *language, *owner;
  } cases[] = {{"emea", "DE", "de", "emea-claire-moreau"},
               {"latam", "BR", "pt", "latam-sofia-hernandez"},
               {"north_america", "US", "en", "na-camille-roy"},
               {"apac", "JP", "ja", "ap-mei-lin"},
               {"", "", "", "desk-sam-taylor"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.region);
    packs::Sample sample;
    sample.lead.region = c.region;
    sample.lead.country = c.country;
    sample.lead.language = c.language;
    sample.contact.email = "ana@acme.com";
    EXPECT_NE(RouteOf(decider, sample).rep, c.owner);
    sample.account.owner = c.owner;
    EXPECT_EQ(RouteOf(decider, sample).rep, c.owner);
    EXPECT_EQ(RouteOf(decider, sample).route, "account_owner");
    sample.account.owner = "somebody-who-left";
    EXPECT_NE(RouteOf(decider, sample).route, "account_owner") << "nobody of the packs: it goes on to the next route";
  }
}

TEST_F(PathLaw, NobodyIsGivenWhatNobodyCanReach) {
  Decider decider(Make(Repository()));
  const std::pair<const char*, const char*> places[] = {
      {"emea", "ES"}, {"latam", "BR"}, {"north_america", "US"}, {"apac", "JP"}, {"", ""}};
  for (const auto& [region, country] : places) {
    SCOPED_TRACE(region);
    packs::Sample sample;
    sample.lead.region = region;
    sample.lead.country = country;
    sample.lead.language = "pt";
    sample.activities = {packs::MakeActivity("website", "high", "contact_me", kHour)};
    EXPECT_EQ(RouteOf(decider, sample).hold_queue, "data_quality");
    EXPECT_EQ(RouteOf(decider, sample).route, "no_way_to_reach");
    sample.contact.phone = "+34911234567";
    // What is of no region waits for somebody who says where it belongs.
    const RouteOutcome out = RouteOf(decider, sample);
    EXPECT_EQ(out.rep.empty(), sample.lead.region.empty());
    EXPECT_EQ(out.hold_queue, sample.lead.region.empty() ? "unassigned" : "");
  }
}

// Whatever a region writes, it takes no lead before the routes that go before regions.
TEST_F(PathLaw, NoGeneratedRegionComesBeforeThem) {
  packs::PackSet centre;
  centre.root = kRulesRoot;
  centre.Put(*Repository().Find("central"));
  const packs::LoadResult alone = packs::LoadRuleSet(centre, {.analyze = false});
  ASSERT_NE(alone.rules, nullptr);
  std::mt19937_64 random(11);
  int regions = 0, held = 0;
  for (int i = 0; i < 200 && regions < 12 && !HasFailure(); ++i) {
    packs::PackSet set = centre;
    set.Put(packs::RandomRegion(*alone.rules, "zone", random));
    if (packs::LoadRuleSet(set, {.analyze = false}).rules == nullptr) continue;
    ++regions;
    Decider decider(Make(set, {.analyze = false}));
    for (int k = 0; k < 40; ++k) {
      packs::Sample sample = packs::RandomSample(*decider.snapshot().rules, random, random() % 4);
      sample.lead.region = "zone";
      sample.account.owner.clear();
      if (random() % 2 == 0) sample.contact.email = sample.contact.phone = "";
      const bool reachable = !sample.contact.email.empty() || !sample.contact.phone.empty();
      const RouteOutcome out = RouteOf(decider, sample);
      EXPECT_EQ(out.hold_queue == "data_quality", !reachable) << out.route;
      held += reachable ? 0 : 1;
    }
  }
  EXPECT_EQ(regions, 12);
  EXPECT_GT(held, 100);
}

// EMEA cannot do without a plugin that is not there.
packs::PackSet WithNeedOf(packs::PackSet set, const std::string& pack) {
  packs::PackFiles files = *set.Find(pack);
  std::string& tables = files.files["normalize.yaml"];
  const std::string optional = "      optional: true\n";
  const size_t at = tables.find(optional, tables.find("org.leadline.title_seniority"));
  EXPECT_NE(at, std::string::npos);
  tables.erase(at, optional.size());
  set.Put(std::move(files));
  return set;
}

class RegionsPlugins : public PackRolloutTest {
 protected:
  // A folder with all plugins of the project but the one that reads titles.
  PluginFolder WithoutTitles() {
    const std::filesystem::path plugins = folder_ / "some-plugins";
    std::filesystem::create_directories(plugins);
    for (const auto& entry : std::filesystem::directory_iterator(kPluginDir)) {
      if (!entry.is_regular_file() || entry.path().filename().string().starts_with("title_seniority")) continue;
      std::filesystem::copy_file(entry.path(), plugins / entry.path().filename(),
                                 std::filesystem::copy_options::skip_existing);
    }
    return TrustedPlugins(plugins, folder_ / "some-cache");
  }
  std::shared_ptr<const Snapshot> Built(const packs::PackSet& set, const PluginFolder& plugins) {
    const SnapshotResult built = BuildSnapshot(set, plugins, 1, 0);
    EXPECT_TRUE(built.status.ok()) << built.status << FormatDiagnostics(built.diagnostics);
    return built.snapshot;
  }
  static Enquiry From(const std::string& country) {
    Enquiry e = HotEnquiry();
    e.account.country = e.contact.country = country;
    return e;
  }
};

TEST_F(RegionsPlugins, WhatOnlyARegionNeedsKeepsOnlyItsLeadsWaiting) {
  const std::shared_ptr<const Snapshot> snapshot = Built(WithNeedOf(folder_set_, "emea"), WithoutTitles());
  ASSERT_NE(snapshot, nullptr) << "the server starts";
  ASSERT_EQ(snapshot->lacking.size(), 1u);
  EXPECT_EQ(snapshot->lacking.begin()->first, "emea");
  EXPECT_THAT(OutagesOf(*snapshot), ElementsAre(PluginOutage{kTitles, "leadline.normalize/1", "emea"}));
  holder_->Set(snapshot);
  const absl::Status refused = Submit(From("DE")).status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(refused.message(),
              HasSubstr("leads of emea, and people of its countries, cannot be decided: its pack needs the plugin " +
                        std::string(kTitles)));
  for (const char* country : {"BR", "US", "AQ"}) {
    const auto lead = Submit(From(country));
    EXPECT_TRUE(lead.ok()) << country << ": " << lead.status();
  }
}

TEST_F(RegionsPlugins, WhatTheCentreNeedsKeepsTheServerFromStarting) {
  packs::PackSet set = folder_set_;
  packs::PackFiles central = *set.Find("central");
  std::string& tables = central.files["normalize.yaml"];
  tables.insert(tables.find("  account.industry:\n"),
                "    - {plugin: org.leadline.title_seniority, mode: local, on_failure: skip}\n");
  set.Put(std::move(central));
  const SnapshotResult built = BuildSnapshot(set, WithoutTitles(), 1, 0);
  EXPECT_EQ(built.snapshot, nullptr);
  EXPECT_THAT(built.status.message(), HasSubstr("the pack needs plugin org.leadline.title_seniority"));
}

// EMEA and LATAM name it in the same way, but for that.
TEST_F(RegionsPlugins, OneRegionsNeedIsNotAnothers) {
  const std::shared_ptr<const Snapshot> both = Built(folder_set_, WithoutTitles());
  const std::shared_ptr<const Snapshot> need = Built(WithNeedOf(folder_set_, "emea"), WithoutTitles());
  ASSERT_TRUE(both != nullptr && need != nullptr);
  EXPECT_TRUE(both->lacking.empty());
  const auto titles = [](const Snapshot& snapshot, const char* region) {
    const auto& uses = snapshot.rules->plugins();
    return std::any_of(uses.begin(), uses.end(),
                       [&](const packs::PluginUse& use) { return use.id == kTitles && use.NeededIn(region); });
  };
  EXPECT_TRUE(titles(*need, "emea"));
  EXPECT_FALSE(titles(*need, "latam"));
  EXPECT_FALSE(titles(*need, ""));
  // So leads of the others need not be scored again.
  EXPECT_NE(FingerprintsOf(*both).at("emea"), FingerprintsOf(*need).at("emea"));
  EXPECT_EQ(FingerprintsOf(*both).at("latam"), FingerprintsOf(*need).at("latam"));
  EXPECT_EQ(FingerprintsOf(*both).at(""), FingerprintsOf(*need).at(""));
}

// Its leads could only fail, and hold up those of others. When the plugin is there, they are scored again.
TEST_F(RegionsPlugins, LeadsThatCannotBeDecidedAreNotScoredAgain) {
  const std::shared_ptr<const Snapshot> before = Built(folder_set_, WithoutTitles());
  packs::PackSet set = WithNeedOf(folder_set_, "emea");
  packs::PackFiles latam = *set.Find("latam");
  std::string& scoring = latam.files["scoring.yaml"];
  scoring.replace(scoring.find("points: 4"), 9, "points: 5");
  set.Put(std::move(latam));
  const std::shared_ptr<const Snapshot> lacking = Built(set, WithoutTitles());
  const std::shared_ptr<const Snapshot> whole = Built(set, TrustedPlugins(kPluginDir, folder_ / "plugin-cache"));
  ASSERT_TRUE(before != nullptr && lacking != nullptr && whole != nullptr);
  domain::Rollout rollout;
  rollout.decided_by = FingerprintsOf(*before);
  domain::Rescoring rescoring;
  ChooseRegions(*lacking, rollout, rescoring);
  EXPECT_TRUE(rescoring.Covers("latam"));
  EXPECT_FALSE(rescoring.Covers("emea"));
  EXPECT_FALSE(rescoring.Covers(""));
  domain::Rescoring then;
  ChooseRegions(*whole, rollout, then);
  EXPECT_TRUE(then.Covers("emea"));
}

TEST_F(RegionsPlugins, WhatARegionLacksKeepsOnlyItsOwnCandidatesBack) {
  const PluginFolder plugins = WithoutTitles();
  const auto check = [&](const packs::PackSet& set, packs::PackFiles candidate) {
    PackCheckJob job;
    job.set = set;
    const std::string name = candidate.name;
    job.set.Put(std::move(candidate));
    job.build = [&job, &plugins](const SnapshotWish&) { return BuildSnapshot(job.set, plugins, 2, 0); };
    PackCheckerHere checker;
    auto checked = CheckCandidate(name, job, checker);
    EXPECT_TRUE(checked.ok()) << checked.status();
    return checked.ok() ? *std::move(checked) : CandidateCheck();
  };
  const packs::PackSet need = WithNeedOf(folder_set_, "emea");
  const CandidateCheck own = check(folder_set_, *need.Find("emea"));
  EXPECT_EQ(own.snapshot, nullptr);
  EXPECT_THAT(own.check.status.message(), HasSubstr("needs the plugin org.leadline.title_seniority"));
  for (const char* pack : {"central", "latam"}) {
    const CandidateCheck other = check(need, *need.Find(pack));
    EXPECT_TRUE(other.check.status.ok()) << pack << ": " << other.check.status;
    EXPECT_TRUE(other.check.broken_packs.empty()) << pack;
  }
}

// Tests of packs run without plugins as they did.
TEST_F(RegionsPlugins, TestsOfPacksDoWithoutThem) {
  packs::LoadResult loaded = packs::LoadRuleSet(WithNeedOf(folder_set_, "emea"));
  ASSERT_NE(loaded.rules, nullptr);
  Decider decider(MakeTestSnapshot(loaded.rules));
  packs::Sample sample;
  sample.lead.region = "emea";
  EXPECT_TRUE(decider.Score(sample.view(), Explain::kNothing).ok());
}

}  // namespace
}  // namespace leadline::engine
