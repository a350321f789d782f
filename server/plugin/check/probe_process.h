// Starts a probe and waits for what becomes of it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/check/subject/job.h"

namespace leadline::plugin::check {

// How a probe process ended, and what it left. Plain data.
struct ProbeEnd {
  enum class How { kFinished, kExited, kSignalled, kTimedOut };
  How how = How::kFinished;
  int number = 0;      // exit status or signal
  bool threw = false;  // a C++ exception ended it
  std::string step;    // what it was about
  std::string crash;   // what the fault handler saw
  std::string facts;   // JSON, or empty
  std::string output;  // what was written to its standard streams, at most 4 KiB each
  std::string error;
  std::vector<Finding> findings;
};

// Runs `command` (a program and arguments that lead to RunProbe()) for one job. An error only when it cannot be
// started. Thread-safe.
absl::StatusOr<ProbeEnd> RunProbeProcess(const std::vector<std::string>& command, const Job& job,
                                         std::chrono::milliseconds timeout);

// The end as a sentence: "it died of SIGSEGV (Segmentation fault) in score() with 8 items: it touched ...".
std::string DescribeEnd(const ProbeEnd& end, std::chrono::milliseconds timeout);

}  // namespace leadline::plugin::check
