// What the host adds to a plugin's own time: per call and per field, in the server's process and in a worker, against
// the same function called directly. The answers of all three are compared before anything is timed.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/host.h"
#include "tests/bench/allocation_count.h"
#include "tests/bench/figure.h"

namespace leadline::bench {
namespace {

using plugin::Record;
using plugin::ScoreResult;
using plugin::Value;
using std::chrono::steady_clock;

constexpr int kMostFields = 24;

[[noreturn]] void Fail(std::string_view what) {
  std::cerr << what << std::endl;
  std::exit(1);
}

// A batch of records, half numbers and half texts.
struct Batch {
  Batch(size_t records, size_t fields) {
    static const std::string kText = "Geschäftsführerin Einkauf";
    values.resize(records * fields);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = i % 2 == 0 ? plugin::DoubleValue(static_cast<double>(i % 97)) : plugin::StringValue(kText);
    }
    for (size_t i = 0; i < records; ++i) {
      items.push_back({values.data() + i * fields, static_cast<uint32_t>(fields), 0});
    }
    results.resize(records);
  }
  std::vector<Value> values;
  std::vector<Record> items;
  std::vector<ScoreResult> results;
};

// The plugin's own function, without a host.
class Direct {
 public:
  explicit Direct(size_t fields) {
    const leadline_plugin* plugin = leadline_plugin_entry(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR);
    table_ = static_cast<const leadline_score_v1*>(plugin->get_capability(LEADLINE_SCORE_V1));
    host_.field_slot = [](const leadline_host*, leadline_str name, uint32_t, uint32_t* slot) {
      *slot = static_cast<uint32_t>(std::atoi(name.ptr + 1));
      return int32_t{LEADLINE_OK};
    };
    std::string config = fmt::format(R"({{"fields":{}}})", fields);
    if (plugin->create(&host_, plugin::StrOf(config), &self_) != LEADLINE_OK) Fail("create() failed");
  }
  void Score(Batch& batch) {
    outs_.resize(batch.items.size());
    auto n = static_cast<uint32_t>(batch.items.size());
    if (table_->score(self_, batch.items.data(), n, outs_.data(), nullptr, nullptr) != LEADLINE_OK) Fail("score()");
  }
  double points(size_t i) const { return outs_[i].points; }

 private:
  leadline_host host_{};
  const leadline_score_v1* table_ = nullptr;
  void* self_ = nullptr;
  std::vector<leadline_score_out> outs_;
};

std::shared_ptr<plugin::Plugin> LoadOrExit(const std::string& folder, plugin::PluginMode mode, size_t fields) {
  const plugin::TrustPolicy trust = plugin::TrustPolicy::Anything();
  plugin::LoadOptions options;
  options.trust = &trust;
  options.fields = [](std::string_view name) -> std::optional<plugin::FieldSlot> {
    return plugin::FieldSlot{LEADLINE_NULL, static_cast<uint32_t>(std::atoi(std::string(name.substr(1)).c_str()))};
  };
  options.cache_dir = folder + "/cache";
  options.worker.executable = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";
  options.worker.without_landlock = true;
  options.max_instances = 1;
  auto loaded = plugin::Load({.id = "org.leadline.bench.sum",
                              .mode = mode,
                              .path = LEADLINE_BINARY_DIR "/bench_plugins/sum_plugin.so",
                              .config_json = fmt::format(R"({{"fields":{}}})", fields)},
                             options);
  if (!loaded.ok()) Fail(std::string(loaded.status().message()));
  return *loaded;
}

// Microseconds of wall time of each call, in blocks of `block` calls that share a reading of the clock.
template <class Call>
std::vector<double> Time(size_t blocks, size_t block, Call call) {
  for (size_t i = 0; i < block + 100; ++i) call();
  std::vector<double> samples;
  for (size_t i = 0; i < blocks; ++i) {
    const auto begin = steady_clock::now();
    for (size_t j = 0; j < block; ++j) call();
    const std::chrono::duration<double, std::micro> taken = steady_clock::now() - begin;
    samples.push_back(taken.count() / static_cast<double>(block));
  }
  return samples;
}

template <class Call>
double AllocationsOf(Call call) {
  constexpr int kCalls = 100;
  call();
  const int64_t before = AllocationCount();
  for (int i = 0; i < kCalls; ++i) call();
  return static_cast<double>(AllocationCount() - before) / kCalls;
}

void CheckAnswers(plugin::Plugin& plugin, Direct& direct, Batch& batch) {
  direct.Score(batch);
  if (absl::Status status = plugin.Score(batch.items, batch.results); !status.ok()) Fail(std::string(status.message()));
  for (size_t i = 0; i < batch.items.size(); ++i) {
    if (batch.results[i].points != direct.points(i)) Fail("the plugin gives another answer than its function");
  }
}

struct Cost {
  double direct = 0, local = 0, worker = 0, worker_p99 = 0;  // microseconds a call
  double local_allocations = 0, worker_allocations = 0;
};

Cost Measure(const std::string& folder, size_t records, size_t fields, size_t rounds) {
  Batch batch(records, fields);
  Direct direct(fields);
  auto local = LoadOrExit(folder, plugin::PluginMode::kLocal, fields);
  auto worker = LoadOrExit(folder, plugin::PluginMode::kWorker, fields);
  CheckAnswers(*local, direct, batch);
  CheckAnswers(*worker, direct, batch);
  auto score = [&batch](plugin::Plugin& plugin) {
    if (!plugin.Score(batch.items, batch.results).ok()) Fail("score() failed");
  };
  Cost cost;
  cost.direct = Median(Time(rounds / 10, 1'000, [&] { direct.Score(batch); }));
  cost.local = Median(Time(rounds / 10, 1'000, [&] { score(*local); }));
  std::vector<double> samples = Time(rounds * 10, 1, [&] { score(*worker); });
  cost.worker = Percentile(samples, 0.5);
  cost.worker_p99 = Percentile(samples, 0.99);
  cost.local_allocations = AllocationsOf([&] { score(*local); });
  cost.worker_allocations = AllocationsOf([&] { score(*worker); });
  return cost;
}

int Main(int argc, char** argv) {
  size_t rounds = 2'000;
  if (argc == 2 && std::string_view(argv[1]) == "--quick") rounds = 50;
  std::string folder = std::filesystem::temp_directory_path() / "leadline-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) Fail("no scratch folder");
  const Cost none = Measure(folder, 64, 0, rounds);
  Note("plugins: adds up fields, half numbers and half texts of 26 bytes; medians of wall time, machine as it is");
  Note("overhead: beyond the same function called directly; ratio: to that function");
  for (size_t records : {1, 64}) {
    const Cost cost = Measure(folder, records, 8, rounds);
    const std::string end = fmt::format("batch_{}", records);
    const double direct = cost.direct * 1'000, local = cost.local * 1'000;
    // 50 ns a call, and what checking a record's kinds takes.
    Print({"plugins.local.overhead." + end, local - direct, "ns", local / direct, records == 1 ? AtMost(50) : Goal{}});
    Print({"plugins.local.allocations." + end, cost.local_allocations, "per call", std::nullopt, {}});
    Print({"plugins.worker.call." + end, cost.worker, "us", cost.worker / cost.direct, AtMost(15)});
    Print({"plugins.worker.call_p99." + end, cost.worker_p99, "us"});
    Print({"plugins.worker.allocations." + end, cost.worker_allocations, "per call", std::nullopt, AtMost(0)});
  }
  const Cost many = Measure(folder, 64, kMostFields, rounds);
  auto per_field = [](double with, double without) { return (with - without) * 1'000 / (64 * kMostFields); };
  Note(fmt::format("per_field: 64 records with {} fields each, less the same with none", kMostFields));
  Print({"plugins.local.per_field", per_field(many.local - many.direct, none.local - none.direct), "ns"});
  Print({"plugins.worker.per_field", per_field(many.worker - many.direct, none.worker - none.direct), "ns"});
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
