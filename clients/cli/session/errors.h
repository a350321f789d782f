// What a server's answer says went wrong, in plain words and as an exit code.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "cli/session/exit_codes.h"

namespace leadline::cli {

// Code, message, field violations, reason and what to do; several lines, each ended.
std::string DescribeError(const grpc::Status& status, const std::string& server);
int ExitCodeOf(const grpc::Status& status);
// "INVALID_ARGUMENT".
std::string CodeName(grpc::StatusCode code);

}  // namespace leadline::cli
