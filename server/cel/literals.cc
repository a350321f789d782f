// What string and bytes literals stand for.
#include <fmt/format.h>

#include "cel/lexer.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `count` digits of `base` from text[at], or -1.
int64_t ReadDigits(std::string_view text, size_t at, size_t count, int base) {
  if (at + count > text.size()) return -1;
  int64_t n = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = HexDigit(text[at + i]);
    if (digit < 0 || digit >= base) return -1;
    n = n * base + digit;
  }
  return n;
}

char SimpleEscape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`':
      return c;
    default:
      return '\0';
  }
}

// Decodes the escape at body[i] (a backslash) and moves i behind it.
bool DecodeEscape(std::string_view body, bool bytes, size_t& i, std::string* out) {
  if (i + 1 >= body.size()) return false;
  const char kind = body[i + 1];
  if (const char simple = SimpleEscape(kind); simple != '\0') {
    out->push_back(simple);
    i += 2;
    return true;
  }
  size_t skip = 2;
  size_t count = 0;
  int base = 16;
  if (kind == 'x' || kind == 'X') {
    count = 2;
  } else if (kind == 'u' && !bytes) {
    count = 4;
  } else if (kind == 'U' && !bytes) {
    count = 8;
  } else if (kind >= '0' && kind <= '3') {
    skip = 1;
    count = 3;
    base = 8;
  } else {
    return false;
  }
  const int64_t code = ReadDigits(body, i + skip, count, base);
  if (code < 0 || code > 0x10FFFF || (!bytes && code >= 0xD800 && code < 0xE000)) return false;
  if (bytes) {
    out->push_back(static_cast<char>(code));
  } else {
    AppendUtf8(*out, static_cast<uint32_t>(code));
  }
  i += skip + count;
  return true;
}

}  // namespace

bool DecodeLiteral(std::string_view token, bool bytes, std::string* out, std::string* message, SourceSpan* fault) {
  const size_t prefix = token.find_first_of("\"'");
  const bool raw = token.substr(0, prefix).find_first_of("rR") != std::string_view::npos;
  const char quote = token[prefix];
  std::string_view body = token.substr(prefix);
  const std::string triple(3, quote);
  const size_t quotes = body.size() >= 6 && body.starts_with(triple) ? 3 : 1;
  body = body.substr(quotes, body.size() - 2 * quotes);
  if (raw || body.find('\\') == std::string_view::npos) {
    out->assign(body);
    return true;
  }
  for (size_t i = 0; i < body.size();) {
    if (body[i] != '\\') {
      out->push_back(body[i++]);
    } else if (const size_t begin = i; !DecodeEscape(body, bytes, i, out)) {
      const auto at = static_cast<uint32_t>(prefix + quotes + begin);
      size_t length = 0;  // of the character behind the backslash
      if (begin + 1 < body.size()) DecodeUtf8(body.substr(begin + 1), &length);
      *fault = {at, at + 1 + static_cast<uint32_t>(length)};
      *message = fmt::format("\"{}\" is not an escape", body.substr(begin, 1 + length));
      return false;
    }
  }
  return true;
}

}  // namespace leadline::cel
