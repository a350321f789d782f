#include "cli/session/session.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/output/proto_text.h"
#include "cli/output/terminal.h"
#include "cli/output/text.h"
#include "cli/session/errors.h"

namespace leadline::cli {
namespace {

constexpr int kMaxMessageBytes = 64 << 20;

}  // namespace

std::shared_ptr<grpc::Channel> Session::channel() {
  if (channel_ == nullptr) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
    arguments.SetMaxSendMessageSize(kMaxMessageBytes);
    arguments.SetUserAgentPrefix("leadline-cli");
    channel_ = grpc::CreateCustomChannel(options_.server, grpc::InsecureChannelCredentials(), arguments);
  }
  return channel_;
}

void Session::Prepare(grpc::ClientContext& context, Call call) const {
  if (call == Call::kUnary && options_.timeout > 0) {
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::microseconds(static_cast<int64_t>(options_.timeout * kSecond)));
  }
  if (options_.actor.empty()) return;
  // Metadata of gRPC holds ASCII alone, but under keys that end with -bin.
  const bool ascii =
      std::all_of(options_.actor.begin(), options_.actor.end(), [](char c) { return c >= ' ' && c <= '~'; });
  context.AddMetadata(ascii ? "leadline-actor" : "leadline-actor-bin", options_.actor);
}

grpc::Status Session::AskByPath(const char* path, const google::protobuf::Message& request,
                                google::protobuf::Message& response) {
  const grpc::Slice bytes(request.SerializeAsString());
  const grpc::ByteBuffer sent(&bytes, 1);
  grpc::ClientContext context;
  Prepare(context, Call::kUnary);
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel());
  const auto call = stub.PrepareUnaryCall(&context, path, sent, &queue);
  call->StartCall();
  grpc::ByteBuffer received;
  grpc::Status status;
  call->Finish(&received, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) return status;
  grpc::Slice answer;
  if (!received.DumpToSingleSlice(&answer).ok() ||
      !response.ParseFromArray(answer.begin(), static_cast<int>(answer.size()))) {
    return grpc::Status(grpc::StatusCode::INTERNAL, fmt::format("the answer to {} cannot be read", path));
  }
  return status;
}

void Session::Print(std::string_view text) const { PrintData(WithoutControls(text)); }

void Session::PrintData(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), stdout); }

void Session::Print(const Table& table) const { PrintData(table.ToString(TerminalWidth(1), UseColour(1))); }

void Session::PrintJson(const google::protobuf::Message& message, bool compact) const {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !compact;
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) {
    Note(fmt::format("error: the answer cannot be shown as JSON: {}\n", status.ToString()));
    return;
  }
  if (compact) json += '\n';
  PrintData(json);
  if (compact) std::fflush(stdout);
}

void Session::Note(std::string_view text) const {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Session::NoteWarnings(const google::protobuf::RepeatedPtrField<v1::FieldWarning>& warnings) const {
  Note(DescribeWarnings(warnings));
}

int Session::Fail(const grpc::Status& status) const {
  Note(DescribeError(status, options_.server));
  return ExitCodeOf(status);
}

int Session::Fail(const absl::Status& status) const {
  Note(fmt::format("error: {}\n", std::string(status.message())));
  return kExitUsage;
}

int Session::Refuse(std::string_view message) const {
  Note(fmt::format("error: {}\n", message));
  return kExitRefused;
}

}  // namespace leadline::cli
