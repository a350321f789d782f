#include "plugin/worker/program/syscall_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <system_error>
#include <vector>

#include "fmt/format.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/syscall_table.h"
#include "plugin/worker/wire.h"

namespace leadline::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH and check the lists of system calls"
#endif

// Turns rows into a program for the kernel. Not thread-safe.
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

  void AddRows(const SystemCalls& rows) {
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
      while (end < rows.size() && rows[end].number == rows[begin].number) ++end;
      AddCall({rows.data() + begin, end - begin});
    }
  }

  absl::Status Install(uint32_t otherwise, uint32_t flags) {
    Return(otherwise);
    sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    if (result == 0) return absl::OkStatus();
    std::string why = result > 0 ? "a thread has filters of its own" : std::generic_category().message(errno);
    return absl::FailedPreconditionError(fmt::format(
        "system calls cannot be filtered ({}); plugins run in workers only where seccomp filters work", why));
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
  void AddCall(std::span<const SystemCall> rows) {
    size_t length = 1;
    for (const SystemCall& row : rows) length += LengthOf(row);
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(rows.front().number), 0, static_cast<uint8_t>(length));
    for (const SystemCall& row : rows) {
      size_t left = LengthOf(row);
      for (const Condition& condition : row.when) {
        left -= LengthOf(condition);
        AddCondition(condition, left);
      }
      Return(SECCOMP_RET_ALLOW);
    }
    Return(rows.back().otherwise);
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

  std::vector<sock_filter> code_;
};

// What a signal handler sends: static, since it may run anywhere.
struct ForbiddenPacket {
  wire::FrameHeader header;
  wire::Forbidden body;
};
ForbiddenPacket forbidden_packet;

void OnForbiddenCall(int, siginfo_t* info, void*) {
  ForbiddenPacket packet = forbidden_packet;
  packet.body = {static_cast<uint32_t>(info->si_syscall), info->si_arch};
  send(kWorkerSocket, &packet, sizeof(packet), MSG_NOSIGNAL);
  _exit(kExitForbidden);
}

}  // namespace

void ReportForbiddenCalls(unsigned generation, unsigned instance) {
  forbidden_packet.header.kind = static_cast<uint16_t>(wire::Kind::kForbidden);
  forbidden_packet.header.generation = generation;
  forbidden_packet.header.instance = instance;
  forbidden_packet.header.total = sizeof(wire::Forbidden);
  struct sigaction action {};
  action.sa_sigaction = OnForbiddenCall;
  // On the signal stack of runtimes whose own stacks are short.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSYS, &action, nullptr);
}

absl::Status AllowLoadingOnly() {
  Filter filter;
  filter.AddRows(ComputingCalls(static_cast<uint32_t>(getpid())));
  filter.AddRows(LoadingCalls());
  return filter.Install(kForbid, 0);
}

absl::Status AllowComputingOnly() {
  Filter filter;
  filter.AddRows(CallsAfterLoading());
  return filter.Install(SECCOMP_RET_ALLOW, SECCOMP_FILTER_FLAG_TSYNC);
}

}  // namespace leadline::plugin
