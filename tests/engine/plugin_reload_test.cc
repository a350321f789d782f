// A plugin's new file comes to decide while the engine works, or says why not.
#include "tests/engine/plugin_reload_fixture.h"

namespace leadline::engine {
namespace {

using Action = PluginLoad::Action;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(PluginReloadTest, ANewFileDecidesOnlyAfterTheReload) {
  EXPECT_EQ(Seniority(1), "director");
  Put("head");
  EXPECT_EQ(Seniority(2), "director");
  auto view = Load();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->status.ref.version, "9.2.0");
  EXPECT_TRUE(view->status.loaded);
  EXPECT_EQ(view->last_load_error, "");
  EXPECT_EQ(holder_->Get()->ref->generation, 2);
  EXPECT_EQ(Seniority(3), "head");
  EXPECT_THAT(Changes(), ElementsAre("loaded 9.1.0 after none in 1 by server: first start",
                                     "reloaded 9.2.0 after 9.1.0 in 2 by olga: because"));
  EXPECT_EQ(packs_->Get({})->rollout.plugins, holder_->Get()->ref->plugins);
}

TEST_F(PluginReloadTest, AFileThatIsOnlyTriedDoesNotDecide) {
  CallContext context;
  context.validate_only = true;
  const int64_t position = *engine_->LastPosition({});
  Put("no_answer");
  const auto bad = packs_->LoadPlugin(context, {kTitles});
  EXPECT_EQ(ReasonOf(bad.status()), "PLUGIN_LOAD_FAILED") << bad.status();
  EXPECT_EQ(View().last_load_error, "");
  EXPECT_EQ(Load().status().message(), bad.status().message());
  Put("head");
  const auto tried = packs_->LoadPlugin(context, {kTitles});
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->status.ref.version, "9.2.0");
  EXPECT_TRUE(tried->status.loaded);
  EXPECT_EQ(View().status.ref.version, "9.1.0");
  EXPECT_EQ(holder_->Get()->ref->generation, 1);
  EXPECT_EQ(*engine_->LastPosition({}), position);
  EXPECT_EQ(Seniority(1), "director");
  const auto view = Load();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->status.ref, tried->status.ref);
  EXPECT_EQ(view->status.mode, tried->status.mode);
  EXPECT_EQ(view->sandbox.has_value(), tried->sandbox.has_value());
  EXPECT_EQ(view->health.calls, tried->health.calls);
}

TEST_F(PluginReloadTest, TheSameFileOnceMoreIsANewGeneration) {
  auto view = Load();
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(holder_->Get()->ref->generation, 2);
  EXPECT_EQ(Changes().back(), "reloaded 9.1.0 after 9.1.0 in 2 by olga: because");
}

TEST_F(PluginReloadTest, AFileThatIsNoGoodKeepsTheOldOne) {
  struct Bad {
    const char* version;
    const char* why;
  };
  for (const Bad& bad : {Bad{"no_instance", "create() failed: the licence has run out"},
                         Bad{"no_answer", "it fails on a smoke record (leadline.normalize/1, no field has a value)"}}) {
    Put(bad.version);
    auto view = Load();
    EXPECT_EQ(view.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(view.status()), "PLUGIN_LOAD_FAILED");
    EXPECT_THAT(std::string(view.status().message()),
                AllOf(HasSubstr(bad.why), HasSubstr("org.leadline.title_seniority 9.1.0 goes on deciding")));
    EXPECT_EQ(View().status.ref.version, "9.1.0");
    EXPECT_EQ(View().last_load_error, view.status().message());
    EXPECT_EQ(holder_->Get()->ref->generation, 1);
    EXPECT_EQ(Seniority(1), "director");
  }
  std::ofstream(plugins_ / "title_seniority.so", std::ios::app) << "x";
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("is not the file its manifest describes"));
  fs::remove(plugins_ / "title_seniority.so");
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("no plugin \"org.leadline.title_seniority\""));
  EXPECT_EQ(Changes().size(), 1u);
  Put("head");
  ASSERT_TRUE(Load().ok());
  EXPECT_EQ(View().last_load_error, "");
}

TEST_F(PluginReloadTest, AFailedWriteKeepsTheOldOne) {
  Put("head");
  store_->Close();
  as_told_ = false;  // nothing can be read any more
  auto view = Load();
  EXPECT_FALSE(view.ok());
  EXPECT_EQ(View().status.ref.version, "9.1.0");
  EXPECT_EQ(holder_->Get()->ref->generation, 1);
}

TEST_F(PluginReloadTest, LoadIsForWhatIsNotThereAndReloadForWhatIs) {
  EXPECT_EQ(ReasonOf(Load(Action::kLoad).status()), "PLUGIN_IS_LOADED");
  CallContext context;
  EXPECT_EQ(packs_->LoadPlugin(context, {"com.example.none"}).status().code(), absl::StatusCode::kNotFound);

  fs::remove(plugins_ / "title_seniority.so");
  Restart();
  EXPECT_EQ(Changes().back(), "unloaded  after 9.1.0 in 2 by server: found at the start");
  EXPECT_EQ(Seniority(1), "");
  EXPECT_EQ(ReasonOf(Load(Action::kReload).status()), "PLUGIN_IS_NOT_LOADED");
  Put("head");
  ASSERT_TRUE(Load(Action::kLoad, /*rescore=*/true).ok());
  EXPECT_EQ(Changes().back(), "loaded 9.2.0 after none in 3 by olga: because");
  // Who was there before is read again, too.
  EXPECT_EQ(packs_->RescoreSome({}, 10)->leads, 1);
  const std::vector<domain::Lead> found = NewestLeads();
  ASSERT_EQ(found.size(), 1u);
  auto contact = engine_->GetEntity({}, "contacts/" + found.front().contacts.front().contact_id);
  ASSERT_TRUE(contact.ok()) << contact.status();
  EXPECT_EQ(contact->contact->meaning.central.seniority, "head");
  EXPECT_EQ(found.front().meaning.central.seniority, "head");
}

TEST_F(PluginReloadTest, AServerThatFindsAnotherFileAtItsStartSaysSo) {
  Put("head");
  Restart();
  EXPECT_EQ(holder_->Get()->ref->generation, 2);
  EXPECT_EQ(Changes().back(), "reloaded 9.2.0 after 9.1.0 in 2 by server: found at the start");
  EXPECT_EQ(Seniority(1), "head");
}

TEST_F(PluginReloadTest, AnActivationLeavesThePluginsAsTheyAre) {
  // The packs' tests know no other.
  Put(kProject);
  ASSERT_TRUE(Load().ok());
  const auto before = holder_->Get()->plugins.find(kTitles)->second.plugin;
  Put("no_instance");
  packs::PackFiles emea = *ShippedPacks().Find("emea");
  std::erase_if(emea.files, [](const auto& file) { return file.first.starts_with("tests/"); });
  std::string& scoring = emea.files["scoring.yaml"];
  scoring.replace(scoring.find("    points: 5\n"), 14, "    points: 8\n");
  PackCheck check;
  auto proposal = packs_->Propose({}, emea, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  ASSERT_TRUE(
      packs_->Activate({}, {proposal->candidate.ref.sha256, ActivateRequest::Mode::kActive, 0, "", false}).ok());
  EXPECT_EQ(holder_->Get()->ref->generation, 3);
  EXPECT_EQ(holder_->Get()->plugins.find(kTitles)->second.plugin, before);
  EXPECT_EQ(Changes().size(), 2u);
}

TEST_F(PluginReloadTest, ATrialGoesOnWithTheNewFile) {
  Put(kProject);
  ASSERT_TRUE(Load().ok());
  packs::PackFiles emea = *ShippedPacks().Find("emea");
  std::erase_if(emea.files, [](const auto& file) { return file.first.starts_with("tests/"); });
  std::string& scoring = emea.files["scoring.yaml"];
  scoring.replace(scoring.find("    points: 5\n"), 14, "    points: 8\n");
  PackCheck check;
  auto proposal = packs_->Propose({}, emea, &check);
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  ASSERT_TRUE(
      packs_->Activate({}, {proposal->candidate.ref.sha256, ActivateRequest::Mode::kCanary, 50, "", false}).ok());
  Put("head");
  ASSERT_TRUE(Load().ok());
  const std::shared_ptr<const Deciding> deciding = holder_->GetDeciding();
  ASSERT_NE(deciding->canary, nullptr);
  EXPECT_EQ(deciding->active->ref->generation, 4);
  EXPECT_EQ(deciding->canary->ref->generation, 5);
  EXPECT_NE(deciding->canary->ref->packs, deciding->active->ref->packs);
  EXPECT_EQ(deciding->canary->plugins.find(kTitles)->second.plugin,
            deciding->active->plugins.find(kTitles)->second.plugin);
  const RolloutView view = *packs_->Get({});
  EXPECT_EQ(view.rollout.trial->generation, 5);
  ASSERT_TRUE(view.trial.has_value());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Seniority(i), "head");
}

TEST_F(PluginReloadTest, AnotherServerFollowsWithItsOwnFolderOrSaysWhatItLacks) {
  const fs::path elsewhere = folder_ / "elsewhere";
  fs::copy(plugins_, elsewhere);
  SnapshotHolder holder(nullptr);
  PackRolloutOptions options;
  options.clock = &clock_;
  options.ids = &ids_;
  options.store = store_.get();
  options.snapshots = &holder;
  options.plugins = TrustedPlugins(elsewhere, folder_ / "other-cache");
  PackRollout other(options);
  std::vector<Diagnostic> diagnostics;
  bool differs = false;
  ASSERT_TRUE(other.Start(ShippedPacks(), false, &diagnostics, &differs).ok());
  ASSERT_EQ(holder.Get()->ref->generation, 1);

  Put("head");
  ASSERT_TRUE(Load().ok());
  const absl::Status lacks = other.Refresh({});
  EXPECT_EQ(lacks.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(lacks.message()),
              AllOf(HasSubstr("put the same files into its plugin folder"), HasSubstr("9.2.0"), HasSubstr("9.1.0")));
  EXPECT_EQ(other.Get({})->refresh_error, lacks.message());
  EXPECT_EQ(holder.Get()->ref->generation, 1);
  EXPECT_EQ(other.LoadPlugin({}, {kTitles}).status().code(), absl::StatusCode::kAborted);

  for (const char* name : {"title_seniority.so", "title_seniority.plugin.json"}) {
    fs::copy_file(plugins_ / name, elsewhere / name, fs::copy_options::overwrite_existing);
  }
  ASSERT_TRUE(other.Refresh({}).ok());
  EXPECT_EQ(*holder.Get()->ref, *holder_->Get()->ref);
}

TEST_F(PluginReloadTest, AnOldFileGoesWhenNothingUsesItAnyMore) {
  const std::weak_ptr<plugin::Plugin> old = holder_->Get()->plugins.find(kTitles)->second.plugin;
  int number = 0;
  EXPECT_EQ(Seniority(++number), "director");
  // A thread keeps what it decided by last until it has decided by two others.
  for (const char* version : {"head", "director", "head"}) {
    Put(version);
    ASSERT_TRUE(Load().ok());
    EXPECT_EQ(Seniority(++number), version);
  }
  EXPECT_TRUE(old.expired());
}

TEST_F(PluginReloadTest, AReloadAsksWhoMayLoad) {
  auto policy = [&](const std::string& version) {
    const std::string folder = LEADLINE_BINARY_DIR "/reload_fixtures/" + version;
    plugin::TrustPolicy::Contents contents;
    for (const std::string& so : {folder + "/title_seniority.so", (plugins_ / "territory_balance.so").string()}) {
      const plugin::Manifest manifest = *plugin::ReadManifest(so);
      contents.plugins.push_back({manifest.id, manifest.sha256});
      contents.local.push_back({manifest.id, manifest.sha256});
    }
    return plugin::TrustPolicy(std::move(contents), "trust.json");
  };
  const fs::path file = folder_ / "trust.json";
  auto write = [&](const std::string& version) { std::ofstream(file) << policy(version).ToJson(); };
  write("director");
  PackRolloutOptions options;
  options.clock = &clock_;
  options.ids = &ids_;
  options.store = store_.get();
  options.snapshots = holder_.get();
  options.plugins = TrustedPlugins(plugins_, folder_ / "plugin-cache");
  options.plugins.trust = nullptr;
  options.plugins.trust_file = file;
  packs_ = std::make_unique<PackRollout>(options);
  std::vector<Diagnostic> diagnostics;
  bool differs = false;
  ASSERT_TRUE(packs_->Start(ShippedPacks(), false, &diagnostics, &differs).ok());
  Put("head");
  EXPECT_THAT(std::string(Load().status().message()),
              HasSubstr("it is not the file that " + file.string() + " lists under org.leadline.title_seniority"));
  write("head");
  EXPECT_TRUE(Load().ok());
  std::ofstream(file) << "{";
  EXPECT_THAT(std::string(Load().status().message()), HasSubstr("parse error at line 1"));
}

}  // namespace
}  // namespace leadline::engine
