// The bytes that stored values are made of: numbers, tags and texts. codec_format.md tells the format in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace leadline::store {

// The first byte of a body.
inline constexpr char kBodyFormat = 1;

// What follows a tag, so that a reader passes over members that it does not know. Two bits of the tag.
enum class Wire : uint8_t {
  kVarint = 0,
  kEight = 1,  // eight bytes
  kBytes = 2,  // a length, and so many bytes
  kUuid = 3,   // sixteen bytes
};
inline constexpr int kWireBits = 2;
// The number of a structure's sealed part, which no member has.
inline constexpr uint64_t kSealedPart = 0;
constexpr uint64_t TagOf(uint64_t number, Wire wire) { return (number << kWireBits) | static_cast<uint64_t>(wire); }

constexpr uint64_t ZigZag(int64_t v) { return (static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63); }
constexpr int64_t UnZigZag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }

void PutLongVarint(uint64_t v, std::string& out);
// Nearly all have one byte.
inline void PutVarint(uint64_t v, std::string& out) {
  v < 0x80 ? out.push_back(static_cast<char>(v)) : PutLongVarint(v, out);
}

inline void PutEight(uint64_t v, std::string& out) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(v >> (8 * i));
  out.append(bytes, sizeof(bytes));
}

// Goes through bytes from the front. Does not own them; not thread-safe.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  const char* at() const { return at_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  // False when the bytes end too early, or the number is longer than 64 bits.
  bool Varint(uint64_t& v) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      v = static_cast<unsigned char>(*at_++);
      return true;
    }
    return LongVarint(v);
  }
  bool Eight(uint64_t& v) {
    std::string_view bytes;
    if (!Bytes(8, bytes)) return false;
    v = 0;
    for (size_t i = 0; i < 8; ++i) v |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return true;
  }
  bool Bytes(uint64_t count, std::string_view& bytes) {
    if (count > left()) return false;
    bytes = {at_, static_cast<size_t>(count)};
    at_ += count;
    return true;
  }
  // A length, and so many bytes.
  bool Sized(std::string_view& bytes) {
    uint64_t count = 0;
    return Varint(count) && Bytes(count, bytes);
  }

 private:
  bool LongVarint(uint64_t& v);

  const char* at_;
  const char* end_;
};

inline constexpr size_t kUuidBytes = 16;
inline constexpr size_t kUuidText = 36;

// The bytes of a UUID in its canonical text: lower case, hyphens at their places. False for any other text.
bool PackUuid(std::string_view text, char (&bytes)[kUuidBytes]);
// Appends the canonical text of kUuidBytes bytes.
void AppendUuidText(std::string_view bytes, std::string& text);

// A text with its length in front, every byte kept; hexadecimal digits and a UUID at the end are packed.
void PutText(std::string_view text, std::string& out);
// The text of what stood behind the length. False when it is of a form that this version does not know.
bool GetText(std::string_view content, std::string& text);

}  // namespace leadline::store
