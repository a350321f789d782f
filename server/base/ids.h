// Identifiers: time-ordered, made by the application, from an injected source.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace leadline {

// Appends the lowest `digits` hexadecimal digits of the number, in lower case.
void AppendHex(uint64_t number, int digits, std::string& out);

// Gives identifiers that sort by the time they were made for. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // A new identifier for something made at `now`; never the same twice.
  virtual std::string NewId(Time now) = 0;
};

// UUID version 7 (RFC 9562, section 5.7, with the 12-bit counter of method 1), lower-case with hyphens.
// Seeded from the operating system by default; a fixed seed makes the sequence repeatable. Thread-safe.
class UuidV7Source final : public IdSource {
 public:
  UuidV7Source();
  explicit UuidV7Source(uint64_t seed) : random_(seed) {}
  std::string NewId(Time now) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
  int64_t last_millis_ = -1;
  uint32_t counter_ = 0;
};

// 64 bits of the operating system's random source. Thread-safe.
uint64_t SystemRandom();

// Whether `text` has the form of an identifier of ours: 1 to 64 of [a-z0-9_-], beginning with a letter or a digit.
bool IsValidId(std::string_view text);

// SHA-256 of `bytes` (FIPS 180-4) as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace leadline
