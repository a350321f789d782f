// The one mapping of errors onto the wire (AIP-193).
#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace leadline::rpc {

inline constexpr std::string_view kErrorDomain = "leadline.dev";

// Whether an error is a mistake of the server, and none of the caller or of the moment: INTERNAL, UNKNOWN, DATA_LOSS.
bool IsServersFault(const absl::Status& status);

// A google.rpc.Status with ErrorInfo (the reason and its facts; base/error_reasons.h), and where they apply BadRequest
// (fields), RetryInfo (when to try again), ResourceInfo (what the error is about) and PreconditionFailure.
// The message is never empty, neither begins nor ends with a blank, and is UTF-8. It ends with the call's id, which
// ErrorInfo tells, too, as `call_id`; `call_id` is empty or visible ASCII, at most 64 bytes.
// All fits the 8 KiB of headers that every client takes: the details stay below 4 KiB, and below what the message
// leaves of it. What does not fit is cut; of violations left out, the last one says how many. Thread-safe.
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view call_id = "");

}  // namespace leadline::rpc
