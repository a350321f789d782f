// The one mapping of errors onto the wire (AIP-193).
#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace leadline::rpc {

inline constexpr std::string_view kErrorDomain = "leadline.v1";

// A google.rpc.Status with ErrorInfo; for violations of fields, BadRequest; for what is worth trying again, RetryInfo.
// What does not fit into a call's
// trailing metadata (8 KiB by gRPC's default) is cut, and the last violation says how many were left out. Thread-safe.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace leadline::rpc
