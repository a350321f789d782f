// IP addresses and CIDR blocks as text.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <string>

#include "cel/text.h"

namespace leadline::cel {

std::optional<NetworkAddress> ParseIp(std::string_view text) {
  if (text.size() > 45) return std::nullopt;
  const std::string terminated(text);
  NetworkAddress out;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (text.find(':') == std::string_view::npos) {
    out.size = 4;
    if (inet_pton(AF_INET, terminated.c_str(), out.bytes) != 1) return std::nullopt;
    return out;
  }
  if (text.find('.') != std::string_view::npos) return std::nullopt;
  out.size = 16;
  if (inet_pton(AF_INET6, terminated.c_str(), out.bytes) != 1) return std::nullopt;
  return out;
}

std::optional<NetworkAddress> ParseCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::optional<NetworkAddress> out = ParseIp(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  if (!out || digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  int prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 || prefix > out->size * 8) {
    return std::nullopt;
  }
  out->prefix = static_cast<uint8_t>(prefix);
  return out;
}

std::string FormatNetwork(const NetworkAddress& address, bool with_prefix) {
  char buffer[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.size == 4 ? AF_INET : AF_INET6, address.bytes, buffer, sizeof(buffer));
  return with_prefix ? fmt::format("{}/{}", buffer, address.prefix) : std::string(buffer);
}

}  // namespace leadline::cel
