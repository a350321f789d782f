#include "base/zones/zone_file.h"

#include <cstdint>
#include <limits>

#include "base/status_macros.h"
#include "base/zones/zone_rule.h"
#include "fmt/format.h"

namespace leadline {
namespace {

constexpr Time kBegin = std::numeric_limits<Time>::min();
constexpr int64_t kMostSeconds = kForever / kSecond;
constexpr int64_t kMostOffset = 26 * 3600;  // seconds
constexpr size_t kHeaderSize = 44;

absl::Status Damaged(std::string_view what) { return absl::InvalidArgumentError(fmt::format("is damaged: {}", what)); }

// Big-endian numbers, one after the other. `Left` must have been asked for their bytes before.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  size_t left() const { return bytes_.size(); }
  std::string_view rest() const { return bytes_; }
  void Skip(size_t count) { bytes_.remove_prefix(count); }
  uint8_t Byte() {
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  uint32_t Word() {
    uint32_t word = 0;
    for (int i = 0; i < 4; ++i) word = word << 8 | Byte();
    return word;
  }
  int64_t Seconds(size_t width) {
    if (width == 4) return static_cast<int32_t>(Word());
    const uint64_t high = Word();
    return static_cast<int64_t>(high << 32 | Word());
  }

 private:
  std::string_view bytes_;
};

struct Header {
  uint8_t version = 0;
  uint64_t utc_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, characters = 0;

  uint64_t DataSize(uint64_t width) const {
    return times * width + times + types * 6 + characters + leaps * (width + 4) + standard_marks + utc_marks;
  }
};

absl::StatusOr<Header> ReadHeader(Bytes& bytes) {
  if (bytes.left() < kHeaderSize || !bytes.rest().starts_with(kZoneFileMagic)) {
    return absl::InvalidArgumentError("is not a zone file");
  }
  bytes.Skip(kZoneFileMagic.size());
  Header header;
  header.version = bytes.Byte();
  bytes.Skip(15);
  for (uint64_t* count :
       {&header.utc_marks, &header.standard_marks, &header.leaps, &header.times, &header.types, &header.characters}) {
    *count = bytes.Word();
  }
  return header;
}

// The transitions that the file lists. `width`: bytes of a time.
absl::StatusOr<std::vector<ZoneSegment>> ReadTransitions(const Header& header, size_t width, Bytes& bytes) {
  if (header.leaps != 0) return absl::InvalidArgumentError("counts leap seconds; use the database without them");
  if (header.types == 0) return Damaged("it has no offset");
  Bytes numbers(bytes.rest().substr(header.times * width));
  Bytes types(numbers.rest().substr(header.times));
  std::vector<Duration> offsets;
  for (uint64_t i = 0; i < header.types; ++i) {
    const auto seconds = static_cast<int32_t>(types.Word());
    types.Skip(2);
    if (seconds <= -kMostOffset || seconds >= kMostOffset) return Damaged("an offset is longer than a day");
    offsets.push_back(seconds * kSecond);
  }
  ZoneSegments segments(offsets[0]);
  int64_t before = std::numeric_limits<int64_t>::min();
  for (uint64_t i = 0; i < header.times; ++i) {
    const int64_t seconds = bytes.Seconds(width);
    const uint8_t type = numbers.Byte();
    if (type >= offsets.size()) return Damaged("it names an offset that it does not have");
    if (i > 0 && seconds <= before) return Damaged("its times do not rise");
    before = seconds;
    // Some files begin before the beginning of all.
    const Time t = seconds < -kMostSeconds ? kBegin : seconds > kMostSeconds ? kForever : seconds * kSecond;
    if (t == kForever) return Damaged("a time is too late");
    segments.Append(t, offsets[type]);
  }
  return segments.Take();
}

}  // namespace

absl::StatusOr<std::vector<ZoneSegment>> ParseZoneFile(std::string_view text) {
  Bytes bytes(text);
  ASSIGN_OR_RETURN(Header header, ReadHeader(bytes));
  size_t width = 4;
  if (header.version >= '2') {
    // The first part is for readers of 32 bits; the second says all of it again.
    if (bytes.left() < header.DataSize(4)) return Damaged("it is cut off");
    bytes.Skip(header.DataSize(4));
    ASSIGN_OR_RETURN(header, ReadHeader(bytes));
    width = 8;
  }
  const uint64_t size = header.DataSize(width);
  if (bytes.left() < size) return Damaged("it is cut off");
  const std::string_view after = bytes.rest().substr(size);
  ASSIGN_OR_RETURN(std::vector<ZoneSegment> segments, ReadTransitions(header, width, bytes));
  if (width == 4) return segments;
  const size_t end = after.size() < 2 ? std::string_view::npos : after.find('\n', 1);
  if (end == std::string_view::npos || after.front() != '\n') return Damaged("it is cut off before its rule");
  const std::string_view rule = after.substr(1, end - 1);
  if (rule.empty()) return segments;  // nobody knows: the last offset goes on
  RETURN_IF_ERROR(ExtendByRule(rule, segments));
  return segments;
}

}  // namespace leadline
