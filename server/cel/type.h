// Static types of expressions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::cel {

enum class TypeKind : uint8_t {
  kDyn,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kIp,
  kCidr,
  kError,     // the type of what did not check; fits everything, so that one fault is reported once
  kList,      // (element)
  kMap,       // (key, value)
  kWrapper,   // (T): T or null, for a field that may be absent
  kOptional,  // (T)
  kType,      // (T): a type as a value
  kStruct,    // named, with fields
  kOpaque,    // named, with parameters
  kParam,     // a type parameter of a function
};

struct StructType;

// A cheap immutable handle; the kinds without parameters own nothing. Thread-safe.
class Type {
 public:
  Type() = default;  // Dyn

  static Type Dyn() { return Type(TypeKind::kDyn); }
  static Type Null() { return Type(TypeKind::kNull); }
  static Type Bool() { return Type(TypeKind::kBool); }
  static Type Int() { return Type(TypeKind::kInt); }
  static Type Uint() { return Type(TypeKind::kUint); }
  static Type Double() { return Type(TypeKind::kDouble); }
  static Type String() { return Type(TypeKind::kString); }
  static Type Bytes() { return Type(TypeKind::kBytes); }
  static Type Timestamp() { return Type(TypeKind::kTimestamp); }
  static Type Duration() { return Type(TypeKind::kDuration); }
  static Type Ip() { return Type(TypeKind::kIp); }
  static Type Cidr() { return Type(TypeKind::kCidr); }
  static Type Error() { return Type(TypeKind::kError); }
  static Type List(Type element);
  static Type Map(Type key, Type value);
  // `inner` or null. Any type may be wrapped; wrapping twice is wrapping once.
  static Type Wrapper(Type inner);
  static Type Optional(Type inner);
  static Type TypeOf(Type inner);
  static Type Struct(std::shared_ptr<const StructType> type);
  static Type Opaque(std::string name, std::vector<Type> parameters);
  static Type Param(std::string name);
  // A parameter by number, for inference.
  static Type Variable(int32_t number);

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  // Neither dyn nor error nor a parameter.
  bool is_known() const { return kind_ != TypeKind::kDyn && kind_ != TypeKind::kError && kind_ != TypeKind::kParam; }
  size_t parameter_count() const;
  const Type& parameter(size_t i) const;
  // List element, map key; wrapper, optional or type: what is inside.
  const Type& element() const { return parameter(0); }
  const Type& map_value() const { return parameter(1); }
  // Inside a wrapper, or itself.
  const Type& Unwrapped() const { return kind_ == TypeKind::kWrapper ? parameter(0) : *this; }
  // Of a struct, opaque type or named parameter.
  std::string_view name() const;
  int32_t variable() const { return number_; }
  const StructType* struct_type() const;

  // "int", "list(string)", "map(string, dyn)", "string or absent", "lead.Item".
  std::string ToString() const;
  bool operator==(const Type& other) const;

 private:
  struct Node;
  explicit Type(TypeKind kind) : kind_(kind) {}
  static Type Make(TypeKind kind, std::string name, std::vector<Type> parameters);

  TypeKind kind_ = TypeKind::kDyn;
  int32_t number_ = -1;
  std::shared_ptr<const Node> node_;
};

struct StructField {
  std::string name;
  Type type;
};

// The fields of a struct. Values of it (Record) point here: it must outlive them.
struct StructType {
  std::string name;
  std::vector<StructField> fields;
  // -1 if there is none.
  int FieldIndex(std::string_view field) const;
};

}  // namespace leadline::cel
