#include "base/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace leadline {
namespace {

// Every way to write `code` with `bytes` bytes, whether or not it is the well-formed one.
std::string Written(uint32_t code, int bytes) {
  if (bytes == 1) return {static_cast<char>(code)};
  const unsigned lead = bytes == 2 ? 0xC0 : bytes == 3 ? 0xE0 : 0xF0;
  std::string out{static_cast<char>(lead | (code >> (6 * (bytes - 1))))};
  for (int i = bytes - 2; i >= 0; --i) out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
  return out;
}

int BytesOf(uint32_t code) { return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; }

TEST(Utf8Test, EveryCodePointHasOneFormAndSurrogatesNone) {
  for (uint32_t code = 0; code <= 0x10FFFF; ++code) {
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const std::string text = Written(code, BytesOf(code));
    ASSERT_EQ(Utf8Length(text), surrogate ? 0u : text.size()) << std::hex << code;
    ASSERT_EQ(Utf8Length(text + "x"), surrogate ? 0u : text.size()) << std::hex << code;
  }
}

TEST(Utf8Test, OverlongFormsAndWhatLiesPastTheLastCodePointAreRefused) {
  for (const uint32_t code : {0x00u, 0x2Fu, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xFFFFu}) {
    for (int bytes = BytesOf(code) + 1; bytes <= 4; ++bytes) {
      EXPECT_EQ(Utf8Length(Written(code, bytes)), 0u) << std::hex << code << " in " << bytes;
    }
  }
  for (const uint32_t code : {0x110000u, 0x13FFFFu, 0x1FFFFFu}) EXPECT_EQ(Utf8Length(Written(code, 4)), 0u);
  for (const char* text : {"\xF8\x88\x80\x80\x80", "\xFF", "\xFE", "\x80", "\xBF"}) EXPECT_EQ(Utf8Length(text), 0u);
}

TEST(Utf8Test, ACutSequenceIsNone) {
  EXPECT_EQ(Utf8Length(""), 0u);
  for (const std::string whole : {"é", "€", "😀"}) {
    for (size_t n = 1; n < whole.size(); ++n) {
      EXPECT_EQ(Utf8Length(whole.substr(0, n)), 0u);
      EXPECT_EQ(Utf8Length(whole.substr(0, n) + "x"), 0u);
      EXPECT_FALSE(IsUtf8("a" + whole.substr(0, n)));
    }
  }
}

TEST(Utf8Test, WholeTexts) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsUtf8("naïve 田中 😀"));
  EXPECT_FALSE(IsUtf8("na\xEFve"));
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("naïve 田中 😀"), 10u);
}

}  // namespace
}  // namespace leadline
