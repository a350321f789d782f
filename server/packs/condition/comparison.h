// A field compared with constants: the smallest part of a condition that can be reasoned about, tested fast and put
// into words. This is the one place that recognises it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/ast.h"
#include "cel/value.h"

namespace leadline::packs {

// One question to one field. Plain data.
struct Comparison {
  enum class Operator : uint8_t {
    kIsTrue,  // a boolean field by itself; no constant
    kEqual,   // from here to kGreaterEqual: one constant. has(field) is kNotEqual to null
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIn,       // the field is one of the constants
    kMember,   // the field is a list that holds the constant
    kHasWord,  // from here on: a function of the field's text with one text
    kContains,
    kStartsWith,
    kEndsWith,
    kMatches,
  };

  int slot = -1;  // of the field
  Operator op = Operator::kIsTrue;
  bool folded = false;                // asked of field.fold(); only for kEqual, kNotEqual, kIn and functions of text
  std::vector<cel::Value> constants;  // views into the program
  std::vector<SourceSpan> spans;      // beside `constants`: where they are written; empty when nobody wrote them

  // ==, != and in.
  bool is_equality() const { return op == Operator::kEqual || op == Operator::kNotEqual || op == Operator::kIn; }
  // <, <=, > and >=.
  bool is_order() const { return op >= Operator::kLess && op <= Operator::kGreaterEqual; }
  // About a part of a text.
  bool is_part_of_text() const { return op >= Operator::kHasWord; }
  // Whether the answer depends on the folded text alone: hasWord folds by itself.
  bool asks_folded() const { return folded || op == Operator::kHasWord; }
  // The text asked for; only for functions of text.
  std::string_view text() const { return constants[0].as_string(); }
};

// The comparison that a node is: `field OP constant`, `constant OP field` (read from right to left), `field in [...]`,
// `constant in list_field`, has(field), a boolean field, `text.contains(constant)` and the like, each also of
// text.fold() where the operator allows it. Nothing when the node is of another form.
std::optional<Comparison> ComparisonAt(const cel::Ast& ast, cel::ExprId id);

// The comparisons with constants anywhere in the tree, in the tree's order.
std::vector<Comparison> ComparisonsIn(const cel::Ast& ast);

}  // namespace leadline::packs
