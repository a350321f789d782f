#include "app/reflection.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_replace.h"

namespace leadline::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;

constexpr char kPath[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

std::unique_ptr<Message> NewMessage(const std::string& name) {
  const Descriptor* type = DescriptorPool::generated_pool()->FindMessageTypeByName("grpc.reflection.v1alpha." + name);
  const Message* standard = google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
  return std::unique_ptr<Message>(standard->New());
}

// The message's fields by name, all of which it has.
const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}
bool Has(const Message& message, const char* name) {
  return message.GetReflection()->HasField(message, FieldOf(message, name));
}
std::string Text(const Message& message, const char* name) {
  return message.GetReflection()->GetString(message, FieldOf(message, name));
}
void PutText(Message* message, const char* name, const std::string& value) {
  message->GetReflection()->SetString(message, FieldOf(*message, name), value);
}
Message* Inner(Message* message, const char* name) {
  return message->GetReflection()->MutableMessage(message, FieldOf(*message, name));
}

// The file after all that it imports; each once.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& added, Message* answer) {
  if (!added.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), added, answer);
  FileDescriptorProto proto;
  file.CopyTo(&proto);
  answer->GetReflection()->AddString(answer, FieldOf(*answer, "file_descriptor_proto"), proto.SerializeAsString());
}

void FillFile(const FileDescriptor* file, const std::string& what, Message* answer) {
  if (file != nullptr) {
    std::set<const FileDescriptor*> added;
    return AddFile(*file, added, Inner(answer, "file_descriptor_response"));
  }
  Message* error = Inner(answer, "error_response");
  error->GetReflection()->SetInt32(error, FieldOf(*error, "error_code"), static_cast<int>(absl::StatusCode::kNotFound));
  PutText(error, "error_message", what + " is not known here");
}

const FileDescriptor* FileOfExtension(const DescriptorPool& pool, const Message& asked) {
  const Descriptor* type = pool.FindMessageTypeByName(Text(asked, "containing_type"));
  if (type == nullptr) return nullptr;
  const int number = asked.GetReflection()->GetInt32(asked, FieldOf(asked, "extension_number"));
  const FieldDescriptor* extension = pool.FindExtensionByNumber(type, number);
  return extension == nullptr ? nullptr : extension->file();
}

void FillExtensions(const DescriptorPool& pool, const std::string& name, Message* answer) {
  const Descriptor* type = pool.FindMessageTypeByName(name);
  if (type == nullptr) return FillFile(nullptr, name, answer);
  std::vector<const FieldDescriptor*> extensions;
  DescriptorPool::generated_pool()->FindAllExtensions(type, &extensions);
  Message* numbers = Inner(answer, "all_extension_numbers_response");
  PutText(numbers, "base_type_name", name);
  for (const FieldDescriptor* extension : extensions) {
    numbers->GetReflection()->AddInt32(numbers, FieldOf(*numbers, "extension_number"), extension->number());
  }
}

// The file of v1alpha with the names of v1.
FileDescriptorProto FileOfVersion1() {
  FileDescriptorProto file;
  const FileDescriptor* alpha =
      DescriptorPool::generated_pool()->FindFileContainingSymbol("grpc.reflection.v1alpha.ServerReflection");
  alpha->CopyTo(&file);
  file.set_name("grpc/reflection/v1/reflection.proto");
  file.set_package("grpc.reflection.v1");
  const auto rename = [](std::string* name) { *name = absl::StrReplaceAll(*name, {{".v1alpha.", ".v1."}}); };
  for (auto& message : *file.mutable_message_type()) {
    for (auto& field : *message.mutable_field()) rename(field.mutable_type_name());
    for (auto& field : *message.mutable_field()) {
      if (field.type_name().empty()) field.clear_type_name();
    }
  }
  for (auto& method : *file.mutable_service(0)->mutable_method()) {
    rename(method.mutable_input_type());
    rename(method.mutable_output_type());
  }
  return file;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace

// One request after the other. Deletes itself when the stream is over.
class ReflectionService::Stream : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Stream(const ReflectionService& service) : service_(service) { StartRead(&request_); }

  void OnReadDone(bool more) override {
    if (!more) return Finish(grpc::Status::OK);
    const absl::StatusOr<std::string> answer = service_.Answer(BytesOf(request_));
    if (!answer.ok()) {
      return Finish({grpc::StatusCode::INVALID_ARGUMENT, std::string(answer.status().message())});
    }
    const grpc::Slice slice(*answer);
    response_ = grpc::ByteBuffer(&slice, 1);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::CANCELLED, "the caller went away"});
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const ReflectionService& service_;
  grpc::ByteBuffer request_, response_;
};

ReflectionService::ReflectionService(std::vector<std::string> names)
    : names_(std::move(names)), pool_(std::make_unique<DescriptorPool>(DescriptorPool::generated_pool())) {
  names_.emplace_back(kName);
  std::sort(names_.begin(), names_.end());
  pool_->BuildFile(FileOfVersion1());
  using grpc::internal::CallbackBidiHandler;
  AddMethod(new grpc::internal::RpcServiceMethod(kPath, grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(0, new CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                               [this](grpc::CallbackServerContext*) { return new Stream(*this); }));
}

ReflectionService::~ReflectionService() = default;

absl::StatusOr<std::string> ReflectionService::Answer(const std::string& request) const {
  const std::unique_ptr<Message> asked = NewMessage("ServerReflectionRequest");
  if (!asked->ParseFromString(request)) return absl::InvalidArgumentError("is no ServerReflectionRequest");
  const std::unique_ptr<Message> answer = NewMessage("ServerReflectionResponse");
  PutText(answer.get(), "valid_host", Text(*asked, "host"));
  Inner(answer.get(), "original_request")->CopyFrom(*asked);
  if (Has(*asked, "file_by_filename")) {
    const std::string name = Text(*asked, "file_by_filename");
    FillFile(pool_->FindFileByName(name), name, answer.get());
  } else if (Has(*asked, "file_containing_symbol")) {
    const std::string name = Text(*asked, "file_containing_symbol");
    FillFile(pool_->FindFileContainingSymbol(name), name, answer.get());
  } else if (Has(*asked, "file_containing_extension")) {
    const Message& extension = *Inner(asked.get(), "file_containing_extension");
    FillFile(FileOfExtension(*pool_, extension), "that extension of " + Text(extension, "containing_type"),
             answer.get());
  } else if (Has(*asked, "all_extension_numbers_of_type")) {
    FillExtensions(*pool_, Text(*asked, "all_extension_numbers_of_type"), answer.get());
  } else if (Has(*asked, "list_services")) {
    Message* list = Inner(answer.get(), "list_services_response");
    for (const std::string& name : names_) {
      PutText(list->GetReflection()->AddMessage(list, FieldOf(*list, "service")), "name", name);
    }
  } else {
    return absl::InvalidArgumentError("a ServerReflectionRequest asks for something");
  }
  return answer->SerializeAsString();
}

}  // namespace leadline::app
