#include "plugin/check/subject/watch.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <span>

#include "fmt/format.h"
#include "plugin/check/subject/guarded.h"

namespace leadline::plugin::check {
namespace {

Board* the_board = nullptr;
const char* the_plugin = "";

#if defined(__x86_64__)
constexpr uint32_t kAuditArch = AUDIT_ARCH_X86_64;
void* ProgramCounter(const ucontext_t& context) { return reinterpret_cast<void*>(context.uc_mcontext.gregs[REG_RIP]); }
const uintptr_t* StackPointer(const ucontext_t& context) {
  return reinterpret_cast<const uintptr_t*>(context.uc_mcontext.gregs[REG_RSP]);
}
void SetResult(ucontext_t& context, int64_t value) { context.uc_mcontext.gregs[REG_RAX] = value; }
int64_t Argument(const ucontext_t& context, int index) {
  constexpr std::array<int, 2> kRegisters = {REG_RDI, REG_RSI};
  return context.uc_mcontext.gregs[kRegisters[static_cast<size_t>(index)]];
}
#elif defined(__aarch64__)
constexpr uint32_t kAuditArch = AUDIT_ARCH_AARCH64;
void* ProgramCounter(const ucontext_t& context) { return reinterpret_cast<void*>(context.uc_mcontext.pc); }
const uintptr_t* StackPointer(const ucontext_t& context) {
  return reinterpret_cast<const uintptr_t*>(context.uc_mcontext.sp);
}
void SetResult(ucontext_t& context, int64_t value) { context.uc_mcontext.regs[0] = static_cast<uint64_t>(value); }
int64_t Argument(const ucontext_t& context, int index) { return static_cast<int64_t>(context.uc_mcontext.regs[index]); }
#endif

// --------------------------------------------------------------------------------------------------------- Faults

// Everything here is called from a signal handler. snprintf and dladdr are not promised to be safe there; the process
// dies in any case, and a second fault ends it.

// "fit.so+0x12f0" into `out` when `address` lies in a module; whether that module is the plugin.
bool DescribeCode(const void* address, char* out, size_t size) {
  Dl_info place{};
  if (dladdr(address, &place) == 0 || place.dli_fname == nullptr) return false;
  const char* name = std::strrchr(place.dli_fname, '/');
  std::snprintf(out, size, "%s+0x%zx", name == nullptr ? place.dli_fname : name + 1,
                static_cast<size_t>(static_cast<const char*>(address) - static_cast<char*>(place.dli_fbase)));
  return std::strcmp(place.dli_fname, the_plugin) == 0;
}

// A fault in a library's function, such as strlen(), is the caller's: the nearest address of the plugin's on the stack.
// It reads what no variable of ours is, so no sanitizer may look on.
__attribute__((no_sanitize("address"))) void DescribeCaller(const ucontext_t& context, char* out, size_t size) {
  constexpr size_t kWords = 1'024;
  const uintptr_t* stack = StackPointer(context);
  for (size_t i = 0; i < kWords; ++i) {
    if (DescribeCode(reinterpret_cast<const void*>(stack[i]), out, size)) return;
  }
  out[0] = '\0';
}

// Each of the three may be empty.
void WriteCrash(const char* what, const char* where, const char* caller) {
  std::snprintf(the_board->crash, sizeof(the_board->crash), "%s%s%s%s%s%s", what[0] == '\0' ? "" : "it touched ", what,
                where[0] == '\0'  ? ""
                : what[0] == '\0' ? "in "
                                  : ", in ",
                where, caller[0] == '\0' ? "" : ", called from about ", caller);
}

void OnFault(int number, siginfo_t* info, void* context) {
  std::signal(number, SIG_DFL);
  char what[256];
  bool ours = DescribeAddress(info->si_addr, what, sizeof(what));
  if (!ours && number == SIGSEGV) std::snprintf(what, sizeof(what), "address %p", info->si_addr);
  if (!ours && number != SIGSEGV) what[0] = '\0';
  char where[256] = "";
  const auto& machine = *static_cast<const ucontext_t*>(context);
  bool in_plugin = DescribeCode(ProgramCounter(machine), where, sizeof(where));
  WriteCrash(what, where, "");
  if (in_plugin) return;
  // This may run off the stack; what stands there already is then all that is told.
  char caller[256] = "";
  DescribeCaller(machine, caller, sizeof(caller));
  WriteCrash(what, where, caller);
  // Returning runs the instruction again, which now ends the process with the signal's own status.
}

// --------------------------------------------------------------------------------------------------- System calls

struct Watched {
  int number;
  const char* name;
  CallClass what;
  int path_argument;  // which argument is a path; -1: none
};

constexpr Watched kWatched[] = {
#ifdef SYS_fork
    {SYS_fork, "fork", CallClass::kProcess, -1},
    {SYS_vfork, "vfork", CallClass::kProcess, -1},
#endif
    {SYS_clone, "fork (clone)", CallClass::kProcess, -1},
    {SYS_setsid, "setsid", CallClass::kProcess, -1},
    {SYS_setpgid, "setpgid", CallClass::kProcess, -1},
    {SYS_execve, "execve", CallClass::kExec, 0},
    {SYS_execveat, "execveat", CallClass::kExec, 1},
    {SYS_socket, "socket", CallClass::kNetwork, -1},
    {SYS_socketpair, "socketpair", CallClass::kNetwork, -1},
    {SYS_io_uring_setup, "io_uring_setup", CallClass::kNetwork, -1},
    {SYS_kill, "kill", CallClass::kSignal, -1},
    {SYS_ptrace, "ptrace", CallClass::kSignal, -1},
    {SYS_process_vm_writev, "process_vm_writev", CallClass::kSignal, -1},
};

constexpr Watched kWatchedFiles[] = {
#ifdef SYS_open
    {SYS_open, "open", CallClass::kFile, 0},
    {SYS_creat, "creat", CallClass::kFile, 0},
    {SYS_unlink, "unlink", CallClass::kFile, 0},
    {SYS_rename, "rename", CallClass::kFile, 0},
    {SYS_mkdir, "mkdir", CallClass::kFile, 0},
#endif
    {SYS_openat, "openat", CallClass::kFile, 1},
    {SYS_openat2, "openat2", CallClass::kFile, 1},
    {SYS_unlinkat, "unlinkat", CallClass::kFile, 1},
    {SYS_renameat2, "renameat2", CallClass::kFile, 1},
    {SYS_mkdirat, "mkdirat", CallClass::kFile, 1},
    {SYS_truncate, "truncate", CallClass::kFile, 0},
    {SYS_memfd_create, "memfd_create", CallClass::kFile, 0},
};

const Watched* FindWatched(int number) {
  for (const Watched& call : kWatched) {
    if (call.number == number) return &call;
  }
  for (const Watched& call : kWatchedFiles) {
    if (call.number == number) return &call;
  }
  return nullptr;
}

// Reads a path wherever it points: the kernel checks the address, and an end of mapped memory only shortens it.
void CopyPath(int64_t address, char* out, size_t size) {
  iovec local{out, size - 1};
  iovec remote{reinterpret_cast<void*>(address), size - 1};
  ssize_t n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  out[n < 0 ? 0 : n] = '\0';
}

void OnTrap(int, siginfo_t* info, void* context) {
  int saved = errno;
  auto& machine = *static_cast<ucontext_t*>(context);
  uint32_t index = the_board->trap_count.fetch_add(1);
  if (index < Board::kMostTraps) {
    TrappedCall& trap = the_board->traps[index];
    trap.phase = the_board->phase.load();
    trap.number = info->si_syscall;
    trap.detail[0] = '\0';
    const Watched* call = FindWatched(info->si_syscall);
    if (call != nullptr && call->path_argument >= 0) {
      CopyPath(Argument(machine, call->path_argument), trap.detail, sizeof(trap.detail));
    }
  }
  SetResult(machine, -EPERM);
  errno = saved;
}

constexpr sock_filter Statement(uint16_t code, uint32_t k) { return {code, 0, 0, k}; }
constexpr sock_filter Jump(uint16_t code, uint32_t k, uint8_t yes, uint8_t no) { return {code, yes, no, k}; }

bool Install(std::span<const Watched> calls) {
  constexpr uint32_t kArgument0 = offsetof(seccomp_data, args);
  std::vector<sock_filter> filter = {
      Statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      Jump(BPF_JMP | BPF_JEQ | BPF_K, kAuditArch, 1, 0),
      Statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      Statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      // Its flags lie in memory, where a filter cannot look; the C library then takes clone(), whose flags it can see.
      Jump(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      Statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
  };
  for (const Watched& call : calls) {
    if (call.number == SYS_clone) continue;
    filter.push_back(Jump(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call.number), 0, 1));
    filter.push_back(Statement(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
  }
  if (calls.data() == kWatched) {
    filter.push_back(Jump(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3));
    filter.push_back(Statement(BPF_LD | BPF_W | BPF_ABS, kArgument0));
    filter.push_back(Jump(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
    filter.push_back(Statement(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
  }
  filter.push_back(Statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

}  // namespace

void UseFaultStack() {
  static constexpr size_t kBytes = 64 * 1024;
  stack_t stack{};
  stack.ss_sp = new char[kBytes];  // as long as the process
  stack.ss_size = kBytes;
  sigaltstack(&stack, nullptr);
}

void WatchFaults(Board& board, const std::string& plugin_path) {
  the_board = &board;
  the_plugin = plugin_path.c_str();
  UseFaultStack();
  struct sigaction action {};
  action.sa_sigaction = &OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) sigaction(number, &action, nullptr);
}

bool WatchProcessCalls(Board& board) {
  the_board = &board;
  struct sigaction action {};
  action.sa_sigaction = &OnTrap;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
  return Install(kWatched);
}

bool WatchFileCalls() { return Install(kWatchedFiles); }

std::string SystemCallName(int number) {
  const Watched* call = FindWatched(number);
  return call == nullptr ? fmt::format("system call {}", number) : call->name;
}

CallClass ClassOf(int number) {
  const Watched* call = FindWatched(number);
  return call == nullptr ? CallClass::kProcess : call->what;
}

}  // namespace leadline::plugin::check
