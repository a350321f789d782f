// Reads a shared object's headers before the dynamic linker may: constructors already run inside dlopen().
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace leadline::plugin {

// Whether `image`, the whole bytes of a file, is a shared object that may be a plugin: ELF64 for this machine; exactly
// one exported dynamic symbol, leadline_plugin_entry; no STB_GNU_UNIQUE symbol; nothing of protobuf, gRPC or Abseil;
// needed libraries from the allow-list; no search path of its own; no executable stack, no writable code.
// FAILED_PRECONDITION with the reason and the remedy when not. Every offset is checked: any bytes are safe.
absl::Status CheckElf(std::string_view image);

}  // namespace leadline::plugin
