// What to write instead of functions that other languages have.
#pragma once

#include <span>
#include <string_view>

namespace leadline::cel {

// What does the same here as the function `name`, in whatever capitals, does in SQL, JavaScript, Python, Java or
// spreadsheets; empty when nothing is known.
std::string_view ForeignCallHint(std::string_view name);
// All of them, by their names in small letters.
struct ForeignCall {
  std::string_view name;
  std::string_view hint;
};
std::span<const ForeignCall> ForeignCalls();
// How the macro `name` is written, such as "list.filter(x, condition)"; empty when it is none.
std::string_view MacroUsage(std::string_view name);
// All names for which MacroUsage() knows something.
std::span<const std::string_view> MacroNames();

}  // namespace leadline::cel
