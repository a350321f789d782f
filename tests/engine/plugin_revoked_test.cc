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
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = Plugins();
    packs_ = std::make_unique<PackRollout>(options);
    std::vector<Diagnostic> diagnostics;
    bool differs = false;
    ASSERT_TRUE(packs_->Start(packs::ReadPackSet(kRulesRoot).set, false, &diagnostics, &differs).ok());
    ASSERT_TRUE(View().status.loaded) << View().status.error;
    ASSERT_EQ(View().revoked, "");
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
  auto view = packs_->LoadPlugin({}, {kBalance, PluginLoad::Action::kReload, "because", false});
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_TRUE(view->status.loaded);
  EXPECT_FALSE(View().status.loaded);
  EXPECT_THAT(View().status.error, HasSubstr("is revoked by"));
  EXPECT_EQ(holder_->Get()->plugins.count(kTitles), 0u);
}

TEST_F(PluginRevokedTest, AnActivationDoesNotKeepIt) {
  const std::shared_ptr<const Snapshot> running = holder_->Get();
  const packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
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
  const packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
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
