// The compiled form of an import map: what to evaluate and where the results go.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cel/program.h"

namespace leadline::cli {

using Expression = std::shared_ptr<const cel::Program>;

struct MessagePlan;

// Whether the field is the whole part of an amount of money, which a map writes in one number with the rest.
bool IsMoneyUnits(const google::protobuf::FieldDescriptor& field);

// An item of a repeated message, made when `when` holds, `repeat` times.
struct ItemPlan {
  Expression when, repeat;  // may be null
  std::unique_ptr<MessagePlan> message;
};

// One field and what fills it: one of `value`, `message`, `items`, `entries`.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string path;  // such as "contact.email"
  Expression value;
  std::unique_ptr<MessagePlan> message;
  std::vector<ItemPlan> items;
  struct Entry {
    std::string key;
    Expression when, value;  // `when` may be null
  };
  std::vector<Entry> entries;  // of attributes
};

struct MessagePlan {
  Expression when;  // may be null: always
  std::vector<FieldPlan> fields;
};

// Evaluates with `slots`. A fault is an INVALID_ARGUMENT; `fault_path` is then the field.
class PlanRunner {
 public:
  PlanRunner(std::span<const cel::Value> slots, cel::Arena& arena) : slots_(slots), arena_(arena) {}

  absl::Status Fill(const MessagePlan& plan, google::protobuf::Message& message);
  // Whether a condition holds; true when there is none.
  absl::Status Holds(const Expression& condition, const std::string& path, bool& holds);
  absl::Status Text(const Expression& expression, const std::string& path, std::string& text);
  const std::string& fault_path() const { return fault_path_; }

 private:
  absl::Status FillField(const FieldPlan& plan, google::protobuf::Message& message);
  absl::Status FillItems(const FieldPlan& plan, google::protobuf::Message& message);
  absl::Status FillEntries(const FieldPlan& plan, google::protobuf::Message& message);
  absl::Status Set(const FieldPlan& plan, const cel::Value& value, google::protobuf::Message& message);
  absl::Status Fault(const std::string& path, std::string message);
  absl::Status Evaluate(const Expression& expression, const std::string& path, cel::Value& value);

  std::span<const cel::Value> slots_;
  cel::Arena& arena_;
  std::string fault_path_;
};

}  // namespace leadline::cli
