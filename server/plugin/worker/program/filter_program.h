// A program for the kernel's seccomp filter, out of rows of system calls.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/worker/program/syscall_table.h"

namespace leadline::plugin {

// Instructions, in their order.
using FilterProgram = std::vector<sock_filter>;

// The program that lets through what a row of `rows` does, has the last row of a number say what becomes of its other
// calls, and gives `otherwise` (a SECCOMP_RET_ value) to numbers without a row. Calls of another machine's kind end the
// process. INTERNAL when the rows of a number do not stand together, are longer than the program can jump over, or all
// are more than the kernel takes. Thread-safe.
absl::StatusOr<FilterProgram> FilterOf(const SystemCalls& rows, uint32_t otherwise);

}  // namespace leadline::plugin
