// What a probe process sees of the plugin's doings besides its outputs: faults, system calls, reads of a clock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/check/subject/job.h"
#include "plugin/local/module.h"

namespace leadline::plugin::check {

// Names what was touched and where in the plugin when the process dies of a memory fault. For the main thread and those
// that call UseFaultStack().
// `plugin_path` is the plugin's file, as it will be opened; it must live on.
void WatchFaults(Board& board, const std::string& plugin_path);
void UseFaultStack();

// From now on system calls that start processes, run programs, open sockets or act on other processes fail with EPERM,
// for all threads, and stand on the board. False when this kernel has no system-call filter.
bool WatchProcessCalls(Board& board);
// The same for those that open or change files.
bool WatchFileCalls();

// The name of a trapped system call: "execve".
std::string SystemCallName(int number);

// What a trapped call is about.
enum class CallClass { kProcess, kExec, kNetwork, kFile, kSignal };
CallClass ClassOf(int number);

// Puts counting functions in the place of the C library's clocks and random sources, for the module that `entry` is of.
// What reads the clock without the C library is not seen.
void WatchClocks(EntryFunction entry, Board& board);
// The names of the functions called since WatchClocks() while the board said Phase::kCall.
std::vector<std::string_view> ClocksRead();

}  // namespace leadline::plugin::check
