#include "plugin/text.h"

#include <array>

#include "plugin/limits.h"

namespace leadline::plugin {

std::string Presentable(std::string_view text, size_t most) {
  std::string out;
  while (!text.empty() && out.size() < most) {
    size_t n = Utf8Length(text);
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
