// Explanations in words. Pure functions over plain data.
#pragma once

#include <span>
#include <string>

#include "domain/decision.h"

namespace leadline::domain {

// One test: "contact.seniority = staff, needed: manager"; "score.central = 118 (at least 100)" when it holds.
std::string DescribeTest(const ConditionPart& test);
// What made the condition come out as it did: "score.qualified = false, needed: true, or record.last_response = form,
// needed: contact_me". Empty without parts.
std::string DescribeOutcome(std::span<const ConditionPart> parts);
// The most that a decisive number of the condition falls short of its bound; 0 when none does.
double MostMissing(std::span<const ConditionPart> parts);

}  // namespace leadline::domain
