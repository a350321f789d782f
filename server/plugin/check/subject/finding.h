// What a check found.
#pragma once

#include <string>
#include <string_view>

namespace leadline::plugin::check {

enum class Outcome { kPassed, kWarning, kSkipped, kFailed };

// "passed", "warning", "skipped" or "failed".
std::string_view OutcomeName(Outcome outcome);

// One thing that is wrong (kFailed), that may be meant (kWarning), or why nothing was found out (kSkipped): what, why
// and what to do. Plain data.
struct Finding {
  Outcome outcome = Outcome::kFailed;
  std::string message;
};

}  // namespace leadline::plugin::check
