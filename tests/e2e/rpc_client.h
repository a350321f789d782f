// What end-to-end tests need of a client beside the generated stubs.
#pragma once

#include <google/longrunning/operations.grpc.pb.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <vector>

#include "leadline/v1/lead_service.pb.h"

namespace leadline::e2e {

// The fields that a status's BadRequest names, in order; empty when it carries none.
std::vector<std::string> FieldsOf(const grpc::Status& status);
// "REASON@domain" of its ErrorInfo; empty when it carries none.
std::string ErrorInfoOf(const grpc::Status& status);

// Calls a unary method by name ("LeadService", "GetLead") with a request in text format. INVALID_ARGUMENT "text: ..."
// when the text is no such request.
grpc::Status CallByName(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
                        const std::string& method, const std::string& request_text);

// Sends raw bytes to a method and gives the first answer's bytes.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& full_method,
                     const std::string& request, std::string* response);

// The message's bytes with its maps in the order of their keys, so that equal messages have equal bytes.
std::string Bytes(const google::protobuf::Message& message);

// Waits until the operation has ended, and leaves there how it did.
grpc::Status AwaitEnd(google::longrunning::Operations::StubInterface& operations, const std::string& name,
                      google::longrunning::Operation* ended);
// The same, and leaves in `response` what it came to. The error that it ended with, or that the waiting did.
grpc::Status AwaitOperation(google::longrunning::Operations::StubInterface& operations,
                            const google::longrunning::Operation& operation, google::protobuf::Message* response);

// An enquiry that the central pack takes: person `number` of company `number` % 10, who asked to be contacted.
v1::SubmitEnquiryRequest EnquiryNumber(int number);

// A context whose deadline is far off, so that no test hangs.
std::unique_ptr<grpc::ClientContext> NewContext(int seconds = 60);

}  // namespace leadline::e2e
