// leadline-plugin-worker: runs one plugin for the server that started it. Not for use by hand.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "plugin/worker/channel.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/sandbox.h"
#include "plugin/worker/program/serve.h"
#include "plugin/worker/program/syscall_filter.h"

int main(int argc, char** argv) {
  using namespace leadline::plugin;
  if (argc != 4) {
    std::fprintf(stderr, "leadline-plugin-worker is started by leadlined, for a plugin that runs in a worker\n");
    return kExitUsage;
  }
  const auto generation = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  const auto instance = static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10));
  if (!GiveUpPrivileges()) _exit(kExitServerGone);
  ReportForbiddenCalls(generation, instance);
  Channel channel(kWorkerSocket, generation, instance);
  // Without exit(): handlers that the plugin registered have no business any more.
  _exit(Serve(channel));
}
