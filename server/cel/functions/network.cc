// IP addresses and CIDR blocks.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cel/functions.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

Value BadIp(Arena& arena, std::string_view text) {
  return Invalid(arena.Copy(fmt::format("\"{}\" is not an IP address", text)));
}

Value ToIp(Args a, Arena& arena) {
  if (a[0].kind() == Kind::kIp) return a[0];
  if (!a[0].is_string()) return NoOverload();
  const auto ip = ParseIp(a[0].as_string());
  return ip ? Value::Ip(arena.New(*ip)) : BadIp(arena, a[0].as_string());
}

Value ToCidr(Args a, Arena& arena) {
  if (!a[0].is_string()) return NoOverload();
  const auto cidr = ParseCidr(a[0].as_string());
  return cidr ? Value::Cidr(arena.New(*cidr))
              : Invalid(arena.Copy(fmt::format("\"{}\" is not a CIDR block", a[0].as_string())));
}

Value IsIp(Args a, Arena&) {
  return a[0].is_string() ? Value::Bool(ParseIp(a[0].as_string()).has_value()) : NoOverload();
}
Value IsCidr(Args a, Arena&) {
  return a[0].is_string() ? Value::Bool(ParseCidr(a[0].as_string()).has_value()) : NoOverload();
}

Value IsCanonical(Args a, Arena& arena) {
  if (!a[0].is_string()) return NoOverload();
  const auto ip = ParseIp(a[0].as_string());
  return ip ? Value::Bool(FormatNetwork(*ip, false) == a[0].as_string()) : BadIp(arena, a[0].as_string());
}

Value Family(Args a, Arena&) {
  return a[0].kind() == Kind::kIp ? Value::Int(a[0].as_network()->size == 4 ? 4 : 6) : NoOverload();
}

bool AllZero(const NetworkAddress& n) {
  return std::all_of(n.bytes, n.bytes + n.size, [](uint8_t b) { return b == 0; });
}

bool IsUnspecified(const NetworkAddress& n) { return AllZero(n); }

bool IsLoopback(const NetworkAddress& n) {
  if (n.size == 4) return n.bytes[0] == 127;
  return n.bytes[15] == 1 && std::all_of(n.bytes, n.bytes + 15, [](uint8_t b) { return b == 0; });
}

bool IsMulticast(const NetworkAddress& n) { return n.size == 4 ? n.bytes[0] >> 4 == 0xE : n.bytes[0] == 0xFF; }

bool IsLinkLocalMulticast(const NetworkAddress& n) {
  if (n.size == 4) return n.bytes[0] == 224 && n.bytes[1] == 0 && n.bytes[2] == 0;
  return n.bytes[0] == 0xFF && (n.bytes[1] & 0x0F) == 2;
}

bool IsLinkLocalUnicast(const NetworkAddress& n) {
  if (n.size == 4) return n.bytes[0] == 169 && n.bytes[1] == 254;
  return n.bytes[0] == 0xFE && (n.bytes[1] & 0xC0) == 0x80;
}

bool IsGlobalUnicast(const NetworkAddress& n) {
  const bool broadcast = n.size == 4 && std::all_of(n.bytes, n.bytes + 4, [](uint8_t b) { return b == 255; });
  return !broadcast && !IsUnspecified(n) && !IsLoopback(n) && !IsMulticast(n) && !IsLinkLocalUnicast(n);
}

template <bool (*test)(const NetworkAddress&)>
Value TestIp(Args a, Arena&) {
  return a[0].kind() == Kind::kIp ? Value::Bool(test(*a[0].as_network())) : NoOverload();
}

NetworkAddress Masked(const NetworkAddress& n) {
  NetworkAddress out = n;
  for (int bit = 0; bit < n.size * 8; bit += 8) {
    const int keep = std::clamp(n.prefix - bit, 0, 8);
    out.bytes[bit / 8] &= static_cast<uint8_t>(0xFF00 >> keep);
  }
  return out;
}

bool Holds(const NetworkAddress& block, const NetworkAddress& address) {
  if (block.size != address.size) return false;
  NetworkAddress other = address;
  other.prefix = block.prefix;
  return std::memcmp(Masked(block).bytes, Masked(other).bytes, block.size) == 0;
}

Value ContainsIp(Args a, Arena& arena) {
  if (a[0].kind() != Kind::kCidr) return NoOverload();
  const Value ip = ToIp(a.subspan(1), arena);
  return ip.is_error() ? ip : Value::Bool(Holds(*a[0].as_network(), *ip.as_network()));
}

Value ContainsCidr(Args a, Arena& arena) {
  if (a[0].kind() != Kind::kCidr) return NoOverload();
  const Value other = a[1].kind() == Kind::kCidr ? a[1] : ToCidr(a.subspan(1), arena);
  if (other.is_error()) return other;
  const NetworkAddress& block = *a[0].as_network();
  return Value::Bool(other.as_network()->prefix >= block.prefix && Holds(block, *other.as_network()));
}

Value AddressOf(Args a, Arena& arena) {
  if (a[0].kind() != Kind::kCidr) return NoOverload();
  NetworkAddress out = *a[0].as_network();
  out.prefix = 0;
  return Value::Ip(arena.New(out));
}

Value Mask(Args a, Arena& arena) {
  return a[0].kind() == Kind::kCidr ? Value::Cidr(arena.New(Masked(*a[0].as_network()))) : NoOverload();
}

Value PrefixLength(Args a, Arena&) {
  return a[0].kind() == Kind::kCidr ? Value::Int(a[0].as_network()->prefix) : NoOverload();
}

constexpr FunctionRow kRows[] = {
    {"ip", "(string) -> ip", ToIp},
    {"ip", "(ip) -> ip", ToIp},
    {"cidr", "(string) -> cidr", ToCidr},
    {"isIP", "(string) -> bool", IsIp},
    {"isCIDR", "(string) -> bool", IsCidr},
    {"ip.isCanonical", "(string) -> bool", IsCanonical},
    {"family", ".(ip) -> int", Family},
    {"isUnspecified", ".(ip) -> bool", TestIp<IsUnspecified>},
    {"isLoopback", ".(ip) -> bool", TestIp<IsLoopback>},
    {"isGlobalUnicast", ".(ip) -> bool", TestIp<IsGlobalUnicast>},
    {"isLinkLocalMulticast", ".(ip) -> bool", TestIp<IsLinkLocalMulticast>},
    {"isLinkLocalUnicast", ".(ip) -> bool", TestIp<IsLinkLocalUnicast>},
    {"containsIP", ".(cidr, ip) -> bool", ContainsIp},
    {"containsIP", ".(cidr, string) -> bool", ContainsIp},
    {"containsCIDR", ".(cidr, cidr) -> bool", ContainsCidr},
    {"containsCIDR", ".(cidr, string) -> bool", ContainsCidr},
    {"ip", ".(cidr) -> ip", AddressOf},
    {"masked", ".(cidr) -> cidr", Mask},
    {"prefixLength", ".(cidr) -> int", PrefixLength},
};

}  // namespace

std::span<const FunctionRow> NetworkFunctions() { return kRows; }

}  // namespace leadline::cel
