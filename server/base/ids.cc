#include "base/ids.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "fmt/format.h"

namespace leadline {

void AppendHex(uint64_t number, int digits, std::string& out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[(number >> shift) & 0xf];
}

uint64_t SystemRandom() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

UuidV7Source::UuidV7Source() : random_(std::random_device{}()) {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  random_.seed(seed);
}

std::string UuidV7Source::NewId(Time now) {
  constexpr uint32_t kCounterEnd = 1U << 12;
  std::lock_guard lock(mutex_);
  int64_t millis = now / 1000;
  if (millis > last_millis_) {
    last_millis_ = millis;
    // The upper half stays free for the ids of the same millisecond.
    counter_ = static_cast<uint32_t>(random_() & 0x7ff);
  } else if (++counter_ == kCounterEnd) {
    // More than the counter holds, or a clock that went back: borrow from the next millisecond to keep the order.
    ++last_millis_;
    counter_ = 0;
  }
  uint64_t tail = random_();
  uint64_t clock_bits = 0x8000U | (tail >> 50);
  std::string id;
  id.reserve(36);
  AppendHex(static_cast<uint32_t>(last_millis_ >> 16), 8, id);
  id += '-';
  AppendHex(static_cast<uint64_t>(last_millis_) & 0xffff, 4, id);
  id += "-7";
  AppendHex(counter_, 3, id);
  id += '-';
  AppendHex(clock_bits & 0xbfff, 4, id);
  id += '-';
  AppendHex(tail & 0xffff'ffff'ffffULL, 12, id);
  return id;
}

bool IsValidId(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return alphanumeric(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return alphanumeric(c) || c == '_' || c == '-'; });
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string out;
  out.reserve(2 * digest.size());
  for (unsigned char byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace leadline
