#include "rpc/call.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "base/ids.h"
#include "base/utf8.h"
#include "rpc/open_streams.h"

namespace leadline::rpc {
namespace {

// Names that the engine gives to the rows of imports.
constexpr std::string_view kOfImports = "import/";
// And those that operations give to what they change.
constexpr std::string_view kOfOperations = "operation/";

// What says nothing of what a request does, only how much of it is wanted: the same request may be sent again with
// another value of it.
constexpr const char* kAsideFields[] = {"view", "validate_only"};

std::string FingerprintWithout(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  for (const char* name : kAsideFields) {
    const google::protobuf::FieldDescriptor* field = copy->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  }
  return FingerprintOf(*copy);
}

}  // namespace

std::string FingerprintOf(const google::protobuf::Message& message) {
  std::string bytes;
  (void)message.ByteSizeLong();  // caches the sizes that are written
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  return Sha256Hex(bytes);
}

namespace {

// Metadata of gRPC holds ASCII alone, but under keys that end with -bin.
std::string ActorOf(const grpc::CallbackServerContext& call, Checker& check) {
  const FieldPath root;
  const FieldPath metadata = root / "metadata";
  for (const char* key : {"leadline-actor-bin", "leadline-actor"}) {
    const auto found = call.client_metadata().find(key);
    if (found == call.client_metadata().end()) continue;
    const std::string actor(absl::StripAsciiWhitespace({found->second.data(), found->second.size()}));
    if (actor.empty()) continue;
    const FieldPath path = metadata / key;
    if (!IsUtf8(actor)) {
      check.Refuse(path, "is not UTF-8");
    } else if (std::any_of(actor.begin(), actor.end(), [](char c) { return absl::ascii_iscntrl(c); })) {
      check.Refuse(path, "holds a control character; give a name");
    } else {
      return check.Word(path, actor);
    }
    return "";
  }
  return "";
}

}  // namespace

Deadline DeadlineOf(const grpc::CallbackServerContext& call) {
  constexpr std::chrono::hours kFarOff{24 * 365};
  const auto left = call.deadline() - std::chrono::system_clock::now();
  if (left > kFarOff) return kNoDeadline;
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<Deadline::duration>(left);
}

engine::CallContext ContextOf(const grpc::CallbackServerContext& call, Checker& check) {
  engine::CallContext context;
  context.deadline = DeadlineOf(call);
  context.actor = ActorOf(call, check);
  return context;
}

engine::CallContext NamedContext(const grpc::CallbackServerContext& call, const std::string& request_id,
                                 const google::protobuf::Message& request, Checker& check) {
  engine::CallContext context = ContextOf(call, check);
  const FieldPath root;
  context.request_id = check.Key(root / "request_id", request_id);
  if (context.request_id.starts_with(kOfImports)) {
    check.Refuse(root / "request_id", "must not begin with \"import/\", which names rows of imports");
  } else if (context.request_id.starts_with(kOfOperations)) {
    check.Refuse(root / "request_id", "must not begin with \"operation/\", which names what operations change");
  }
  if (!context.request_id.empty()) context.fingerprint = FingerprintWithout(request);
  const google::protobuf::Reflection& values = *request.GetReflection();
  const google::protobuf::Descriptor& fields = *request.GetDescriptor();
  if (const auto* field = fields.FindFieldByName("validate_only")) {
    context.validate_only = values.GetBool(request, field);
  }
  if (const auto* field = fields.FindFieldByName("etag")) {
    context.etag = values.GetString(request, field);
    constexpr int64_t kOfRep = 0;
    check.Etag(root / "etag", context.etag, kOfRep);
  }
  return context;
}

absl::Status StillWanted(const grpc::CallbackServerContext& call) {
  if (call.deadline() <= std::chrono::system_clock::now()) {
    return absl::DeadlineExceededError("the deadline passed before the call could be begun; nothing was changed");
  }
  if (call.IsCancelled()) return absl::CancelledError("the caller cancelled the call before it was begun");
  return absl::OkStatus();
}

absl::Status Admit(const Environment& env, const grpc::CallbackServerContext& call) {
  return env.streams->stopped() ? ShuttingDown() : StillWanted(call);
}

std::optional<std::string> GivenCallId(const CallMetadata& metadata) {
  constexpr size_t kMost = 64;
  const auto given = metadata.find(kCallIdKey);
  if (given == metadata.end()) return std::nullopt;
  const std::string_view id(given->second.data(), given->second.size());
  const bool visible = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (id.empty() || id.size() > kMost || !visible) return std::nullopt;
  return std::string(id);
}

std::string CallIdOf(const CallMetadata& metadata, const std::function<uint64_t()>& random) {
  if (std::optional<std::string> given = GivenCallId(metadata); given.has_value()) return *std::move(given);
  std::string id;
  AppendHex(random(), 16, id);
  return id;
}

grpc::Status Answered(const Environment& env, grpc::CallbackServerContext* call, const absl::Status& status) {
  if (status.ok()) {
    if (const auto given = GivenCallId(call->client_metadata()); given.has_value()) {
      call->AddTrailingMetadata(kCallIdKey, *given);
    }
    return grpc::Status::OK;
  }
  const std::string id = CallIdOf(call->client_metadata(), env.random);
  call->AddTrailingMetadata(kCallIdKey, id);
  if (env.report && IsServersFault(status)) env.report(status, id);
  return ToGrpcStatus(status, id);
}

}  // namespace leadline::rpc
