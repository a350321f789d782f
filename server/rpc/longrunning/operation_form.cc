#include "rpc/longrunning/operation_form.h"

#include <google/rpc/status.pb.h>

#include "fmt/format.h"
#include "leadline/v1/operations.pb.h"
#include "rpc/convert/records.h"
#include "rpc/status.h"

namespace leadline::rpc {

std::string ResultForm(const google::protobuf::Message& response) {
  google::longrunning::Operation result;
  result.mutable_response()->PackFrom(response);
  return result.SerializeAsString();
}

std::string ErrorForm(const absl::Status& status) {
  const grpc::Status sent = ToGrpcStatus(status);
  google::longrunning::Operation result;
  // The details hold code and message, too.
  if (!result.mutable_error()->ParseFromString(sent.error_details())) {
    result.mutable_error()->set_code(sent.error_code());
    result.mutable_error()->set_message(sent.error_message());
  }
  return result.SerializeAsString();
}

void ToProto(const store::Operation& from, google::longrunning::Operation* to) {
  v1::OperationMetadata metadata;
  metadata.set_method(from.method);
  metadata.set_target(from.subject);
  metadata.set_actor(from.actor);
  metadata.set_request_id(from.request_id);
  *metadata.mutable_create_time() = ToProto(from.created_at);
  if (from.begun_at != 0) *metadata.mutable_start_time() = ToProto(from.begun_at);
  if (from.ended_at != 0) *metadata.mutable_end_time() = ToProto(from.ended_at);
  metadata.set_cancel_requested(from.cancelled);
  metadata.set_done_count(from.done);
  metadata.set_total_count(from.total);
  metadata.set_validate_only(from.validate_only);
  metadata.set_try_count(static_cast<int32_t>(from.tries));
  if (!to->ParseFromString(from.result)) {
    to->Clear();
    to->mutable_error()->set_code(static_cast<int>(absl::StatusCode::kDataLoss));
    to->mutable_error()->set_message("what came of the operation cannot be read");
  }
  to->set_name(fmt::format("operations/{}", from.id));
  to->mutable_metadata()->PackFrom(metadata);
  to->set_done(from.ended_at != 0);
}

}  // namespace leadline::rpc
