#include "plugin/text.h"

#include <array>

#include "plugin/limits.h"

namespace leadline::plugin {
namespace {

// The length of the well-formed sequence at the start of `text`; 0 when there is none.
size_t SequenceLength(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto in = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
  auto tail = [&](size_t i) { return in(byte(i), 0x80, 0xBF); };
  unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (in(first, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
  if (in(first, 0xE0, 0xEF)) {
    unsigned low = first == 0xE0 ? 0xA0 : 0x80;   // nothing shorter would do
    unsigned high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return in(byte(1), low, high) && tail(2) ? 3 : 0;
  }
  if (in(first, 0xF0, 0xF4)) {
    unsigned low = first == 0xF0 ? 0x90 : 0x80;
    unsigned high = first == 0xF4 ? 0x8F : 0xBF;  // no code point above U+10FFFF
    return in(byte(1), low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    size_t n = SequenceLength(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

std::string Presentable(std::string_view text, size_t most) {
  std::string out;
  while (!text.empty() && out.size() < most) {
    size_t n = SequenceLength(text);
    bool control = n == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7F);
    if (n == 0 || control) {
      out += text[0] == '\n' || text[0] == '\t' ? ' ' : '?';
      n = 1;
    } else {
      out += text.substr(0, n);
    }
    text.remove_prefix(n);
  }
  if (!text.empty()) out += "...";
  return out;
}

std::optional<std::string_view> ViewOf(leadline_str text) {
  if (text.len == 0) return std::string_view();
  if (text.ptr == nullptr || text.len > kMostText) return std::nullopt;
  return std::string_view(text.ptr, text.len);
}

std::string_view KindName(uint32_t kind) {
  constexpr std::array<std::string_view, 7> kNames = {"NULL", "BOOL", "I64", "F64", "STR", "TIME", "LIST"};
  return kind < kNames.size() ? kNames[kind] : "an unknown kind";
}

}  // namespace leadline::plugin
