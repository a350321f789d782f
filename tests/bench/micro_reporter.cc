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

const MicroReporter::Result& MicroReporter::Get(const std::string& name) const {
  auto found = results_.find(name);
  if (found != results_.end()) return found->second;
  std::cerr << "the benchmark " << name << " gave no result" << std::endl;
  std::exit(1);
}

}  // namespace leadline::bench
