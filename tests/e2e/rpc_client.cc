#include "tests/e2e/rpc_client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include "leadline/v1/account_service.pb.h"
#include "leadline/v1/admin_service.pb.h"
#include "leadline/v1/contact_service.pb.h"
#include "leadline/v1/merge_service.pb.h"
#include "leadline/v1/notification_service.pb.h"
#include "leadline/v1/report_service.pb.h"
#include "leadline/v1/routing_service.pb.h"
#include "leadline/v1/scoring_service.pb.h"
#include "leadline/v1/status_service.pb.h"

namespace leadline::e2e {
namespace {

// The first detail of the type; false when there is none.
template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail& detail) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&detail)) return true;
  }
  return false;
}

// One of each file, so that the linker keeps all descriptors.
const google::protobuf::ServiceDescriptor* FindService(const std::string& name) {
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetLeadRequest::descriptor()->file(), v1::TransitionLeadRequest::descriptor()->file(),
        v1::ScoreRequest::descriptor()->file(), v1::RouteLeadRequest::descriptor()->file(),
        v1::MergeRecordsRequest::descriptor()->file(), v1::GetFunnelRequest::descriptor()->file(),
        v1::ListPacksRequest::descriptor()->file(), v1::GetContactRequest::descriptor()->file(),
        v1::GetAccountRequest::descriptor()->file(), v1::ListWebhookDeliveriesRequest::descriptor()->file()}) {
    if (const auto* service = file->FindServiceByName(name)) return service;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> FieldsOf(const grpc::Status& status) {
  std::vector<std::string> fields;
  google::rpc::BadRequest bad_request;
  if (!FindDetail(status, bad_request)) return fields;
  for (const auto& violation : bad_request.field_violations()) fields.push_back(violation.field());
  return fields;
}

std::string ErrorInfoOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  return FindDetail(status, info) ? info.reason() + "@" + info.domain() : std::string();
}

grpc::Status CallByName(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
                        const std::string& method, const std::string& request_text) {
  const auto* descriptor = FindService(service);
  const auto* call = descriptor == nullptr ? nullptr : descriptor->FindMethodByName(method);
  if (call == nullptr) return {grpc::StatusCode::INVALID_ARGUMENT, "text: no method " + service + "." + method};
  google::protobuf::DynamicMessageFactory factory;
  std::unique_ptr<google::protobuf::Message> request(factory.GetPrototype(call->input_type())->New());
  if (!google::protobuf::TextFormat::ParseFromString(request_text, request.get())) {
    return {grpc::StatusCode::INVALID_ARGUMENT, "text: " + request_text};
  }
  std::string response;
  return CallRaw(channel, "/" + descriptor->full_name() + "/" + method, request->SerializeAsString(), &response);
}

grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& full_method,
                     const std::string& request, std::string* response) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  auto context = NewContext();
  grpc::Slice slice(request);
  grpc::ByteBuffer out(&slice, 1);
  grpc::ByteBuffer in;
  grpc::Status status;
  void* tag = nullptr;
  bool ok = false;
  auto call = stub.PrepareCall(context.get(), full_method, &queue);
  call->StartCall(&queue);
  queue.Next(&tag, &ok);
  call->WriteLast(out, grpc::WriteOptions(), &queue);
  queue.Next(&tag, &ok);
  call->Read(&in, &queue);
  queue.Next(&tag, &ok);
  if (ok) {
    std::vector<grpc::Slice> slices;
    (void)in.Dump(&slices);
    for (const grpc::Slice& part : slices) response->append(reinterpret_cast<const char*>(part.begin()), part.size());
  }
  call->Finish(&status, &queue);
  queue.Next(&tag, &ok);
  return status;
}

grpc::Status AwaitEnd(google::longrunning::Operations::StubInterface& operations, const std::string& name,
                      google::longrunning::Operation* ended) {
  google::longrunning::WaitOperationRequest wait;
  wait.set_name(name);
  wait.mutable_timeout()->set_seconds(10);
  for (int i = 0; i < 12; ++i) {
    const grpc::Status status = operations.WaitOperation(NewContext().get(), wait, ended);
    if (!status.ok() || ended->done()) return status;
  }
  return {grpc::StatusCode::DEADLINE_EXCEEDED, name + " has not ended"};
}

grpc::Status AwaitOperation(google::longrunning::Operations::StubInterface& operations,
                            const google::longrunning::Operation& operation, google::protobuf::Message* response) {
  google::longrunning::Operation ended;
  const grpc::Status status = AwaitEnd(operations, operation.name(), &ended);
  if (!status.ok()) return status;
  if (ended.has_error()) {
    return {static_cast<grpc::StatusCode>(ended.error().code()), ended.error().message(),
            ended.error().SerializeAsString()};
  }
  if (ended.response().UnpackTo(response)) return grpc::Status::OK;
  return {grpc::StatusCode::INTERNAL, "it came to " + ended.response().type_url()};
}

std::string Bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  (void)message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

v1::SubmitEnquiryRequest EnquiryNumber(int number) {
  const std::string text = std::to_string(number);
  v1::SubmitEnquiryRequest request;
  v1::Enquiry* enquiry = request.mutable_enquiry();
  enquiry->mutable_account()->set_display_name("Company " + std::to_string(number % 10));
  enquiry->mutable_account()->set_domain("company" + std::to_string(number % 10) + ".example");
  enquiry->mutable_account()->set_country("DE");
  enquiry->mutable_contact()->set_given_name("Given" + text);
  enquiry->mutable_contact()->set_family_name("Family" + text);
  enquiry->mutable_contact()->set_email("person" + text + "@company" + std::to_string(number % 10) + ".example");
  enquiry->mutable_contact()->set_title("Purchasing Manager");
  enquiry->set_source("web_form");
  v1::Activity* activity = enquiry->add_activities();
  activity->set_channel("website");
  activity->set_investment("high");
  activity->set_response("contact_me");
  return request;
}

std::unique_ptr<grpc::ClientContext> NewContext(int seconds) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
  return context;
}

}  // namespace leadline::e2e
