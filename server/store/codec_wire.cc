#include "store/codec_wire.h"

#include <algorithm>
#include <array>

namespace leadline::store {

namespace {

// Begins no text in UTF-8, so that nearly every text stands as it is.
constexpr char kPacked = '\xff';
enum PackedForm : char { kAsItIs = 0, kHex = 1, kUuidAtTheEnd = 2 };

// Shorter ones gain next to nothing.
constexpr size_t kLeastHexDigits = 8;

constexpr std::array<int8_t, 256> MakeDigits() {
  std::array<int8_t, 256> digits{};
  for (int8_t& digit : digits) digit = -1;
  for (int8_t i = 0; i < 10; ++i) digits[static_cast<size_t>('0' + i)] = i;
  for (int8_t i = 0; i < 6; ++i) digits[static_cast<size_t>('a' + i)] = static_cast<int8_t>(10 + i);
  return digits;
}
constexpr std::array<int8_t, 256> kDigits = MakeDigits();
constexpr char kDigitLetters[] = "0123456789abcdef";

// Negative: not a digit in lower case.
int Digit(char c) { return kDigits[static_cast<unsigned char>(c)]; }

bool IsHex(std::string_view text) {
  return text.size() >= kLeastHexDigits && text.size() % 2 == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return Digit(c) >= 0; });
}

void AppendDigits(char byte, std::string& text) {
  text.push_back(kDigitLetters[static_cast<unsigned char>(byte) >> 4]);
  text.push_back(kDigitLetters[static_cast<unsigned char>(byte) & 15]);
}

// Where the two digits of each byte stand in the text of a UUID.
constexpr std::array<uint8_t, kUuidBytes> kDigitPlaces = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

void PutForm(size_t length, PackedForm form, std::string& out) {
  PutVarint(length + 2, out);
  out.push_back(kPacked);
  out.push_back(form);
}

}  // namespace

void PutLongVarint(uint64_t v, std::string& out) {
  char bytes[10];
  size_t count = 0;
  for (; v >= 0x80; v >>= 7) bytes[count++] = static_cast<char>(v | 0x80);
  bytes[count++] = static_cast<char>(v);
  out.append(bytes, count);
}

bool Cursor::LongVarint(uint64_t& v) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const uint64_t byte = static_cast<unsigned char>(*at_++);
    if (shift == 63 && byte > 1) return false;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      v = value;
      return true;
    }
  }
  return false;
}

bool PackUuid(std::string_view text, char (&bytes)[kUuidBytes]) {
  if (text.size() != kUuidText || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  int all = 0;  // negative once something is no digit
  for (size_t i = 0; i < kUuidBytes; ++i) {
    const int high = Digit(text[kDigitPlaces[i]]), low = Digit(text[kDigitPlaces[i] + size_t{1}]);
    all |= high | low;
    bytes[i] = static_cast<char>(static_cast<unsigned>(high) << 4 | static_cast<unsigned>(low));
  }
  return all >= 0;
}

void AppendUuidText(std::string_view bytes, std::string& text) {
  text.reserve(text.size() + kUuidText);
  for (size_t i = 0; i < kUuidBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    AppendDigits(bytes[i], text);
  }
}

void PutText(std::string_view text, std::string& out) {
  char uuid[kUuidBytes];
  if (text.size() >= kUuidText && PackUuid(text.substr(text.size() - kUuidText), uuid)) {
    text.remove_suffix(kUuidText);
    PutForm(kUuidBytes + text.size(), kUuidAtTheEnd, out);
    out.append(uuid, sizeof(uuid));
    out.append(text);
  } else if (IsHex(text)) {
    PutForm(text.size() / 2, kHex, out);
    for (size_t i = 0; i < text.size(); i += 2) {
      out.push_back(static_cast<char>(Digit(text[i]) * 16 + Digit(text[i + 1])));
    }
  } else if (!text.empty() && text.front() == kPacked) {
    PutForm(text.size(), kAsItIs, out);
    out.append(text);
  } else {
    PutVarint(text.size(), out);
    out.append(text);
  }
}

bool GetText(std::string_view content, std::string& text) {
  if (content.empty() || content.front() != kPacked) {
    text.assign(content);
    return true;
  }
  if (content.size() < 2) return false;
  const char form = content[1];
  content.remove_prefix(2);
  switch (form) {
    case kAsItIs:
      text.assign(content);
      return true;
    case kHex:
      text.clear();
      text.reserve(2 * content.size());
      for (const char byte : content) AppendDigits(byte, text);
      return true;
    case kUuidAtTheEnd:
      if (content.size() < kUuidBytes) return false;
      text.assign(content.substr(kUuidBytes));
      AppendUuidText(content.substr(0, kUuidBytes), text);
      return true;
    default:
      return false;
  }
}

}  // namespace leadline::store
