#include "plugin/check/probe/run_probe.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugin/check/probe/checks.h"
#include "plugin/check/probe/probe.h"
#include "plugin/check/probe/probes.h"
#include "plugin/check/subject/watch.h"

namespace leadline::plugin::check {
namespace {

constexpr int kNotAProbe = 2;

void Limit(int resource, rlim_t most) {
  rlimit limit{most, most};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

Board* AttachBoard() {
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, kBoardFd, 0);
  close(kBoardFd);
  return memory == MAP_FAILED ? nullptr : static_cast<Board*>(memory);
}

}  // namespace

void RunProbe() {
  Board* board = AttachBoard();
  auto job = board == nullptr ? absl::InvalidArgumentError("a probe is started by the checker only")
                              : ParseJob(std::string_view(board->job, std::min(board->job_bytes, Board::kJobBytes)));
  const Check* check = job.ok() ? FindCheck(job->check) : nullptr;
  if (check == nullptr || check->probe == nullptr) _exit(kNotAProbe);
  // The checker's death is the probe's, too; and a crash leaves no core file behind.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_FSIZE, 64 << 20);
  WatchFaults(*board, job->so_path);
  WatchProcessCalls(*board);
  NoteProcessState();
  try {
    Probe probe(*job, *board);
    probe.Step(Phase::kLoad, "while it was opened (its constructors run then)");
    if (absl::Status opened = probe.subject().Open(); !opened.ok()) {
      probe.Fail(std::string(opened.message()));
    } else {
      probe.Step(Phase::kLoad, "in leadline_plugin_entry()");
      check->probe(probe);
      if (check->runs_exit_handlers) probe.Step(Phase::kDestroy, "while the process ended (exit handlers run then)");
    }
  } catch (...) {
    _exit(kExceptionExit);
  }
  board->finished.store(1);
  if (check->runs_exit_handlers) std::exit(0);
  _exit(0);
}

}  // namespace leadline::plugin::check
