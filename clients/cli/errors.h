// What went wrong, in plain words, and what the program's exit code says of it.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace leadline::cli {

// Documented in `leadline --help`; never change the numbers.
inline constexpr int kExitOk = 0;
inline constexpr int kExitRefused = 1;      // the server or a check said no
inline constexpr int kExitUsage = 2;        // the command line or an input file is wrong
inline constexpr int kExitPartial = 3;      // done, but rows were set aside
inline constexpr int kExitChanges = 3;      // done, and a comparison that must find none found changes
inline constexpr int kExitUnavailable = 4;  // no server, or no answer in time

// Code, message, field violations, reason and what to do; several lines, each ended.
std::string DescribeError(const grpc::Status& status, const std::string& server);
int ExitCodeOf(const grpc::Status& status);
// "INVALID_ARGUMENT".
std::string CodeName(grpc::StatusCode code);

}  // namespace leadline::cli
