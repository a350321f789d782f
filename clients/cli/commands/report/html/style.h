// How the page of a report looks.
#pragma once

#include <string_view>

namespace leadline::cli {

// The style sheet: light and dark as the reader's system is, from 320 to 1920 pixels, and on paper.
std::string_view PageStyle();

}  // namespace leadline::cli
