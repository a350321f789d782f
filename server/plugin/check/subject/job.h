// What a probe process is to do, and the memory it shares with the checker.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/check/subject/finding.h"

namespace leadline::plugin::check {

// A field that records may have; `kind` is an enum leadline_kind.
struct KnownField {
  std::string name;
  uint32_t kind = 0;
  std::vector<std::string> values;  // that a text may have; empty: any
};

// Plain data; goes to the probe as JSON.
struct Job {
  std::string check;    // the check's id
  std::string so_path;  // absolute
  std::string id;       // as the manifest says; empty when there is none
  std::string version;
  std::vector<std::string> capabilities;
  std::optional<std::string> given_config;  // for the run; none: what the schema suggests
  std::string config_json = "{}";           // found for the run
  std::vector<std::string> odd_configs;     // that the schema lets through
  std::vector<KnownField> fields;
  std::vector<int> deadly_flavours;  // enum class Flavour: inputs that it is known to die of
  uint64_t seed = 1;
  double fuzz_seconds = 0;
  int64_t fuzz_case = -1;  // only this one; -1: all
};

std::string JobToJson(const Job& job);
absl::StatusOr<Job> ParseJob(std::string_view json);

// A system call that was trapped.
struct TrappedCall {
  int number;
  int phase;  // enum class Phase
  char detail[128];
};

// What the plugin is being asked to do.
enum class Phase : int { kLoad, kCreate, kCall, kDestroy };

// Memory that the checker and one probe share: it survives whatever becomes of the probe and needs no system call to
// write. Written by the probe alone once it runs, read by the checker once the probe has ended.
struct Board {
  static constexpr uint32_t kJobBytes = 1 << 20;
  static constexpr uint32_t kFindingBytes = 1 << 18;
  static constexpr uint32_t kMostTraps = 16;

  std::atomic<uint32_t> finished;       // 1: the probe came to its end
  std::atomic<uint32_t> finding_bytes;  // lines of JSON in `findings`
  std::atomic<uint32_t> trap_count;
  std::atomic<int> phase;
  uint32_t job_bytes;
  uint32_t facts_bytes;
  char step[512];    // what the probe was about, NUL-terminated
  char crash[1024];  // what the fault handler saw, NUL-terminated
  TrappedCall traps[kMostTraps];
  char job[kJobBytes];
  char findings[kFindingBytes];
  char facts[kFindingBytes];  // JSON, for the checks that come after
};

// The descriptor under which a probe finds the board.
inline constexpr int kBoardFd = 3;

// Adds a finding; more than fit are left out.
void PostFinding(Board& board, const Finding& finding);
std::vector<Finding> FindingsOn(const Board& board);

}  // namespace leadline::plugin::check
