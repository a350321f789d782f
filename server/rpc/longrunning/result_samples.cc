#include "rpc/longrunning/result_samples.h"

#include <google/api/resource.pb.h>
#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Begins the bytes of a sample, before its own: the numbers of the fields that lead to its list, each with a slash
// before it, and an item's place in a list on the way behind a colon. Such as "/1:4/4".
constexpr char kEndOfPath = '\n';

void TakeFrom(Message& message, const std::string& path, std::vector<store::OperationSample>& out) {
  const Reflection& values = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  values.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const std::string at = fmt::format("{}/{}", path, field->number());
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const FieldDescriptor* person = is_message ? PersonField(*field->message_type()) : nullptr;
    const int count = field->is_repeated() ? values.FieldSize(message, field) : 0;
    const bool taken = field->is_repeated() && (person != nullptr || IsPersonField(*field));
    for (int i = 0; i < count; ++i) {
      if (!taken) {
        if (is_message && !field->is_map()) {
          TakeFrom(*values.MutableRepeatedMessage(&message, field, i), fmt::format("{}:{}", at, i), out);
        }
      } else if (is_message) {
        const Message& item = values.GetRepeatedMessage(message, field, i);
        out.push_back({{item.GetReflection()->GetString(item, person)}, at + kEndOfPath + item.SerializeAsString()});
      } else {
        const std::string name = values.GetRepeatedString(message, field, i);
        out.push_back({{name}, at + kEndOfPath + name});
      }
    }
    if (taken) values.ClearField(&message, field);
    if (is_message && !field->is_repeated()) TakeFrom(*values.MutableMessage(&message, field), at, out);
  }
}

bool AddItem(Message& message, const FieldDescriptor* field, std::string_view value) {
  const Reflection& values = *message.GetReflection();
  if (field == nullptr || !field->is_repeated()) return false;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return values.AddMessage(&message, field)->ParseFromString(std::string(value));
  }
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  values.AddString(&message, field, std::string(value));
  return true;
}

// Where the step of a path leads; null: nowhere.
Message* Step(Message& message, const FieldDescriptor* field, const std::string& place) {
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
  const Reflection& values = *message.GetReflection();
  if (!field->is_repeated()) return values.MutableMessage(&message, field);
  int i = 0;
  if (!absl::SimpleAtoi(place, &i) || i < 0 || i >= values.FieldSize(message, field)) return nullptr;
  return values.MutableRepeatedMessage(&message, field, i);
}

bool PutOne(std::string_view bytes, Message& message) {
  const size_t end = bytes.find(kEndOfPath);
  if (end == 0 || end == std::string_view::npos || bytes.front() != '/') return false;
  const std::vector<std::string> steps = absl::StrSplit(std::string(bytes.substr(1, end - 1)), '/');
  Message* at = &message;
  for (size_t i = 0; i < steps.size(); ++i) {
    const std::pair<std::string, std::string> step = absl::StrSplit(steps[i], absl::MaxSplits(':', 1));
    int number = 0;
    if (!absl::SimpleAtoi(step.first, &number)) return false;
    const FieldDescriptor* field = at->GetDescriptor()->FindFieldByNumber(number);
    if (i + 1 == steps.size()) return AddItem(*at, field, bytes.substr(end + 1));
    at = Step(*at, field, step.second);
    if (at == nullptr) return false;
  }
  return false;
}

}  // namespace

bool IsPersonField(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  const std::string& type = field.options().GetExtension(google::api::resource_reference).type();
  return type == "leadline.dev/Lead" || type == "leadline.dev/Contact";
}

const FieldDescriptor* PersonField(const Descriptor& message) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (!message.field(i)->is_repeated() && IsPersonField(*message.field(i))) return message.field(i);
  }
  return nullptr;
}

std::vector<store::OperationSample> TakeSamples(Message& message) {
  std::vector<store::OperationSample> out;
  TakeFrom(message, "", out);
  return out;
}

bool PutSamples(const std::vector<store::OperationSample>& samples, Message& message) {
  for (const store::OperationSample& sample : samples) {
    if (!PutOne(sample.bytes, message)) return false;
  }
  return true;
}

}  // namespace leadline::rpc
