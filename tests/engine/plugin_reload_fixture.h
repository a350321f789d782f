// An engine on a plugin folder whose files a test changes.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "engine/rollout/pack_rollout.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

namespace fs = std::filesystem;

inline constexpr char kProject[] = "the project's own";

class PluginReloadTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    plugins_ = folder_ / "plugins";
    fs::create_directory(plugins_);
    for (const char* name : {"territory_balance.so", "territory_balance.plugin.json"}) {
      fs::copy_file(fs::path(kPluginDir) / name, plugins_ / name);
    }
    Put("director");
    Restart();
  }

  // The server once more on the same store.
  void Restart() {
    packs_.reset();
    engine_.reset();
    store_.reset();
    holder_ = std::make_unique<SnapshotHolder>(nullptr);
    OpenStore();
    Start();
  }

  void Start() {
    PackRolloutOptions options;
    options.clock = &clock_;
    options.ids = &ids_;
    options.store = store_.get();
    options.snapshots = holder_.get();
    options.plugins = TrustedPlugins(plugins_, folder_ / "plugin-cache");
    if (trust_ != nullptr) options.plugins.trust = trust_;
    packs_ = std::make_unique<PackRollout>(options);
    packs::PackSet set = ShippedPacks();
    std::vector<Diagnostic> diagnostics;
    bool differs = false;
    const absl::Status status = packs_->Start(set, false, &diagnostics, &differs);
    ASSERT_TRUE(status.ok()) << status << FormatDiagnostics(diagnostics);
  }

  // Puts a version into the plugin folder, as a person would: the file first, then its manifest.
  void Put(const std::string& version) {
    for (const char* name : {"title_seniority.so", "title_seniority.plugin.json"}) {
      const fs::path next = plugins_ / (std::string(name) + ".next");
      const fs::path from =
          version == kProject ? fs::path(kPluginDir) : fs::path(LEADLINE_BINARY_DIR "/reload_fixtures") / version;
      fs::copy_file(from / name, next, fs::copy_options::overwrite_existing);
      fs::rename(next, plugins_ / name);
    }
  }

  absl::StatusOr<PluginView> Load(PluginLoad::Action action = PluginLoad::Action::kReload, bool rescore = false) {
    CallContext context;
    context.actor = "olga";
    return packs_->LoadPlugin(context, {kTitles, action, "because", rescore});
  }

  PluginView View() {
    for (PluginView& view : packs_->ListPlugins()) {
      if (view.status.ref.id == kTitles) return view;
    }
    return {};
  }

  // A German whose title no table knows, so that the plugin says what it means.
  static Enquiry Unknown(int number = 0) {
    Enquiry e = HotEnquiry();
    e.account.country = "DE";
    // Of another name and company than all others, so that nobody is taken for somebody else.
    const std::string hash = Sha256Hex(std::to_string(number));
    e.account.domain = hash.substr(0, 16) + ".de";
    e.account.name = hash.substr(16, 12);
    e.contact.given_name = hash.substr(28, 8);
    e.contact.family_name = hash.substr(36, 12);
    e.contact.email = hash.substr(48, 16) + "@" + e.account.domain;
    e.contact.title = "Oberkrawallier";
    e.contact.language = "de";
    return e;
  }

  std::string Seniority(int number) {
    auto lead = Submit(Unknown(number));
    EXPECT_TRUE(lead.ok()) << lead.status();
    return lead.ok() ? lead->lead.meaning.central.seniority : "";
  }

  std::vector<std::string> Changes() {
    std::vector<std::string> out;
    const auto history = History(std::string("plugins/") + kTitles);
    EXPECT_TRUE(history.ok()) << history.status();
    if (!history.ok()) return out;
    for (const domain::Event& event : *history) {
      const auto& change = std::get<domain::PluginChanged>(event.payload);
      out.push_back(fmt::format("{} {} after {} in {} by {}: {}", change.action, change.version,
                                change.previous_version.empty() ? "none" : change.previous_version, change.generation,
                                event.actor, change.reason));
      EXPECT_EQ(event.generation, change.generation);
    }
    return out;
  }

  fs::path plugins_;
  std::shared_ptr<const plugin::TrustPolicy> trust_;
  std::unique_ptr<PackRollout> packs_;
};

}  // namespace leadline::engine
