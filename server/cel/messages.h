// The message types every protocol buffer program knows, as literals: google.protobuf.Int32Value{value: 5}.
#pragma once

#include <string_view>
#include <vector>

#include "cel/env.h"
#include "cel/type.h"

namespace leadline::cel {

// A literal of such a type is the plain value that it stands for: Int64Value an int, Struct a map, Value whatever is
// inside.
struct MessageType {
  struct Field {
    std::string_view name;
    Type type;
  };
  std::string_view name;
  std::vector<Field> fields;
  Type result;
  // Arguments: name, value, name, value ... A value that is optional adds its field only when it is there.
  Function make = nullptr;
};

// Null if there is none called so. Thread-safe.
const MessageType* FindMessageType(std::string_view name);

}  // namespace leadline::cel
