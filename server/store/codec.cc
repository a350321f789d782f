#include "store/codec.h"

#include <rapidjson/error/en.h>

#include <array>
#include <utility>

#include "fmt/format.h"
#include "store/json_reader.h"
#include "store/json_writer.h"

namespace leadline::store {

namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

template <typename T>
void EncodeInto(const T& value, std::string& out) {
  static thread_local JsonWriter writer;
  writer.Reset();
  writer.Write(value);
  out.assign(writer.text());
}

// Room on the stack for the values of a text of ordinary length.
constexpr size_t kValueRoom = 16 * 1024;
constexpr size_t kParseRoom = 2 * 1024;

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;

template <typename T>
absl::Status DecodeFrom(std::string_view json, T& value) {
  // Iterative, so that damaged text cannot nest deeper than the stack.
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag | rapidjson::kParseNanAndInfFlag;
  alignas(16) std::array<char, kValueRoom> value_room;
  alignas(16) std::array<char, kParseRoom> parse_room;
  Pool values(value_room.data(), value_room.size());
  Pool stack(parse_room.data(), parse_room.size());
  Document document(&values, parse_room.size() / 2, &stack);
  document.Parse<kFlags>(json.data() == nullptr ? "" : json.data(), json.size());
  if (document.HasParseError()) {
    return absl::DataLossError(fmt::format("the stored JSON is damaged at byte {} of {}: {}", document.GetErrorOffset(),
                                           json.size(), rapidjson::GetParseError_En(document.GetParseError())));
  }
  JsonFault fault;
  JsonReader::Read(document, value, fault);
  if (fault.present()) {
    return absl::DataLossError(fmt::format("the stored JSON is damaged: {}", fault.ToString()));
  }
  return absl::OkStatus();
}

template <size_t... I>
absl::Status DecodeAlternative(size_t type, std::string_view json, domain::EventPayload& value,
                               std::index_sequence<I...>) {
  absl::Status status;
  (void)((type == I && (status = DecodeFrom(json, value.emplace<I>()), true)) || ...);
  return status;
}

}  // namespace

void JsonWriter::Write(const domain::AttributeValue& value) {
  std::visit(Overloaded{
                 [this](std::monostate) { out_.Null(); },
                 [this](const domain::Moment& v) {
                   out_.StartObject();
                   out_.Key("time", 4);
                   out_.Int64(v.micros);
                   out_.EndObject();
                 },
                 [this](const auto& v) { Write(v); },
             },
             value);
}

void JsonFault::At(std::string_view member) {
  const bool joined = path_.empty() || path_.front() == '[';
  path_ = fmt::format("{}{}{}", member, joined ? "" : ".", path_);
}

void JsonFault::AtIndex(size_t index) {
  const bool joined = path_.empty() || path_.front() == '[';
  path_ = fmt::format("[{}]{}{}", index, joined ? "" : ".", path_);
}

std::string JsonFault::ToString() const {
  return path_.empty() ? fmt::format("it {}", what_) : fmt::format("member \"{}\" {}", path_, what_);
}

void JsonReader::Read(const rapidjson::Value& json, std::string& value, JsonFault& fault) {
  if (!json.IsString()) {
    return fault.Set("is not a string");
  }
  value.assign(json.GetString(), json.GetStringLength());
}

void JsonReader::Read(const rapidjson::Value& json, int64_t& value, JsonFault& fault) {
  if (!json.IsInt64()) {
    return fault.Set("is not a 64-bit integer");
  }
  value = json.GetInt64();
}

void JsonReader::Read(const rapidjson::Value& json, int32_t& value, JsonFault& fault) {
  if (!json.IsInt()) {
    return fault.Set("is not a 32-bit integer");
  }
  value = json.GetInt();
}

void JsonReader::Read(const rapidjson::Value& json, double& value, JsonFault& fault) {
  if (!json.IsNumber()) {
    return fault.Set("is not a number");
  }
  value = json.GetDouble();
}

void JsonReader::Read(const rapidjson::Value& json, bool& value, JsonFault& fault) {
  if (!json.IsBool()) {
    return fault.Set("is neither true nor false");
  }
  value = json.GetBool();
}

void JsonReader::ReadEnum(const rapidjson::Value& json, int first, int last, int& value, JsonFault& fault) {
  if (!json.IsInt() || json.GetInt() < first || json.GetInt() > last) {
    return fault.Set(fmt::format("is not an integer from {} to {}", first, last));
  }
  value = json.GetInt();
}

void JsonReader::Read(const rapidjson::Value& json, domain::AttributeValue& value, JsonFault& fault) {
  if (json.IsNull()) {
    value = std::monostate();
  } else if (json.IsString()) {
    Read(json, value.emplace<std::string>(), fault);
  } else if (json.IsNumber()) {
    value = json.GetDouble();
  } else if (json.IsBool()) {
    value = json.GetBool();
  } else if (json.IsArray()) {
    Read(json, value.emplace<std::vector<std::string>>(), fault);
  } else {
    const auto time = json.FindMember("time");
    if (time == json.MemberEnd()) {
      return fault.Set("is an object without \"time\"");
    }
    Read(time->value, value.emplace<domain::Moment>().micros, fault);
    if (fault.present()) {
      fault.At("time");
    }
  }
}

void Encode(const domain::Account& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::Contact& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::Lead& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::MergeRecord& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::SnapshotRef& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::StoredDecision& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::Rollout& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::PackContent& value, std::string& out) {
  // Of many megabytes at times, and rare: the room must not stay with the thread.
  JsonWriter writer;
  writer.Write(value);
  out.assign(writer.text());
}
void Encode(const std::vector<std::string>& value, std::string& out) { EncodeInto(value, out); }
void Encode(const domain::EventPayload& value, std::string& out) {
  std::visit([&out](const auto& payload) { EncodeInto(payload, out); }, value);
}

absl::Status Decode(std::string_view json, domain::Account& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::Contact& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::Lead& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::MergeRecord& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::SnapshotRef& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::StoredDecision& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::Rollout& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, domain::PackContent& value) { return DecodeFrom(json, value); }
absl::Status Decode(std::string_view json, std::vector<std::string>& value) { return DecodeFrom(json, value); }

absl::Status DecodePayload(int64_t type, std::string_view json, domain::EventPayload& value) {
  constexpr size_t kTypes = std::variant_size_v<domain::EventPayload>;
  if (type < 0 || type >= static_cast<int64_t>(kTypes)) {
    return absl::DataLossError(fmt::format("event type {} is unknown: this version knows 0 to {}", type, kTypes - 1));
  }
  return DecodeAlternative(static_cast<size_t>(type), json, value, std::make_index_sequence<kTypes>());
}

}  // namespace leadline::store
