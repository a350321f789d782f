// Values in the notation of the language.
#include <fmt/format.h>

#include <cmath>

#include "cel/text.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline::cel {

namespace {

std::string DisplayDouble(double d) {
  if (!std::isfinite(d)) return fmt::format("double(\"{}\")", FormatDouble(d));
  std::string out = FormatDouble(d);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

std::string DisplayBytes(std::string_view bytes) {
  std::string out = "b\"";
  for (char c : bytes) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  return out + '"';
}

std::string DisplayList(std::span<const Value> items) {
  std::string out = "[";
  for (size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "" : ", ") + ToDisplayString(items[i]);
  return out + "]";
}

std::string DisplayMap(std::span<const MapEntry> entries) {
  std::string out = "{";
  for (size_t i = 0; i < entries.size(); ++i) {
    out +=
        fmt::format("{}{}: {}", i == 0 ? "" : ", ", ToDisplayString(entries[i].key), ToDisplayString(entries[i].value));
  }
  return out + "}";
}

std::string DisplayRecord(const Record& record) {
  std::string out = record.type->name + "{";
  bool first = true;
  for (size_t i = 0; i < record.type->fields.size(); ++i) {
    if (record.fields[i].is_null()) continue;
    out += fmt::format("{}{}: {}", first ? "" : ", ", record.type->fields[i].name, ToDisplayString(record.fields[i]));
    first = false;
  }
  return out + "}";
}

}  // namespace

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    switch (c) {
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      default:
        out += c;
    }
  }
  return out + '"';
}

std::string DisplayBriefly(const Value& v) {
  const bool holds_others = v.is_list() || v.is_map() || v.is_struct() || v.is_optional();
  return holds_others ? fmt::format("a value of type {}", TypeNameOf(v)) : ToDisplayString(v);
}

std::string ToDisplayString(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return v.as_bool() ? "true" : "false";
    case Kind::kInt:
      return fmt::format("{}", v.as_int());
    case Kind::kUint:
      return fmt::format("{}u", v.as_uint());
    case Kind::kDouble:
      return DisplayDouble(v.as_double());
    case Kind::kString:
      return Quote(v.as_string());
    case Kind::kBytes:
      return DisplayBytes(v.as_bytes());
    case Kind::kTimestamp:
      return fmt::format("timestamp(\"{}\")", FormatInstant({v.timestamp_seconds(), v.timestamp_nanos()}));
    case Kind::kDuration:
      return fmt::format("duration(\"{}\")", FormatNanos(v.duration_nanos()));
    case Kind::kList:
      return DisplayList(v.as_list());
    case Kind::kMap:
      return DisplayMap(v.as_map());
    case Kind::kStruct:
      return DisplayRecord(*v.as_record());
    case Kind::kType:
      return std::string(v.as_text());
    case Kind::kOptional:
      return v.as_optional() == nullptr ? "optional.none()"
                                        : fmt::format("optional.of({})", ToDisplayString(*v.as_optional()));
    case Kind::kIp:
      return fmt::format("ip(\"{}\")", FormatNetwork(*v.as_network(), false));
    case Kind::kCidr:
      return fmt::format("cidr(\"{}\")", FormatNetwork(*v.as_network(), true));
    case Kind::kError:
      return fmt::format("error({})", Quote(v.error_message()));
  }
  return "";
}

}  // namespace leadline::cel
