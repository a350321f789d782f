// What a worker may ask of the kernel: every system call, with the arguments that keep it to the worker itself.
#pragma once

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

namespace leadline::plugin {

// What becomes of a call that is not made: it ends the process, or it fails with an errno.
inline constexpr uint32_t kForbid = SECCOMP_RET_TRAP;
constexpr uint32_t Refuse(int number) { return SECCOMP_RET_ERRNO | (static_cast<uint32_t>(number) & SECCOMP_RET_DATA); }

// On the low half of one argument, which is all that the kernel reads of those that are asked about here: its bits of
// `mask` are one of `values`, or, with `none`, none of them.
struct Condition {
  int argument;
  uint32_t mask;
  std::vector<uint32_t> values;
  bool none = false;
};
inline Condition Is(int argument, std::vector<uint32_t> values) { return {argument, ~0U, std::move(values)}; }
inline Condition IsNot(int argument, std::vector<uint32_t> values) { return {argument, ~0U, std::move(values), true}; }
inline Condition Bits(int argument, uint32_t mask, std::vector<uint32_t> values) {
  return {argument, mask, std::move(values)};
}
inline Condition Without(int argument, uint32_t bits) { return {argument, bits, {0}}; }
inline Condition Never() { return {0, ~0U, {}}; }

// One row. The call is made when all conditions of one of its rows hold, which stand one after the other; when none
// does, `otherwise` of its last row says what becomes of it.
struct SystemCall {
  long number;
  std::vector<Condition> when;
  uint32_t otherwise = kForbid;
};
using SystemCalls = std::vector<SystemCall>;

// New memory is the worker's own: not shared, not growing by itself, not of the machine's huge pages.
inline Condition Private() { return Bits(3, MAP_TYPE | MAP_GROWSDOWN | MAP_HUGETLB, {MAP_PRIVATE}); }

// A clock that is nobody's, the process's own, or that of a thread, which the kernel takes only when it is one of the
// caller's. The clocks of processes have numbers below zero, made of the process's number.
inline SystemCalls OwnClocks(uint32_t self, std::vector<long> calls) {
  constexpr uint32_t kThreadClock = 0x80000004;
  constexpr uint32_t kRunTime = 2;
  SystemCalls rows;
  for (long call : calls) {
    rows.push_back({call, {Without(0, ~uint32_t{15})}});
    rows.push_back({call, {Bits(0, kThreadClock, {kThreadClock})}});
    rows.push_back({call, {Is(0, {(~self << 3) | kRunTime})}, Refuse(EINVAL)});
  }
  return rows;
}

// What computing takes, of the process `self`. The first ones are made in every call.
inline SystemCalls ComputingCalls(uint32_t self) {
  // A thread of this process and nothing else, with nothing of its own.
  constexpr uint32_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
  constexpr uint32_t kThreadMay =
      CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED;
  // Those of priorities act on the thread that holds a lock, whoever's it is.
  constexpr uint32_t kFutexCommand = ~uint32_t{FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};
  constexpr uint32_t kMadvCollapse = 25;
  SystemCalls rows = {
      {SYS_recvfrom, {}},
      {SYS_sendmsg, {}},
      {SYS_ppoll, {}},
      {SYS_futex,
       {Bits(1, kFutexCommand,
             {FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_WAIT_BITSET,
              FUTEX_WAKE_BITSET})},
       Refuse(ENOSYS)},
      {SYS_sendto, {}},
      {SYS_recvmsg, {}},
      // memory; advice that other processes would notice is refused
      {SYS_brk, {}},
      {SYS_munmap, {}},
      {SYS_madvise,
       {Is(2, {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_DONTFORK,
               MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, kMadvCollapse})},
       Refuse(EINVAL)},
      {SYS_mremap, {}},
      {SYS_mincore, {}},
      {SYS_membarrier,
       {Is(0, {MEMBARRIER_CMD_QUERY, MEMBARRIER_CMD_PRIVATE_EXPEDITED, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
               MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
               MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ})},
       Refuse(EINVAL)},
      {SYS_mlock, {}},
      {SYS_munlock, {}},
      // threads of this process; "0" is the one that asks
      {SYS_clone, {Bits(0, ~kThreadMay, {kThread})}},
      {SYS_clone3, {Never()}, Refuse(ENOSYS)},  // its flags lie in memory; libraries then take clone()
      {SYS_set_robust_list, {}},
      {SYS_get_robust_list, {Is(0, {0})}, Refuse(EPERM)},
      {SYS_set_tid_address, {}},
      {SYS_rseq, {}},
      {SYS_gettid, {}},
      {SYS_exit, {}},
      {SYS_exit_group, {}},
      {SYS_sched_yield, {}},
      // Of a thread, pthread_getattr_np() asks by its number and takes this answer.
      {SYS_sched_getaffinity, {Is(0, {0, self})}, Refuse(ENOSYS)},
      {SYS_sched_setaffinity, {Is(0, {0, self})}, Refuse(EPERM)},
      {SYS_sched_getparam, {Is(0, {0, self})}, Refuse(EPERM)},
      {SYS_sched_getscheduler, {Is(0, {0, self})}, Refuse(EPERM)},
      {SYS_sched_get_priority_max, {}},
      {SYS_sched_get_priority_min, {}},
      {SYS_getcpu, {}},
      {SYS_restart_syscall, {}},
      // signals to itself
      {SYS_rt_sigprocmask, {}},
      {SYS_rt_sigreturn, {}},
      {SYS_rt_sigpending, {}},
      {SYS_rt_sigsuspend, {}},
      {SYS_rt_sigtimedwait, {}},
      {SYS_rt_sigaction, {IsNot(0, {SIGSYS})}, Refuse(0)},  // that handler stays ours: setting another seems to work
      {SYS_sigaltstack, {}},
      {SYS_kill, {Is(0, {self})}},
      {SYS_tgkill, {Is(0, {self})}},
      // time that does not ask for a clock
      {SYS_nanosleep, {}},
      {SYS_gettimeofday, {}},
      {SYS_times, {}},
      {SYS_timer_settime, {}},
      {SYS_timer_gettime, {}},
      {SYS_timer_delete, {}},
      // descriptors that are open, and such as lead nowhere
      {SYS_read, {}},
      {SYS_write, {}},
      {SYS_readv, {}},
      {SYS_writev, {}},
      {SYS_pread64, {}},
      {SYS_lseek, {}},
      {SYS_close, {}},
      {SYS_fstat, {}},
      {SYS_dup, {}},
      {SYS_dup3, {}},
      {SYS_pipe2, {Without(1, ~uint32_t{O_CLOEXEC | O_NONBLOCK | O_DIRECT})}, Refuse(EINVAL)},
      {SYS_eventfd2, {}},
      {SYS_epoll_create1, {}},
      {SYS_epoll_ctl, {}},
      {SYS_epoll_pwait, {}},
      {SYS_pselect6, {}},
      {SYS_fcntl, {Is(1, {F_GETFD, F_SETFD, F_GETFL, F_DUPFD, F_DUPFD_CLOEXEC})}},
      {SYS_fcntl, {Is(1, {F_SETFL}), Without(2, O_ASYNC)}},  // nobody is sent a signal
      {SYS_ioctl, {Never()}, Refuse(ENOTTY)},
      // about itself; without capabilities, limits can only be lowered
      {SYS_prlimit64, {Is(0, {0, self})}},
      {SYS_prctl, {Is(0, {PR_SET_NAME, PR_GET_NAME, PR_SET_VMA})}},
      {SYS_getpid, {}},
      {SYS_getppid, {}},
      {SYS_getuid, {}},
      {SYS_geteuid, {}},
      {SYS_getgid, {}},
      {SYS_getegid, {}},
      {SYS_getrusage, {}},
      {SYS_uname, {}},
      {SYS_sysinfo, {}},
      {SYS_getrandom, {}},
#ifdef __x86_64__
      {SYS_poll, {}},
      {SYS_select, {}},
      {SYS_epoll_wait, {}},
      {SYS_epoll_create, {}},
      {SYS_pipe, {}},
      {SYS_dup2, {}},
      {SYS_time, {}},
      {SYS_getrlimit, {}},
#endif
  };
  const SystemCalls clocks =
      OwnClocks(self, {SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_timer_create});
  rows.insert(rows.end(), clocks.begin(), clocks.end());
  return rows;
}

// Questions about paths.
inline constexpr long kAskingAboutPaths[] = {
    SYS_newfstatat, SYS_statx, SYS_readlinkat, SYS_faccessat, SYS_getcwd, SYS_statfs,
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef __x86_64__
    SYS_stat,       SYS_lstat, SYS_readlink,   SYS_access,
#endif
};

// What opening a module takes besides. Code is mapped from files as they are: no memory is ever both written to and
// run, nor made to run afterwards.
inline SystemCalls LoadingCalls() {
  constexpr uint32_t kChanges = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY) | O_ASYNC;
  SystemCalls rows = {
      {SYS_mmap, {Private(), Without(2, PROT_EXEC)}},
      {SYS_mmap, {Private(), Without(3, MAP_ANONYMOUS), Bits(2, PROT_WRITE | PROT_EXEC, {PROT_EXEC})}, Refuse(EPERM)},
      {SYS_mprotect, {Without(2, PROT_EXEC)}, Refuse(EPERM)},
      {SYS_openat, {Without(2, kChanges)}},
#ifdef SYS_open
      {SYS_open, {Without(1, kChanges)}},
#endif
      // For the second filter.
      {SYS_seccomp, {Is(0, {SECCOMP_SET_MODE_FILTER}), Is(1, {SECCOMP_FILTER_FLAG_TSYNC})}},
  };
  for (long call : kAskingAboutPaths) rows.push_back({call, {}});
  return rows;
}

// What of it is gone once the module is open. Rows of an extra filter, to which all other calls are the first one's
// business.
inline SystemCalls CallsAfterLoading() {
  SystemCalls rows = {
      {SYS_mmap, {Without(2, PROT_EXEC)}, Refuse(EPERM)},
      {SYS_openat, {Never()}},
#ifdef SYS_open
      {SYS_open, {Never()}},
#endif
      {SYS_seccomp, {Never()}},
  };
  for (long call : kAskingAboutPaths) rows.push_back({call, {Never()}, Refuse(EACCES)});
  return rows;
}

}  // namespace leadline::plugin
