#include "plugin/worker/program/filter_program.h"

#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/seccomp.h>

#include <cstddef>
#include <set>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH and check the lists of system calls"
#endif

// A conditional jump holds its length in a byte.
constexpr size_t kFarthest = UINT8_MAX;

// Turns rows into a program. Not thread-safe.
class Filter {
 public:
  Filter() {
    Load(offsetof(seccomp_data, arch));
    Add(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0);
    Return(SECCOMP_RET_KILL_PROCESS);
    Load(offsetof(seccomp_data, nr));
#ifdef __x86_64__
    // The x32 calls have numbers of their own.
    Add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    Return(SECCOMP_RET_KILL_PROCESS);
#endif
  }

  absl::Status AddRows(const SystemCalls& rows) {
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
      while (end < rows.size() && rows[end].number == rows[begin].number) ++end;
      RETURN_IF_ERROR(AddCall({rows.data() + begin, end - begin}));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<FilterProgram> Finish(uint32_t otherwise) {
    Return(otherwise);
    if (code_.size() <= BPF_MAXINSNS) return std::move(code_);
    return absl::InternalError(
        fmt::format("the rows of system calls take {} instructions, the kernel takes {}", code_.size(), BPF_MAXINSNS));
  }

 private:
  // How many instructions they take, up to the next condition, and to the next row.
  static size_t LengthOf(const Condition& condition) {
    return 1 + (condition.mask != ~0U) + condition.values.size() + !condition.none;
  }
  static size_t LengthOf(const SystemCall& row) {
    size_t length = 1;
    for (const Condition& condition : row.when) length += LengthOf(condition);
    return length;
  }

  // The number of the call is in the accumulator; every way out of its rows returns.
  absl::Status AddCall(std::span<const SystemCall> rows) {
    const long number = rows.front().number;
    // What came first would decide alone.
    if (!numbers_.insert(number).second) {
      return absl::InternalError(fmt::format("the rows of system call {} do not stand together", number));
    }
    size_t length = 1;
    for (const SystemCall& row : rows) length += LengthOf(row);
    // No jump inside of them is longer than the one over all of them.
    if (length > kFarthest) {
      return absl::InternalError(fmt::format("the rows of system call {} take {} instructions, a jump goes over {}",
                                             number, length, kFarthest));
    }
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, static_cast<uint8_t>(length));
    for (const SystemCall& row : rows) {
      size_t left = LengthOf(row);
      for (const Condition& condition : row.when) {
        left -= LengthOf(condition);
        AddCondition(condition, left);
      }
      Return(SECCOMP_RET_ALLOW);
    }
    Return(rows.back().otherwise);
    return absl::OkStatus();
  }

  // Goes over the next `left` instructions when the condition does not hold.
  void AddCondition(const Condition& condition, size_t left) {
    Load(offsetof(seccomp_data, args) + static_cast<size_t>(condition.argument) * sizeof(uint64_t));
    if (condition.mask != ~0U) Add(BPF_ALU | BPF_AND | BPF_K, condition.mask);
    size_t more = condition.values.size();
    for (uint32_t value : condition.values) {
      --more;
      Add(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<uint8_t>(more + (condition.none ? left : 1)), 0);
    }
    if (!condition.none) Add(BPF_JMP | BPF_JA, static_cast<uint32_t>(left));
  }

  void Add(uint16_t code, uint32_t k, uint8_t if_true = 0, uint8_t if_false = 0) {
    code_.push_back({code, if_true, if_false, k});
  }
  void Load(size_t offset) { Add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void Return(uint32_t action) { Add(BPF_RET | BPF_K, action); }

  FilterProgram code_;
  std::set<long> numbers_;
};

}  // namespace

absl::StatusOr<FilterProgram> FilterOf(const SystemCalls& rows, uint32_t otherwise) {
  Filter filter;
  RETURN_IF_ERROR(filter.AddRows(rows));
  return filter.Finish(otherwise);
}

}  // namespace leadline::plugin
