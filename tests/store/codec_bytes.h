// Bytes as tests write them.
#pragma once

#include <string>
#include <string_view>

namespace leadline::store {

// "01 0e 03 'web'": two hexadecimal digits for a byte, texts between quotes, spaces between.
std::string Bytes(std::string_view shown);
// Two hexadecimal digits for each byte, spaces between.
std::string ShowBytes(std::string_view bytes);

}  // namespace leadline::store
