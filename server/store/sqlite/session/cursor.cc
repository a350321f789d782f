#include "store/sqlite/session/cursor.h"

#include <charconv>
#include <cstdint>

#include "fmt/format.h"

namespace leadline::store {

namespace {

// FNV-1a, 32 bits: tells slips and cut-off copies, not forgeries (a cursor gives access to nothing).
uint32_t Checksum(std::string_view text) {
  uint32_t hash = 2166136261U;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  }
  return hash;
}

absl::Status Foreign(std::string_view text) {
  return absl::InvalidArgumentError(
      fmt::format("the cursor \"{}\" is not one that this list gave; begin again without one", text.substr(0, 100)));
}

}  // namespace

absl::Status CheckLimit(int limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError(fmt::format("limit is {}; it must be at least 1", limit));
  }
  return absl::OkStatus();
}

std::string FormatCursor(char list, const PageCursor& cursor) {
  const std::string content = fmt::format("{}.{}.{}", list, cursor.time, cursor.id);
  return fmt::format("{:08x}.{}", Checksum(content), content);
}

absl::StatusOr<PageCursor> ParseCursor(char list, std::string_view text) {
  constexpr size_t kHead = 11;  // "01234567.l."
  if (text.size() <= kHead || text[8] != '.' || text[9] != list || text[10] != '.') {
    return Foreign(text);
  }
  uint32_t checksum = 0;
  const auto sum = std::from_chars(text.data(), text.data() + 8, checksum, 16);
  if (sum.ec != std::errc() || sum.ptr != text.data() + 8 || checksum != Checksum(text.substr(9))) {
    return Foreign(text);
  }
  PageCursor cursor;
  const char* end = text.data() + text.size();
  const auto time = std::from_chars(text.data() + kHead, end, cursor.time);
  if (time.ec != std::errc() || time.ptr == end || *time.ptr != '.') {
    return Foreign(text);
  }
  cursor.id.assign(time.ptr + 1, end);
  return cursor;
}

}  // namespace leadline::store
