// What comparisons, and conditions made of them, come to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"
#include "packs/condition/comparison.h"

namespace leadline::packs {

// What a part of a condition may come to, as a set. A condition holds only when it comes to true: an error, such as `<`
// on an absent field, counts as not held, but is not the same as false (`!` of an error is an error).
using Outcomes = uint8_t;
inline constexpr Outcomes kTrue = 1, kFalse = 2, kError = 4, kAnyOutcome = 7;

// What `and` (or `or`, when `is_or`) of parts can come to, when each part can come to what is given, by itself.
Outcomes Joined(bool is_or, const std::vector<Outcomes>& parts);
Outcomes Negated(Outcomes outcomes);

// The comparison that a node is, when its outcome can be foretold from the field's value; nothing for another form, and
// for `matches`, which is not looked into.
std::optional<Comparison> QuestionAt(const cel::Ast& ast, cel::ExprId id);
// What the comparison comes to for a value of the field (Null: absent): exactly one outcome. It is the one that the
// compiled condition has.
Outcomes Ask(const Comparison& question, const cel::Value& value);
// The text that a question about a part of a text looks for, folded where the question folds it.
std::string Needle(const Comparison& question);
// Two questions to the same field, with their needles: whether the second is true for every value for which the first
// is. Only for questions about parts of texts; sound, and for kHasWord alone and for kContains alone also complete.
bool Implies(const Comparison& first, std::string_view needle, const Comparison& second, std::string_view wanted);
// Whether no text can make both true: two beginnings of which neither begins the other.
bool Excludes(const Comparison& first, std::string_view a, const Comparison& second, std::string_view b);

}  // namespace leadline::packs
