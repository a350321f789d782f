// Long work as the API tells it (google.longrunning): from and to what the engine keeps. Pure and thread-safe.
#pragma once

#include <google/longrunning/operations.pb.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "engine/longrunning/operations.h"
#include "store/operation.h"

namespace leadline::rpc {

// What came of an operation, as it is kept: what tells of single leads or people is apart from the rest. Takes that out
// of `response`.
engine::OperationResult ResultForm(google::protobuf::Message& response);
// An error that names leads or contacts is kept as a sample, beside one that only says its code.
engine::OperationResult ErrorForm(const absl::Status& status);

void ToProto(const store::Operation& from, google::longrunning::Operation* to);

}  // namespace leadline::rpc
