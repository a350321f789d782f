// Packs on their way to deciding: proposed, approved, tried, activated, rolled back, on a real store.
#include "engine/pack_rollout.h"

#include <algorithm>
#include <optional>

#include "base/ids.h"
#include "engine/explanation.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

using Mode = ActivateRequest::Mode;

class PackRolloutTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    folder_set_ = packs::ReadPackSet(kRulesRoot).set;
    // The packs' own tests have their place in pack_tests_test.cc.
    for (packs::PackFiles& pack : folder_set_.packs) {
      std::erase_if(pack.files, [](const auto& f) { return f.first.starts_with("tests/"); });
    }
    Restart();
  }

  void Restart(bool adopt = false) {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = TrustedPlugins(kPluginDir, folder_ / "plugin-cache");
    packs_ = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    absl::Status status = packs_->Start(folder_set_, adopt, &diagnostics, &differs_);
    ASSERT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
  }

  static CallContext As(std::string actor) {
    CallContext context;
    context.actor = std::move(actor);
    return context;
  }

  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  // A version of a pack in which one file has other text.
  packs::PackFiles Edited(const std::string& pack, const std::string& file, const std::string& from,
                          const std::string& to) {
    packs::PackFiles files = *folder_set_.Find(pack);
    files.files[file] = Replaced(files.files[file], from, to);
    return files;
  }
  // Purchasing managers get 3 points more in EMEA.
  packs::PackFiles GenerousEmea() {
    packs::PackFiles files = Edited("emea", "scoring.yaml", "    points: 5\n", "    points: 8\n");
    return files;
  }

  std::string Propose(const packs::PackFiles& files, const std::string& actor = "emea-ops") {
    PackCheck check;
    auto candidate = packs_->Propose(As(actor), files, &check);
    EXPECT_TRUE(candidate.ok()) << candidate.status() << FormatDiagnostics(check.diagnostics);
    return candidate.ok() ? candidate->ref.sha256 : "";
  }

  absl::StatusOr<domain::Rollout> Activate(const std::string& sha256, Mode mode = Mode::kActive, int percent = 0) {
    return packs_->Activate(As("emea-ops"), {sha256, mode, percent, "because", true});
  }

  static Enquiry Purchaser() {
    Enquiry e = HotEnquiry();
    e.contact.title = "Head of Purchasing";
    e.contact.attributes["department"] = std::string("procurement");
    return e;
  }

  std::vector<std::string> Actions(const std::string& pack) {
    std::vector<std::string> out;
    const auto history = History("packs/" + pack);
    EXPECT_TRUE(history.ok()) << history.status();
    for (const domain::Event& event : *history) {
      out.push_back(std::get<domain::PackChanged>(event.payload).action + " by " + event.actor);
    }
    return out;
  }

  packs::PackSet folder_set_;
  bool differs_ = false;
  std::unique_ptr<PackRollout> packs_;
};

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

// Who hears nothing of a call asks again.
TEST_F(PackRolloutTest, ARepeatedCallActsOnce) {
  const auto named = [](const char* method, const char* id) {
    CallContext context = As("emea-ops");
    context.method = method;
    context.request_id = id;
    context.fingerprint = "of its content";
    return context;
  };
  const std::string first = Propose(GenerousEmea());
  const std::string second = Propose(Edited("emea", "scoring.yaml", "    points: 5\n", "    points: 7\n"));
  for (int i = 0; i < 2; ++i) {
    auto active = packs_->Activate(named("ActivatePack", "one"), {first, Mode::kActive, 0, "because", true});
    ASSERT_TRUE(active.ok()) << active.status();
    EXPECT_EQ(active->generation, 2);
  }
  ASSERT_TRUE(Activate(second).ok());
  for (int i = 0; i < 2; ++i) {
    auto back = packs_->Rollback(named("RollbackPack", "two"), "emea", "");
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(back->FindActive("emea")->ref.sha256, first) << "one step back, not two";
  }
  EXPECT_EQ(ReasonOf(packs_->StopTrial(named("StopTrial", "two"), "").status()), "REQUEST_ID_REUSED");
  ASSERT_TRUE(Activate(second, Mode::kShadow).ok());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(packs_->StopTrial(named("StopTrial", "three"), "").ok());
  // A server that starts later knows the name too.
  Restart();
  EXPECT_EQ(packs_->Rollback(named("RollbackPack", "two"), "emea", "")->FindActive("emea")->ref.sha256, first);
}

TEST_F(PackRolloutTest, WhatACanaryDecidedIsExplainedByItAndDecidedAgainWhenItStops) {
  const std::string sha256 = Propose(GenerousEmea());
  ASSERT_TRUE(Activate(sha256, Mode::kCanary, 99).ok());
  auto made = Submit(Purchaser());
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_EQ(made->snapshot->generation, 2) << "a lead of the canary's share";
  ExplainRequest request;
  request.name = LeadName(made->lead);
  auto explained = engine_->ExplainLead({}, request);
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->score, made->lead.score);
  EXPECT_EQ(explained->snapshot->generation, 2);
  ASSERT_TRUE(packs_->StopTrial(As("emea-ops"), "rejected").ok());
  EXPECT_EQ(*packs_->RescoreSome({}, 10), 1);
  auto again = engine_->GetLead({}, LeadName(made->lead));
  ASSERT_TRUE(again.ok());
  EXPECT_NEAR(again->score.adjustment, made->lead.score.adjustment - 3, 1e-6);
  EXPECT_EQ(engine_->ExplainLead({}, request)->score.total, again->score.total);
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
  EXPECT_EQ(check.diagnostics.front().code, "LL2103");
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
  auto diff = packs_->Diff({}, request, [] { return false; });
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
  EXPECT_EQ(packs_->Diff({}, request, [] { return false; })->leads, 0);
  EXPECT_EQ(packs_->Diff({}, request, [] { return true; }).status().code(), absl::StatusCode::kCancelled);
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
  EXPECT_EQ(*packs_->RescoreSome({}, 3), 3);
  Restart();
  EXPECT_EQ(*packs_->RescoreSome({}, 3), 3);
  EXPECT_EQ(*packs_->RescoreSome({}, 3), 1);
  EXPECT_EQ(*packs_->RescoreSome({}, 3), 0);
  const auto progress = *packs_->Get({})->rollout.rescoring;
  EXPECT_EQ(progress.done, 7);
  EXPECT_EQ(progress.changed, 7);
  EXPECT_NE(progress.finished_at, 0);
  for (const std::string& lead : leads) EXPECT_GT(engine_->GetLead({}, lead)->score.adjustment, before);
}

TEST_F(PackRolloutTest, ATitleThatARegionLearnsReachesThePeopleThatAreThere) {
  Enquiry e = HotEnquiry();
  e.contact.title = "Oberkrawallier";
  auto lead = Submit(std::move(e));
  ASSERT_TRUE(lead.ok());
  EXPECT_EQ(lead->lead.meaning.by_region().seniority, "");
  ASSERT_TRUE(
      Activate(Propose(Edited("emea", "normalize.yaml", "  contact.seniority:\n",
                              "  contact.seniority:\n    - {locale: de, when: title.hasWord(\"oberkrawallier\"), "
                              "value: director}\n")))
          .ok());
  EXPECT_EQ(*packs_->RescoreSome({}, 10), 1);
  // The centre has not accepted the row: what it brings is the region's own.
  auto now = engine_->GetLead({}, LeadName(lead->lead));
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->meaning.by_region().seniority, "director");
  EXPECT_EQ(now->meaning.central.seniority, "");
  EXPECT_EQ(now->score.central, lead->lead.score.central);
  EXPECT_GT(now->score.adjustment, lead->lead.score.adjustment);
}

// What is decided about a lead, and about its enquirer.
struct Standing {
  std::string status, person_status, assignee;
  double total, central, adjustment, person_total, person_central;
  domain::DimensionPoints dimensions;
  domain::Meaning meaning;
  std::optional<domain::Meaning> regional;
  bool operator==(const Standing&) const = default;
};

TEST_F(PackRolloutTest, AfterARollbackEveryDecisionIsAsBefore) {
  std::vector<std::string> leads;
  int number = 0;
  for (const char* country : {"DE", "BR", "US"}) {
    for (const char* title : {"Gerente de Compras", "Leiter Einkauf", "Head of IT", "Zauberer", "Obermagier"}) {
      Enquiry e = HotEnquiry();
      e.account.country = country;
      e.account.industry = number % 2 == 0 ? "Maschinenbau" : "Gartenbau";
      e.account.name = "Firma " + Sha256Hex(std::to_string(number)).substr(0, 12);
      e.account.domain = Sha256Hex(std::to_string(number)).substr(12, 12) + ".com";
      e.contact.email = "a@" + e.account.domain;
      e.contact.family_name = Sha256Hex(std::to_string(number++)).substr(24, 9);
      e.contact.title = title;
      e.source = number % 3 == 0 ? "Messe" : "website";
      auto made = Submit(std::move(e));
      ASSERT_TRUE(made.ok()) << made.status();
      ASSERT_TRUE(made->contact_created);
      leads.push_back(LeadName(made->lead));
    }
  }
  const auto rescore = [&] {
    while (*packs_->RescoreSome({}, 100) > 0) {
    }
  };
  const auto all = [&] {
    std::vector<Standing> out;
    for (const std::string& name : leads) {
      const domain::Lead lead = *engine_->GetLead({}, name);
      const domain::Contact person = *engine_->GetEntity({}, "contacts/" + lead.contacts.front().contact_id)->contact;
      out.push_back({lead.status, person.status, lead.assignee, lead.score.total, lead.score.central,
                     lead.score.adjustment, person.score.total, person.score.central, lead.score.dimensions,
                     lead.meaning.central, lead.meaning.regional});
    }
    return out;
  };
  const std::vector<Standing> before = all();
  const packs::PackFiles emea = *folder_set_.Find("emea");
  packs::PackFiles without = emea;
  without.files.erase("normalize.yaml");
  std::vector<packs::PackFiles> candidates = {
      Edited("emea", "normalize.yaml", "  contact.seniority:\n",
             "  contact.seniority:\n    - {when: title.hasWord(\"zauberer\") || title.hasWord(\"obermagier\"), value: "
             "c_level}\n"),
      Edited("emea", "normalize.yaml", "  account.industry:\n",
             "  account.industry:\n    - {when: industry.hasWord(\"gartenbau\"), value: manufacturing}\n"),
      without,
  };
  for (const packs::PackFiles& candidate : candidates) {
    ASSERT_TRUE(Activate(Propose(candidate)).ok());
    rescore();
    const std::vector<Standing> during = all();
    EXPECT_NE(during, before);
    for (size_t i = 0; i < leads.size(); ++i) {
      EXPECT_EQ(during[i].central, before[i].central) << leads[i];
      EXPECT_EQ(during[i].status, before[i].status) << leads[i];
    }
    ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "").ok());
    rescore();
    EXPECT_EQ(all(), before);
  }
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
