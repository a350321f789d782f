#include "tests/store/codec_bytes.h"

#include "fmt/format.h"

namespace leadline::store {

std::string Bytes(std::string_view shown) {
  std::string bytes;
  for (size_t i = 0; i < shown.size();) {
    if (shown[i] == ' ') {
      ++i;
    } else if (shown[i] == '\'') {
      const size_t end = shown.find('\'', i + 1);
      bytes += shown.substr(i + 1, end - i - 1);
      i = end + 1;
    } else {
      bytes.push_back(static_cast<char>(std::stoi(std::string(shown.substr(i, 2)), nullptr, 16)));
      i += 2;
    }
  }
  return bytes;
}

std::string ShowBytes(std::string_view bytes) {
  std::string shown;
  for (const char byte : bytes) {
    shown += fmt::format("{}{:02x}", shown.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return shown;
}

}  // namespace leadline::store
