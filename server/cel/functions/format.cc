// "...".format([...]).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes as text, with U+FFFD for each that belongs to no character.
void AppendAsText(std::string_view bytes, std::string* out) {
  while (!bytes.empty()) {
    const size_t length = Utf8Length(bytes);
    *out += length == 0 ? std::string_view("\uFFFD") : bytes.substr(0, length);
    bytes.remove_prefix(std::max<size_t>(length, 1));
  }
}

// As %s shows it. False for kinds that have no text form.
bool AppendPlain(const Value& v, std::string* out) {
  switch (v.kind()) {
    case Kind::kNull:
      *out += "null";
      return true;
    case Kind::kBool:
      *out += v.as_bool() ? "true" : "false";
      return true;
    case Kind::kInt:
      *out += fmt::format("{}", v.as_int());
      return true;
    case Kind::kUint:
      *out += fmt::format("{}", v.as_uint());
      return true;
    case Kind::kDouble:
      *out += FormatDouble(v.as_double());
      return true;
    case Kind::kString:
    case Kind::kType:
      *out += v.as_text();
      return true;
    case Kind::kBytes:
      AppendAsText(v.as_bytes(), out);
      return true;
    case Kind::kTimestamp:
      *out += FormatInstant({v.timestamp_seconds(), v.timestamp_nanos()});
      return true;
    case Kind::kDuration:
      *out += FormatNanos(v.duration_nanos());
      return true;
    case Kind::kIp:
    case Kind::kCidr:
      *out += FormatNetwork(*v.as_network(), v.kind() == Kind::kCidr);
      return true;
    case Kind::kList: {
      *out += '[';
      bool first = true;
      for (const Value& item : v.as_list()) {
        if (!first) *out += ", ";
        first = false;
        if (!AppendPlain(item, out)) return false;
      }
      *out += ']';
      return true;
    }
    case Kind::kMap: {
      std::vector<std::string> entries;
      for (const MapEntry& e : v.as_map()) {
        std::string entry;
        if (!AppendPlain(e.key, &entry)) return false;
        entry += ": ";
        if (!AppendPlain(e.value, &entry)) return false;
        entries.push_back(std::move(entry));
      }
      std::sort(entries.begin(), entries.end());
      *out += fmt::format("{{{}}}", fmt::join(entries, ", "));
      return true;
    }
    default:
      return false;
  }
}

bool AppendHex(const Value& v, bool upper, std::string* out) {
  if (v.is_int()) {
    *out += upper ? fmt::format("{:X}", v.as_int()) : fmt::format("{:x}", v.as_int());
  } else if (v.is_uint()) {
    *out += upper ? fmt::format("{:X}", v.as_uint()) : fmt::format("{:x}", v.as_uint());
  } else if (v.is_string() || v.is_bytes()) {
    for (char c : v.as_text()) {
      const auto byte = static_cast<uint8_t>(c);
      *out += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
    }
  } else {
    return false;
  }
  return true;
}

bool AppendReal(const Value& v, char verb, int precision, std::string* out) {
  double d = 0;
  if (v.is_double()) {
    d = v.as_double();
  } else if (v.is_int()) {
    d = static_cast<double>(v.as_int());
  } else if (v.is_uint()) {
    d = static_cast<double>(v.as_uint());
  } else {
    return false;
  }
  if (!std::isfinite(d)) {
    *out += FormatDouble(d);
  } else {
    *out += verb == 'f' ? fmt::format("{:.{}f}", d, precision) : fmt::format("{:.{}e}", d, precision);
  }
  return true;
}

bool AppendVerb(char verb, int precision, const Value& v, std::string* out) {
  switch (verb) {
    case 's':
      return AppendPlain(v, out);
    case 'd':
      return (v.is_int() || v.is_uint() || v.is_double()) && AppendPlain(v, out);
    case 'f':
    case 'e':
      return AppendReal(v, verb, precision, out);
    case 'x':
    case 'X':
      return AppendHex(v, verb == 'X', out);
    case 'b':
      if (v.is_bool()) *out += v.as_bool() ? "1" : "0";
      if (v.is_int()) *out += fmt::format("{:b}", v.as_int());
      if (v.is_uint()) *out += fmt::format("{:b}", v.as_uint());
      return v.is_bool() || v.is_int() || v.is_uint();
    case 'o':
      if (v.is_int()) *out += fmt::format("{:o}", v.as_int());
      if (v.is_uint()) *out += fmt::format("{:o}", v.as_uint());
      return v.is_int() || v.is_uint();
    default:
      return false;
  }
}

Value Format(Args a, Arena& arena) {
  if (!a[0].is_string() || !a[1].is_list()) return NoOverload();
  const std::string_view text = a[0].as_string();
  const auto items = a[1].as_list();
  const std::optional<size_t> wanted = CountFormatVerbs(text);
  if (!wanted) return Invalid("the format ends after %");
  if (*wanted != items.size()) return Invalid(arena.Copy(FormatCountFault(*wanted, items.size())));
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text[++i] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (text[i] == '.') {
      precision = 0;
      while (IsDigit(text[++i])) precision = std::min(precision * 10 + (text[i] - '0'), 1000);
    }
    if (!AppendVerb(text[i], precision, items[next], &out)) {
      size_t bytes = 0;
      DecodeUtf8(text.substr(i), &bytes);
      const std::string shown = DisplayBriefly(items[next]);
      return Invalid(arena.Copy(fmt::format("%{} cannot show {}", text.substr(i, bytes), shown)));
    }
    ++next;
  }
  return NewString(arena, out);
}

constexpr FunctionRow kRows[] = {{"format", ".(string, list(dyn)) -> string", Format}};

}  // namespace

std::span<const FunctionRow> FormatFunctions() { return kRows; }

std::optional<size_t> CountFormatVerbs(std::string_view format) {
  size_t count = 0;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i < format.size() && format[i] == '%') continue;
    if (i < format.size() && format[i] == '.') {
      do ++i;
      while (i < format.size() && IsDigit(format[i]));
    }
    if (i >= format.size()) return std::nullopt;
    ++count;
  }
  return count;
}

std::string FormatCountFault(size_t wanted, size_t given) {
  return fmt::format("the format asks for {} value{}, the list has {}", wanted, wanted == 1 ? "" : "s", given);
}

}  // namespace leadline::cel
