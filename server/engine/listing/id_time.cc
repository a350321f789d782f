#include "engine/listing/id_time.h"

#include <algorithm>

#include "base/ids.h"

namespace leadline::engine {
namespace {

constexpr Duration kMillisecond = 1000;
constexpr Time kMostMillis = (Time{1} << 48) - 1;

}  // namespace

Time CreateTimeOf(std::string_view id) {
  constexpr size_t kUuidText = 36;
  if (id.size() != kUuidText) return 0;
  Time millis = 0;
  for (size_t i = 0; i < kUuidText; ++i) {
    const char c = id[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return 0;
      continue;
    }
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return 0;
    if (i < 13) millis = millis * 16 + (digit ? c - '0' : c - 'a' + 10);
  }
  return millis * kMillisecond;
}

std::string FirstIdAt(Time time) {
  if (time <= 0) return {};
  const Time millis = std::min((time - 1) / kMillisecond + 1, kMostMillis);
  std::string id;
  AppendHex(static_cast<uint64_t>(millis) >> 16, 8, id);
  id += '-';
  AppendHex(static_cast<uint64_t>(millis) & 0xffff, 4, id);
  return id += "-0000-0000-000000000000";
}

}  // namespace leadline::engine
