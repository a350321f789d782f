#include "tests/fuzz/cel_variables.h"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "cel/text.h"

namespace leadline::fuzz {

using cel::Arena;
using cel::Kind;
using cel::MapEntry;
using cel::Type;
using cel::TypeKind;
using cel::Value;

void Require(bool holds, std::string_view invariant, std::string_view source, std::string_view detail) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n  in: %.*s\n  %.*s\n", static_cast<int>(invariant.size()),
               invariant.data(), static_cast<int>(source.size()), source.data(), static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

namespace {

// Reads values off the bytes. Lives for one input.
class ValueReader {
 public:
  ValueReader(std::span<const uint8_t> bytes, Arena& arena) : bytes_(bytes), arena_(arena) {}

  Value Read(const Type& type, int depth = 0) {
    switch (type.kind()) {
      case TypeKind::kWrapper:
        return Byte() % 3 == 0 ? Value::Null() : Read(type.element(), depth);
      case TypeKind::kBool:
        return Value::Bool(Byte() % 2 == 1);
      case TypeKind::kInt:
        return Value::Int(Number());
      case TypeKind::kUint:
        return Value::Uint(static_cast<uint64_t>(Number()));
      case TypeKind::kDouble:
        return Value::Double(Double());
      case TypeKind::kString:
        return Value::String(Text(true));
      case TypeKind::kBytes:
        return Value::Bytes(Text(false));
      case TypeKind::kTimestamp:
        return Timestamp();
      case TypeKind::kDuration:
        return Value::DurationNanos(Number());
      case TypeKind::kList:
        return List(type, depth);
      case TypeKind::kMap:
        return Map(type, depth);
      case TypeKind::kStruct:
        return Record(type, depth);
      default:
        return Dyn(depth);
    }
  }

 private:
  uint8_t Byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }

  // Small ones, the ends of the ranges, and anything.
  int64_t Number() {
    const uint8_t choice = Byte();
    if (choice < 192) return static_cast<int64_t>(choice) - 64;
    if (choice < 200) return std::numeric_limits<int64_t>::max() - (choice - 192);
    if (choice < 208) return std::numeric_limits<int64_t>::min() + (choice - 200);
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | Byte();
    return static_cast<int64_t>(bits);
  }

  double Double() {
    const uint8_t choice = Byte();
    if (choice < 200) return (choice - 100) / 4.0;
    if (choice == 200) return std::numeric_limits<double>::quiet_NaN();
    if (choice == 201) return std::numeric_limits<double>::infinity();
    if (choice == 202) return -std::numeric_limits<double>::infinity();
    if (choice == 203) return -0.0;
    return std::bit_cast<double>(Number());
  }

  std::string_view Text(bool utf8) {
    std::string out;
    for (size_t left = Byte() % (CelVariables::kMaxLength + 1); left > 0; --left) {
      const uint8_t c = Byte();
      if (!utf8 || c < 0x80) {
        out += static_cast<char>(c);
      } else if (left >= 4) {
        cel::AppendUtf8(out, 0xA0u + c * 300u < 0xD800u ? 0xA0u + c * 300u : 0x10000u + c);
        left -= 3;
      }
    }
    return arena_.Copy(out);
  }

  Value Timestamp() {
    const uint64_t range = static_cast<uint64_t>(cel::kMaxSeconds - cel::kMinSeconds) + 1;
    const auto offset = static_cast<int64_t>(static_cast<uint64_t>(Number()) % range);
    return Value::Timestamp(cel::kMinSeconds + offset, static_cast<uint32_t>(Byte()) * 3'906'250u);
  }

  size_t Count() { return Byte() % (CelVariables::kMaxItems + 1); }

  Value List(const Type& type, int depth) {
    std::vector<Value> items;
    for (size_t left = Count(); left > 0; --left) items.push_back(Read(type.element(), depth + 1));
    return Value::List(arena_.Copy(std::span<const Value>(items)));
  }

  Value Map(const Type& type, int depth) {
    std::vector<MapEntry> entries;
    for (size_t left = Count(); left > 0; --left) {
      const Value key = Read(type.element(), depth + 1);
      const Value value = Read(type.map_value(), depth + 1);
      const Value so_far = Value::Map(entries);
      if (cel::FindKey(so_far, key) == nullptr) entries.push_back({key, value});
    }
    return Value::Map(arena_.Copy(std::span<const MapEntry>(entries)));
  }

  Value Record(const Type& type, int depth) {
    std::vector<Value> fields;
    for (const cel::StructField& field : type.struct_type()->fields) fields.push_back(Read(field.type, depth + 1));
    const auto owned = arena_.Copy(std::span<const Value>(fields));
    return Value::Struct(arena_.New(cel::Record{type.struct_type(), owned.data()}));
  }

  Value Dyn(int depth) {
    switch (Byte() % (depth < 2 ? 12 : 9)) {
      case 0:
        return Value::Null();
      case 1:
        return Read(Type::Bool());
      case 2:
        return Read(Type::Int());
      case 3:
        return Read(Type::Uint());
      case 4:
        return Read(Type::Double());
      case 5:
        return Read(Type::String());
      case 6:
        return Read(Type::Bytes());
      case 7:
        return Read(Type::Timestamp());
      case 8:
        return Read(Type::Duration());
      case 9:
        return Read(Type::List(Type::Dyn()), depth + 1);
      case 10:
        return Read(Type::Map(Type::String(), Type::Dyn()), depth + 1);
      default:
        return Value::Optional(Byte() % 2 == 0 ? nullptr : arena_.New(Dyn(depth + 1)));
    }
  }

  std::span<const uint8_t> bytes_;
  Arena& arena_;
  size_t at_ = 0;
};

}  // namespace

CelVariables::CelVariables() {
  item_ = std::make_shared<cel::StructType>(
      cel::StructType{"item", {{"qty", Type::Double()}, {"sku", Type::Wrapper(Type::String())}}});
  lead_ = std::make_shared<cel::StructType>(cel::StructType{"lead",
                                                            {{"status", Type::String()},
                                                             {"score", Type::Wrapper(Type::Double())},
                                                             {"first", Type::Struct(item_)},
                                                             {"items", Type::List(Type::Struct(item_))},
                                                             {"labels", Type::Map(Type::String(), Type::String())}}});
  const std::pair<const char*, Type> variables[] = {
      {"b", Type::Bool()},
      {"i", Type::Int()},
      {"u", Type::Uint()},
      {"d", Type::Double()},
      {"s", Type::String()},
      {"y", Type::Bytes()},
      {"t", Type::Timestamp()},
      {"span", Type::Duration()},
      {"x", Type::Dyn()},
      {"amount", Type::Double()},
      {"region", Type::String()},
      {"tags", Type::List(Type::String())},
      {"items", Type::List(Type::Struct(item_))},
      {"ints", Type::List(Type::Int())},
      {"lists", Type::List(Type::List(Type::Int()))},
      {"counts", Type::Map(Type::String(), Type::Int())},
      {"names", Type::Map(Type::Int(), Type::String())},
      {"lead", Type::Struct(lead_)},
      {"contact.seniority", Type::Wrapper(Type::String())},
      {"contact.age", Type::Wrapper(Type::Int())},
      {"contact.optin", Type::Wrapper(Type::Bool())},
  };
  for (const auto& [name, type] : variables) {
    Require(env_.AddVariable(name, type, {kMaxItems, kMaxLength}).ok(), "the variables can be declared", name);
  }
  Require(env_.AddConstant("limits.hot", Value::Int(100)).ok(), "the constants can be declared", "limits.hot");
}

std::vector<Value> CelVariables::Values(std::span<const uint8_t> bytes, Arena& arena) const {
  ValueReader reader(bytes, arena);
  std::vector<Value> out;
  for (const auto& variable : env_.variables()) out.push_back(reader.Read(variable->type));
  return out;
}

}  // namespace leadline::fuzz
