// An activation touches the leads that other rules decide now, and says whom it left out.
#include <gmock/gmock.h>

#include "engine/explain/explanation.h"
#include "engine/rollout/region_changes.h"
#include "engine/work/standing.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using domain::Rescoring;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::UnorderedElementsAre;

class RegionRescoringTest : public PackRolloutTest {
 protected:
  // Of a company in the country.
  SubmitResult TakeFrom(const std::string& country, int number, const std::string& persons_country = "") {
    Enquiry e = Purchaser();
    e.contact.email = fmt::format("p{}@firm{}.com", number, number);
    e.contact.given_name = fmt::format("Given{}", number);
    e.contact.family_name = fmt::format("Family{}", number);
    e.contact.country = persons_country;
    e.account = {};
    e.account.name = fmt::format("Firm {}", number);
    e.account.country = country;
    auto submitted = Submit(std::move(e));
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted.ok() ? *std::move(submitted) : SubmitResult();
  }
  domain::Lead Now(const domain::Lead& lead) { return *engine_->GetLead({}, LeadName(lead)); }
  int64_t PersonsVersion(const SubmitResult& taken) {
    int64_t version = 0;
    EXPECT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             auto contact = StandingContact(reader, taken.contact.id);
                             if (contact.ok()) version = contact->version;
                             return contact.status();
                           })
                    .ok());
    return version;
  }
  Rescoring Progress() { return *packs_->Get({})->rollout.rescoring; }
  Rescoring Finish() {
    for (int i = 0; i < 100 && Progress().finished_at == 0; ++i) {
      const auto step = packs_->RescoreSome({}, 3);
      EXPECT_TRUE(step.ok()) << step.status();
    }
    EXPECT_NE(Progress().finished_at, 0);
    return Progress();
  }
  void ActivateCentral(const packs::PackFiles& files) {
    const std::string sha256 = Propose(files, "centre");
    ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
    ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
    const auto activated = Activate(sha256);
    ASSERT_TRUE(activated.ok()) << activated.status();
  }
  RegionFingerprints FingerprintsWith(const packs::PackFiles& files) {
    packs::PackSet set = folder_set_;
    set.Put(files);
    const SnapshotResult built =
        BuildSnapshot(set, TrustedPlugins(kPluginDir, folder_ / "plugin-cache"), 2, clock_.Now(), holder_->Get().get());
    EXPECT_NE(built.snapshot, nullptr) << built.status;
    return FingerprintsOf(*built.snapshot);
  }
  std::vector<std::string> ChangedBy(const packs::PackFiles& files) {
    const RegionFingerprints before = FingerprintsOf(*holder_->Get()), after = FingerprintsWith(files);
    std::vector<std::string> changed;
    for (const auto& [region, fingerprint] : after) {
      if (before.at(region) != fingerprint) changed.push_back(region);
    }
    return changed;
  }
};

TEST_F(RegionRescoringTest, AnActivationInOneRegionTouchesNoLeadOfAnother) {
  const SubmitResult emea = TakeFrom("ES", 1), latam = TakeFrom("BR", 2), america = TakeFrom("US", 3);
  ASSERT_EQ(emea.lead.region, "emea");
  ASSERT_EQ(latam.lead.region, "latam");
  const int64_t latam_person = PersonsVersion(latam), america_person = PersonsVersion(america);
  clock_.Advance(40 * kDay);  // points have decayed: who is decided now, is written
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  EXPECT_THAT(Progress().regions, UnorderedElementsAre(Key("emea")));
  EXPECT_THAT(Progress().left_out_regions, ElementsAre("", "apac", "latam", "north_america"));
  double generous = 0;
  for (int turn = 0; turn < 2; ++turn) {
    const int64_t version = Now(emea.lead).version;
    const Rescoring progress = Finish();
    EXPECT_EQ(progress.total, 3);
    EXPECT_EQ(progress.done, 3);
    EXPECT_EQ(progress.left_out, 2);
    EXPECT_EQ(progress.changed, 1);
    EXPECT_EQ(progress.same, 0);
    EXPECT_GT(Now(emea.lead).version, version);
    for (const SubmitResult* untouched : {&latam, &america}) {
      EXPECT_EQ(Now(untouched->lead), untouched->lead);
    }
    EXPECT_EQ(PersonsVersion(latam), latam_person);
    EXPECT_EQ(PersonsVersion(america), america_person);
    if (turn == 0) {
      generous = Now(emea.lead).score.adjustment;
      ASSERT_TRUE(packs_->Rollback(As("maria"), "emea", "not so good").ok());
    }
  }
  EXPECT_LT(Now(emea.lead).score.adjustment, generous) << "rolled back";
}

TEST_F(RegionRescoringTest, WhoIsLeftOutIsExplainedRightly) {
  const SubmitResult latam = TakeFrom("BR", 1);
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  Finish();
  const auto explained = engine_->ExplainLead({}, ExplainRequest{.name = LeadName(latam.lead)});
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->snapshot->generation, holder_->Get()->ref->generation);
  EXPECT_EQ(explained->score.total, latam.lead.score.total);
  EXPECT_EQ(explained->lead, latam.lead);
}

TEST_F(RegionRescoringTest, CommentsAndOrderOfFilesTouchNobody) {
  const SubmitResult emea = TakeFrom("ES", 1);
  packs::PackFiles same = *folder_set_.Find("emea");
  for (auto& [path, text] : same.files) {
    if (path.ends_with(".yaml")) text = "# Another remark.\n" + text + "\n# And one more.\n";
  }
  same.files["scoring.yaml"] =
      Replaced(same.files["scoring.yaml"], "Tenders bring public bodies to us too", "Said in other words");
  EXPECT_THAT(ChangedBy(same), IsEmpty());
  clock_.Advance(40 * kDay);
  const int64_t position = *engine_->LastPosition({});
  ASSERT_TRUE(Activate(Propose(same)).ok());
  const Rescoring progress = Progress();
  EXPECT_NE(progress.finished_at, 0) << "there is nothing to go over";
  EXPECT_EQ(progress.left_out, 1);
  EXPECT_EQ(progress.done, progress.total);
  EXPECT_THAT(progress.regions, IsEmpty());
  EXPECT_EQ(packs_->RescoreSome({}, 10)->leads, 0);
  EXPECT_EQ(Now(emea.lead), emea.lead);
  EXPECT_LT(position, *engine_->LastPosition({})) << "the ledger tells the activation itself";
}

TEST_F(RegionRescoringTest, EachPartOfARegionsRulesCounts) {
  const auto emea = [&](const std::string& file, const std::string& from, const std::string& to) {
    return ChangedBy(Edited("emea", file, from, to));
  };
  EXPECT_THAT(emea("scoring.yaml", "    points: 5\n", "    points: 6\n"), ElementsAre("emea"));
  EXPECT_THAT(emea("scoring.yaml", "half_life: 60d", "half_life: 50d"), ElementsAre("emea"));
  EXPECT_THAT(emea("scoring.yaml", "max_points: 8", "max_points: 9"), ElementsAre("emea"));
  EXPECT_THAT(emea("scoring.yaml", "account.employees >= 100", "account.employees >= 101"), ElementsAre("emea"));
  EXPECT_THAT(emea("scoring.yaml", "response: attend, points: 24", "response: attend, points: 25"),
              ElementsAre("emea"));
  EXPECT_THAT(emea("normalize.yaml", "title.hasWord(\"gerant\")", "title.hasWord(\"gerent\")"), ElementsAre("emea"));
  // Who works a lead, and until when, is nothing that a score or a status goes by.
  EXPECT_THAT(emea("routing.yaml", "score.central >= 130.0", "score.central >= 140.0"), IsEmpty());
  EXPECT_THAT(emea("routing.yaml", "weight: 2, capacity: 50", "weight: 3, capacity: 50"), IsEmpty());
  EXPECT_THAT(emea("sla.yaml", "due_after: 30m", "due_after: 29m"), IsEmpty());
  // Persons of a country follow it to another region.
  EXPECT_THAT(emea("routing.yaml", "countries: [DE, AT, CH, LI]", "countries: [DE, AT, CH]"), ElementsAre("", "emea"));
}

TEST_F(RegionRescoringTest, ACentralRuleTouchesAll) {
  EXPECT_THAT(ChangedBy(Edited("central", "scoring.yaml", "    points: 25\n", "    points: 24\n")),
              ElementsAre("", "apac", "emea", "latam", "north_america"));
  EXPECT_THAT(ChangedBy(Edited("central", "status.yaml", "    on: [rescore, merge]\n    when: score.qualified\n",
                               "    on: [rescore, merge]\n    when: score.qualified && lead.purchased == false\n")),
              ElementsAre("", "apac", "emea", "latam", "north_america"));
  // What a gate holds must be found among those that it denied before; who owns a queue, and until when, changes no
  // lead.
  EXPECT_THAT(ChangedBy(Edited("central", "status.yaml", "hold: junk ", "hold: data_quality ")),
              ElementsAre("", "apac", "emea", "latam", "north_america"));
  EXPECT_THAT(ChangedBy(Edited("central", "routing.yaml", "owner: marketing-operations", "owner: marketing")),
              IsEmpty());
  EXPECT_THAT(ChangedBy(Edited("central", "merge.yaml", "match: ", "match:  ")), IsEmpty());
  const SubmitResult emea = TakeFrom("ES", 1), latam = TakeFrom("BR", 2), america = TakeFrom("US", 3);
  ASSERT_NO_FATAL_FAILURE(
      ActivateCentral(Edited("central", "scoring.yaml", "seniority == \"manager\"\n    points: 20\n",
                             "seniority == \"manager\"\n    points: 19\n")));
  const Rescoring progress = Finish();
  EXPECT_EQ(progress.left_out, 0);
  EXPECT_THAT(progress.left_out_regions, IsEmpty());
  EXPECT_EQ(progress.changed + progress.same, 3);
}

// Whoever changes only what counts as work in hand: books of the reps follow, and nothing else does.
TEST_F(RegionRescoringTest, RepsBooksFollowAStatusThatAloneBecomesOpen) {
  const SubmitResult taken = TakeFrom("ES", 1);
  ASSERT_EQ(taken.lead.status, "mql");
  ASSERT_FALSE(taken.lead.assignee.empty());
  EXPECT_EQ(OpenLeads(), 1);
  ASSERT_NO_FATAL_FAILURE(
      ActivateCentral(Edited("central", "status.yaml", "{id: mql, order: 4, ", "{id: mql, order: 4, open: false, ")));
  EXPECT_EQ(OpenLeads(), 1) << "not yet gone over";
  const Rescoring progress = Finish();
  EXPECT_EQ(progress.changed, 1);
  EXPECT_EQ(OpenLeads(), 0);
  EXPECT_FALSE(Now(taken.lead).open);
  EXPECT_EQ(Now(taken.lead).score, taken.lead.score);
  EXPECT_EQ(Now(taken.lead).status, taken.lead.status);
  ASSERT_TRUE(packs_->Rollback(As("maria"), "central", "not so good").ok());
  Finish();
  EXPECT_EQ(OpenLeads(), 1);
}

// The lead is America's, the person is decided by the rules of Spain.
TEST_F(RegionRescoringTest, APersonWithOtherRulesBringsTheLeadAlong) {
  const SubmitResult taken = TakeFrom("US", 1, "ES"), other = TakeFrom("US", 2);
  ASSERT_NE(taken.lead.region, "emea");
  const int64_t before = PersonsVersion(taken), others = PersonsVersion(other);
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  const Rescoring progress = Finish();
  EXPECT_EQ(progress.left_out, 1);
  EXPECT_GT(PersonsVersion(taken), before);
  EXPECT_EQ(PersonsVersion(other), others);
}

// Packs that came in while others were still being gone over: who was not reached is not forgotten.
TEST_F(RegionRescoringTest, WhatWasNotGoneOverStaysToDo) {
  std::vector<SubmitResult> emea;
  for (int i = 0; i < 4; ++i) emea.push_back(TakeFrom("ES", i));
  const SubmitResult latam = TakeFrom("BR", 10);
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  EXPECT_EQ(packs_->RescoreSome({}, 2)->leads, 2);
  packs::PackFiles files = *folder_set_.Find("latam");
  std::string& scoring = files.files["scoring.yaml"];
  const size_t at = scoring.find("points: ");
  ASSERT_NE(at, std::string::npos);
  scoring.replace(at, scoring.find_first_of(",}\n", at) - at, "points: 3");
  ASSERT_TRUE(Activate(Propose(files)).ok());
  EXPECT_THAT(Progress().regions, UnorderedElementsAre(Key("emea"), Key("latam")));
  Finish();
  for (const SubmitResult& taken : emea) EXPECT_GT(Now(taken.lead).score.adjustment, taken.lead.score.adjustment);
  // Nor when the packs before come back half way.
  ASSERT_TRUE(packs_->Rollback(As("maria"), "emea", "").ok());
  EXPECT_EQ(packs_->RescoreSome({}, 2)->leads, 2);
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  EXPECT_THAT(Progress().regions, Contains(Key("emea")));
  Finish();
  for (const SubmitResult& taken : emea) EXPECT_GT(Now(taken.lead).score.adjustment, taken.lead.score.adjustment);
}

TEST_F(RegionRescoringTest, LeadsThatKeptTheirScoresAreFoundLater) {
  const SubmitResult taken = TakeFrom("ES", 1);
  ActivateRequest request{Propose(GenerousEmea()), Mode::kActive, 0, "because", false};
  ASSERT_TRUE(packs_->Activate(As("emea-ops"), request).ok());
  EXPECT_FALSE(packs_->Get({})->rollout.rescoring.has_value());
  packs::PackFiles remark = GenerousEmea();
  remark.files["scoring.yaml"] += "# The same rules.\n";
  ASSERT_TRUE(Activate(Propose(remark)).ok());
  EXPECT_THAT(Progress().regions, UnorderedElementsAre(Key("emea")));
  Finish();
  EXPECT_GT(Now(taken.lead).score.adjustment, taken.lead.score.adjustment);
}

TEST_F(RegionRescoringTest, ACanarysShareOfItsRegionsIsGoneOverWhenItEnds) {
  std::vector<SubmitResult> taken = {TakeFrom("ES", 1), TakeFrom("BR", 2)};
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256, Mode::kCanary, 50).ok());
  for (int i = 3; i < 13; ++i) taken.push_back(TakeFrom(i % 3 == 0 ? "BR" : "ES", i));
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "seen enough").ok());
  EXPECT_THAT(Progress().regions, IsEmpty());
  const auto share = std::count_if(taken.begin(), taken.end(), [&](const SubmitResult& t) {
    return t.lead.region == "emea" && InCanary(t.lead.id, sha256, 50);
  });
  ASSERT_GT(share, 0);
  const Rescoring progress = Finish();
  EXPECT_EQ(progress.left_out, static_cast<int64_t>(taken.size()) - share);
  EXPECT_EQ(progress.changed + progress.same, share);
  // By what all of them were decided is known: the same packs once more leave nothing to do.
  packs::PackFiles remark = *folder_set_.Find("emea");
  remark.files["scoring.yaml"] += "# The same rules.\n";
  ASSERT_TRUE(Activate(Propose(remark)).ok());
  EXPECT_THAT(Progress().regions, IsEmpty());
}

TEST_F(RegionRescoringTest, ARestartInBetweenKnowsWhatDecided) {
  TakeFrom("ES", 1);
  TakeFrom("BR", 2);
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  Restart();
  EXPECT_EQ(Finish().left_out, 1);
  Restart();
  packs::PackFiles remark = GenerousEmea();
  remark.files["scoring.yaml"] += "# The same rules.\n";
  ASSERT_TRUE(Activate(Propose(remark)).ok());
  EXPECT_EQ(Progress().left_out, 2);
}

// A plugin's other file counts where it is asked, and so does a table that a rule reads.
TEST_F(RegionRescoringTest, PluginsAndTablesCountWhereTheyAreRead) {
  const Snapshot& deciding = *holder_->Get();
  ASSERT_TRUE(deciding.plugins.contains("org.leadline.title_seniority"));
  const RegionFingerprints before = FingerprintsOf(deciding);
  const auto changed = [&](const std::string& plugin) {
    Snapshot other = deciding;
    other.plugins.find(plugin)->second.ref.sha256 = "another file";
    std::vector<std::string> regions;
    for (const auto& [region, fingerprint] : FingerprintsOf(other)) {
      if (before.at(region) != fingerprint) regions.push_back(region);
    }
    return regions;
  };
  EXPECT_THAT(changed("org.leadline.account_fit"), ElementsAre("", "apac", "emea", "latam", "north_america"))
      << "it scores everybody";
  EXPECT_THAT(changed("org.leadline.territory_balance"), IsEmpty()) << "it chooses among reps alone";
  const auto title = changed("org.leadline.title_seniority");
  EXPECT_THAT(title, Contains("emea"));
  EXPECT_THAT(ChangedBy(Edited("central", "mail_providers.yaml", "gmail", "gmaile")),
              ElementsAre("", "apac", "emea", "latam", "north_america"));
}

}  // namespace
}  // namespace leadline::engine
