#include "engine/listing/list_cursor.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/ids.h"
#include "base/suggestion.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

constexpr size_t kSumDigits = 16, kNumberDigits = 16;
constexpr size_t kMostIdBytes = 256;

// Of the list and the place together: tells a damaged cursor, and one of another list.
std::string Sum(std::string_view list, std::string_view place) {
  return Sha256Hex(fmt::format("{}:{}{}", list.size(), list, place)).substr(0, kSumDigits);
}

}  // namespace

std::string FormatListCursor(std::string_view list, const store::ListPlace& place) {
  const std::string text = fmt::format("{:016x}{}", std::bit_cast<uint64_t>(place.number), place.id);
  return Sum(list, text) + text;
}

absl::StatusOr<store::ListPlace> ParseListCursor(std::string_view list, std::string_view cursor) {
  const absl::Status foreign = absl::InvalidArgumentError(
      fmt::format("the cursor {} is damaged, or of a list with another filter or order; give the same ones with every "
                  "page, or begin again without one",
                  Quoted(cursor)));
  if (cursor.size() < kSumDigits + kNumberDigits || cursor.size() > kSumDigits + kNumberDigits + kMostIdBytes) {
    return foreign;
  }
  const std::string_view place = cursor.substr(kSumDigits);
  if (cursor.substr(0, kSumDigits) != Sum(list, place)) return foreign;
  uint64_t bits = 0;
  const auto read = std::from_chars(place.data(), place.data() + kNumberDigits, bits, 16);
  const double number = std::bit_cast<double>(bits);
  if (read.ec != std::errc() || read.ptr != place.data() + kNumberDigits || !std::isfinite(number)) return foreign;
  return store::ListPlace{number, std::string(place.substr(kNumberDigits))};
}

}  // namespace leadline::engine
