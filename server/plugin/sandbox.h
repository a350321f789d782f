// What the kernel keeps a plugin's worker from.
#pragma once

#include <string>

namespace leadline::plugin {

// The parts of a worker's sandbox that depend on the kernel. Plain data.
struct Sandbox {
  int landlock_abi = 0;  // the version of Landlock that shuts files off while the plugin is opened; 0: nothing does
  bool seccomp = false;  // system calls are filtered
  bool no_new_privileges = false;  // programs with rights of their own give it none

  bool operator==(const Sandbox&) const = default;
};

// Those that this kernel offers. Landlock is there in Linux 5.13 and later, unless it was left out or switched off.
// Asks only, changes nothing. Thread-safe.
Sandbox ProbeSandbox();

// "landlock 7, seccomp, no_new_privs"; what is missing is said, too: "no landlock, ...".
std::string Describe(const Sandbox& sandbox);

}  // namespace leadline::plugin
