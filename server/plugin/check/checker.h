// Checks a plugin before it ships, or before it is trusted: every rule of plugin.h that can be checked from outside.
//
// Reading the file proves the first rules and runs nothing of it. The others run the plugin, each in a process of its
// own with a time limit, so that a crash or a hang is a finding like any other. Those processes have the user's rights,
// but for starting processes, running programs and opening sockets.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/check/subject/finding.h"
#include "plugin/check/subject/job.h"

namespace leadline::plugin::check {

struct CheckOptions {
  std::vector<std::string> probe_command;     // a program and arguments that lead to RunProbe(); required
  std::vector<KnownField> fields;             // that records may have
  std::optional<std::string> config_json;     // empty: what the schema suggests
  std::vector<std::string> only;              // ids; empty: all
  bool static_only = false;                   // read the file, run nothing
  std::chrono::milliseconds timeout{20'000};  // of each probe
  uint32_t parallel = 0;                      // probes at once; 0: one for each core
  double fuzz_seconds = 0;                    // 0: no fuzzing, unless a case is given
  uint64_t seed = 1;
  std::optional<int64_t> fuzz_case;
};

// One check's result: the worst of its findings. Plain data.
struct CheckResult {
  std::string id;
  std::string proves;
  Outcome outcome = Outcome::kPassed;
  std::vector<std::string> messages;
};

// Plain data.
struct CheckReport {
  std::string path;
  std::string id;  // of the plugin, as far as known
  std::string version;
  std::string config_json;
  std::vector<CheckResult> results;  // in the table's order

  size_t Count(Outcome outcome) const;
  bool good() const { return Count(Outcome::kFailed) == 0; }
};

// Runs all checks on the plugin at `path`. An error only when nothing can be checked at all: there is no such file, a
// probe cannot be started, an id of `only` is none. Thread-safe.
absl::StatusOr<CheckReport> RunChecks(const std::string& path, const CheckOptions& options);

// For people: a line for each check, the messages below it, and the count. `all` false: only what did not pass.
std::string ReportText(const CheckReport& report, bool all);
// {"path", "id", "version", "config", "good", "counts": {...}, "checks": [{"id", "proves", "outcome", "messages"}]}.
std::string ReportJson(const CheckReport& report);

}  // namespace leadline::plugin::check
