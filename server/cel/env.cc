#include "cel/env.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace leadline::cel {

namespace {

bool IsName(std::string_view name) {
  bool at_start = true;
  for (char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@';
    if (c == '.' ? at_start : !letter && (at_start || c < '0' || c > '9')) return false;
    at_start = c == '.';
  }
  return !at_start;
}

Type TypeOfConstant(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return Type::Null();
    case Kind::kBool:
      return Type::Bool();
    case Kind::kInt:
      return Type::Int();
    case Kind::kUint:
      return Type::Uint();
    case Kind::kDouble:
      return Type::Double();
    case Kind::kString:
      return Type::String();
    case Kind::kBytes:
      return Type::Bytes();
    case Kind::kTimestamp:
      return Type::Timestamp();
    case Kind::kDuration:
      return Type::Duration();
    default:
      return Type::Dyn();
  }
}

}  // namespace

Env::Env(std::string container) : container_(std::move(container)) {}

absl::Status Env::ClaimName(const std::string& name) {
  if (!IsName(name)) return absl::InvalidArgumentError(fmt::format("\"{}\" is not a name", name));
  if (FindVariable(name) != nullptr || FindConstant(name) != nullptr) {
    return absl::AlreadyExistsError(fmt::format("\"{}\" is declared twice", name));
  }
  // Every prefix learns what may follow it; the empty prefix holds the first parts.
  for (size_t begin = 0; begin != std::string::npos;) {
    const size_t dot = name.find('.', begin);
    const std::string part = name.substr(begin, dot == std::string::npos ? dot : dot - begin);
    std::vector<std::string>& members = namespaces_[begin == 0 ? "" : name.substr(0, begin - 1)];
    if (std::find(members.begin(), members.end(), part) == members.end()) members.push_back(part);
    begin = dot == std::string::npos ? dot : dot + 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Env::AddVariable(std::string name, Type type, Bounds bounds) {
  RETURN_IF_ERROR(ClaimName(name));
  const int slot = static_cast<int>(variables_.size());
  variables_.push_back(std::make_unique<Variable>(Variable{std::move(name), std::move(type), bounds, slot}));
  variable_by_name_[variables_.back()->name] = variables_.back().get();
  return slot;
}

absl::Status Env::AddConstant(std::string name, Value value) {
  RETURN_IF_ERROR(ClaimName(name));
  if (value.is_string()) value = Value::String(arena_.Copy(value.as_string()));
  if (value.is_bytes()) value = Value::Bytes(arena_.Copy(value.as_bytes()));
  constants_.push_back(std::make_unique<Constant>(Constant{std::move(name), TypeOfConstant(value), value}));
  constant_by_name_[constants_.back()->name] = constants_.back().get();
  return absl::OkStatus();
}

absl::Status Env::AddFunction(std::string name, FunctionSignature signature) {
  if (!IsName(name)) return absl::InvalidArgumentError(fmt::format("\"{}\" is not a name", name));
  if (signature.member && signature.parameters.empty()) {
    return absl::InvalidArgumentError(fmt::format("{} is called on a receiver but has no parameter", name));
  }
  if (!functions_.contains(name)) function_names_.push_back(name);
  functions_[name].push_back(std::move(signature));
  return absl::OkStatus();
}

const Env::Variable* Env::FindVariable(std::string_view name) const {
  auto it = variable_by_name_.find(name);
  return it == variable_by_name_.end() ? nullptr : it->second;
}

const Env::Constant* Env::FindConstant(std::string_view name) const {
  auto it = constant_by_name_.find(name);
  return it == constant_by_name_.end() ? nullptr : it->second;
}

const std::vector<FunctionSignature>* Env::FindFunction(std::string_view name) const {
  if (functions_.empty()) return nullptr;
  auto it = functions_.find(std::string(name));
  return it == functions_.end() ? nullptr : &it->second;
}

std::vector<std::string> Env::MemberNames(std::string_view name) const {
  auto it = namespaces_.find(name);
  return it == namespaces_.end() ? std::vector<std::string>() : it->second;
}

}  // namespace leadline::cel
