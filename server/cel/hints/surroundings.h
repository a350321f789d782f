// What stands around a place in a source: for hints that show the right form with the author's own words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadline::cel {

// A plain operand is a path of names, a number, or a text in quotes without backslash and backtick, between which and
// the next operator nothing else stands. What is no plain operand is given as "": a hint could put it together wrongly.

// The plain operand that ends right before `at`.
std::string_view OperandBefore(std::string_view source, size_t at);
// The plain operand that begins at or behind `at`.
std::string_view OperandAfter(std::string_view source, size_t at);
// "[a, b]" of a list of plain operands in brackets of any kind that opens at or behind `at`; "" if there is none.
std::string ListAfter(std::string_view source, size_t at);
// The letters at or behind `at`, in small letters; and where they end.
std::string WordAfter(std::string_view source, size_t at, size_t* end);
std::string_view TrimRight(std::string_view text);
// What stands from `at` on, without spaces before it.
std::string_view RestAfter(std::string_view source, size_t at);
std::string SmallLetters(std::string_view text);
// The text between the quotes of a literal; `text` itself when it has none.
std::string_view WithoutQuotes(std::string_view text);

}  // namespace leadline::cel
