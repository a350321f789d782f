// leadline-pack-checker: checks packs for the server that started it, which a pack can then not harm. Not for use by
// hand: that is `leadline pack check`.
#include <unistd.h>

#include <cstdio>
#include <new>

#include "engine/packcheck/check_wire.h"
#include "engine/packcheck/program/check.h"
#include "plugin/worker/channel.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/sandbox.h"
#include "plugin/worker/program/syscall_filter.h"

int main(int argc, char**) {
  using namespace leadline;
  if (argc != 4) {
    std::fprintf(stderr, "leadline-pack-checker is started by leadlined; by hand, use: leadline pack check\n");
    return plugin::kExitUsage;
  }
  std::set_new_handler([] { _exit(engine::check_wire::kExitOutOfMemory); });
  if (!plugin::GiveUpPrivileges()) _exit(plugin::kExitServerGone);
  plugin::ReportForbiddenCalls(0, 0);
  plugin::Channel channel(plugin::kWorkerSocket, 0, 0);
  // Without exit(): what ends with the process needs no order.
  _exit(engine::CheckPacks(channel));
}
