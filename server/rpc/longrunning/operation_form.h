// Long work as the API tells it (google.longrunning): from and to what the engine keeps. Pure and thread-safe.
#pragma once

#include <google/longrunning/operations.pb.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "store/operation.h"

namespace leadline::rpc {

// What came of an operation, as it is kept.
std::string ResultForm(const google::protobuf::Message& response);
std::string ErrorForm(const absl::Status& status);

void ToProto(const store::Operation& from, google::longrunning::Operation* to);

}  // namespace leadline::rpc
