#include "tests/bench/micro_reporter.h"

#include <cstdlib>
#include <iostream>

namespace leadline::bench {

void MicroReporter::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred) {
      std::cerr << run.benchmark_name() << ": " << run.error_message << std::endl;
      std::exit(1);
    }
    if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
    Result result;
    result.nanoseconds = run.GetAdjustedCPUTime();
    for (const auto& [name, counter] : run.counters) result.counters[name] = counter.value;
    results_[run.run_name.function_name] = std::move(result);
  }
}

bool ReadBenchmarkFlags(int argc, char** argv) {
  // The last one counts, so that the command line overrides these.
  static std::string repetitions = "--benchmark_repetitions=7", time = "--benchmark_min_time=0.1";
  std::vector<char*> arguments = {argv[0], repetitions.data(), time.data()};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  return !benchmark::ReportUnrecognizedArguments(count, arguments.data());
}

const MicroReporter::Result* MicroReporter::Find(const std::string& name) const {
  auto found = results_.find(name);
  return found == results_.end() ? nullptr : &found->second;
}

}  // namespace leadline::bench
