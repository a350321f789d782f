#include "plugin/check/checker.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/elf_check.h"
#include "plugin/admit/manifest.h"
#include "plugin/check/config_facts.h"
#include "plugin/check/probe/checks.h"
#include "plugin/check/probe_process.h"
#include "plugin/check/subject/items.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

bool IsWorse(Outcome a, Outcome b) { return static_cast<int>(a) > static_cast<int>(b); }

const std::map<std::string_view, std::vector<Flavour>> kInputChecks = {
    {"input-null", {Flavour::kNull}},
    {"input-random", {Flavour::kRandom}},
    {"input-texts", {Flavour::kEmpty, Flavour::kLong, Flavour::kNotUtf8}},
    {"input-extremes", {Flavour::kExtreme, Flavour::kNoChoice}},
};

// The run of one report. Used by the thread that made it, but for RunOne().
class Run {
 public:
  Run(const std::string& path, const CheckOptions& options) : options_(options) {
    report_.path = path;
    for (const Check& check : Checks()) {
      bool wanted =
          options.only.empty() || std::find(options.only.begin(), options.only.end(), check.id) != options.only.end();
      bool fuzzing = options.fuzz_seconds > 0 || options.fuzz_case;
      wanted_.push_back(wanted && (!check.fuzz || fuzzing));
      report_.results.push_back({std::string(check.id), std::string(check.proves), Outcome::kPassed, {}});
    }
  }

  absl::StatusOr<CheckReport> Do() {
    RETURN_IF_ERROR(ReadFiles());
    if (options_.static_only) {
      Fence(Needs::kElf, "the plugin was not run, as you asked");
    } else {
      RETURN_IF_ERROR(RunPlugin());
    }
    std::vector<CheckResult> kept;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i]) kept.push_back(std::move(report_.results[i]));
    }
    report_.results = std::move(kept);
    return std::move(report_);
  }

 private:
  CheckResult& Of(std::string_view id) {
    return *std::find_if(report_.results.begin(), report_.results.end(),
                         [&](const CheckResult& r) { return r.id == id; });
  }

  static void Add(CheckResult& result, Outcome outcome, std::string message) {
    if (IsWorse(outcome, result.outcome)) result.outcome = outcome;
    if (!message.empty()) result.messages.push_back(std::move(message));
  }

  // Nothing that needs `level` or more can be told any more, because of `why`.
  void Fence(Needs level, const std::string& why) {
    if (fence_) return;
    fence_ = level;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      const Check& check = Checks()[i];
      if (check.needs < level || is_done_.contains(check.id)) continue;
      Add(report_.results[i], Outcome::kSkipped, why);
    }
  }

  absl::Status ReadFiles() {
    ASSIGN_OR_RETURN(std::string bytes, ReadRegularFile(report_.path));
    auto manifest = ReadManifest(report_.path);
    if (manifest.ok()) {
      report_.id = manifest->id;
      report_.version = manifest->version;
      job_.id = manifest->id;
      job_.version = manifest->version;
      job_.capabilities = manifest->capabilities;
      if (std::string sha256 = Sha256Hex(bytes); sha256 != manifest->sha256) {
        Add(Of("manifest-hash"), Outcome::kFailed,
            fmt::format(
                "SHA-256 is {}, the manifest says {}; write the manifest again after the last change to the file",
                sha256, manifest->sha256));
      }
    } else {
      Add(Of("manifest"), Outcome::kFailed, std::string(manifest.status().message()));
      Add(Of("manifest-hash"), Outcome::kSkipped, "there is no manifest to compare with");
    }
    for (ElfProblem& problem : FindElfProblems(bytes)) {
      Add(Of(problem.rule), Outcome::kFailed, std::move(problem.message));
    }
    if (Of("elf-format").outcome != Outcome::kPassed) {
      for (const Check& check : Checks()) {
        if (check.needs == Needs::kFile && check.id.find("elf-") == 0 && check.id != "elf-format") {
          Add(Of(check.id), Outcome::kSkipped, "the file cannot be read as a shared object; see elf-format");
        }
      }
      Fence(Needs::kElf, "the file cannot be opened; see elf-format");
    }
    return absl::OkStatus();
  }

  // The checks that others need come first, one after the other.
  absl::Status RunPlugin() {
    std::error_code error;
    job_.so_path = std::filesystem::absolute(report_.path, error).string();
    job_.fields = options_.fields;
    job_.given_config = options_.config_json;
    job_.seed = options_.seed;
    job_.fuzz_seconds = options_.fuzz_seconds;
    job_.fuzz_case = options_.fuzz_case.value_or(-1);
    RETURN_IF_ERROR(RunGate("load", Needs::kLoaded));
    RETURN_IF_ERROR(RunGate("abi-wrong-major", Needs::kVersion));
    RETURN_IF_ERROR(RunGate("descriptor", Needs::kDescribed));
    if (!fence_ || *fence_ > Needs::kDescribed) RETURN_IF_ERROR(JudgeConfig());
    RETURN_IF_ERROR(RunGate("create", Needs::kCreated));
    RETURN_IF_ERROR(RunGate("call", Needs::kCalled));
    RETURN_IF_ERROR(RunGate("create-twice", Needs::kTwice));
    // What it dies of, the other checks leave out. Absent fields come first: every other input may have them.
    RETURN_IF_ERROR(RunRest(Rest::kNullInput));
    LeaveOutDeadly();
    RETURN_IF_ERROR(RunRest(Rest::kInputs));
    LeaveOutDeadly();
    return RunRest(Rest::kOthers);
  }

  absl::Status RunGate(std::string_view id, Needs level) {
    const Check& check = *FindCheck(id);
    if (fence_ && check.needs >= *fence_) return absl::OkStatus();
    is_done_.insert(std::string(id));
    ASSIGN_OR_RETURN(ProbeEnd end, RunOne(check));
    // A call that fails is still one that comes back; but where there is none, nothing can be told.
    bool came_back = end.how == ProbeEnd::How::kFinished;
    bool passed = id == "call" ? came_back && !HasNoCapability() : Of(id).outcome != Outcome::kFailed;
    if (!passed) Fence(level, fmt::format("cannot be told: see {}", id));
    return absl::OkStatus();
  }

  bool HasNoCapability() {
    const auto& messages = Of("call").messages;
    return std::any_of(messages.begin(), messages.end(),
                       [](const std::string& m) { return m.find("it has none of the capabilities") == 0; });
  }

  // The schema is read in a process of its own, as all of the plugin is.
  absl::Status JudgeConfig() {
    for (const char* id : {"schema", "schema-open", "config"}) is_done_.insert(id);
    ASSIGN_OR_RETURN(const ProbeEnd end, RunOne(*FindCheck("config")));
    const std::optional<ConfigFacts> facts = ConfigFacts::Parse(end.facts);
    if (facts && facts->config) {
      report_.config_json = job_.config_json = *facts->config;
      job_.odd_configs = facts->odd;
      for (const std::string& odd : job_.odd_configs) {
        Add(Of("schema-open"), Outcome::kWarning,
            fmt::format(
                "takes the config {}, so a slip in a pack goes unnoticed; set \"additionalProperties\": false and a "
                "type for every property",
                Presentable(odd)));
      }
      return absl::OkStatus();
    }
    std::string_view fault = "config";
    if (facts && facts->schema_fault) {
      fault = "schema";
      Add(Of("schema"), Outcome::kFailed,
          fmt::format("{}; correct it: no config can be checked, so none is taken", *facts->schema_fault));
      Add(Of("config"), Outcome::kSkipped, "cannot be told: see schema");
    } else if (facts && facts->config_fault) {
      Add(Of("config"), Outcome::kFailed, *facts->config_fault);
    } else if (Of("config").outcome != Outcome::kFailed) {
      Add(Of("config"), Outcome::kFailed,
          "what its process left about the config cannot be read; mend what writes to memory that is not its own");
    }
    Add(Of("schema-open"), Outcome::kSkipped, fmt::format("cannot be told: see {}", fault));
    Fence(Needs::kDescribed, fmt::format("cannot be told: see {}", fault));
    return absl::OkStatus();
  }

  enum class Rest { kNullInput, kInputs, kOthers };
  static Rest RestOf(std::string_view id) {
    if (id == "input-null") return Rest::kNullInput;
    return kInputChecks.contains(id) ? Rest::kInputs : Rest::kOthers;
  }

  void LeaveOutDeadly() {
    for (const auto& [id, flavours] : kInputChecks) {
      if (!died_.contains(id)) continue;
      for (Flavour flavour : flavours) job_.deadly_flavours.push_back(static_cast<int>(flavour));
    }
  }

  absl::Status RunRest(Rest part) {
    std::vector<const Check*> rest;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      const Check& check = Checks()[i];
      bool possible = !fence_ || check.needs < *fence_;
      if (wanted_[i] && check.probe != nullptr && possible && !is_done_.contains(check.id) &&
          RestOf(check.id) == part) {
        rest.push_back(&check);
      }
    }
    std::atomic<size_t> next{0};
    absl::Status failure;
    std::mutex mutex;
    auto work = [&] {
      for (size_t i = next++; i < rest.size(); i = next++) {
        auto end = RunOne(*rest[i]);
        if (end.ok()) continue;
        std::lock_guard lock(mutex);
        failure = end.status();
      }
    };
    uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < (options_.parallel != 0 ? options_.parallel : cores); ++t) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    return failure;
  }

  // Each check has its own result, so several may run at once.
  absl::StatusOr<ProbeEnd> RunOne(const Check& check) {
    Job job = job_;
    job.check = std::string(check.id);
    auto timeout = options_.timeout;
    if (check.fuzz) timeout += std::chrono::milliseconds(static_cast<int64_t>(options_.fuzz_seconds * 1'000));
    ASSIGN_OR_RETURN(ProbeEnd end, RunProbeProcess(options_.probe_command, job, timeout));
    CheckResult& result = Of(check.id);
    for (const Finding& finding : end.findings) Add(result, finding.outcome, finding.message);
    if (end.how != ProbeEnd::How::kFinished) {
      std::lock_guard lock(mutex_);
      died_.insert(std::string(check.id));
      std::string advice = check.advice.empty() ? "" : fmt::format("; {}", check.advice);
      Add(result, Outcome::kFailed, DescribeEnd(end, timeout) + advice);
    } else if (check.id == "quiet" && !(end.output + end.error).empty()) {
      Add(result, Outcome::kWarning,
          fmt::format("wrote \"{}\"; a server's streams are its log: use log()",
                      Presentable((end.output + end.error).substr(0, 200))));
    }
    return end;
  }

  const CheckOptions& options_;
  CheckReport report_;
  std::vector<bool> wanted_;
  std::optional<Needs> fence_;
  std::set<std::string, std::less<>> is_done_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> died_;  // guarded by mutex_
  Job job_;
};

}  // namespace

size_t CheckReport::Count(Outcome outcome) const {
  return static_cast<size_t>(
      std::count_if(results.begin(), results.end(), [&](const CheckResult& r) { return r.outcome == outcome; }));
}

absl::StatusOr<CheckReport> RunChecks(const std::string& path, const CheckOptions& options) {
  for (const std::string& id : options.only) {
    if (FindCheck(id) == nullptr) {
      return absl::InvalidArgumentError(fmt::format("there is no check \"{}\"; see --list", Presentable(id)));
    }
  }
  return Run(path, options).Do();
}

}  // namespace leadline::plugin::check
