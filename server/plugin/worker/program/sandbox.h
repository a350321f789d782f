// What a worker gives up before a plugin's first instruction runs in it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace leadline::plugin {

// First of all: no capability, no new privileges, no core file, no debugger, and death with the server. False when the
// server is gone already.
bool GiveUpPrivileges();

// At most `memory_bytes` of memory of its own (heap, thread stacks, anything written to), no file written, few
// descriptors, few signals and timers, a stack of 8 MiB, no core file, no other priority. Address space is not bounded:
// Go and sanitizers reserve far more than they use.
absl::Status SetLimits(uint64_t memory_bytes);

// By Landlock, of the calling thread and those that it starts: from here on, nothing but `module_path` and the folders
// of the libraries that are loaded already can be opened, for reading; nothing can be made, changed, run or connected
// to. The version of Landlock that holds; 0 when the kernel has none, or it does not take hold: then nothing is shut
// off.
int ShutOffFiles(const std::string& module_path);

// Closes what constructors left open besides pipes and the like.
void CloseFiles();

}  // namespace leadline::plugin
