// Which plugins keep a service from answering.
#include "tests/engine/plugin_reload_fixture.h"

namespace leadline::engine {
namespace {

using ::testing::ElementsAre;

// A plugin that is as well as a test says.
class Patient final : public plugin::Plugin {
 public:
  explicit Patient(plugin::PluginHealth::State state) { health_.state = state; }
  const plugin::PluginInfo& info() const override { return info_; }
  std::span<const std::string> wanted_fields() const override { return {}; }
  std::span<const plugin::FieldSlot> wanted_slots() const override { return {}; }
  plugin::PluginHealth health() const override { return health_; }
  absl::Status Normalize(std::span<const plugin::Record>, std::span<plugin::NormalizeResult>,
                         const plugin::CallOptions&) override {
    return absl::UnavailableError("ill");
  }
  absl::Status Gate(std::span<const plugin::Transition>, std::span<plugin::StatusResult>,
                    const plugin::CallOptions&) override {
    return absl::UnavailableError("ill");
  }
  absl::Status Score(std::span<const plugin::Record>, std::span<plugin::ScoreResult>,
                     const plugin::CallOptions&) override {
    return absl::UnavailableError("ill");
  }
  absl::Status Route(std::span<const plugin::RouteRequest>, std::span<plugin::RouteResult>,
                     const plugin::CallOptions&) override {
    return absl::UnavailableError("ill");
  }
  absl::Status Compare(std::span<const plugin::RecordPair>, std::span<plugin::MergeResult>,
                       const plugin::CallOptions&) override {
    return absl::UnavailableError("ill");
  }

 private:
  plugin::PluginInfo info_;
  plugin::PluginHealth health_;
};

TEST_F(PluginReloadTest, AnOutageIsAPluginThatIsDownAndWhoseFailureIsTheRequests) {
  using State = plugin::PluginHealth::State;
  packs::PackSet set = packs::ReadPackSet(kRulesRoot).set;
  packs::PackFiles emea = *set.Find("emea");
  std::string& normalize = emea.files["normalize.yaml"];
  normalize.replace(normalize.find("on_failure: skip"), 16, "on_failure: fail");
  auto outages = [&](const packs::PackSet& packs, State state) {
    const SnapshotResult built = BuildSnapshot(packs, TrustedPlugins(plugins_, folder_ / "plugin-cache"), 1, 0);
    EXPECT_TRUE(built.status.ok()) << built.status << FormatDiagnostics(built.diagnostics);
    Snapshot snapshot = *built.snapshot;
    snapshot.plugins.find(kTitles)->second.plugin = std::make_shared<Patient>(state);
    return OutagesOf(snapshot);
  };
  EXPECT_THAT(outages(set, State::kQuarantined), ElementsAre()) << "the pack says that it can do without";
  set.Put(std::move(emea));
  EXPECT_THAT(outages(set, State::kServing), ElementsAre());
  EXPECT_THAT(outages(set, State::kRestarting), ElementsAre()) << "the next call may find it up again";
  EXPECT_THAT(outages(set, State::kQuarantined), ElementsAre(PluginOutage{kTitles, "leadline.normalize/1", "emea"}))
      << "only that region's pack cannot do without";
  packs::PackFiles latam = *set.Find("latam");
  std::string& rows = latam.files["normalize.yaml"];
  rows.replace(rows.find("on_failure: skip"), 16, "on_failure: fail");
  set.Put(std::move(latam));
  EXPECT_THAT(outages(set, State::kQuarantined), ElementsAre(PluginOutage{kTitles, "leadline.normalize/1", "emea"},
                                                             PluginOutage{kTitles, "leadline.normalize/1", "latam"}));
  // What the centre itself cannot do without is everybody's outage.
  packs::PackFiles central = *set.Find("central");
  std::string& tables = central.files["normalize.yaml"];
  tables.insert(tables.find("  account.industry:\n"),
                "    - {plugin: org.leadline.title_seniority, mode: local, optional: true, on_failure: fail}\n");
  set.Put(std::move(central));
  EXPECT_EQ(outages(set, State::kQuarantined).front(), (PluginOutage{kTitles, "leadline.normalize/1", ""}));
}

}  // namespace
}  // namespace leadline::engine
