#include "cel/functions.h"

#include <fmt/format.h>

#include <cassert>
#include <unordered_map>

namespace leadline::cel {

namespace {

// Reads the notation of FunctionRow::signature.
class SignatureReader {
 public:
  explicit SignatureReader(std::string_view text) : text_(text) {}

  bool TakeMember() { return Take('.'); }

  Signature Read(std::string_view name, bool member) {
    Signature out;
    Take('(');
    while (!Take(')')) {
      out.parameters.push_back(ReadType());
      Take(',');
    }
    Take('-');
    Take('>');
    out.result = ReadType();
    out.text = Describe(name, member, out.parameters);
    return out;
  }

 private:
  static std::string Describe(std::string_view name, bool member, const std::vector<Type>& parameters) {
    std::string out = member ? fmt::format("{}.{}(", Plain(parameters[0]), name) : fmt::format("{}(", name);
    for (size_t i = member ? 1 : 0; i < parameters.size(); ++i) {
      out += (i > (member ? 1u : 0u) ? ", " : "") + Plain(parameters[i]);
    }
    return out + ")";
  }
  static std::string Plain(const Type& t) {
    if (t.is(TypeKind::kParam)) return "any";
    if (t.parameter_count() == 0 || !t.element().is(TypeKind::kParam)) return t.ToString();
    if (t.element().name() == kOrderedParameter) return "list of what has an order";
    return t.is(TypeKind::kList) ? "list" : t.is(TypeKind::kMap) ? "map" : "optional";
  }

  bool Take(char c) {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  Type ReadType() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
    size_t end = 0;
    while (end < text_.size() && ((text_[end] | 0x20) >= 'a' && (text_[end] | 0x20) <= 'z')) ++end;
    const std::string_view name = text_.substr(0, end);
    text_.remove_prefix(end);
    std::vector<Type> inner;
    if (Take('(')) {
      while (!Take(')')) {
        inner.push_back(ReadType());
        Take(',');
      }
    }
    if (name == "list") return Type::List(inner[0]);
    if (name == "map") return Type::Map(inner[0], inner[1]);
    if (name == "optional") return Type::Optional(inner[0]);
    if (name == "type") return Type::TypeOf(inner[0]);
    if (name.size() == 1) return Type::Param(std::string(name));
    return Primitive(name);
  }

  static Type Primitive(std::string_view name) {
    if (name == "bool") return Type::Bool();
    if (name == "int") return Type::Int();
    if (name == "uint") return Type::Uint();
    if (name == "double") return Type::Double();
    if (name == "string") return Type::String();
    if (name == "bytes") return Type::Bytes();
    if (name == "timestamp") return Type::Timestamp();
    if (name == "duration") return Type::Duration();
    if (name == "ip") return Type::Ip();
    if (name == "cidr") return Type::Cidr();
    if (name == "null") return Type::Null();
    assert(name == "dyn");
    return Type::Dyn();
  }

  std::string_view text_;
};

struct Registry {
  std::unordered_map<std::string_view, std::vector<Builtin>> by_name;
  std::vector<std::string> names;
  std::unordered_map<std::string_view, Type> types;
};

void AddRow(Registry& registry, const FunctionRow& row) {
  SignatureReader reader(row.signature);
  const bool member = reader.TakeMember();
  const bool variadic = row.signature == "...";
  Signature signature = variadic ? Signature{} : reader.Read(row.name, member);
  std::vector<Builtin>& all = registry.by_name[row.name];
  if (all.empty()) registry.names.emplace_back(row.name);
  for (Builtin& b : all) {
    if (b.member == member && b.count == signature.parameters.size() && !variadic) {
      assert(b.function == row.function);
      b.signatures.push_back(std::move(signature));
      return;
    }
  }
  Builtin b{row.name, member && !variadic, variadic, signature.parameters.size(), row.function, {}};
  if (!variadic) b.signatures.push_back(std::move(signature));
  all.push_back(std::move(b));
}

Registry Build() {
  Registry registry;
  for (auto rows : {CoreFunctions(), ConversionFunctions(), StringFunctions(), FormatFunctions(), MathFunctions(),
                    TimeFunctions(), NetworkFunctions(), OptionalFunctions(), ListFunctions(), SetFunctions()}) {
    for (const FunctionRow& row : rows) AddRow(registry, row);
  }
  registry.types = {{"bool", Type::Bool()},
                    {"int", Type::Int()},
                    {"uint", Type::Uint()},
                    {"double", Type::Double()},
                    {"string", Type::String()},
                    {"bytes", Type::Bytes()},
                    {"null_type", Type::Null()},
                    {"list", Type::List(Type::Dyn())},
                    {"map", Type::Map(Type::Dyn(), Type::Dyn())},
                    {"type", Type::TypeOf(Type::Dyn())},
                    {"optional_type", Type::Optional(Type::Dyn())},
                    {"net.IP", Type::Ip()},
                    {"net.CIDR", Type::Cidr()},
                    {"google.protobuf.Timestamp", Type::Timestamp()},
                    {"google.protobuf.Duration", Type::Duration()}};
  return registry;
}

const Registry& TheRegistry() {
  static const Registry registry = Build();
  return registry;
}

}  // namespace

std::span<const Builtin> FindBuiltins(std::string_view name) {
  const auto& map = TheRegistry().by_name;
  auto it = map.find(name);
  return it == map.end() ? std::span<const Builtin>() : std::span<const Builtin>(it->second);
}

const std::vector<std::string>& BuiltinNames() { return TheRegistry().names; }

const Type* FindTypeName(std::string_view name) {
  const auto& map = TheRegistry().types;
  auto it = map.find(name);
  return it == map.end() ? nullptr : &it->second;
}

}  // namespace leadline::cel
