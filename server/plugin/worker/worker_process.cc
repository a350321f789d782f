#include "plugin/worker/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/worker/contract.h"

namespace leadline::plugin {
namespace {

// Closes on destruction. Not thread-safe.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status SystemError(std::string_view what, int number) {
  return absl::UnavailableError(fmt::format("{}: {}", what, std::generic_category().message(number)));
}

// Moves a descriptor to a number that the child's own do not take.
Descriptor High(Descriptor low) { return Descriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeFd + 1)); }

struct Pipes {
  Descriptor ours, theirs, errors, error_end;
};

absl::StatusOr<Pipes> MakePipes() {
  int sockets[2], pipe_ends[2];
  Pipes out;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return SystemError("no socket", errno);
  out.ours = Descriptor(sockets[0]);
  out.theirs = High(Descriptor(sockets[1]));
  // Neither side waits for the other on standard error: what finds no room there is lost.
  if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return SystemError("no pipe", errno);
  out.errors = Descriptor(pipe_ends[0]);
  out.error_end = High(Descriptor(pipe_ends[1]));
  if (out.theirs.get() < 0 || out.error_end.get() < 0) return SystemError("no descriptor", EMFILE);
  return out;
}

// What the child begins with. Not thread-safe.
class SpawnPlan {
 public:
  SpawnPlan(int socket, int error_end) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, error_end, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&files_, socket, kWorkerSocket);
    posix_spawn_file_actions_addclosefrom_np(&files_, kFirstFreeFd);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session of its own: Ctrl-C in the server's terminal must not end workers before the server does.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Run(pid_t& pid, const std::string& executable, const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    char* const environment[] = {nullptr};
    return posix_spawn(&pid, executable.c_str(), &files_, &attributes_, argv.data(), environment);
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WorkerProcess>> WorkerProcess::Spawn(const std::string& executable,
                                                                    const std::string& plugin_id, uint32_t generation,
                                                                    uint32_t instance) {
  ASSIGN_OR_RETURN(Pipes pipes, MakePipes());
  SpawnPlan plan(pipes.theirs.get(), pipes.error_end.get());
  pid_t pid = 0;
  int number = plan.Run(pid, executable, {executable, plugin_id, std::to_string(generation), std::to_string(instance)});
  if (number != 0) return SystemError(fmt::format("{} cannot be started", executable), number);
  int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) {
    number = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return SystemError("the worker cannot be watched", number);
  }
  return std::unique_ptr<WorkerProcess>(new WorkerProcess(pid, pidfd, pipes.ours.Release(), pipes.errors.Release()));
}

WorkerProcess::~WorkerProcess() {
  Kill();
  while (!Wait(std::chrono::milliseconds(1'000))) {
  }
  if (socket_ >= 0) close(socket_);
  close(errors_);
  close(pidfd_);
}

int WorkerProcess::TakeSocket() { return std::exchange(socket_, -1); }

void WorkerProcess::Kill() {
  std::lock_guard lock(mutex_);
  if (!end_) kill(pid_, SIGKILL);
}

std::optional<ProcessEnd> WorkerProcess::Wait(std::chrono::milliseconds patience) {
  pollfd entry{pidfd_, POLLIN, 0};
  while (poll(&entry, 1, static_cast<int>(patience.count())) < 0 && errno == EINTR) {
  }
  std::lock_guard lock(mutex_);
  if (end_) return end_;
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) != 0) {
    if (errno == ECHILD) end_ = ProcessEnd();  // the program ignores SIGCHLD, so that the kernel tells nobody
    return end_;
  }
  if (info.si_pid == 0) return std::nullopt;
  ProcessEnd end;
  (info.si_code == CLD_EXITED ? end.exit_code : end.signal) = info.si_status;
  end_ = end;
  return end_;
}

std::string Describe(const ProcessEnd& end) {
  if (end.exit_code) return fmt::format("ended itself with exit code {}", *end.exit_code);
  if (!end.signal) return "ended for an unknown reason";
  std::string_view means;
  switch (*end.signal) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
      means = ": it crashed";
      break;
    case SIGABRT:
      means = ": it gave up, as abort() and a failed assertion do";
      break;
    case SIGSYS:
      means = ": it did what a plugin may not, with signals blocked, as starting a process does";
      break;
    case SIGKILL:
      means = ", from outside of it: by somebody, or by the system for want of memory";
      break;
    case SIGXFSZ:
    case SIGXCPU:
      means = ": it went beyond a limit";
      break;
    default:
      break;
  }
  const char* name = sigabbrev_np(*end.signal);
  return fmt::format("was killed by signal {} (SIG{}){}", *end.signal, name == nullptr ? "?" : name, means);
}

std::string_view SystemCallName(uint32_t number) {
  switch (number) {
#define LEADLINE_NAME(call) \
  case SYS_##call:          \
    return #call
#ifdef SYS_open
    LEADLINE_NAME(open);
    LEADLINE_NAME(creat);
    LEADLINE_NAME(fork);
    LEADLINE_NAME(vfork);
    LEADLINE_NAME(unlink);
    LEADLINE_NAME(rename);
    LEADLINE_NAME(mkdir);
#endif
    LEADLINE_NAME(openat);
    LEADLINE_NAME(openat2);
    LEADLINE_NAME(socket);
    LEADLINE_NAME(socketpair);
    LEADLINE_NAME(connect);
    LEADLINE_NAME(bind);
    LEADLINE_NAME(listen);
    LEADLINE_NAME(accept);
    LEADLINE_NAME(accept4);
    LEADLINE_NAME(clone);
    LEADLINE_NAME(execve);
    LEADLINE_NAME(execveat);
    LEADLINE_NAME(kill);
    LEADLINE_NAME(tkill);
    LEADLINE_NAME(tgkill);
    LEADLINE_NAME(ptrace);
    LEADLINE_NAME(process_vm_readv);
    LEADLINE_NAME(process_vm_writev);
    LEADLINE_NAME(prctl);
    LEADLINE_NAME(seccomp);
    LEADLINE_NAME(bpf);
    LEADLINE_NAME(io_uring_setup);
    LEADLINE_NAME(memfd_create);
    LEADLINE_NAME(shmget);
    LEADLINE_NAME(getdents64);
    LEADLINE_NAME(unlinkat);
    LEADLINE_NAME(renameat2);
    LEADLINE_NAME(mkdirat);
    LEADLINE_NAME(mount);
    LEADLINE_NAME(setuid);
    LEADLINE_NAME(setsid);
    LEADLINE_NAME(unshare);
    LEADLINE_NAME(wait4);
    LEADLINE_NAME(waitid);
    LEADLINE_NAME(pidfd_open);
    LEADLINE_NAME(prlimit64);
    LEADLINE_NAME(fcntl);
    LEADLINE_NAME(personality);
    LEADLINE_NAME(sched_setscheduler);
    LEADLINE_NAME(sched_setattr);
    LEADLINE_NAME(setpriority);
#undef LEADLINE_NAME
    default:
      return "";
  }
}

}  // namespace leadline::plugin
