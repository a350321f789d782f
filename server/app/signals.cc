#include "app/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

namespace leadline::app {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int NextStop() {
  sigset_t set = StopSignals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number;
}

}  // namespace

void HoldStopSignals() {
  sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A handler and not SIG_IGN, which programs that are started from here would inherit.
  signal(SIGXFSZ, [](int) {});
}

int WaitForStop() {
  int number = NextStop();
  std::thread([] { _exit(128 + NextStop()); }).detach();
  return number;
}

}  // namespace leadline::app
