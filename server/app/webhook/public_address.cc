#include "app/webhook/public_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace leadline::app {
namespace {

struct Range4 {
  uint32_t first;
  int bits;
};

// The IANA registry of special-purpose addresses (RFC 6890 and its successors), and multicast.
constexpr Range4 kNotPublic4[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // carriers' own
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local; data of cloud machines
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // relays to IPv6
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // measurements
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // kept, broadcast
};

bool IsPublic4(uint32_t address) {
  for (const Range4& range : kNotPublic4) {
    if ((address >> (32 - range.bits)) == (range.first >> (32 - range.bits))) return false;
  }
  return true;
}

using Bytes16 = std::array<uint8_t, 16>;

uint32_t FourAt(const Bytes16& b, size_t at) {
  return uint32_t{b[at]} << 24 | uint32_t{b[at + 1]} << 16 | uint32_t{b[at + 2]} << 8 | uint32_t{b[at + 3]};
}

bool StartsWith(const Bytes16& b, std::initializer_list<uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), b.begin());
}

bool IsPublic6(const Bytes16& b) {
  // Mapped, or translated by NAT64: the IPv4 address at the end is meant.
  if (StartsWith(b, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return IsPublic4(FourAt(b, 12));
  if (StartsWith(b, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return IsPublic4(FourAt(b, 12));
  if (StartsWith(b, {0x20, 0x02})) return IsPublic4(FourAt(b, 2));  // 6to4
  // Of the rest only what is given out as global unicast, without Teredo, documentation and other uses of 2001::/23.
  if ((b[0] & 0xE0) != 0x20) return false;
  if (StartsWith(b, {0x20, 0x01}) && (b[2] & 0xFE) == 0) return false;
  if (StartsWith(b, {0x20, 0x01, 0x0D, 0xB8})) return false;
  return !(StartsWith(b, {0x3F, 0xFF}) && (b[2] & 0xF0) == 0);
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof(in));
    return IsPublic4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return false;
  sockaddr_in6 in6{};
  std::memcpy(&in6, address, sizeof(in6));
  Bytes16 bytes{};
  std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
  return IsPublic6(bytes);
}

std::string AddressText(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof(in));
    inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof(in6));
    inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text));
  }
  return text;
}

}  // namespace leadline::app
