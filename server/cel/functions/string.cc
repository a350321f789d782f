// Functions on text. Positions count code points.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "cel/functions.h"
#include "cel/functions/pattern.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

Value StartsWith(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_string()) return NoOverload();
  return Value::Bool(a[0].as_string().starts_with(a[1].as_string()));
}

Value EndsWith(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_string()) return NoOverload();
  return Value::Bool(a[0].as_string().ends_with(a[1].as_string()));
}

Value Contains(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_string()) return NoOverload();
  return Value::Bool(a[0].as_string().find(a[1].as_string()) != std::string_view::npos);
}

// With a pattern that is no constant.
Value Matches(Args a, Arena& arena) {
  if (!a[0].is_string() || !a[1].is_string()) return NoOverload();
  const std::string_view text = a[0].as_string();
  if (a[1].as_string().size() > kMostPatternOfRun) {
    return Invalid(arena.Copy(fmt::format("a pattern that is no constant has {} bytes at most", kMostPatternOfRun)));
  }
  const std::string pattern = WithNamedGroups(a[1].as_string());
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemoryOfRun);
  const RE2 compiled(pattern, options);
  if (compiled.error_code() == RE2::ErrorPatternTooLarge || compiled.ProgramSize() > kMostProgramOfRun) {
    return Invalid("the pattern is too large once it is compiled");
  }
  if (!compiled.ok()) return Invalid("the pattern is not a regular expression");
  return Value::Bool(RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled));
}

// Where code point `n` begins; the end for the count of all; npos past it.
size_t ByteOffset(std::string_view text, int64_t n) {
  size_t at = 0;
  while (n > 0 && at < text.size()) {
    size_t bytes = 1;
    DecodeUtf8(text.substr(at), &bytes);
    at += bytes;
    --n;
  }
  return n == 0 ? at : std::string_view::npos;
}

Value IndexError() { return OutOfRange("the position is outside the text"); }

Value CharAt(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_int()) return NoOverload();
  const std::string_view text = a[0].as_string();
  const size_t at = a[1].as_int() < 0 ? std::string_view::npos : ByteOffset(text, a[1].as_int());
  if (at == std::string_view::npos) return IndexError();
  if (at == text.size()) return Value::String("");
  size_t bytes = 1;
  DecodeUtf8(text.substr(at), &bytes);
  return Value::String(text.substr(at, bytes));
}

// The index that byte `found` has as a code point; -1 for npos.
Value IndexAt(std::string_view text, size_t found) {
  if (found == std::string_view::npos) return Value::Int(-1);
  return Value::Int(static_cast<int64_t>(CountCodePoints(text.substr(0, found))));
}

Value IndexOf(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_string() || (a.size() > 2 && !a[2].is_int())) return NoOverload();
  const std::string_view text = a[0].as_string();
  const int64_t from = a.size() > 2 ? a[2].as_int() : 0;
  const size_t begin = from < 0 ? std::string_view::npos : ByteOffset(text, from);
  if (begin == std::string_view::npos) return IndexError();
  const size_t found = text.find(a[1].as_string(), begin);
  return IndexAt(text, found);
}

Value LastIndexOf(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_string() || (a.size() > 2 && !a[2].is_int())) return NoOverload();
  const std::string_view text = a[0].as_string();
  size_t last = text.size();
  if (a.size() > 2) last = a[2].as_int() < 0 ? std::string_view::npos : ByteOffset(text, a[2].as_int());
  if (last == std::string_view::npos) return IndexError();
  const size_t found = text.rfind(a[1].as_string(), last);
  return IndexAt(text, found);
}

template <char first, char last, int shift>
Value MapAscii(Args a, Arena& arena) {
  if (!a[0].is_string()) return NoOverload();
  const std::string_view text = a[0].as_string();
  char* out = arena.NewArray<char>(text.size());
  std::transform(text.begin(), text.end(), out,
                 [](char c) { return c >= first && c <= last ? static_cast<char>(c + shift) : c; });
  return Value::String({out, text.size()});
}

// At most `limit` replacements; all when negative.
Value Replace(Args a, Arena& arena) {
  if (!a[0].is_string() || !a[1].is_string() || !a[2].is_string() || (a.size() > 3 && !a[3].is_int()))
    return NoOverload();
  const std::string_view text = a[0].as_string();
  const std::string_view search = a[1].as_string();
  int64_t left = a.size() > 3 ? a[3].as_int() : -1;
  std::string out;
  size_t at = 0;
  while (left != 0) {
    const size_t found = text.find(search, at);
    if (found == std::string_view::npos) break;
    out += text.substr(at, found - at);
    out += a[2].as_string();
    at = found + search.size();
    --left;
    if (!search.empty()) continue;
    // Nothing stands before every character and at the end.
    if (at >= text.size()) break;
    size_t bytes = 1;
    DecodeUtf8(text.substr(at), &bytes);
    out += text.substr(at, bytes);
    at += bytes;
  }
  if (at < text.size()) out += text.substr(at);
  return NewString(arena, out);
}

Value NewList(Arena& arena, const std::vector<Value>& items) {
  return Value::List(arena.Copy(std::span<const Value>(items)));
}

Value Split(Args a, Arena& arena) {
  if (!a[0].is_string() || !a[1].is_string() || (a.size() > 2 && !a[2].is_int())) return NoOverload();
  std::string_view text = a[0].as_string();
  const std::string_view separator = a[1].as_string();
  const int64_t limit = a.size() > 2 ? a[2].as_int() : -1;
  std::vector<Value> parts;
  if (limit == 0 || (separator.empty() && text.empty())) return NewList(arena, parts);
  while (limit < 0 || static_cast<int64_t>(parts.size()) + 1 < limit) {
    size_t bytes = 1;
    if (separator.empty()) DecodeUtf8(text, &bytes);
    const size_t end = separator.empty() ? bytes : text.find(separator);
    if (end == std::string_view::npos || end + separator.size() > text.size() ||
        (separator.empty() && end == text.size())) {
      break;
    }
    parts.push_back(Value::String(text.substr(0, end)));
    text.remove_prefix(end + separator.size());
  }
  parts.push_back(Value::String(text));
  return NewList(arena, parts);
}

Value Substring(Args a, Arena&) {
  if (!a[0].is_string() || !a[1].is_int() || (a.size() > 2 && !a[2].is_int())) return NoOverload();
  const std::string_view text = a[0].as_string();
  const size_t begin = a[1].as_int() < 0 ? std::string_view::npos : ByteOffset(text, a[1].as_int());
  size_t end = text.size();
  if (a.size() > 2) end = a[2].as_int() < 0 ? std::string_view::npos : ByteOffset(text, a[2].as_int());
  if (begin == std::string_view::npos || end == std::string_view::npos || begin > end) return IndexError();
  return Value::String(text.substr(begin, end - begin));
}

bool IsSpace(uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

Value Trim(Args a, Arena&) {
  if (!a[0].is_string()) return NoOverload();
  std::string_view text = a[0].as_string();
  size_t bytes = 1;
  while (!text.empty() && IsSpace(DecodeUtf8(text, &bytes))) text.remove_prefix(bytes);
  while (!text.empty()) {
    size_t last = text.size() - 1;
    while (last > 0 && (static_cast<uint8_t>(text[last]) & 0xC0) == 0x80) --last;
    if (!IsSpace(DecodeUtf8(text.substr(last), &bytes))) break;
    text = text.substr(0, last);
  }
  return Value::String(text);
}

Value JoinTexts(Args a, Arena& arena) {
  if (!a[0].is_list() || (a.size() > 1 && !a[1].is_string())) return NoOverload();
  std::string out;
  bool first = true;
  for (const Value& v : a[0].as_list()) {
    if (!v.is_string()) return NoOverload();
    if (!first && a.size() > 1) out += a[1].as_string();
    out += v.as_string();
    first = false;
  }
  return NewString(arena, out);
}

Value QuoteText(Args a, Arena& arena) {
  return a[0].is_string() ? NewString(arena, Quote(a[0].as_string())) : NoOverload();
}

Value ReverseList(std::span<const Value> items, Arena& arena) {
  Value* out = arena.NewArray<Value>(items.size());
  std::reverse_copy(items.begin(), items.end(), out);
  return Value::List({out, items.size()});
}

Value Reverse(Args a, Arena& arena) {
  if (a[0].is_list()) return ReverseList(a[0].as_list(), arena);
  if (!a[0].is_string()) return NoOverload();
  std::string_view text = a[0].as_string();
  std::string out(text.size(), '\0');
  size_t end = text.size();
  for (size_t bytes = 1; !text.empty(); text.remove_prefix(bytes)) {
    DecodeUtf8(text, &bytes);
    end -= bytes;
    out.replace(end, bytes, text.substr(0, bytes));
  }
  return NewString(arena, out);
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Value Base64Encode(Args a, Arena& arena) {
  if (!a[0].is_bytes()) return NoOverload();
  const std::string_view bytes = a[0].as_bytes();
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return NewString(arena, out);
}

Value Base64Decode(Args a, Arena& arena) {
  if (!a[0].is_string()) return NoOverload();
  std::string_view text = a[0].as_string();
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return Invalid("the text is not base64");
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  if (text.size() % 4 == 1) return Invalid("the text is not base64");
  return Value::Bytes(arena.Copy(out));
}

constexpr FunctionRow kRows[] = {
    {"startsWith", ".(string, string) -> bool", StartsWith},
    {"endsWith", ".(string, string) -> bool", EndsWith},
    {"contains", ".(string, string) -> bool", Contains},
    {"matches", ".(string, string) -> bool", Matches},
    {"matches", "(string, string) -> bool", Matches},
    {"charAt", ".(string, int) -> string", CharAt},
    {"indexOf", ".(string, string) -> int", IndexOf},
    {"indexOf", ".(string, string, int) -> int", IndexOf},
    {"lastIndexOf", ".(string, string) -> int", LastIndexOf},
    {"lastIndexOf", ".(string, string, int) -> int", LastIndexOf},
    {"lowerAscii", ".(string) -> string", MapAscii<'A', 'Z', 32>},
    {"upperAscii", ".(string) -> string", MapAscii<'a', 'z', -32>},
    {"replace", ".(string, string, string) -> string", Replace},
    {"replace", ".(string, string, string, int) -> string", Replace},
    {"split", ".(string, string) -> list(string)", Split},
    {"split", ".(string, string, int) -> list(string)", Split},
    {"substring", ".(string, int) -> string", Substring},
    {"substring", ".(string, int, int) -> string", Substring},
    {"trim", ".(string) -> string", Trim},
    {"join", ".(list(string)) -> string", JoinTexts},
    {"join", ".(list(string), string) -> string", JoinTexts},
    {"reverse", ".(string) -> string", Reverse},
    {"reverse", ".(list(A)) -> list(A)", Reverse},
    {"strings.quote", "(string) -> string", QuoteText},
    {"base64.encode", "(bytes) -> string", Base64Encode},
    {"base64.decode", "(string) -> bytes", Base64Decode},
};

}  // namespace

std::span<const FunctionRow> StringFunctions() { return kRows; }

}  // namespace leadline::cel
