// In which script a name is written. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::domain {

// kHan: Chinese, or Japanese without kana. kKana: Japanese with kana, whether or not Han stands beside it.
// kOther: a script that is read by ICU's rules alone.
enum class Script : uint8_t {
  kLatin,
  kCyrillic,
  kGreek,
  kArmenian,
  kGeorgian,
  kArabic,
  kHebrew,
  kHan,
  kKana,
  kHangul,
  kDevanagari,
  kThai,
  kOther,
};

// The script of the first letter that is not Latin; kLatin when there is none.
Script ScriptOf(std::string_view text);

// Code points, composed and in compatibility form (NFKC, ICU), so that half-width kana and letters written with
// combining marks are those that the tables know. What is not UTF-8 becomes U+FFFD.
std::u32string Composed(std::string_view text);
std::string ToUtf8(std::u32string_view points);

// The words between white space, hyphens and the middle dots that part names in Japanese and Chinese.
std::vector<std::u32string> SplitName(std::u32string_view text);

}  // namespace leadline::domain
