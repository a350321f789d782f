// Checks of what the plugin does besides answering: system calls, clocks, and the state it shares with the host.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstring>
#include <map>
#include <set>

#include "plugin/check/probe/probes.h"
#include "plugin/check/subject/watch.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

void Live(Probe& probe, int calls = 2) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  for (const Offered& offered : probe.subject().Offers()) {
    for (int i = 0; i < calls; ++i) {
      probe.Run(*instance, offered, probe.Items().Make(Flavour::kOrdinary, 16));
      probe.Run(*instance, offered, probe.Items().Make(Flavour::kNull, 4));
    }
  }
  probe.Destroy(*instance);
}

std::string_view PhaseName(int phase) {
  switch (static_cast<Phase>(phase)) {
    case Phase::kLoad:
      return "while it is opened";
    case Phase::kCreate:
      return "in create()";
    case Phase::kCall:
      return "in a call";
    case Phase::kDestroy:
      break;
  }
  return "in destroy() or between calls";
}

// What was trapped of one class, each call once.
template <class Report>
void ReportTraps(Probe& probe, CallClass wanted, Report report) {
  std::set<std::string> seen;
  Board& board = probe.board();
  uint32_t count = std::min(board.trap_count.load(), Board::kMostTraps);
  for (uint32_t i = 0; i < count; ++i) {
    const TrappedCall& trap = board.traps[i];
    if (ClassOf(trap.number) != wanted) continue;
    std::string name = SystemCallName(trap.number);
    if (trap.detail[0] != '\0') name += fmt::format(" of \"{}\"", Presentable(trap.detail));
    std::string text = fmt::format("{} {}", name, PhaseName(trap.phase));
    if (seen.insert(text).second) report(text);
  }
}

void FailTraps(Probe& probe, CallClass wanted, std::string_view remedy) {
  Live(probe);
  ReportTraps(probe, wanted, [&](const std::string& text) { probe.Fail(fmt::format("{}; {}", text, remedy)); });
}

// A thread that blocks signals, as the Go runtime's do at times, cannot be told of a trapped call and would die of it.
bool WatchFiles(Probe& probe) {
  if (Threads() > 1) {
    probe.Skip("it has threads of its own, whose calls cannot be watched; in a worker opening a file ends the process");
    return false;
  }
  if (WatchFileCalls()) return true;
  probe.Skip("this kernel has no filter for system calls");
  return false;
}

// Handlers of signals, and what a library may not alter behind its host's back.
std::map<std::string, std::string> SharedState() {
  std::map<std::string, std::string> state;
  for (int number = 1; number < 32; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    state[fmt::format("the handler of {}", sigabbrev_np(number) == nullptr ? "?" : sigabbrev_np(number))] =
        fmt::format("{}", reinterpret_cast<const void*>(action.sa_sigaction));
  }
  state["the locale"] = setlocale(LC_ALL, nullptr);
  mode_t mask = umask(0);
  umask(mask);
  state["the file mode mask"] = fmt::format("{:o}", mask);
  state["the rounding mode"] = fmt::format("{}", fegetround());
  char folder[4096];
  state["the working folder"] = getcwd(folder, sizeof(folder)) == nullptr ? "" : folder;
  std::string environment;
  for (char** e = environ; e != nullptr && *e != nullptr; ++e) environment.append(*e).append("\n");
  state["the environment"] = environment;
  return state;
}

// As it was before the plugin was opened.
std::map<std::string, std::string>& StateBefore() {
  static auto& state = *new std::map<std::string, std::string>();
  return state;
}

}  // namespace

void ProbeProcesses(Probe& probe) {
  FailTraps(probe, CallClass::kProcess,
            "a plugin may not start processes: the server would be copied with all its locks");
}

void ProbeExec(Probe& probe) {
  FailTraps(probe, CallClass::kExec, "a plugin may not run programs: it would end the server");
}

void ProbeNetwork(Probe& probe) {
  FailTraps(probe, CallClass::kNetwork,
            "a plugin may not open sockets: a decision depends on config, items and now() alone");
}

void ProbeSignals(Probe& probe) { FailTraps(probe, CallClass::kSignal, "a plugin may not act on other processes"); }

void ProbeFiles(Probe& probe) {
  auto instance = probe.Make();
  if (instance == nullptr) return;
  if (!WatchFiles(probe)) return;
  for (const Offered& offered : probe.subject().Offers()) {
    probe.Run(*instance, offered, probe.Items().Make(Flavour::kOrdinary, 16));
    probe.Run(*instance, offered, probe.Items().Make(Flavour::kNull, 4));
  }
  probe.Destroy(*instance);
  ReportTraps(probe, CallClass::kFile, [&](const std::string& text) {
    probe.Fail(text + "; read what you need in create(), and write nothing");
  });
}

void ProbeFilesInCreate(Probe& probe) {
  if (!WatchFiles(probe)) return;
  Instance instance(probe.subject(), probe.Settings());
  probe.Step(Phase::kCreate, "in create() when it may open no files");
  int32_t code = instance.Create();
  if (code == LEADLINE_OK) probe.Destroy(instance);
  ReportTraps(probe, CallClass::kFile, [&](const std::string& text) {
    probe.Warn(
        text +
        "; in a worker, where most plugins run, that ends the process: take the data from the config or build it in");
  });
}

void ProbeClock(Probe& probe) {
  WatchClocks(probe.subject().entry(), probe.board());
  Live(probe);
  std::vector<std::string_view> names = ClocksRead();
  if (names.empty()) return;
  probe.Warn(fmt::format("calls {} while it decides; the time of the decision is now(), and chance has no part in it",
                         fmt::join(names, ", ")));
}

void NoteProcessState() { StateBefore() = SharedState(); }

void ProbeProcessState(Probe& probe) {
  Live(probe, 1);
  auto after = SharedState();
  for (const auto& [what, value] : StateBefore()) {
    if (after[what] == value) continue;
    probe.Warn(fmt::format("alters {} of the whole process; run it in a worker, or leave that alone", what));
  }
}

void ProbeLife(Probe& probe) { Live(probe, 1); }

}  // namespace leadline::plugin::check
