// Requests from JSON files.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace leadline::cli {

// The whole of `path`; "-" is the standard input.
absl::StatusOr<std::string> ReadText(const std::string& path);
// Protobuf's JSON mapping; unknown fields are errors. `where` begins the message.
absl::Status ParseJson(const std::string& json, const std::string& where, google::protobuf::Message& message);
absl::Status ReadJson(const std::string& path, google::protobuf::Message& message);

}  // namespace leadline::cli
