// What an expression may name: variables, constants, functions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cel/arena.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline {
class TimeZones;
}

namespace leadline::cel {

// Limits that whoever fills a variable keeps; they feed the static cost.
struct Bounds {
  uint32_t max_items = 1000;  // of a list or map
  uint32_t max_len = 4096;    // bytes of a string, also inside a list
};

// A function that `Env` adds to the built-in ones. `function` gets evaluated arguments (never errors), the receiver
// first; it must not throw and must be deterministic. A null `function` can be checked but not evaluated.
using Function = Value (*)(std::span<const Value> arguments, Arena& arena);
struct FunctionSignature {
  bool member = false;  // receiver.name(...)
  std::vector<Type> parameters;
  Type result;
  Function function = nullptr;
};

// Built by one thread, then immutable and shared; a Program does not keep its Env.
class Env {
 public:
  // `container`: the name space that plain names are looked up in first, e.g. "contact". May be empty.
  explicit Env(std::string container = "");
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // Declares a variable and gives its slot: 0, 1, 2 ... in the order of declaration. A dotted name
  // ("contact.seniority") wins over selecting a field from a shorter one. A variable of a wrapper type may hold Null:
  // it is absent.
  absl::StatusOr<int> AddVariable(std::string name, Type type, Bounds bounds = {});
  // A name with a fixed value; strings in `value` are copied when they stand at the top.
  absl::Status AddConstant(std::string name, Value value);
  absl::Status AddFunction(std::string name, FunctionSignature signature);
  // The zones that getHours("Europe/Madrid") and its like know, for what is compiled from now on; without this call,
  // those of SystemTimeZones(). A Program keeps them.
  void UseTimeZones(std::shared_ptr<const TimeZones> zones) { time_zones_ = std::move(zones); }

  struct Variable {
    std::string name;
    Type type;
    Bounds bounds;
    int slot = 0;
  };
  struct Constant {
    std::string name;
    Type type;
    Value value;
  };

  const std::string& container() const { return container_; }
  size_t slot_count() const { return variables_.size(); }
  const std::vector<std::unique_ptr<Variable>>& variables() const { return variables_; }
  // Exact full names; null if there is none.
  const Variable* FindVariable(std::string_view name) const;
  const Constant* FindConstant(std::string_view name) const;
  const std::vector<FunctionSignature>* FindFunction(std::string_view name) const;
  // Null: the system's.
  const std::shared_ptr<const TimeZones>& time_zones() const { return time_zones_; }
  const std::vector<std::string>& function_names() const { return function_names_; }
  // Whether some variable or constant is called `name` + "." + something.
  bool IsNamespace(std::string_view name) const { return namespaces_.contains(std::string(name)); }
  // What may follow `name` + "." directly; with an empty name, what an expression may begin with.
  std::vector<std::string> MemberNames(std::string_view name) const;

 private:
  absl::Status ClaimName(const std::string& name);

  std::string container_;
  std::vector<std::unique_ptr<Variable>> variables_;
  std::vector<std::unique_ptr<Constant>> constants_;
  std::unordered_map<std::string_view, const Variable*> variable_by_name_;
  std::unordered_map<std::string_view, const Constant*> constant_by_name_;
  std::unordered_map<std::string, std::vector<FunctionSignature>> functions_;
  std::vector<std::string> function_names_;
  std::map<std::string, std::vector<std::string>, std::less<>> namespaces_;
  std::shared_ptr<const TimeZones> time_zones_;
  Arena arena_;
};

}  // namespace leadline::cel
