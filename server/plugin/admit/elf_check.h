// Reads a shared object's headers before the dynamic linker may: constructors already run inside dlopen().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace leadline::plugin {

// Whether `image`, the whole bytes of a file, is a shared object that may be a plugin: ELF64 for this machine; exactly
// one exported dynamic symbol, leadline_plugin_entry; no STB_GNU_UNIQUE symbol; nothing of protobuf, gRPC or Abseil;
// needed libraries from the allow-list; no search path of its own; no executable stack, no writable code.
// FAILED_PRECONDITION with the reason and the remedy when not. Every offset is checked: any bytes are safe.
absl::Status CheckElf(std::string_view image);

// One rule that a file breaks. `rule` is stable: "elf-format", "elf-one-export", "elf-unique", "elf-foreign-runtime",
// "elf-needed", "elf-search-path", "elf-stack", "elf-writable-code" or "elf-text-relocations". `message` is an
// unfinished sentence about the file: "asks for an executable stack; ...".
struct ElfProblem {
  std::string_view rule;
  std::string message;
};

// All that CheckElf() would refuse, the first of which it names. Only "elf-format" when the file cannot be read as a
// shared object at all. As safe as CheckElf().
std::vector<ElfProblem> FindElfProblems(std::string_view image);

// Whether the file brings the runtime of Go, of which a process can hold one only. False for bytes that are no shared
// object. As safe as CheckElf().
bool HoldsGoRuntime(std::string_view image);

}  // namespace leadline::plugin
