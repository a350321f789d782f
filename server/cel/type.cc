#include "cel/type.h"

#include <fmt/format.h>

#include <utility>

namespace leadline::cel {

struct Type::Node {
  std::string name;
  std::vector<Type> parameters;
  std::shared_ptr<const StructType> struct_type;
};

Type Type::Make(TypeKind kind, std::string name, std::vector<Type> parameters) {
  Type t(kind);
  t.node_ = std::make_shared<const Node>(Node{std::move(name), std::move(parameters), nullptr});
  return t;
}

Type Type::List(Type element) { return Make(TypeKind::kList, "", {std::move(element)}); }
Type Type::Map(Type key, Type value) { return Make(TypeKind::kMap, "", {std::move(key), std::move(value)}); }
Type Type::Wrapper(Type inner) {
  if (inner.is(TypeKind::kWrapper) || inner.is(TypeKind::kDyn)) return inner;
  return Make(TypeKind::kWrapper, "", {std::move(inner)});
}
Type Type::Optional(Type inner) { return Make(TypeKind::kOptional, "", {std::move(inner)}); }
Type Type::TypeOf(Type inner) { return Make(TypeKind::kType, "", {std::move(inner)}); }
Type Type::Opaque(std::string name, std::vector<Type> parameters) {
  return Make(TypeKind::kOpaque, std::move(name), std::move(parameters));
}
Type Type::Param(std::string name) { return Make(TypeKind::kParam, std::move(name), {}); }

Type Type::Variable(int32_t number) {
  Type t(TypeKind::kParam);
  t.number_ = number;
  return t;
}

Type Type::Struct(std::shared_ptr<const StructType> type) {
  Type t(TypeKind::kStruct);
  t.node_ = std::make_shared<const Node>(Node{type->name, {}, type});
  return t;
}

size_t Type::parameter_count() const { return node_ == nullptr ? 0 : node_->parameters.size(); }
const Type& Type::parameter(size_t i) const { return node_->parameters[i]; }
std::string_view Type::name() const { return node_ == nullptr ? std::string_view() : node_->name; }
const StructType* Type::struct_type() const { return node_ == nullptr ? nullptr : node_->struct_type.get(); }

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_ || number_ != other.number_) return false;
  if (node_ == other.node_) return true;
  if (node_ == nullptr || other.node_ == nullptr) return false;
  return node_->name == other.node_->name && node_->parameters == other.node_->parameters;
}

std::string Type::ToString() const {
  switch (kind_) {
    case TypeKind::kDyn:
      return "dyn";
    case TypeKind::kNull:
      return "null";
    case TypeKind::kBool:
      return "bool";
    case TypeKind::kInt:
      return "int";
    case TypeKind::kUint:
      return "uint";
    case TypeKind::kDouble:
      return "double";
    case TypeKind::kString:
      return "string";
    case TypeKind::kBytes:
      return "bytes";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kDuration:
      return "duration";
    case TypeKind::kIp:
      return "IP address";
    case TypeKind::kCidr:
      return "CIDR block";
    case TypeKind::kError:
      return "error";
    case TypeKind::kList:
      return fmt::format("list({})", element().ToString());
    case TypeKind::kMap:
      return fmt::format("map({}, {})", element().ToString(), map_value().ToString());
    case TypeKind::kWrapper:
      return fmt::format("{} or absent", element().ToString());
    case TypeKind::kOptional:
      return fmt::format("optional({})", element().ToString());
    case TypeKind::kType:
      return parameter_count() == 0 ? "type" : fmt::format("type({})", element().ToString());
    case TypeKind::kStruct:
      return std::string(name());
    case TypeKind::kParam:
      return number_ >= 0 ? "dyn" : std::string(name());
    case TypeKind::kOpaque:
      break;
  }
  std::string out(name());
  for (size_t i = 0; i < parameter_count(); ++i) out += (i == 0 ? "(" : ", ") + parameter(i).ToString();
  return parameter_count() == 0 ? out : out + ")";
}

int StructType::FieldIndex(std::string_view field) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace leadline::cel
