#include "plugin/check/probe_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/check/probe/run_probe.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

absl::Status SystemError(std::string_view what) {
  return absl::InternalError(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

// Anonymous memory with a descriptor. Not thread-safe.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : fd_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  int fd() const { return fd_; }
  std::string Read(size_t most) const {
    std::string text(most, '\0');
    ssize_t n = pread(fd_, text.data(), most, 0);
    text.resize(n < 0 ? 0 : static_cast<size_t>(n));
    return text;
  }

 private:
  int fd_;
};

// The board, mapped here. Not thread-safe.
class SharedBoard {
 public:
  SharedBoard() : file_("leadline-probe") {
    if (file_.fd() < 0 || ftruncate(file_.fd(), sizeof(Board)) != 0) return;
    void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, file_.fd(), 0);
    if (memory != MAP_FAILED) board_ = static_cast<Board*>(memory);
  }
  ~SharedBoard() {
    if (board_ != nullptr) munmap(board_, sizeof(Board));
  }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  Board* get() const { return board_; }
  int fd() const { return file_.fd(); }

 private:
  MemoryFile file_;
  Board* board_ = nullptr;
};

// A sanitizer in the probe's program must leave the signals to the probe, and free memory at once.
std::vector<std::string> ProbeEnvironment() {
  std::vector<std::string> out;
  for (char** e = environ; e != nullptr && *e != nullptr; ++e) {
    std::string_view text = *e;
    if (text.find("ASAN_OPTIONS=") != 0 && text.find("TSAN_OPTIONS=") != 0) out.emplace_back(text);
  }
  constexpr std::string_view kSignals =
      "use_sigaltstack=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0";
  out.push_back(fmt::format("ASAN_OPTIONS={}:detect_leaks=0:quarantine_size_mb=0", kSignals));
  out.push_back(fmt::format("TSAN_OPTIONS={}:report_bugs=0", kSignals));
  return out;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& command, int out, int err, int board) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, err, 2);
  posix_spawn_file_actions_adddup2(&files, board, kBoardFd);
  posix_spawn_file_actions_addclosefrom_np(&files, kBoardFd + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // A group of its own, so that whatever the plugin starts goes with it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> arguments = command;
  std::vector<std::string> environment = ProbeEnvironment();
  pid_t pid = 0;
  int failed = posix_spawn(&pid, command.front().c_str(), &files, &attributes, Pointers(arguments).data(),
                           Pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed == 0) return pid;
  errno = failed;
  return SystemError(fmt::format("{} cannot be started", command.front()));
}

// Waits for the end of `pid`; false when time is up first.
bool WaitFor(pid_t pid, std::chrono::milliseconds timeout) {
  using std::chrono::steady_clock;
  auto end = steady_clock::now() + timeout;
  auto handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd poll_fd{handle, POLLIN, 0};
  bool ended = false;
  while (!ended && handle >= 0) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) break;
    int n = poll(&poll_fd, 1, static_cast<int>(left.count()));
    ended = n > 0;
    if (n < 0 && errno != EINTR) break;
  }
  if (handle >= 0) close(handle);
  return ended;
}

template <size_t kSize>
std::string TextOf(const char (&text)[kSize]) {
  return Presentable(std::string_view(text, strnlen(text, kSize)));
}

}  // namespace

absl::StatusOr<ProbeEnd> RunProbeProcess(const std::vector<std::string>& command, const Job& job,
                                         std::chrono::milliseconds timeout) {
  SharedBoard board;
  MemoryFile out("leadline-probe-out");
  MemoryFile err("leadline-probe-err");
  if (board.get() == nullptr || out.fd() < 0 || err.fd() < 0) return SystemError("no memory for a probe");
  std::string text = JobToJson(job);
  if (text.size() > Board::kJobBytes) return absl::InvalidArgumentError("config and fields are longer than 1 MiB");
  std::memcpy(board.get()->job, text.data(), text.size());
  board.get()->job_bytes = static_cast<uint32_t>(text.size());
  ASSIGN_OR_RETURN(pid_t pid, Spawn(command, out.fd(), err.fd(), board.fd()));
  ProbeEnd end;
  bool ended = WaitFor(pid, timeout);
  // Also after a good end: what the plugin left behind goes, too.
  kill(-pid, SIGKILL);
  kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    end.how = ProbeEnd::How::kTimedOut;
  } else if (WIFSIGNALED(status)) {
    end.how = ProbeEnd::How::kSignalled;
    end.number = WTERMSIG(status);
  } else if (board.get()->finished.load() == 0) {
    end.how = ProbeEnd::How::kExited;
    end.number = WEXITSTATUS(status);
  }
  end.step = TextOf(board.get()->step);
  end.crash = TextOf(board.get()->crash);
  end.output = out.Read(4'096);
  end.error = err.Read(4'096);
  end.threw = (end.how == ProbeEnd::How::kExited && end.number == kExceptionExit) ||
              (end.how == ProbeEnd::How::kSignalled && end.number == SIGABRT &&
               end.error.find("terminate called") != std::string::npos);
  end.facts = std::string(board.get()->facts, std::min(board.get()->facts_bytes, Board::kFindingBytes));
  end.findings = FindingsOn(*board.get());
  return end;
}

std::string DescribeEnd(const ProbeEnd& end, std::chrono::milliseconds timeout) {
  std::string details = end.crash.empty() ? "" : ": " + end.crash;
  if (!end.error.empty()) details += fmt::format(" (it printed: {})", Presentable(end.error.substr(0, 200)));
  if (end.threw) return fmt::format("a C++ exception came out of it {}{}", end.step, details);
  switch (end.how) {
    case ProbeEnd::How::kTimedOut:
      return fmt::format("it did not come back within {} s {}", static_cast<double>(timeout.count()) / 1'000, end.step);
    case ProbeEnd::How::kExited:
      return fmt::format("it ended the process with exit status {} {}{}", end.number, end.step, details);
    case ProbeEnd::How::kSignalled: {
      const char* name = sigabbrev_np(end.number);
      const char* meaning = sigdescr_np(end.number);
      if (end.number == SIGSYS) {
        details +=
            " (it started a process, ran a program or opened a socket while it blocked signals, as system() and "
            "posix_spawn() do; a plugin may not)";
      }
      if (end.number == SIGABRT && end.error.empty())
        details += " (an exception that comes out of a plugin ends so, too)";
      return fmt::format("it died of SIG{} ({}) {}{}", name == nullptr ? "?" : name, meaning == nullptr ? "?" : meaning,
                         end.step, details);
    }
    case ProbeEnd::How::kFinished:
      break;
  }
  return "";
}

}  // namespace leadline::plugin::check
