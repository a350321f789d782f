#include "plugin/sandbox.h"

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "fmt/format.h"

namespace leadline::plugin {

Sandbox ProbeSandbox() {
  Sandbox sandbox;
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  sandbox.landlock_abi = static_cast<int>(std::max(0L, abi));
  const uint32_t action = SECCOMP_RET_TRAP;
  sandbox.seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
  sandbox.no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
  return sandbox;
}

std::string Describe(const Sandbox& sandbox) {
  return fmt::format("{}, {}seccomp, {}no_new_privs",
                     sandbox.landlock_abi > 0 ? fmt::format("landlock {}", sandbox.landlock_abi) : "no landlock",
                     sandbox.seccomp ? "" : "no ", sandbox.no_new_privileges ? "" : "no ");
}

}  // namespace leadline::plugin
