// A child process that runs leadline-plugin-worker, and how it ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace leadline::plugin {

// How a process ended. Neither: unknown, since somebody else asked first.
struct ProcessEnd {
  std::optional<int> exit_code;
  std::optional<int> signal;
};
// "was killed by signal 11 (SIGSEGV): it crashed".
std::string Describe(const ProcessEnd& end);

// The name of a system call of this machine, "socket"; empty when it is not a well-known one.
std::string_view SystemCallName(uint32_t number);

// One child. It dies with this object, at the latest: nothing is left of it then, not even a zombie. Thread-safe.
class WorkerProcess {
 public:
  // Starts `executable` with an empty environment, three descriptors besides its socket (nothing to read, nowhere to
  // write, and a pipe for what it says on standard error), and no signal blocked or ignored. The kernel kills the child
  // when the thread that calls this ends, so that has to be one that outlives it. UNAVAILABLE when it cannot be
  // started.
  static absl::StatusOr<std::unique_ptr<WorkerProcess>> Spawn(const std::string& executable,
                                                              const std::string& plugin_id, uint32_t generation,
                                                              uint32_t instance);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Our end of the socket; the caller owns it from the first call on.
  int TakeSocket();
  // Readable when the process has ended.
  int end_fd() const { return pidfd_; }
  // What it says on standard error; not blocking.
  int error_fd() const { return errors_; }

  // Ends it as nothing else can. Does not wait.
  void Kill();
  // How it ended; nullopt when it has not after this time. Afterwards it is no zombie.
  std::optional<ProcessEnd> Wait(std::chrono::milliseconds patience);

 private:
  WorkerProcess(pid_t pid, int pidfd, int socket, int errors)
      : pid_(pid), pidfd_(pidfd), socket_(socket), errors_(errors) {}

  const pid_t pid_;
  const int pidfd_;
  int socket_;
  const int errors_;
  std::mutex mutex_;
  std::optional<ProcessEnd> end_;  // guarded by mutex_; from then on the pid may be another's
};

}  // namespace leadline::plugin
