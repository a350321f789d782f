// Conditions taken apart, as lines for people. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "leadline/v1/decisions.pb.h"

namespace leadline::cli {

// One test: "contact.seniority = staff, needed: manager"; "score.central = 118 (at least 100)" when it is true.
std::string TestText(const v1::ConditionPart& test);
// A line for each part, marked + true, - false or ? unknown, parts within others indented. A condition that is one test
// is one line; the tests of an outermost `and` need no line around them. Empty without parts.
std::vector<std::string> ConditionLines(const v1::Reason& reason);

}  // namespace leadline::cli
