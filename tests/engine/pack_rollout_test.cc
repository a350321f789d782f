// Packs on their way to deciding: proposed, approved, tried, activated, rolled back, on a real store.
#include <gmock/gmock.h>

#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

TEST_F(PackRolloutTest, TheFirstStartTakesTheFolderAndALaterOneTheStore) {
  EXPECT_EQ(holder_->Get()->ref->generation, 1);
  const auto first = *packs_->Get({});
  ASSERT_EQ(first.rollout.active.size(), folder_set_.packs.size());
  EXPECT_EQ(first.rollout.active.front().ref.pack, "central");
  EXPECT_EQ(Actions("emea"), (std::vector<std::string>{"activated by server"}));

  folder_set_.Put(GenerousEmea());
  Restart();
  EXPECT_TRUE(differs_);
  EXPECT_EQ(holder_->Get()->ref->packs, holder_->Get()->ref->packs);
  EXPECT_EQ(packs_->Get({})->rollout, first.rollout);

  Restart(/*adopt=*/true);
  EXPECT_FALSE(differs_);
  EXPECT_EQ(holder_->Get()->ref->generation, 2);
  EXPECT_EQ(packs_->Get({})->rollout.FindActive("emea")->before.size(), 1u);
}

TEST_F(PackRolloutTest, ARegionsPackIsProposedActivatedAndRolledBack) {
  auto before = Submit(Purchaser());
  ASSERT_TRUE(before.ok()) << before.status();
  const std::string sha256 = Propose(GenerousEmea());
  EXPECT_EQ(holder_->Get()->ref->generation, 1) << "a proposal decides nothing";
  auto active = Activate(sha256);
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->generation, 2);
  auto after = Submit(Purchaser());
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->lead.score.central, before->lead.score.central);
  EXPECT_NEAR(after->lead.score.adjustment - before->lead.score.adjustment, 3, 1e-6);
  EXPECT_EQ(after->snapshot->generation, 2);
  EXPECT_EQ(Activate(sha256).status().code(), absl::StatusCode::kFailedPrecondition) << "it decides already";

  auto back = packs_->Rollback(As("emea-ops"), "emea", "too generous");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->generation, 3);
  auto again = Submit(Purchaser());
  EXPECT_EQ(again->lead.score.adjustment, before->lead.score.adjustment);
  EXPECT_EQ(ReasonOf(packs_->Rollback(As("emea-ops"), "emea", "").status()), "NO_EARLIER_VERSION");
  EXPECT_EQ(Actions("emea"), (std::vector<std::string>{"activated by server", "proposed by emea-ops",
                                                       "activated by emea-ops", "rolled_back by emea-ops"}));
  // What one server activated, the next one on the store starts with.
  Restart();
  EXPECT_EQ(holder_->Get()->ref->generation, 3);
}

TEST_F(PackRolloutTest, ANewRegionGoesAwayAgain) {
  packs::PackFiles nordics{
      "nordics",
      {{"pack.yaml", "pack: nordics\nextends: central\nversion: 1.0.0\nowner: nordics-ops\n"},
       {"normalize.yaml",
        "normalize:\n  lead.source:\n    - {when: 'source.fold() in [\"messa\"]', value: trade_fair}\n"}}};
  const std::string sha256 = Propose(nordics);
  ASSERT_TRUE(Activate(sha256).ok());
  EXPECT_EQ(holder_->Get()->ref->packs.size(), folder_set_.packs.size() + 1);
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "nordics", "").ok());
  EXPECT_EQ(holder_->Get()->ref->packs.size(), folder_set_.packs.size());
  EXPECT_EQ(packs_->Rollback(As("emea-ops"), "nordics", "").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Actions("nordics").back(), "removed by emea-ops");
}

TEST_F(PackRolloutTest, ABrokenPackIsRefusedAndChangesNothing) {
  PackCheck check;
  auto refused = packs_->Propose(As("emea-ops"),
                                 Edited("emea", "scoring.yaml", "contact.seniority in", "contact.senority in"), &check);
  EXPECT_EQ(ReasonOf(refused.status()), "PACK_CHECK_FAILED");
  ASSERT_FALSE(check.diagnostics.empty());
  const auto error = std::find_if(check.diagnostics.begin(), check.diagnostics.end(),
                                  [](const Diagnostic& d) { return d.severity == Severity::kError; });
  ASSERT_NE(error, check.diagnostics.end());
  EXPECT_EQ(error->code, "LL2103");
  EXPECT_EQ(packs_->Get({})->rollout.version, 1);
  EXPECT_EQ(Activate(std::string(64, '0')).status().code(), absl::StatusCode::kNotFound);

  // What a change of the centre breaks is told by name before anything is kept.
  auto central =
      packs_->Validate(As("centre"), Edited("central", "scoring.yaml", "    params: {points: {min: 50, max: 70}}",
                                            "    params: {points: {min: 50, max: 64}}"));
  ASSERT_TRUE(central.ok());
  EXPECT_FALSE(central->status.ok());
  EXPECT_EQ(central->broken_packs, std::vector<std::string>{"emea"});
}

TEST_F(PackRolloutTest, ATestThatFailsKeepsAPackFromDeciding) {
  packs::PackFiles files = GenerousEmea();
  files.files["tests/one_test.yaml"] =
      "suite: One\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: no points\n    with: {lead: {source: website}}\n"
      "    expect: {score: {central: 4711}}\n";
  PackCheck check;
  EXPECT_EQ(ReasonOf(packs_->Propose(As("emea-ops"), files, &check).status()), "PACK_CHECK_FAILED");
  EXPECT_EQ(check.tests.failed, 1);
}

// A region's test cannot keep the centre from deciding, only make it say why it does.
TEST_F(PackRolloutTest, ARegionsTestsDoNotVetoTheCentre) {
  packs::PackFiles emea = *folder_set_.Find("emea");
  emea.files["tests/one_test.yaml"] =
      "suite: One\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: a manager\n    with: {contact: {seniority: manager}}\n"
      "    expect: {fired: {title.manager: 20}}\n";
  ASSERT_TRUE(Activate(Propose(emea)).ok());

  packs::PackFiles central = Edited("central", "scoring.yaml", "contact.seniority == \"manager\"\n    points: 20",
                                    "contact.seniority == \"manager\"\n    points: 19");
  PackCheck check;
  auto proposal = packs_->Propose(As("centre"), central, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  EXPECT_EQ(check.broken_packs, std::vector<std::string>{"emea"});
  EXPECT_EQ(check.tests.failed, 1);
  EXPECT_THAT(check.warning, ::testing::HasSubstr("fails tests of emea"));
  EXPECT_THAT(check.warning, ::testing::HasSubstr("regions/emea/tests/one_test.yaml:4"));
  const std::string sha256 = proposal->candidate.ref.sha256;
  using Side = domain::ApprovalSide;
  ASSERT_TRUE(packs_->Approve(As("maria"), sha256, Side::kMarketing, "19 was agreed with sales in May").ok());
  ASSERT_TRUE(packs_->Approve(As("sam"), sha256, Side::kSales).ok());
  const absl::Status refused = Activate(sha256).status();
  EXPECT_EQ(ReasonOf(refused), "REGION_TESTS_FAIL");
  EXPECT_THAT(refused.message(), ::testing::HasSubstr("--reason"));
  EXPECT_EQ(ReasonOf(Activate(sha256, Mode::kCanary, 10).status()), "REGION_TESTS_FAIL");
  EXPECT_TRUE(Activate(sha256, Mode::kShadow).ok()) << "nothing is decided by it";
  EXPECT_TRUE(packs_->Approve(As("boris"), sha256, Side::kSales, "not his to give").ok());
  EXPECT_EQ(ReasonOf(Activate(sha256).status()), "REGION_TESTS_FAIL") << "another's yes stands as it was given";
  auto again = packs_->Approve(As("sam"), sha256, Side::kSales, "as agreed");
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->approvals.size(), 2u);
  EXPECT_EQ(again->approvals[1].reason, "as agreed");
  ASSERT_TRUE(Activate(sha256).ok());
  std::vector<std::string> reasons;
  const auto history = History("packs/central");
  ASSERT_TRUE(history.ok());
  for (const domain::Event& event : *history) {
    const auto& change = std::get<domain::PackChanged>(event.payload);
    if (change.action == "approved") reasons.push_back(event.actor + ": " + change.reason);
  }
  EXPECT_EQ(reasons, (std::vector<std::string>{"maria: 19 was agreed with sales in May", "sam: ", "sam: as agreed"}));

  // Now they fail for good, and keep nobody but their own region back.
  PackCheck other;
  auto latam = packs_->Propose(As("latam-ops"), Edited("latam", "pack.yaml", "owner:", "# The same\nowner:"), &other);
  ASSERT_TRUE(latam.ok()) << latam.status();
  EXPECT_TRUE(other.broken_packs.empty());
  EXPECT_TRUE(Activate(latam->candidate.ref.sha256).ok());
  emea.files["pack.yaml"] += "# Another version\n";
  EXPECT_EQ(ReasonOf(packs_->Propose(As("emea-ops"), emea, &other).status()), "PACK_CHECK_FAILED");
}

// Nor can it name what the centre takes away.
TEST_F(PackRolloutTest, ARegionsTestThatNamesWhatIsGoneDoesNotVetoEither) {
  packs::PackFiles emea = *folder_set_.Find("emea");
  emea.files["tests/one_test.yaml"] =
      "suite: One\nnow: 2026-06-01T12:00:00Z\ncases:\n  - name: nothing is known\n"
      "    expect: {score: {central: 0}, not_fired: [job.seeker]}\n";
  ASSERT_TRUE(Activate(Propose(emea)).ok());
  PackCheck check;
  packs::PackFiles central = *folder_set_.Find("central");
  std::string& scoring = central.files["scoring.yaml"];
  const size_t rule = scoring.find("  - id: job.seeker");
  ASSERT_NE(rule, std::string::npos);
  scoring.erase(rule, scoring.find("\n\n", rule) + 1 - rule);
  auto proposal = packs_->Propose(As("centre"), central, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  EXPECT_EQ(check.broken_packs, std::vector<std::string>{"emea"});
  EXPECT_NE(check.warning, "");
}

TEST_F(PackRolloutTest, ATestOfTheCentreStillKeepsARegionBack) {
  packs::PackFiles central = *folder_set_.Find("central");
  central.files["tests/one_test.yaml"] =
      "suite: One\nnow: 2026-06-01T12:00:00Z\nregion: emea\ncases:\n  - name: at once\n    with: {contact: {email: "
      "a@b.de}, lead: {language: de}, activities: [{channel: website, investment: high, response: contact_me}]}\n"
      "    expect: {route: {by: emea.fast_lane}}\n";
  const std::string sha256 = Propose(central, "centre");
  ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
  ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
  ASSERT_TRUE(Activate(sha256).ok());
  packs::PackFiles emea = Edited("emea", "routing.yaml", "  - id: emea.fast_lane\n", "  - id: emea.other_lane\n");
  PackCheck check;
  EXPECT_EQ(ReasonOf(packs_->Propose(As("emea-ops"), emea, &check).status()), "PACK_CHECK_FAILED");
  EXPECT_EQ(check.broken_packs, std::vector<std::string>{"central"});
}

TEST_F(PackRolloutTest, TheCentralPackNeedsBothSidesByTwoPeople) {
  packs::PackFiles files = *folder_set_.Find("central");
  files.files["scoring.yaml"] += "\n# Reviewed in March.\n";
  const std::string sha256 = Propose(files, "centre");
  EXPECT_EQ(ReasonOf(Activate(sha256).status()), "APPROVAL_MISSING");
  EXPECT_EQ(ReasonOf(Activate(sha256, Mode::kCanary, 10).status()), "APPROVAL_MISSING");
  EXPECT_EQ(ReasonOf(packs_->Approve({}, sha256, domain::ApprovalSide::kMarketing).status()), "NOT_AN_APPROVER")
      << "without a name";
  ASSERT_TRUE(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kMarketing).ok());
  EXPECT_EQ(ReasonOf(packs_->Approve(As("maria"), sha256, domain::ApprovalSide::kSales).status()), "NOT_AN_APPROVER");
  EXPECT_EQ(ReasonOf(Activate(sha256).status()), "APPROVAL_MISSING");
  ASSERT_TRUE(packs_->Approve(As("sam"), sha256, domain::ApprovalSide::kSales).ok());
  ASSERT_TRUE(Activate(sha256).ok());
  EXPECT_EQ(Actions("central"),
            (std::vector<std::string>{"activated by server", "proposed by centre", "approved by maria",
                                      "approved by sam", "activated by emea-ops"}));
}

TEST_F(PackRolloutTest, AShadowIsCountedAndWritesNothing) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256, Mode::kShadow).ok());
  EXPECT_EQ(holder_->Get()->ref->generation, 1);
  auto lead = Submit(Purchaser());
  ASSERT_TRUE(lead.ok());
  EXPECT_EQ(lead->snapshot->generation, 1);
  const int64_t position = *engine_->LastPosition({});
  EXPECT_EQ(*packs_->CompareSome({}, 1000), 1);
  EXPECT_EQ(*packs_->CompareSome({}, 1000), 0) << "each decision is compared once";
  EXPECT_EQ(*engine_->LastPosition({}), position);
  const auto view = *packs_->Get({});
  ASSERT_TRUE(view.trial.has_value());
  EXPECT_EQ(view.trial->compared, 1);
  EXPECT_EQ(view.trial->diff.changed, 1);
  ASSERT_EQ(view.trial->diff.by_rule.size(), 1u);
  EXPECT_EQ(view.trial->diff.by_rule[0].rule, "emea.purchasing_manager");
  EXPECT_NEAR(view.trial->diff.by_rule[0].points, 3, 1e-6);
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "seen enough").ok());
  EXPECT_FALSE(packs_->Get({})->trial.has_value());
  EXPECT_EQ(ReasonOf(packs_->StopTrial(As("emea-ops"), "").status()), "NO_TRIAL");
}

TEST_F(PackRolloutTest, ACanaryDecidesTheSameShareOfLeadsEachTime) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256, Mode::kCanary, 40).ok());
  std::vector<std::string> chosen;
  int canary = 0;
  constexpr int kLeads = 60;
  for (int i = 0; i < kLeads; ++i) {
    Enquiry e = Purchaser();
    e.contact.email = fmt::format("p{}@firm{}.es", i, i);
    e.account.domain = fmt::format("firm{}.es", i);
    e.account.name = fmt::format("Firm {}", i);
    auto lead = Submit(std::move(e));
    ASSERT_TRUE(lead.ok()) << lead.status();
    const bool by_canary = lead->snapshot->generation == 2;
    EXPECT_EQ(by_canary, InCanary(lead->lead.id, sha256, 40));
    EXPECT_NEAR(lead->lead.score.adjustment, by_canary ? 13 : 10, 1e-6);
    canary += by_canary ? 1 : 0;
    // The next request about it is decided by the same packs, and everything that it writes says so.
    domain::Activity activity = Did("website", "high", "pricing");
    activity.lead_id = lead->lead.id;
    auto acted = Act(activity);
    ASSERT_TRUE(acted.ok()) << acted.status();
    EXPECT_EQ(acted->snapshot->generation, lead->snapshot->generation);
    const auto history = History(LeadName(lead->lead));
    for (const domain::Event& event : *history) {
      EXPECT_EQ(event.generation, lead->snapshot->generation);
    }
  }
  EXPECT_GT(canary, kLeads / 8);
  EXPECT_LT(canary, kLeads * 3 / 4);
  // A greater share keeps the leads of the smaller one.
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    EXPECT_LE(InCanary(id, sha256, 10), InCanary(id, sha256, 11));
  }
}

TEST_F(PackRolloutTest, TheDiffNamesRuleLeadsAndTotals) {
  for (int i = 0; i < 5; ++i) {
    Enquiry e = i < 3 ? Purchaser() : HotEnquiry();
    e.contact.email = fmt::format("p{}@firm{}.es", i, i);
    e.account = {};
    e.account.name = fmt::format("Firm {}", i);
    e.account.country = "ES";
    ASSERT_TRUE(Submit(std::move(e)).ok());
  }
  DiffRequest request;
  request.files = GenerousEmea();
  auto diff = packs_->Diff({}, request);
  ASSERT_TRUE(diff.ok()) << diff.status();
  EXPECT_EQ(diff->leads, 5);
  EXPECT_EQ(diff->changed, 3);
  ASSERT_FALSE(diff->by_rule.empty());
  EXPECT_EQ(diff->by_rule[0].leads, 3);
  EXPECT_EQ(diff->samples.size(), 3u);
  int64_t before = 0, after = 0;
  for (const StatusTotal& total : diff->totals) before += total.before, after += total.after;
  EXPECT_EQ(before, 5);
  EXPECT_EQ(after, 5);
  request.region = "latam";
  EXPECT_EQ(packs_->Diff({}, request)->leads, 0);
  CallContext unwanted;
  unwanted.wanted = [] { return false; };
  EXPECT_EQ(packs_->Diff(unwanted, request).status().code(), absl::StatusCode::kCancelled);
}

TEST_F(PackRolloutTest, LeadsAreScoredAgainAFewAtATimeAndOverARestart) {
  std::vector<std::string> leads;
  for (int i = 0; i < 7; ++i) {
    Enquiry e = Purchaser();
    e.contact.email = fmt::format("p{}@firm{}.es", i, i);
    e.account = {};
    e.account.name = fmt::format("Firm {}", i);
    e.account.country = "ES";
    leads.push_back(LeadName(Submit(std::move(e))->lead));
  }
  const double before = engine_->GetLead({}, leads[0])->score.adjustment;
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  EXPECT_EQ(packs_->Get({})->rollout.rescoring->total, 7);
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  Restart();
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 3);
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 1);
  EXPECT_EQ(packs_->RescoreSome({}, 3)->leads, 0);
  const auto progress = *packs_->Get({})->rollout.rescoring;
  EXPECT_EQ(progress.done, 7);
  EXPECT_EQ(progress.changed, 7);
  EXPECT_NE(progress.finished_at, 0);
  for (const std::string& lead : leads) EXPECT_GT(engine_->GetLead({}, lead)->score.adjustment, before);
}

TEST_F(PackRolloutTest, AnotherServerOnTheSameStoreFollows) {
  auto other_holder = std::make_unique<SnapshotHolder>(BuildOnce());
  PackRolloutOptions options;
  options.clock = &clock_;
  options.ids = &ids_;
  options.store = store_.get();
  options.snapshots = other_holder.get();
  options.plugins = TrustedPlugins(kPluginDir, folder_ / "plugin-cache");
  PackRollout other(options);
  std::vector<Diagnostic> diagnostics;
  bool differs = false;
  ASSERT_TRUE(other.Start(folder_set_, false, &diagnostics, &differs).ok());
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  EXPECT_EQ(other_holder->Get()->ref->generation, 1);
  ASSERT_TRUE(other.Refresh({}).ok());
  EXPECT_EQ(*other_holder->Get()->ref, *holder_->Get()->ref);
}

}  // namespace
}  // namespace leadline::engine
