// A person's name as it was entered.
#pragma once

#include <string_view>

namespace leadline::domain {

// Views: what they show outlives it. Either part may be empty, and either may hold the whole name.
struct PersonName {
  std::string_view given;
  std::string_view family;
};

}  // namespace leadline::domain
