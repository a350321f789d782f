// The smallest parts of conditions that ask one field for one thing, and what is known about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/value.h"
#include "packs/condition/formula.h"

namespace leadline::packs {

// What a part of a condition may come to, as a set. A condition holds only when it comes to true: an error, such as `<`
// on an absent field, counts as not held, but is not the same as false (`!` of an error is an error).
using Outcomes = uint8_t;
inline constexpr Outcomes kTrue = 1, kFalse = 2, kError = 4, kAnyOutcome = 7;

// One question to one field.
struct FieldTest {
  enum class Kind : uint8_t {
    kCompare,     // `comparison`, over the text as it is or folded
    kHasWord,     // text.hasWord(constant)
    kContains,    // text.contains(constant)
    kStartsWith,  // text.startsWith(constant)
    kEndsWith,    // text.endsWith(constant)
    kMember,      // constant in list
  };
  Kind kind = Kind::kCompare;
  bool folded = false;    // asked of text.fold(); always for kHasWord
  Comparison comparison;  // its slot, and its constants; the operator only for kCompare

  int slot() const { return comparison.slot; }
  // The text asked for; only for kinds other than kCompare.
  std::string_view text() const { return comparison.constants[0].as_string(); }
  bool is_equality() const;
  bool is_order() const;
};

// The question that a node of a condition is; nothing when it is of another form.
std::optional<FieldTest> FieldTestAt(const cel::Ast& ast, cel::ExprId id);
// What the question comes to for a value of the field (Null: absent): exactly one outcome. It is the one that the
// compiled condition has.
Outcomes Ask(const FieldTest& test, const cel::Value& value);
// Two questions to the same field: whether the second is true for every value for which the first is.
// Only for questions about parts of texts (not kCompare, kMember); sound, and for kHasWord alone and for kContains
// alone also complete.
bool Implies(const FieldTest& first, const FieldTest& second);
// Whether no text can make both true: two beginnings of which neither begins the other.
bool Excludes(const FieldTest& first, const FieldTest& second);

}  // namespace leadline::packs
