#include "rpc/longrunning/operation_form.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/rpc/status.pb.h>

#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "fmt/format.h"
#include "leadline/v1/operations.pb.h"
#include "rpc/convert/records.h"
#include "rpc/longrunning/result_samples.h"
#include "rpc/status.h"

namespace leadline::rpc {
namespace {

// Begins a sample that is the whole result.
constexpr char kWhole = '\n';

bool IsIdCharacter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-'; }

// The names of leads and contacts in the text.
std::vector<std::string> NamesIn(std::string_view text) {
  std::set<std::string> names;
  for (const std::string_view kind : {"leads/", "contacts/"}) {
    for (size_t at = text.find(kind); at != std::string_view::npos; at = text.find(kind, at + 1)) {
      size_t end = at + kind.size();
      while (end < text.size() && IsIdCharacter(text[end])) ++end;
      if (end > at + kind.size()) names.emplace(text.substr(at, end - at));
    }
  }
  return {names.begin(), names.end()};
}

google::longrunning::Operation FailedWith(const absl::Status& status) {
  const grpc::Status sent = ToGrpcStatus(status);
  google::longrunning::Operation result;
  // The details hold code and message, too.
  if (!result.mutable_error()->ParseFromString(sent.error_details())) {
    result.mutable_error()->set_code(sent.error_code());
    result.mutable_error()->set_message(sent.error_message());
  }
  return result;
}

// The result as it was, without what was forgotten of it. False when it cannot be read.
bool TakeResult(const store::Operation& from, google::longrunning::Operation* to) {
  const std::vector<store::OperationSample>& samples = from.samples;
  if (samples.size() == 1 && samples.front().bytes.starts_with(kWhole)) {
    return to->ParseFromString(samples.front().bytes.substr(1));
  }
  if (!to->ParseFromString(from.result)) return false;
  if (samples.empty()) return true;
  std::string type;
  if (!google::protobuf::Any::ParseAnyTypeUrl(to->response().type_url(), &type)) return false;
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (descriptor == nullptr) return false;
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<google::protobuf::Message> response(factory->GetPrototype(descriptor)->New());
  if (!to->response().UnpackTo(response.get()) || !PutSamples(samples, *response)) return false;
  to->mutable_response()->PackFrom(*response);
  return true;
}

}  // namespace

engine::OperationResult ResultForm(google::protobuf::Message& response) {
  engine::OperationResult form;
  form.samples = TakeSamples(response);
  google::longrunning::Operation result;
  result.mutable_response()->PackFrom(response);
  form.bytes = result.SerializeAsString();
  return form;
}

engine::OperationResult ErrorForm(const absl::Status& status) {
  std::string whole = FailedWith(status).SerializeAsString();
  std::vector<std::string> names = NamesIn(whole);
  if (names.empty()) return {std::move(whole)};
  const absl::Status without(status.code(), "what it ended with told of a person who was erased since");
  return {FailedWith(without).SerializeAsString(), {{std::move(names), kWhole + whole}}};
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
  if (!TakeResult(from, to)) {
    to->Clear();
    to->mutable_error()->set_code(static_cast<int>(absl::StatusCode::kDataLoss));
    to->mutable_error()->set_message("what came of the operation cannot be read");
  }
  to->set_name(fmt::format("operations/{}", from.id));
  to->mutable_metadata()->PackFrom(metadata);
  to->set_done(from.ended_at != 0);
}

}  // namespace leadline::rpc
