// What a server's answer says went wrong, in plain words and as an exit code.
#pragma once

#include <google/rpc/status.pb.h>
#include <grpcpp/support/status.h>

#include <string>

#include "cli/session/exit_codes.h"

namespace leadline::cli {

// Code, message, field violations, reason and what to do; several lines, each ended.
std::string DescribeError(const grpc::Status& status, const std::string& server);
// The message, with the id of the call only where somebody is to be told of it: in faults of the server.
std::string ShownMessage(const google::rpc::Status& error);
int ExitCodeOf(const grpc::Status& status);
// "INVALID_ARGUMENT".
std::string CodeName(grpc::StatusCode code);

}  // namespace leadline::cli
