// The table of checks: what each proves, and what it needs before it can say anything.
#pragma once

#include <span>
#include <string_view>

namespace leadline::plugin::check {

class Probe;

// What must hold for a check to make sense, each including those before it. When it does not hold, the check is
// skipped.
enum class Needs {
  kFile,       // nothing: reads the bytes only, and runs nothing of the plugin
  kElf,        // a shared object for this machine
  kLoaded,     // opens, and its entry gives a descriptor
  kVersion,    // the descriptor is of this major version
  kDescribed,  // the descriptor is sound
  kCreated,    // an instance can be made
  kCalled,     // an ordinary call comes back
  kTwice,      // several instances can be made
};

struct Check {
  std::string_view id;      // stable
  std::string_view proves;  // one sentence
  std::string_view advice;  // what to do when the plugin dies in it
  Needs needs = Needs::kFile;
  void (*probe)(Probe&) = nullptr;  // null: found out without running the plugin, or while another check runs
  bool runs_exit_handlers = false;
  bool fuzz = false;  // only when asked for
};

// In the order of the report.
std::span<const Check> Checks();
const Check* FindCheck(std::string_view id);

}  // namespace leadline::plugin::check
