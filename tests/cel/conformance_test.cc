// Runs the public conformance cases through parsing, checking and evaluating, and prints what came of them as one
// table. LEADLINE_CONFORMANCE_LIST=1 names every case that is not run, with the reason.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "cel/program.h"
#include "tests/cel/conformance_cases.h"

namespace leadline::cel {
namespace {

using nlohmann::json;

// "file/section/name" -> why a case that needs no messages is not run.
const std::map<std::string, std::string>& SkippedCases() {
  static const std::map<std::string, std::string> kSkipped = {};
  return kSkipped;
}

// As Equals(), but kinds must agree and NaN is NaN.
bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_double()) {
    if (std::isnan(a.as_double())) return std::isnan(b.as_double());
    return a.as_double() == b.as_double() && std::signbit(a.as_double()) == std::signbit(b.as_double());
  }
  if (a.is_list()) {
    return std::equal(a.as_list().begin(), a.as_list().end(), b.as_list().begin(), b.as_list().end(), SameValue);
  }
  return Equals(a, b);
}

void Declare(const json& test, Env& env) {
  ASSERT_TRUE(env.AddConstant("google.protobuf.NullValue.NULL_VALUE", Value::Int(0)).ok());
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

// What is wrong, or nothing. `*refused`: an error was wanted, and the expression is refused before it runs.
std::string RunCase(const json& test, bool* refused) {
  Env env(test.value("container", ""));
  Declare(test, env);
  CompileOptions options;
  options.check = !test.value("disableCheck", false);
  const CompileResult compiled = Compile(env, test["expr"].get<std::string>(), options);
  const bool wants_error = test.contains("evalError");
  *refused = wants_error && compiled.program == nullptr;
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
  return SameValue(got, wanted) ? "" : fmt::format("gives {}, not {}", ToDisplayString(got), ToDisplayString(wanted));
}

struct Tally {
  int cases = 0;
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  int messages = 0;  // not run: needs messages

  void Add(const Tally& other) {
    cases += other.cases;
    passed += other.passed;
    failed += other.failed;
    skipped += other.skipped;
    messages += other.messages;
  }
};

// Names of cases by what is to be said of them.
using Notes = std::map<std::string, std::vector<std::string>>;

struct Report {
  Notes not_run;
  Notes remarks;
};

void RunOne(const std::string& name, json test, Tally& tally, Report& report) {
  ++tally.cases;
  if (auto it = SkippedCases().find(name); it != SkippedCases().end()) {
    ++tally.skipped;
    fmt::print("skipped {}: {}\n", name, it->second);
    return;
  }
  if (const std::string needed = WhatMessagesItNeeds(name, test); !needed.empty()) {
    ++tally.messages;
    report.not_run[needed].push_back(name);
    return;
  }
  if (RestoreEscapes(name, test)) report.remarks["run with the escapes that our copy of the data lost"].push_back(name);
  bool refused = false;
  const std::string fault = RunCase(test, &refused);
  (fault.empty() ? tally.passed : tally.failed)++;
  if (refused) report.remarks["an error is wanted, and it is found before the expression runs"].push_back(name);
  if (test.value("needsProtobuf", false)) report.remarks["marked as needing messages, but run"].push_back(name);
  EXPECT_EQ(fault, "") << name << "\n  " << test["expr"].get<std::string>();
}

Tally RunFile(const std::string& file, const json& suite, Report& report) {
  Tally tally;
  for (const json& section : suite.value("section", json::array())) {
    for (const json& test : section.value("test", json::array())) {
      RunOne(fmt::format("{}/{}/{}", file, section["name"].get<std::string>(), test["name"].get<std::string>()), test,
             tally, report);
    }
  }
  return tally;
}

void Print(const std::string& file, const Tally& t) {
  fmt::print("{:<16} {:>6} {:>7} {:>7} {:>8} {:>14}\n", file, t.cases, t.passed, t.failed, t.skipped, t.messages);
}

void Print(std::string_view title, const Notes& notes, bool names) {
  fmt::print("\n{}\n", title);
  for (const auto& [note, cases] : notes) {
    fmt::print("  {:>5}  {}\n", cases.size(), note);
    for (size_t i = 0; names && i < cases.size(); ++i) fmt::print("           {}\n", cases[i]);
  }
}

TEST(CelConformance, EveryCase) {
  if (!std::filesystem::exists(ConformanceFolder())) {
    GTEST_SKIP() << "the conformance cases are not here; set LEADLINE_DATA to the folder that holds cel-conformance";
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ConformanceFolder())) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  Report report;
  Tally all;
  fmt::print("{:<16} {:>6} {:>7} {:>7} {:>8} {:>14}\n", "file", "cases", "passed", "failed", "skipped",
             "need messages");
  for (const std::string& file : files) {
    std::ifstream in(ConformanceFolder() / fmt::format("{}.json", file));
    ASSERT_TRUE(in.good()) << file;
    const Tally t = RunFile(file, json::parse(in), report);
    Print(file, t);
    all.Add(t);
  }
  Print("all", all);
  const char* list = std::getenv("LEADLINE_CONFORMANCE_LIST");
  const bool names = list != nullptr && std::string_view(list) == "1";
  Print(fmt::format("Not run, by what they need{}:", names ? "" : " (LEADLINE_CONFORMANCE_LIST=1 names them)"),
        report.not_run, names);
  Print("Of those run:", report.remarks, names);
  EXPECT_GE(all.passed, 1751);  // all the cases of the suite that need no messages
}

}  // namespace
}  // namespace leadline::cel
