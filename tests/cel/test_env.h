// The environment that the tests of this folder share: a contact, a lead and its activities.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cel/program.h"

namespace leadline::cel {

class TestEnv {
 public:
  explicit TestEnv(std::string container = "")
      : env_(std::move(container)),
        activity_(std::make_shared<StructType>(
            StructType{"activity", {{"channel", Type::String()}, {"points", Type::Wrapper(Type::Double())}}})) {
    Add("contact.seniority", Type::Wrapper(Type::String()), {});
    Add("contact.email", Type::Wrapper(Type::String()), {});
    Add("contact.age", Type::Wrapper(Type::Int()), {});
    Add("contact.optin", Type::Wrapper(Type::Bool()), {});
    Add("amount", Type::Double(), {});
    Add("region", Type::String(), {.max_items = 0, .max_len = 8});
    Add("tags", Type::List(Type::String()), {.max_items = 20, .max_len = 32});
    Add("activities", Type::List(Type::Struct(activity_)), {.max_items = 50, .max_len = 16});
    Add("count", Type::Int(), {});
    Set("amount", Value::Double(4500));
    Set("region", Value::String("UK"));
    Set("tags", Value::List(tags_));
    Set("count", Value::Int(7));
    for (int i = 0; i < 3; ++i) {
      fields_[i][0] = Value::String(i == 0 ? "web" : "phone");
      fields_[i][1] = i == 2 ? Value::Null() : Value::Double(i * 10.0);
      records_[i] = {activity_.get(), fields_[i]};
      items_[i] = Value::Struct(&records_[i]);
    }
    Set("activities", Value::List(items_));
  }

  Env& env() { return env_; }
  int Slot(std::string_view name) const { return env_.FindVariable(name)->slot; }
  void Set(std::string_view name, Value value) { slots_[static_cast<size_t>(Slot(name))] = value; }
  const std::vector<Value>& slots() const { return slots_; }

  // The result as the language writes it, or the first issue.
  std::string Eval(std::string_view source, const CompileOptions& options = {}) {
    const CompileResult compiled = Compile(env_, source, options);
    if (compiled.program == nullptr) return "issue: " + compiled.issues.front().message;
    Arena arena;
    return ToDisplayString(compiled.program->Evaluate(slots_, arena));
  }

 private:
  void Add(const char* name, Type type, Bounds bounds) {
    const auto slot = env_.AddVariable(name, std::move(type), bounds);
    EXPECT_TRUE(slot.ok()) << slot.status();
    slots_.resize(static_cast<size_t>(*slot) + 1);
  }

  Env env_;
  std::shared_ptr<StructType> activity_;
  Value tags_[2] = {Value::String("vip"), Value::String("partner")};
  Value fields_[3][2];
  Record records_[3];
  Value items_[3];
  std::vector<Value> slots_;
};

}  // namespace leadline::cel
