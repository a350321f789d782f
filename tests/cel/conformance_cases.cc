#include "tests/cel/conformance_cases.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "cel/text.h"

namespace leadline::cel {

using nlohmann::json;

std::filesystem::path ConformanceFolder() {
  if (const char* data = std::getenv("LEADLINE_DATA")) return std::filesystem::path(data) / "cel-conformance";
  return std::filesystem::path(LEADLINE_SOURCE_DIR) / ".." / "shared" / "data" / "cel-conformance";
}

namespace {

struct LostEscapes {
  std::string_view section;
  std::string_view name_part;
  bool in_expression;
};
constexpr LostEscapes kLostEscapes[] = {
    {"parse/string_literals/", "quoted_lower_u_escapes", false},
    {"parse/string_literals/", "quoted_upper_u_escapes", false},
    {"parse/string_literals/", "mixed_case_hex_", false},
    {"parse/string_literals/unassigned_code_point_", "quoted_escapes", false},
    {"parse/string_literals/unassigned_code_point_", "quoted_unescaped", true},
    {"parse/string_literals/", "raw_", true},
    {"parse/bytes_literals/", "quoted_escaped_punctuation", true},
    {"parse/bytes_literals/", "quoted_unescaped_punctuation", false},
    {"string/", "unicode_smp", true},
};

bool IsLowerHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

std::string Restored(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const size_t digits = rest.starts_with("\\u") ? 4 : rest.starts_with("\\U") ? 8 : 0;
    if (rest.starts_with("\\?")) {
      out += '?';
      i += 2;
      continue;
    }
    if (digits != 0 && rest.size() >= 2 + digits && IsLowerHex(rest.substr(2, digits))) {
      const auto code = static_cast<uint32_t>(std::stoul(std::string(rest.substr(2, digits)), nullptr, 16));
      if (code > 0xFF) {
        AppendUtf8(out, code);
        i += 2 + digits;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string DecodeBase64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<uint32_t>(kBase64.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out;
}

std::string EncodeBase64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kBase64[bits >> (18 - 6 * k) & 0x3F];
  }
  return out;
}

}  // namespace

bool RestoreEscapes(std::string_view name, json& test) {
  for (const LostEscapes& lost : kLostEscapes) {
    if (!name.starts_with(lost.section) || name.find(lost.name_part) == std::string_view::npos) continue;
    const json before = test;
    if (lost.in_expression) test["expr"] = Restored(test["expr"].get<std::string>());
    for (const char* kind : {"stringValue", "bytesValue"}) {
      if (!test.contains("value") || !test["value"].contains(kind)) continue;
      json& text = test["value"][kind];
      const bool bytes = std::string_view(kind) == "bytesValue";
      text = bytes ? EncodeBase64(Restored(DecodeBase64(text.get<std::string>()))) : Restored(text.get<std::string>());
    }
    return test != before;
  }
  return false;
}

namespace {

constexpr std::string_view kWellKnown = "google.protobuf.";
const std::set<std::string, std::less<>> kPlainMessages = {
    "BoolValue",   "BytesValue",  "DoubleValue", "FloatValue", "Int32Value", "Int64Value", "StringValue",
    "UInt32Value", "UInt64Value", "ListValue",   "Struct",     "Value",      "Timestamp",  "Duration"};

bool IsPlainMessage(std::string_view full) {
  return full.starts_with(kWellKnown) && kPlainMessages.contains(full.substr(kWellKnown.size()));
}

// Every value of `key` in `j`, at any depth.
void Collect(const json& j, std::string_view key, std::vector<std::string>& out) {
  for (const auto& [name, value] : j.items()) {
    if (j.is_object() && name == key && value.is_string()) out.push_back(value.get<std::string>());
    if (value.is_structured()) Collect(value, key, out);
  }
}

// Cases where a field that was never set has the default value of its type, as messages have it. Of a record it is
// absent.
const std::set<std::string, std::less<>> kUnsetFields = {
    "block_ext/basic/select_nested_1",
    "type_deduction/legacy_nullable_types/null_assignable_to_duration_parameter_candidate",
    "type_deduction/legacy_nullable_types/null_assignable_to_timestamp_parameter_candidate",
};

}  // namespace

std::string WhatMessagesItNeeds(std::string_view name, const json& test) {
  if (!test.value("needsProtobuf", false)) return "";
  if (kUnsetFields.contains(name)) return "reads the default value of an unset field";
  const std::string container = test.value("container", "");
  const std::string source = test["expr"].get<std::string>();
  static const RE2 literal(R"(([A-Za-z_][A-Za-z0-9_.]*)\s*(?://[^\n]*\n\s*)*\{)");
  re2::StringPiece rest(source);
  for (std::string made; RE2::FindAndConsume(&rest, literal, &made);) {
    if (!IsPlainMessage(made) && !IsPlainMessage(container + "." + made)) {
      return fmt::format("makes a message {}", made.substr(made.rfind('.') + 1));
    }
  }
  static const RE2 enum_name(R"((?:NestedEnum|GlobalEnum)\b)");
  if (name.starts_with("enums/") || RE2::PartialMatch(source, enum_name)) return "has an enum of a message";
  if (source.find("proto.") != std::string::npos && name.starts_with("proto2_ext")) return "reads message extensions";
  std::vector<std::string> types;
  Collect(test, "messageType", types);
  Collect(test, "@type", types);
  for (std::string& type : types) {
    type = type.substr(type.rfind('/') + 1);
    if (!IsPlainMessage(type) && FindRecordType(type) == nullptr) return fmt::format("reads a message {}", type);
  }
  return "";
}

namespace {

// The type of a record whose description stays until the program ends.
Type Lasting(const StructType* record) {
  return Type::Struct(std::shared_ptr<const StructType>(std::shared_ptr<void>(), record));
}

}  // namespace

const StructType* FindRecordType(std::string_view name) {
  static const auto types = [] {
    const std::string package = "cel.expr.conformance.proto3.";
    auto nested_message =
        std::make_shared<StructType>(StructType{package + "TestAllTypes.NestedMessage", {{"bb", Type::Int()}}});
    auto all = std::make_shared<StructType>(StructType{package + "TestAllTypes", {}});
    auto nested = std::make_shared<StructType>(StructType{package + "NestedTestAllTypes", {}});
    all->fields = {{"single_int32", Type::Int()},
                   {"single_int64", Type::Int()},
                   {"single_bool", Type::Bool()},
                   {"single_int64_wrapper", Type::Wrapper(Type::Int())},
                   {"single_string_wrapper", Type::Wrapper(Type::String())},
                   {"map_int32_int64", Type::Map(Type::Int(), Type::Int())},
                   {"map_string_string", Type::Map(Type::String(), Type::String())},
                   {"repeated_nested_message", Type::List(Type::Struct(nested_message))},
                   {"oneof_type", Lasting(nested.get())}};
    nested->fields = {{"payload", Lasting(all.get())}, {"child", Lasting(nested.get())}};
    return std::vector<std::shared_ptr<StructType>>{all, nested, nested_message};
  }();
  for (const auto& type : types) {
    if (type->name == name) return type.get();
  }
  return nullptr;
}

namespace {

// Names of fields in JSON are in camel case.
std::string CamelCase(std::string_view field) {
  std::string out;
  for (size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '_' && i + 1 < field.size()) {
      out += static_cast<char>(std::toupper(field[++i]));
    } else {
      out += field[i];
    }
  }
  return out;
}

Value OfKey(const std::string& key, const Type& type, Arena& arena) {
  return type.is(TypeKind::kInt) ? Value::Int(std::stoll(key)) : Value::String(arena.Copy(key));
}

Value ReadRecord(const json& j, const StructType& type, Arena& arena);

// A field in the JSON mapping of its type.
Value ReadField(const json& j, const Type& type, Arena& arena) {
  switch (type.Unwrapped().kind()) {
    case TypeKind::kBool:
      return Value::Bool(j.get<bool>());
    case TypeKind::kInt:
      return Value::Int(j.is_string() ? std::stoll(j.get<std::string>()) : j.get<int64_t>());
    case TypeKind::kString:
      return Value::String(arena.Copy(j.get<std::string>()));
    case TypeKind::kMap: {
      std::vector<MapEntry> entries;
      for (const auto& [key, value] : j.items()) {
        entries.push_back({OfKey(key, type.element(), arena), ReadField(value, type.map_value(), arena)});
      }
      return Value::Map(arena.Copy(std::span<const MapEntry>(entries)));
    }
    case TypeKind::kStruct:
      return ReadRecord(j, *type.struct_type(), arena);
    default:
      return Value::Error(ErrorCode::kOther, "a field of a kind that no case has");
  }
}

Value ReadRecord(const json& j, const StructType& type, Arena& arena) {
  std::vector<Value> fields;
  for (const StructField& field : type.fields) {
    const std::string key = CamelCase(field.name);
    fields.push_back(j.contains(key) ? ReadField(j[key], field.type, arena) : Value::Null());
  }
  const auto owned = arena.Copy(std::span<const Value>(fields));
  return Value::Struct(arena.New(Record{&type, owned.data()}));
}

// What google.protobuf.Value holds: plain JSON.
Value ReadJson(const json& j, Arena& arena) {
  if (j.is_null()) return Value::Null();
  if (j.is_boolean()) return Value::Bool(j.get<bool>());
  if (j.is_number()) return Value::Double(j.get<double>());
  if (j.is_string()) return Value::String(arena.Copy(j.get<std::string>()));
  if (j.is_array()) {
    std::vector<Value> items;
    for (const json& item : j) items.push_back(ReadJson(item, arena));
    return Value::List(arena.Copy(std::span<const Value>(items)));
  }
  std::vector<MapEntry> entries;
  for (const auto& [key, value] : j.items()) {
    entries.push_back({Value::String(arena.Copy(key)), ReadJson(value, arena)});
  }
  return Value::Map(arena.Copy(std::span<const MapEntry>(entries)));
}

double ReadDouble(const json& j) {
  if (!j.is_string()) return j.get<double>();
  if (j == "NaN") return std::nan("");
  return j == "Infinity" ? INFINITY : -INFINITY;
}

Value ReadObject(const json& j, Arena& arena) {
  std::string type = j["@type"].get<std::string>();
  type = type.substr(type.rfind('/') + 1);
  if (const StructType* record = FindRecordType(type)) return ReadRecord(j, *record, arena);
  const std::string kind = type.substr(kWellKnown.size());
  const json value = j.value("value", json());
  auto text = [&] { return value.is_string() ? value.get<std::string>() : value.dump(); };
  if (kind == "Int32Value" || kind == "Int64Value") return Value::Int(std::stoll(text()));
  if (kind == "UInt32Value" || kind == "UInt64Value") return Value::Uint(std::stoull(text()));
  if (kind == "FloatValue" || kind == "DoubleValue") return Value::Double(ReadDouble(value));
  if (kind == "BytesValue") return Value::Bytes(arena.Copy(DecodeBase64(text())));
  if (kind == "Duration") return Value::DurationNanos(ParseNanos(text()).value());
  if (kind == "Timestamp") {
    const Instant instant = ParseInstant(text()).value();
    return Value::Timestamp(instant.seconds, instant.nanos);
  }
  return ReadJson(value, arena);
}

Value ReadList(const json& list, Arena& arena) {
  std::vector<Value> items;
  for (const json& item : list.value("values", json::array())) items.push_back(ReadValue(item, arena));
  return Value::List(arena.Copy(std::span<const Value>(items)));
}

Value ReadMap(const json& map, Arena& arena) {
  std::vector<MapEntry> entries;
  for (const json& e : map.value("entries", json::array())) {
    entries.push_back({ReadValue(e["key"], arena), ReadValue(e["value"], arena)});
  }
  return Value::Map(arena.Copy(std::span<const MapEntry>(entries)));
}

Type Primitive(std::string_view name) {
  static const std::map<std::string_view, Type> kPrimitives = {{"BOOL", Type::Bool()},     {"INT64", Type::Int()},
                                                               {"UINT64", Type::Uint()},   {"DOUBLE", Type::Double()},
                                                               {"STRING", Type::String()}, {"BYTES", Type::Bytes()}};
  return kPrimitives.at(name);
}

Type ReadMessageType(std::string_view name) {
  if (const StructType* record = FindRecordType(name)) return Lasting(record);
  const std::string_view kind = name.substr(name.rfind('.') + 1);
  if (kind == "Int32Value" || kind == "Int64Value") return Type::Wrapper(Type::Int());
  if (kind == "UInt32Value" || kind == "UInt64Value") return Type::Wrapper(Type::Uint());
  if (kind == "FloatValue" || kind == "DoubleValue") return Type::Wrapper(Type::Double());
  if (kind == "BoolValue") return Type::Wrapper(Type::Bool());
  if (kind == "StringValue") return Type::Wrapper(Type::String());
  if (kind == "BytesValue") return Type::Wrapper(Type::Bytes());
  if (kind == "Timestamp") return Type::Timestamp();
  if (kind == "Duration") return Type::Duration();
  if (kind == "ListValue") return Type::List(Type::Dyn());
  if (kind == "Struct") return Type::Map(Type::String(), Type::Dyn());
  return Type::Dyn();
}

}  // namespace

Value ReadValue(const json& j, Arena& arena) {
  const std::string kind = j.begin().key();
  const json& v = j.begin().value();
  if (kind == "nullValue") return Value::Null();
  if (kind == "boolValue") return Value::Bool(v.get<bool>());
  if (kind == "int64Value") return Value::Int(std::stoll(v.get<std::string>()));
  if (kind == "uint64Value") return Value::Uint(std::stoull(v.get<std::string>()));
  if (kind == "doubleValue") return Value::Double(ReadDouble(v));
  if (kind == "stringValue") return Value::String(arena.Copy(v.get<std::string>()));
  if (kind == "bytesValue") return Value::Bytes(arena.Copy(DecodeBase64(v.get<std::string>())));
  if (kind == "typeValue") return Value::TypeName(arena.Copy(v.get<std::string>()));
  if (kind == "listValue") return ReadList(v, arena);
  if (kind == "mapValue") return ReadMap(v, arena);
  if (kind == "objectValue") return ReadObject(v, arena);
  return Value::Error(ErrorCode::kOther, arena.Copy("unknown kind " + kind));
}

Type ReadType(const json& j) {
  const std::string kind = j.begin().key();
  const json& v = j.begin().value();
  if (kind == "primitive") return Primitive(v.get<std::string>());
  if (kind == "wrapper") return Type::Wrapper(Primitive(v.get<std::string>()));
  if (kind == "null") return Type::Null();
  if (kind == "wellKnown") {
    return v == "TIMESTAMP" ? Type::Timestamp() : v == "DURATION" ? Type::Duration() : Type::Dyn();
  }
  if (kind == "listType") return Type::List(ReadType(v["elemType"]));
  if (kind == "mapType") return Type::Map(ReadType(v["keyType"]), ReadType(v["valueType"]));
  if (kind == "typeParam") return Type::Param(v.get<std::string>());
  if (kind == "messageType") return ReadMessageType(v.get<std::string>());
  if (kind == "abstractType") {
    std::vector<Type> parameters;
    for (const json& p : v.value("parameterTypes", json::array())) parameters.push_back(ReadType(p));
    if (v["name"] == "optional_type") return Type::Optional(parameters[0]);
    return Type::Opaque(v["name"].get<std::string>(), parameters);
  }
  return Type::Dyn();
}

}  // namespace leadline::cel
