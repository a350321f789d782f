#include "plugin/admit/version.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace leadline::plugin {
namespace {

constexpr size_t kMostNumbers = 4;
using Numbers = std::array<uint32_t, kMostNumbers>;

std::optional<Numbers> NumbersOf(std::string_view text) {
  Numbers numbers{};
  for (size_t i = 0; i < kMostNumbers; ++i) {
    const std::string_view part = text.substr(0, text.find('.'));
    const char* const end = part.data() + part.size();
    const auto [stopped, error] = std::from_chars(part.data(), end, numbers[i]);
    if (part.empty() || error != std::errc() || stopped != end) return std::nullopt;
    if (part.size() == text.size()) return numbers;
    text.remove_prefix(part.size() + 1);
  }
  return std::nullopt;
}

}  // namespace

bool IsPlainVersion(std::string_view text) { return NumbersOf(text).has_value(); }

std::optional<bool> IsAtLeast(std::string_view version, std::string_view least) {
  version = version.substr(0, version.find('+'));
  const size_t dash = version.find('-');
  const std::optional<Numbers> has = NumbersOf(version.substr(0, dash));
  const std::optional<Numbers> needs = NumbersOf(least);
  if (!has || !needs) return std::nullopt;
  return dash == std::string_view::npos ? *has >= *needs : *has > *needs;
}

}  // namespace leadline::plugin
