// Runs the public conformance cases that need no protocol buffer messages.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cel/program.h"

namespace leadline::cel {
namespace {

using namespace std::string_view_literals;
using nlohmann::json;

// "file/section/name" -> why the case is not run.
const std::map<std::string, std::string>& SkippedCases() {
  static const std::map<std::string, std::string> kSkipped = {};
  return kSkipped;
}

// Our copy of the cases lost escapes in some expected texts: a line that wants the one character U+01AB holds its six
// character escape. These are the texts that the language definition asks for.
struct RepairedCase {
  std::string_view section;
  std::string_view name_part;
  std::string_view text;
  bool bytes;
};
constexpr RepairedCase kRepaired[] = {
    {"parse/string_literals/", "quoted_lower_u_escapes", "\x20\0\x20\n\x20\x7f\x20\u0100\x20\ufffb\x20"sv, false},
    {"parse/string_literals/", "quoted_upper_u_escapes",
     "\x20\0\x20\n\x20\x7f\x20\u0100\x20\ufffb\x20\U00010000\x20\U0001f62c\x20"sv, false},
    {"parse/string_literals/", "mixed_case_hex_", " J K L M \u01ab \u01ab ", false},
    {"parse/string_literals/", "unassigned_code_point_", " \U00088888 ", false},
    {"parse/bytes_literals/", "quoted_unescaped_punctuation", " ? \" ' ` ", true},
};

const RepairedCase* FindRepaired(std::string_view name) {
  for (const RepairedCase& c : kRepaired) {
    if (name.starts_with(c.section) && name.find(c.name_part) != std::string_view::npos) return &c;
  }
  return nullptr;
}

std::filesystem::path DataFolder() {
  if (const char* data = std::getenv("LEADLINE_DATA")) return std::filesystem::path(data) / "cel-conformance";
  return std::filesystem::path(LEADLINE_SOURCE_DIR) / ".." / "shared" / "data" / "cel-conformance";
}

std::string DecodeBase64(const std::string& text) {
  static const std::string kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<uint32_t>(kAlphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out;
}

Value ReadValue(const json& j, Arena& arena);

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

double ReadDouble(const json& j) {
  if (!j.is_string()) return j.get<double>();
  if (j == "NaN") return std::nan("");
  return j == "Infinity" ? INFINITY : -INFINITY;
}

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
  return Value::Error(ErrorCode::kOther, arena.Copy("unknown kind " + kind));
}

Type ReadType(const json& j) {
  const std::string kind = j.begin().key();
  const json& v = j.begin().value();
  if (kind == "primitive" || kind == "wrapper") {
    static const std::map<std::string, Type> kPrimitives = {{"BOOL", Type::Bool()},     {"INT64", Type::Int()},
                                                            {"UINT64", Type::Uint()},   {"DOUBLE", Type::Double()},
                                                            {"STRING", Type::String()}, {"BYTES", Type::Bytes()}};
    const Type type = kPrimitives.at(v.get<std::string>());
    return kind == "wrapper" ? Type::Wrapper(type) : type;
  }
  if (kind == "null") return Type::Null();
  if (kind == "wellKnown")
    return v == "TIMESTAMP" ? Type::Timestamp() : v == "DURATION" ? Type::Duration() : Type::Dyn();
  if (kind == "listType") return Type::List(ReadType(v["elemType"]));
  if (kind == "mapType") return Type::Map(ReadType(v["keyType"]), ReadType(v["valueType"]));
  if (kind == "typeParam") return Type::Param(v.get<std::string>());
  if (kind == "abstractType") {
    std::vector<Type> parameters;
    for (const json& p : v.value("parameterTypes", json::array())) parameters.push_back(ReadType(p));
    if (v["name"] == "optional_type") return Type::Optional(parameters[0]);
    return Type::Opaque(v["name"].get<std::string>(), parameters);
  }
  return Type::Dyn();
}

// As Equals(), but kinds must agree and NaN is NaN.
bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_double()) {
    if (std::isnan(a.as_double())) return std::isnan(b.as_double());
    return a.as_double() == b.as_double() && std::signbit(a.as_double()) == std::signbit(b.as_double());
  }
  return Equals(a, b);
}

void Declare(const json& test, Env& env) {
  for (const json& entry : test.value("typeEnv", json::array())) {
    const std::string name = entry["name"].get<std::string>();
    if (entry.contains("ident")) {
      ASSERT_TRUE(env.AddVariable(name, ReadType(entry["ident"]["type"])).ok());
      continue;
    }
    for (const json& overload : entry["function"]["overloads"]) {
      FunctionSignature signature;
      signature.member = overload.value("isInstanceFunction", false);
      for (const json& p : overload.value("params", json::array())) signature.parameters.push_back(ReadType(p));
      signature.result = ReadType(overload["resultType"]);
      ASSERT_TRUE(env.AddFunction(name, signature).ok());
    }
  }
  const json bindings = test.value("bindings", json::object());
  for (const auto& binding : bindings.items()) {
    if (env.FindVariable(binding.key()) == nullptr) {
      ASSERT_TRUE(env.AddVariable(binding.key(), Type::Dyn()).ok());
    }
  }
}

std::string ShowIssues(const CompileResult& compiled) {
  std::string out;
  for (const Issue& issue : compiled.issues) {
    out += fmt::format("[{}..{}] {} ({}) ", issue.span.begin, issue.span.end, issue.message, issue.hint);
  }
  return out;
}

// What is wrong, or nothing.
std::string RunCase(const json& test, const RepairedCase* repaired) {
  Env env(test.value("container", ""));
  Declare(test, env);
  CompileOptions options;
  options.check = !test.value("disableCheck", false);
  const CompileResult compiled = Compile(env, test["expr"].get<std::string>(), options);
  const bool wants_error = test.contains("evalError");
  if (compiled.program == nullptr) return wants_error ? "" : "does not compile: " + ShowIssues(compiled);
  const json typed = test.value("typedResult", json::object());
  if (typed.contains("deducedType")) {
    const Type wanted = ReadType(typed["deducedType"]);
    if (!(compiled.program->result_type() == wanted)) {
      return fmt::format("type {}, not {}", compiled.program->result_type().ToString(), wanted.ToString());
    }
  }
  if (test.value("checkOnly", false)) return "";
  Arena inputs;
  std::vector<Value> slots(env.slot_count());
  const json bindings = test.value("bindings", json::object());
  for (const auto& binding : bindings.items()) {
    slots[static_cast<size_t>(env.FindVariable(binding.key())->slot)] = ReadValue(binding.value()["value"], inputs);
  }
  Arena arena;
  const Value got = compiled.program->Evaluate(slots, arena);
  if (wants_error) return got.is_error() ? "" : "gives " + ToDisplayString(got) + " instead of an error";
  Value wanted = Value::Bool(true);
  if (test.contains("value")) wanted = ReadValue(test["value"], inputs);
  if (typed.contains("result")) wanted = ReadValue(typed["result"], inputs);
  if (repaired != nullptr) wanted = repaired->bytes ? Value::Bytes(repaired->text) : Value::String(repaired->text);
  return SameValue(got, wanted) ? "" : fmt::format("gives {}, not {}", ToDisplayString(got), ToDisplayString(wanted));
}

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  int repaired = 0;  // of the passed and failed: with an expected value of our own, see kRepaired
  int messages = 0;  // cases that need protocol buffer messages
};

Tally RunFile(const std::string& file, const json& suite) {
  Tally tally;
  for (const json& section : suite["section"]) {
    for (const json& test : section.value("test", json::array())) {
      const std::string name =
          fmt::format("{}/{}/{}", file, section["name"].get<std::string>(), test["name"].get<std::string>());
      if (test.value("needsProtobuf", false)) {
        ++tally.messages;
        continue;
      }
      if (auto it = SkippedCases().find(name); it != SkippedCases().end()) {
        ++tally.skipped;
        fmt::print("skipped {}: {}\n", name, it->second);
        continue;
      }
      const RepairedCase* repaired = FindRepaired(name);
      if (repaired != nullptr) ++tally.repaired;
      const std::string fault = RunCase(test, repaired);
      (fault.empty() ? tally.passed : tally.failed)++;
      EXPECT_EQ(fault, "") << name << "\n  " << test["expr"].get<std::string>();
    }
  }
  return tally;
}

TEST(CelConformance, EveryPlainCase) {
  if (!std::filesystem::exists(DataFolder())) {
    GTEST_SKIP() << "the conformance cases are not here; set LEADLINE_DATA to the folder that holds cel-conformance";
  }
  fmt::print("{:<16} {:>6} {:>6} {:>6} {:>9} {:>15}\n", "file", "pass", "fail", "skip", "repaired", "needs messages");
  for (const char* file : {"basic",    "bindings_ext", "comparisons", "conversions",    "encoders_ext", "fields",
                           "fp_math",  "integer_math", "lists",       "logic",          "macros",       "macros2",
                           "math_ext", "namespace",    "network_ext", "optionals",      "parse",        "plumbing",
                           "string",   "string_ext",   "timestamps",  "type_deduction", "block_ext"}) {
    std::ifstream in(DataFolder() / fmt::format("{}.json", file));
    ASSERT_TRUE(in.good()) << file;
    const Tally t = RunFile(file, json::parse(in));
    fmt::print("{:<16} {:>6} {:>6} {:>6} {:>9} {:>15}\n", file, t.passed, t.failed, t.skipped, t.repaired, t.messages);
  }
}

}  // namespace
}  // namespace leadline::cel
