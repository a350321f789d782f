#include "plugin/worker/program/syscall_filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <system_error>
#include <vector>

#include "fmt/format.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/wire.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

namespace leadline::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH and check the lists of system calls"
#endif

constexpr uint32_t kForbid = SECCOMP_RET_TRAP;
constexpr uint32_t Refuse(int number) { return SECCOMP_RET_ERRNO | (static_cast<uint32_t>(number) & SECCOMP_RET_DATA); }

// What computing takes. The first ones are made in every call.
constexpr long kComputing[] = {
    SYS_recvfrom,
    SYS_sendmsg,
    SYS_ppoll,
    SYS_futex,
    SYS_sendto,
    SYS_recvmsg,
    // memory
    SYS_brk,
    SYS_munmap,
    SYS_madvise,
    SYS_mremap,
    SYS_mincore,
    SYS_membarrier,
    SYS_mlock,
    SYS_munlock,
    // threads
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_gettid,
    SYS_exit,
    SYS_exit_group,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_setaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_get_priority_max,
    SYS_sched_get_priority_min,
    SYS_getcpu,
    SYS_restart_syscall,
    // signals to itself
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait,
    SYS_sigaltstack,
    // time
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_times,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_delete,
    // descriptors that are open, and such as lead nowhere
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_lseek,
    SYS_close,
    SYS_fstat,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_eventfd2,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_pselect6,
    // about itself
    SYS_getpid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getrusage,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrandom,
#ifdef __x86_64__
    SYS_poll,
    SYS_select,
    SYS_epoll_wait,
    SYS_epoll_create,
    SYS_pipe,
    SYS_dup2,
    SYS_time,
    SYS_getrlimit,
#endif
};

// Questions about paths.
constexpr long kAskingAboutPaths[] = {
    SYS_newfstatat, SYS_statx, SYS_readlinkat, SYS_faccessat, SYS_getcwd, SYS_statfs,
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef __x86_64__
    SYS_stat,       SYS_lstat, SYS_readlink,   SYS_access,
#endif
};

// Builds a filter. The number of the call is in the accumulator between rules. Not thread-safe.
class Filter {
 public:
  Filter() {
    Load(offsetof(seccomp_data, arch));
    Add(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0);
    Return(SECCOMP_RET_KILL_PROCESS);
    LoadNumber();
#ifdef __x86_64__
    // The x32 calls have numbers of their own.
    Add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    Return(SECCOMP_RET_KILL_PROCESS);
#endif
  }

  void On(long call, uint32_t action) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1);
    Return(action);
  }
  template <class Calls>
  void OnEach(const Calls& calls, uint32_t action) {
    for (long call : calls) On(call, action);
  }

  // When one of `bits` is set in the low half of the argument: `set`, else `clear`.
  void OnBits(long call, int argument, uint32_t bits, uint32_t set, uint32_t clear) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 4);
    Load(Low(argument));
    Add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    Return(set);
    Return(clear);
  }
  // When one of `bits` is set: `set`. Otherwise later rules decide.
  void OnBitsOnly(long call, int argument, uint32_t bits, uint32_t set) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 4);
    Load(Low(argument));
    Add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    Return(set);
    LoadNumber();
  }
  // When the low half of the argument is one of `values`: `equal`, else `other`.
  void OnValue(long call, int argument, std::initializer_list<uint32_t> values, uint32_t equal, uint32_t other) {
    const auto skip = static_cast<uint8_t>(2 + 2 * values.size());
    Add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, skip);
    Load(Low(argument));
    for (uint32_t value : values) {
      Add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
      Return(equal);
    }
    Return(other);
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
  static uint32_t Low(int argument) {
    return static_cast<uint32_t>(offsetof(seccomp_data, args) + static_cast<size_t>(argument) * sizeof(uint64_t));
  }
  void Add(uint16_t code, uint32_t k, uint8_t if_true = 0, uint8_t if_false = 0) {
    code_.push_back({code, if_true, if_false, k});
  }
  void Load(size_t offset) { Add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void LoadNumber() { Load(offsetof(seccomp_data, nr)); }
  void Return(uint32_t action) { Add(BPF_RET | BPF_K, action); }

  std::vector<sock_filter> code_;
};

// Rules of which the arguments decide.
void AddArgumentRules(Filter& filter) {
  const auto self = static_cast<uint32_t>(getpid());
  filter.OnBits(SYS_clone, 0, CLONE_THREAD, SECCOMP_RET_ALLOW, kForbid);
  filter.OnBits(SYS_mmap, 3, MAP_SHARED | MAP_GROWSDOWN, Refuse(EPERM), SECCOMP_RET_ALLOW);  // not counted as its own
  for (long call : {SYS_kill, SYS_tgkill}) filter.OnValue(call, 0, {self}, SECCOMP_RET_ALLOW, kForbid);
  // Only of itself; without capabilities, limits can only be lowered.
  filter.OnValue(SYS_prlimit64, 0, {0, self}, SECCOMP_RET_ALLOW, kForbid);
  filter.OnValue(SYS_prctl, 0, {PR_SET_NAME, PR_GET_NAME, PR_SET_VMA}, SECCOMP_RET_ALLOW, kForbid);
  filter.OnValue(SYS_fcntl, 1, {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC}, SECCOMP_RET_ALLOW,
                 kForbid);
  // The handler of SIGSYS stays ours: setting another one seems to work.
  filter.OnValue(SYS_rt_sigaction, 0, {SIGSYS}, Refuse(0), SECCOMP_RET_ALLOW);
  filter.On(SYS_clone3, Refuse(ENOSYS));
  filter.On(SYS_ioctl, Refuse(ENOTTY));
}

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
  filter.OnEach(kComputing, SECCOMP_RET_ALLOW);
  AddArgumentRules(filter);
  constexpr uint32_t kChanges = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY) | O_ASYNC;
  filter.OnBits(SYS_openat, 2, kChanges, kForbid, SECCOMP_RET_ALLOW);
#ifdef SYS_open
  filter.OnBits(SYS_open, 1, kChanges, kForbid, SECCOMP_RET_ALLOW);
#endif
  filter.On(SYS_mprotect, SECCOMP_RET_ALLOW);
  filter.OnEach(kAskingAboutPaths, SECCOMP_RET_ALLOW);
  filter.On(SYS_seccomp, SECCOMP_RET_ALLOW);  // for the second filter
  return filter.Install(kForbid, 0);
}

absl::Status AllowComputingOnly() {
  Filter filter;
  filter.On(SYS_openat, kForbid);
#ifdef SYS_open
  filter.On(SYS_open, kForbid);
#endif
  filter.On(SYS_seccomp, kForbid);
  filter.OnEach(kAskingAboutPaths, Refuse(EACCES));
  filter.OnBitsOnly(SYS_mmap, 2, PROT_EXEC, Refuse(EPERM));
  filter.OnBitsOnly(SYS_mprotect, 2, PROT_EXEC, Refuse(EPERM));
  return filter.Install(SECCOMP_RET_ALLOW, SECCOMP_FILTER_FLAG_TSYNC);
}

}  // namespace leadline::plugin
