// What the operator revokes after it was loaded: it is shown at once, and gone with the next look at the policy.
#include "tests/engine/plugin_reload_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kBalance[] = "org.leadline.territory_balance";

class PluginRevokedTest : public PluginReloadTest {
 protected:
  void SetUp() override {
    PluginReloadTest::SetUp();
    for (const char* version : {"director", "head"}) {
      hashes_[version] =
          plugin::ReadManifest(LEADLINE_BINARY_DIR "/reload_fixtures/" + std::string(version) + "/title_seniority.so")
              ->sha256;
    }
    policy_.plugins = {{kTitles, hashes_["director"]}, {kTitles, hashes_["head"]}};
    const plugin::Manifest balance = *plugin::ReadManifest((plugins_ / "territory_balance.so").string());
    policy_.plugins.push_back({kBalance, balance.sha256});
    policy_.local = policy_.plugins;
    Write();
    StartWith(ShippedPacks());
    ASSERT_TRUE(View().status.loaded) << View().status.error;
    ASSERT_EQ(View().revoked, "");
  }

  // The server with these packs, whatever decided before.
  void StartWith(const packs::PackSet& set) {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = Plugins();
    packs_ = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    bool differs = false;
    const absl::Status status = packs_->Start(set, /*adopt=*/true, &diagnostics, &differs);
    ASSERT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
  }

  PluginFolder Plugins() const {
    PluginFolder folder = TrustedPlugins(plugins_, folder_ / "plugin-cache");
    folder.trust = nullptr;
    folder.trust_file = folder_ / "trust.json";
    return folder;
  }
  void Write() const { std::ofstream(folder_ / "trust.json") << plugin::TrustPolicy(policy_, "").ToJson(); }
  void Revoke(const std::string& version) {
    policy_.revoked.push_back({hashes_[version], "it takes interns for directors"});
    Write();
  }

  absl::StatusOr<PluginView> ReloadBalance() {
    return packs_->LoadPlugin({}, {kBalance, PluginLoad::Action::kReload, "because", false});
  }

  // The project's packs without their tests, which have their place elsewhere.
  static packs::PackSet Packs() {
    packs::PackSet set = ShippedPacks();
    for (packs::PackFiles& pack : set.packs) {
      std::erase_if(pack.files, [](const auto& file) { return file.first.starts_with("tests/"); });
    }
    return set;
  }
  static packs::PackFiles Commented(packs::PackFiles files) {
    files.files["scoring.yaml"] += "\n# Looked at in March.\n";
    return files;
  }
  // Without `text` and what follows of its entry.
  static packs::PackFiles Without(const std::string& text, const std::string& file, packs::PackFiles files) {
    std::string& all = files.files[file];
    const size_t at = all.find(text);
    EXPECT_NE(at, std::string::npos) << text;
    size_t end = at + text.size();
    while (all.compare(end, 6, "      ") == 0) end = all.find('\n', end) + 1;
    all.erase(at, end - at);
    return files;
  }
  static packs::PackFiles WithoutBalance(packs::PackFiles files) {
    return Without("    strategy:\n      plugin: org.leadline.territory_balance\n", "routing.yaml", std::move(files));
  }
  std::string Propose(const packs::PackFiles& files) {
    PackCheck check;
    const auto proposal = packs_->Propose({}, files, &check);
    EXPECT_TRUE(proposal.ok()) << proposal.status() << FormatDiagnostics(check.diagnostics);
    return proposal.ok() ? proposal->candidate.ref.sha256 : "";
  }
  absl::Status Activate(const std::string& sha256, ActivateRequest::Mode mode = ActivateRequest::Mode::kActive,
                        int percent = 0) {
    return packs_->Activate({}, {sha256, mode, percent, "", false}).status();
  }

  plugin::TrustPolicy::Contents policy_;
  std::map<std::string, std::string> hashes_;
};

TEST_F(PluginRevokedTest, ItIsShownAndEndsWithTheNextLoad) {
  Revoke("director");
  EXPECT_TRUE(View().status.loaded);
  EXPECT_THAT(View().revoked, AllOf(HasSubstr("is revoked by"), HasSubstr("it takes interns for directors")));
  EXPECT_EQ(Seniority(1), "director");

  auto view = Load();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_FALSE(view->status.loaded);
  EXPECT_THAT(view->status.error, AllOf(HasSubstr(kTitles), HasSubstr("is revoked by")));
  EXPECT_EQ(view->revoked, "");
  EXPECT_NE(Seniority(2), "director");
  EXPECT_EQ(Changes().back(), "unloaded  after 9.1.0 in 2 by olga: because");
  EXPECT_EQ(packs_->Get({})->rollout.plugins, holder_->Get()->ref->plugins);
}

TEST_F(PluginRevokedTest, AnotherFileTakesItsPlace) {
  Revoke("director");
  Put("head");
  auto view = Load();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->status.ref.version, "9.2.0");
  EXPECT_EQ(View().revoked, "");
  EXPECT_EQ(Seniority(1), "head");
}

TEST_F(PluginRevokedTest, ItEndsWithTheLoadOfAnotherPlugin) {
  Revoke("director");
  auto view = ReloadBalance();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_TRUE(view->status.loaded);
  EXPECT_FALSE(View().status.loaded);
  EXPECT_THAT(View().status.error, HasSubstr("is revoked by"));
  EXPECT_EQ(holder_->Get()->plugins.count(kTitles), 0u);
  EXPECT_TRUE(holder_->Get()->lacking.empty()) << "all packs can do without";
}

TEST_F(PluginRevokedTest, LeadsOfARegionThatNeedsItWait) {
  packs::PackSet set = Packs();
  packs::PackFiles needy = *set.Find("emea");
  std::string& tables = needy.files["normalize.yaml"];
  const std::string optional = "      optional: true\n";
  tables.erase(tables.find(optional, tables.find(kTitles)), optional.size());
  set.Put(needy);
  StartWith(set);
  const std::string proposed = Propose(needy);
  EXPECT_EQ(Seniority(1), "director");
  Revoke("director");
  ASSERT_TRUE(ReloadBalance().ok());
  const absl::Status refused = Submit(Unknown(2)).status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(OutagesOf(*holder_->Get()), testing::ElementsAre(PluginOutage{kTitles, "leadline.normalize/1", "emea"}));
  Enquiry elsewhere = Unknown(3);
  elsewhere.account.country = "BR";
  EXPECT_TRUE(Submit(elsewhere).ok()) << "all others can do without";

  // What is checked meanwhile for another region is no word on this one.
  ASSERT_TRUE(Activate(Propose(Commented(*set.Find("latam")))).ok());
  ASSERT_TRUE(Activate(Propose(*Packs().Find("emea"))).ok());
  EXPECT_TRUE(Submit(Unknown(4)).ok());
  const absl::Status lacks = Activate(proposed);
  EXPECT_EQ(ReasonOf(lacks), "PACK_CHECK_FAILED") << lacks;
  EXPECT_THAT(std::string(lacks.message()), HasSubstr(kTitles));
}

TEST_F(PluginRevokedTest, ATrialDoesNotKeepIt) {
  packs::PackSet set = Packs();
  set.Put(WithoutBalance(*set.Find("apac")));
  StartWith(set);
  const std::string sha256 = Propose(WithoutBalance(*set.Find("emea")));
  ASSERT_TRUE(Activate(sha256, ActivateRequest::Mode::kCanary, 50).ok());
  ASSERT_EQ(holder_->GetDeciding()->canary->plugins.count(kTitles), 1u);
  Revoke("director");
  ASSERT_TRUE(ReloadBalance().ok()) << "which the packs on trial do not name";
  const std::shared_ptr<const Deciding> deciding = holder_->GetDeciding();
  EXPECT_EQ(deciding->active->plugins.count(kTitles), 0u);
  ASSERT_NE(deciding->canary, nullptr);
  EXPECT_EQ(deciding->canary->plugins.count(kTitles), 0u);
  EXPECT_EQ(deciding->canary->ref->generation, deciding->active->ref->generation + 1);
  EXPECT_EQ(deciding->canary->ref->plugins.size(), deciding->canary->plugins.size());
}

TEST_F(PluginRevokedTest, AnActivationDoesNotKeepIt) {
  const std::shared_ptr<const Snapshot> running = holder_->Get();
  const packs::PackSet set = ShippedPacks();
  const auto next = [&] { return BuildSnapshot(set, Plugins(), 2, 0, running.get(), running->ref->plugins).snapshot; };
  ASSERT_EQ(next()->plugins.at(kTitles).plugin, running->plugins.at(kTitles).plugin) << "it goes on as it is";
  Revoke("director");
  EXPECT_EQ(next()->plugins.count(kTitles), 0u);
  EXPECT_EQ(next()->plugins.at(kBalance).plugin, running->plugins.at(kBalance).plugin);
  policy_.revoked.clear();
  policy_.min_versions = {{kTitles, "9.2"}};
  Write();
  EXPECT_EQ(next()->plugins.count(kTitles), 0u);
}

// What runs in the server is checked in a worker, and it is the file that runs, whatever the folder holds by now.
TEST_F(PluginRevokedTest, AChecksPluginsAreTheRunningFilesApart) {
  const std::shared_ptr<const Snapshot> running = holder_->Get();
  Put("head");
  PluginFolder apart = Plugins();
  apart.mode = plugin::PluginMode::kWorker;
  const packs::PackSet set = ShippedPacks();
  const SnapshotResult built = BuildSnapshot(set, apart, 2, 0, running.get(), running->ref->plugins);
  ASSERT_NE(built.snapshot, nullptr) << built.status;
  const BoundPlugin& title = built.snapshot->plugins.at(kTitles);
  EXPECT_EQ(title.ref, running->plugins.at(kTitles).ref);
  EXPECT_NE(title.plugin, running->plugins.at(kTitles).plugin);
  EXPECT_TRUE(title.plugin->info().sandbox.has_value());
}

TEST_F(PluginRevokedTest, AFileThatIsOnlyNoLongerListedGoesOn) {
  policy_.plugins.erase(policy_.plugins.begin());
  Write();
  EXPECT_EQ(View().revoked, "");
  EXPECT_FALSE(Load().ok());
  EXPECT_TRUE(View().status.loaded);
}

}  // namespace
}  // namespace leadline::engine
