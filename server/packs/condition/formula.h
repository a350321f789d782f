// A condition seen as and, or, not over comparisons of one field with constants: what can be reasoned about and tested
// fast.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cel/ast.h"
#include "cel/value.h"

namespace leadline::packs {

// One comparison. `op`: kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual (with one constant), kIn (with
// all of them), or kNone for a boolean field on its own. has(field) is kNotEqual to null.
struct Comparison {
  int slot = -1;
  cel::Op op = cel::Op::kNone;
  std::vector<cel::Value> constants;  // views into the program
};

// Plain data. `nodes` has children before parents.
struct Formula {
  enum class Kind : uint8_t { kComparison, kConstant, kAnd, kOr, kNot, kOther };
  struct Node {
    Kind kind = Kind::kComparison;
    bool constant = false;  // kConstant
    int comparison = -1;    // kComparison: index into `comparisons`
    cel::ExprId expr = cel::kNoExpr;
    std::vector<int> children;  // indexes into `nodes`
  };
  std::vector<Node> nodes;
  std::vector<Comparison> comparisons;
  int root = -1;
  // Whether all of the condition is understood; otherwise some parts are kOther.
  bool complete = true;
};

// The same comparison read from right to left: 3 < n asks what n > 3 does.
cel::Op Mirrored(cel::Op op);

Formula FormulaOf(const cel::Ast& ast);

// The comparison that a node is, if it is one.
std::optional<Comparison> ComparisonAt(const cel::Ast& ast, cel::ExprId id);
// The value of a node that is a constant, also a negative number.
std::optional<cel::Value> ConstantAt(const cel::Ast& ast, cel::ExprId id);

// The comparisons with constants anywhere in the tree, also inside what FormulaOf does not understand; for each the
// places of its constants.
struct PlacedComparison {
  Comparison comparison;
  std::vector<SourceSpan> spans;  // beside comparison.constants
};
std::vector<PlacedComparison> ComparisonsIn(const cel::Ast& ast);

}  // namespace leadline::packs
