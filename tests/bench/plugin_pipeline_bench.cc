// What plugins add to the scoring of generated records: none, one in the process, and one more in a worker.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "fmt/format.h"
#include "packs/pack_files.h"
#include "plugin/admit/trust_policy.h"
#include "tests/bench/figure.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

using std::chrono::steady_clock;

constexpr size_t kBatch = 64;

[[noreturn]] void Fail(std::string_view what) {
  std::cerr << what << std::endl;
  std::exit(1);
}

// The central pack with these scoring plugins in the place of its own.
packs::PackSet PacksWith(const std::string& plugins) {
  packs::PackSet set = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/rules").set;
  packs::PackFiles central = *set.Find("central");
  std::string& scoring = central.files["scoring.yaml"];
  scoring.resize(std::min(scoring.size(), scoring.find("\nplugins:\n")));
  if (!plugins.empty()) scoring += "\nplugins:\n" + plugins;
  set.packs.clear();
  set.Put(central);
  return set;
}

std::string Use(std::string_view id, std::string_view mode) {
  return fmt::format(
      "  - {{id: {0}, plugin: org.leadline.{0}, dimension: account, max_points: 20, on_failure: fail, mode: {1}}}\n",
      id, mode);
}

// An engine over packs of its own.
class Pipeline {
 public:
  Pipeline(const std::string& name, const std::string& plugins) : name_(name) {
    engine::PluginFolder folder;
    folder.directory = LEADLINE_BINARY_DIR "/bench_pipeline";
    folder.cache = LEADLINE_BINARY_DIR "/bench-plugin-cache";
    folder.trust = std::make_shared<plugin::TrustPolicy>(plugin::TrustPolicy::Anything());
    folder.worker.executable = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";
    folder.worker.without_landlock = true;
    engine::SnapshotResult result = engine::BuildSnapshot(PacksWith(plugins), folder, 1, clock_.Now());
    if (result.snapshot == nullptr) Fail(result.status.ToString());
    holder_ = std::make_unique<engine::SnapshotHolder>(result.snapshot);
    engine_ = std::make_unique<engine::Engine>(
        engine::EngineOptions{.clock = &clock_, .ids = nullptr, .store = nullptr, .snapshots = holder_.get()});
  }

  const std::string& name() const { return name_; }

  // Scores all in calls of `batch` records, and keeps the best rate.
  void Run(std::span<const engine::ScoringRecord> records, size_t batch) {
    const auto begin = steady_clock::now();
    for (size_t at = 0; at < records.size(); at += batch) {
      for (const auto& scored : engine_->ScoreMany(records.subspan(at, batch), kNow, false)) {
        if (!scored.ok()) Fail(scored.status().ToString());
      }
    }
    const std::chrono::duration<double> taken = steady_clock::now() - begin;
    best_ = std::max(best_, static_cast<double>(records.size()) / taken.count());
  }
  // Records a second of the best run since the last call.
  double TakeRate() { return std::exchange(best_, 0); }

 private:
  static constexpr Time kNow = 1'780'315'200'000'000;
  const std::string name_;
  SystemClock clock_;
  std::unique_ptr<engine::SnapshotHolder> holder_;
  std::unique_ptr<engine::Engine> engine_;
  double best_ = 0;
};

int Main(int argc, char** argv) {
  const bool quick = argc == 2 && std::string_view(argv[1]) == "--quick";
  const std::vector<engine::ScoringRecord> records =
      ScoringRecords(LoadSnapshotOrExit(), quick ? 512 : 8'192, SystemClock().Now());
  Pipeline none("none", "");
  Pipeline local("local", Use("account_fit", "local"));
  Pipeline both("local_and_worker", Use("account_fit", "local") + Use("account_fit_apart", "worker"));
  Note("plugin_pipeline: whole records through Engine::ScoreMany; ratio: to the same without plugins");
  for (const size_t batch : {size_t{1}, kBatch}) {
    // In turn, so that a busy moment of the machine meets all of them.
    for (int round = 0; round < (quick ? 3 : 15); ++round) {
      for (Pipeline* pipeline : {&none, &local, &both}) pipeline->Run(records, batch);
    }
    const double baseline = none.TakeRate();
    for (Pipeline* pipeline : {&none, &local, &both}) {
      const double rate = pipeline == &none ? baseline : pipeline->TakeRate();
      Print({fmt::format("plugin_pipeline.{}.batch_{}", pipeline->name(), batch), rate, "records/s", rate / baseline});
    }
  }
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
