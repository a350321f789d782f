#include "plugin/worker/program/syscall_filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/filter_program.h"
#include "plugin/worker/program/syscall_table.h"
#include "plugin/worker/wire.h"

namespace leadline::plugin {
namespace {

absl::Status Install(const SystemCalls& rows, uint32_t otherwise, uint32_t flags) {
  ASSIGN_OR_RETURN(FilterProgram code, FilterOf(rows, otherwise));
  sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  const long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (result == 0) return absl::OkStatus();
  const std::string why = result > 0 ? "a thread has filters of its own" : std::generic_category().message(errno);
  return absl::FailedPreconditionError(
      fmt::format("system calls cannot be filtered ({}); plugins run in workers only where seccomp filters work", why));
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
  SystemCalls rows = ComputingCalls(static_cast<uint32_t>(getpid()));
  const SystemCalls loading = LoadingCalls();
  rows.insert(rows.end(), loading.begin(), loading.end());
  return Install(rows, kForbid, 0);
}

absl::Status AllowComputingOnly() { return Install(CallsAfterLoading(), SECCOMP_RET_ALLOW, SECCOMP_FILTER_FLAG_TSYNC); }

}  // namespace leadline::plugin
