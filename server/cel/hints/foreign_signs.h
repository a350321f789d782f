// What to write instead of signs that other languages have. In hints the right form stands between backticks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/source_position.h"

namespace leadline::cel {

// A sign that no expression here has, such as !==: its bytes and what to write.
struct ForeignSign {
  size_t size = 0;  // 0: there is none
  std::string hint;
};
ForeignSign FindForeignSign(std::string_view source, size_t at);

// What to write where `found` stands and does not belong; "" when nothing is known. `value`: a value should be there.
std::string MisplacedSignHint(std::string_view source, SourceSpan found, bool value);
// What to write for `text`, which begins like a number and is none, such as 1_000; "" when nothing is known.
std::string ForeignNumberHint(std::string_view text);

}  // namespace leadline::cel
