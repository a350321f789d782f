// Google Benchmark's results as figures.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>

#include "tests/bench/allocation_count.h"

namespace leadline::bench {

// Keeps the median of each benchmark's repetitions instead of printing it. Not thread-safe.
class MicroReporter final : public benchmark::BenchmarkReporter {
 public:
  struct Result {
    double nanoseconds = 0;  // of the thread, per iteration
    std::map<std::string, double> counters;
  };

  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

  // By the name it was registered with; null when a filter left it out.
  const Result* Find(const std::string& name) const;

 private:
  std::map<std::string, Result> results_;
};

// Reads Google Benchmark's flags, with fewer and shorter repetitions than its own defaults. False when there is another
// argument.
bool ReadBenchmarkFlags(int argc, char** argv);

// Counts allocations while it lives and leaves them in the counter "allocations", per iteration.
class CountAllocations {
 public:
  explicit CountAllocations(benchmark::State& state) : state_(state), before_(AllocationCount()) {}
  ~CountAllocations() {
    state_.counters["allocations"] =
        benchmark::Counter(static_cast<double>(AllocationCount() - before_), benchmark::Counter::kAvgIterations);
  }
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;

 private:
  benchmark::State& state_;
  const int64_t before_;
};

}  // namespace leadline::bench
