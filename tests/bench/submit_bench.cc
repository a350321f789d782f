// SubmitEnquiry in process, durable, with 1, 16 and 256 requests outstanding, against SQLite alone writing the same
// rows in the same batches.
//
// A first run on a copy of the database records by triggers which rows each submit writes. Then, each on a fresh copy:
// the engine takes the same enquiries in, timed; and SQLite alone, with prepared statements, writes the recorded rows
// in transactions of the sizes that the engine's group commit had.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/engine.h"
#include "fmt/format.h"
#include "tests/bench/batch_counter.h"
#include "tests/bench/figure.h"
#include "tests/bench/raw_rows.h"
#include "tests/bench/sample_records.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr double kGoal = 0.7;
constexpr int kImportRows = 1000;

struct Flags {
  std::string folder = fs::temp_directory_path() / "leadline-submit-bench";
  int64_t stored = 10'000;
  int submits = 2'000;
  int rounds = 3;
  uint64_t seed = 7;
  std::vector<int> outstanding = {1, 16, 256};
};

void OkOrExit(const absl::Status& status, std::string_view doing) {
  if (status.ok()) return;
  std::cerr << doing << ": " << status << std::endl;
  std::exit(1);
}

double SecondsSince(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of all threads of this process so far.
double ProcessorSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Lets so many calls be under way and no more. Thread-safe.
class Window {
 public:
  explicit Window(int size) : size_(size) {}
  void Enter() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return inside_ < size_; });
    ++inside_;
  }
  void Leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    wake_.notify_one();
  }
  void WaitForAll() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return inside_ == 0; });
  }

 private:
  const int size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  int inside_ = 0;
};

// An engine over the database at `path`.
class Place {
 public:
  Place(const std::string& path, engine::SnapshotHolder& snapshots) {
    auto opened = BatchCounter::Open(path);
    OkOrExit(opened.status(), "opening the store");
    store_ = *std::move(opened);
    engine::EngineOptions options{&clock_, &ids_, store_.get(), &snapshots};
    options.deciders = &deciders_;
    options.bulk_deciders = &bulk_deciders_;
    engine_ = std::make_unique<engine::Engine>(options);
  }
  engine::Engine& engine() { return *engine_; }
  const BatchCounter& store() const { return *store_; }

 private:
  SystemClock clock_;
  UuidV7Source ids_;
  std::unique_ptr<BatchCounter> store_;
  std::unique_ptr<engine::Engine> engine_;
  // As many as the server has by itself; ended before what they work with.
  Executor deciders_{4, /*max_waiting=*/4096}, bulk_deciders_{4, /*max_waiting=*/4096};
};

struct Timed {
  double seconds = 0;
  double processor = 0;           // seconds
  std::vector<double> latencies;  // milliseconds
  std::vector<int> batches;
};

Timed Submit(engine::Engine& engine, const std::vector<engine::Enquiry>& enquiries, int outstanding) {
  Timed out;
  out.latencies.resize(enquiries.size());
  Window window(outstanding);
  const double used = ProcessorSeconds();
  const SteadyTime start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < enquiries.size(); ++i) {
    window.Enter();
    const SteadyTime begun = std::chrono::steady_clock::now();
    engine.SubmitEnquiry({}, enquiries[i], false, [&, i, begun](absl::StatusOr<engine::SubmitResult> result) {
      OkOrExit(result.status(), "a submit");
      out.latencies[i] = SecondsSince(begun) * 1000;
      window.Leave();
    });
  }
  window.WaitForAll();
  out.seconds = SecondsSince(start);
  out.processor = ProcessorSeconds() - used;
  return out;
}

// The database that everything begins with.
void FillBase(const Flags& flags, const std::string& path, engine::SnapshotHolder& snapshots) {
  Place place(path, snapshots);
  sample::SampleOptions options;
  options.leads = flags.stored;
  options.seed = flags.seed;
  options.now = SystemClock().Now();
  const sample::SampleGenerator generator(options);
  const SteadyTime start = std::chrono::steady_clock::now();
  Window window(2);
  for (int64_t at = 0; at < flags.stored; at += kImportRows) {
    std::vector<engine::ImportRow> rows;
    for (int64_t i = at; i < std::min(flags.stored, at + kImportRows); ++i) {
      rows.push_back({i + 1, PastEnquiry(generator.Make(i))});
    }
    window.Enter();
    place.engine().ImportRows({}, "base", std::move(rows), false, [&](absl::StatusOr<engine::ImportResult> result) {
      OkOrExit(result.status(), "filling the database");
      if (!result->rejects.empty()) {
        OkOrExit(absl::InvalidArgumentError(result->rejects.front().reason), "a generated lead was refused");
      }
      window.Leave();
    });
  }
  window.WaitForAll();
  if (flags.stored == 0) return;
  const double rate = static_cast<double>(flags.stored) / SecondsSince(start);
  Note(fmt::format("{} leads stand in the database before; they were imported at {:.0f} leads/s", flags.stored, rate));
}

std::vector<engine::Enquiry> Enquiries(const Flags& flags) {
  sample::SampleOptions options;
  options.leads = flags.stored + flags.submits;  // the same world of companies, so that some are known
  options.seed = flags.seed;
  options.now = SystemClock().Now();
  const sample::SampleGenerator generator(options);
  std::vector<engine::Enquiry> enquiries;
  for (int i = 0; i < flags.submits; ++i) enquiries.push_back(LiveEnquiry(generator.Make(flags.stored + i)));
  return enquiries;
}

std::string FreshCopy(const std::string& base, std::string_view name) {
  const fs::path folder = fs::path(base).parent_path().parent_path() / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  // With the keys that lie beside it.
  for (const char* end : {".db", ".keys", ".erasures"}) {
    fs::copy_file(fs::path(base).replace_extension(end), folder / (std::string("leadline") + end));
  }
  return folder / "leadline.db";
}

using Submits = std::vector<std::vector<RowChange>>;  // rows of each

Submits Record(RowRecorder& recorder, const std::string& path, const std::vector<engine::Enquiry>& enquiries,
               engine::SnapshotHolder& snapshots) {
  Place place(path, snapshots);
  Submits submits;
  for (const engine::Enquiry& enquiry : enquiries) {
    Submit(place.engine(), {enquiry}, 1);
    submits.push_back(recorder.TakeNew());
  }
  return submits;
}

void DescribeRows(const Submits& submits, const std::vector<Table>& tables) {
  std::map<std::string, int64_t> rows, bytes;
  int64_t all_rows = 0, all_bytes = 0;
  for (const auto& changes : submits) {
    for (const RowChange& change : changes) {
      const std::string& table = tables[static_cast<size_t>(change.table)].name;
      const char* kind = change.kind == RowChange::Kind::kInsert   ? ""
                         : change.kind == RowChange::Kind::kUpdate ? " (updated)"
                                                                   : " (deleted)";
      ++rows[table + kind];
      bytes[table + kind] += BytesOf(change);
      ++all_rows;
      all_bytes += BytesOf(change);
    }
  }
  const double count = static_cast<double>(submits.size());
  Note(fmt::format("a submit writes {:.1f} rows with {:.0f} bytes on average:", static_cast<double>(all_rows) / count,
                   static_cast<double>(all_bytes) / count));
  for (const auto& [table, n] : rows) {
    Note(fmt::format("  {:<26} {:6.2f} rows {:8.0f} bytes", table, static_cast<double>(n) / count,
                     static_cast<double>(bytes[table]) / count));
  }
}

struct RawTimed {
  double seconds = 0;
  double processor = 0;       // seconds
  double slowest_commit = 0;  // milliseconds
};

RawTimed WriteRaw(const std::string& path, const std::vector<Table>& tables, const Submits& submits,
                  const std::vector<int>& batches) {
  RawTimed out;
  RowWriter writer(path, tables);
  const double used = ProcessorSeconds();
  const SteadyTime start = std::chrono::steady_clock::now();
  size_t next = 0;
  for (int size : batches) {
    writer.Begin();
    for (int i = 0; i < size && next < submits.size(); ++i, ++next) {
      for (const RowChange& change : submits[next]) writer.Write(change);
    }
    const SteadyTime committing = std::chrono::steady_clock::now();
    writer.Commit();
    out.slowest_commit = std::max(out.slowest_commit, SecondsSince(committing) * 1000);
  }
  out.seconds = SecondsSince(start);
  out.processor = ProcessorSeconds() - used;
  if (next == submits.size()) return out;
  std::cerr << "the commits hold fewer transactions than were made" << std::endl;
  std::exit(1);
}

Timed RunEngine(const std::string& path, const std::vector<engine::Enquiry>& enquiries, int outstanding,
                engine::SnapshotHolder& snapshots) {
  Place place(path, snapshots);
  Timed timed = Submit(place.engine(), enquiries, outstanding);
  place.engine().store().Close();
  timed.batches = place.store().batches();
  return timed;
}

void Compare(const Flags& flags, const std::string& base, const std::vector<engine::Enquiry>& enquiries,
             const Submits& submits, const std::vector<Table>& tables, int outstanding,
             engine::SnapshotHolder& snapshots) {
  std::vector<double> engine_seconds, raw_seconds, engine_processor, raw_processor, ratios, latencies, batch_sizes,
      slowest_commits;
  for (int round = 0; round < flags.rounds; ++round) {
    Timed timed = RunEngine(FreshCopy(base, "engine"), enquiries, outstanding, snapshots);
    const RawTimed raw = WriteRaw(FreshCopy(base, "raw"), tables, submits, timed.batches);
    engine_seconds.push_back(timed.seconds);
    raw_seconds.push_back(raw.seconds);
    engine_processor.push_back(timed.processor);
    raw_processor.push_back(raw.processor);
    slowest_commits.push_back(raw.slowest_commit);
    ratios.push_back(raw.seconds / timed.seconds);
    latencies.insert(latencies.end(), timed.latencies.begin(), timed.latencies.end());
    batch_sizes.push_back(static_cast<double>(enquiries.size()) / static_cast<double>(timed.batches.size()));
  }
  double rows = 0;
  for (const auto& changes : submits) rows += static_cast<double>(changes.size());
  const double count = static_cast<double>(enquiries.size());
  // Without these, one stall of the disk in one of the two looks like a result.
  for (size_t i = 0; i < ratios.size(); ++i) {
    Note(fmt::format("{} outstanding, round {}: engine {:.2f} s, SQLite alone {:.2f} s (slowest commit {:.0f} ms)",
                     outstanding, i + 1, engine_seconds[i], raw_seconds[i], slowest_commits[i]));
  }
  const std::string prefix = fmt::format("submit.outstanding_{}.", outstanding);
  Print({prefix + "submits", count / Median(engine_seconds), "submits/s", std::nullopt, {}});
  Print({prefix + "rows", rows / Median(engine_seconds), "rows/s", Median(ratios), RatioAtLeast(kGoal)});
  Print({prefix + "raw_rows", rows / Median(raw_seconds), "rows/s", std::nullopt, {}});
  const double own = Median(engine_processor), raw_own = Median(raw_processor);
  Print({prefix + "processor", own * 1e6 / count, "us/submit", raw_own / own, {}});
  Print({prefix + "raw_processor", raw_own * 1e6 / count, "us/submit", std::nullopt, {}});
  Print({prefix + "batch", Median(batch_sizes), "submits/commit", std::nullopt, {}});
  Print({prefix + "p50", Percentile(latencies, 0.50), "ms", std::nullopt, {}});
  Print({prefix + "p99", Percentile(latencies, 0.99), "ms", std::nullopt, {}});
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("SubmitEnquiry, durable, against SQLite alone writing the same rows");
  app.add_option("--folder", flags.folder, "for the databases; its disk is what is measured")->capture_default_str();
  app.add_option("--stored", flags.stored, "leads that stand in the database before")->capture_default_str();
  app.add_option("--submits", flags.submits, "timed submits in each round")->capture_default_str();
  app.add_option("--rounds", flags.rounds, "the median of so many")->capture_default_str();
  app.add_option("--seed", flags.seed, "of the generated leads")->capture_default_str();
  app.add_option("--outstanding", flags.outstanding, "requests under way at once")->delimiter(',');
  CLI11_PARSE(app, argc, argv);

  fs::remove_all(flags.folder);
  fs::create_directories(fs::path(flags.folder) / "base");
  const std::string base = fs::path(flags.folder) / "base" / "leadline.db";
  engine::SnapshotHolder snapshots(LoadSnapshotOrExit());
  FillBase(flags, base, snapshots);
  const std::vector<engine::Enquiry> enquiries = Enquiries(flags);

  const std::string recorded = FreshCopy(base, "recorded");
  RowRecorder recorder(recorded);
  const Submits submits = Record(recorder, recorded, enquiries, snapshots);
  DescribeRows(submits, recorder.tables());
  Note("ratio: to SQLite alone writing the same rows in the same batches");
  for (int outstanding : flags.outstanding) {
    Compare(flags, base, enquiries, submits, recorder.tables(), outstanding, snapshots);
  }
  fs::remove_all(flags.folder);
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
