// The evaluator's form of an expression: a tree of nodes, each with the function that evaluates it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/ast.h"
#include "cel/compile_options.h"
#include "cel/functions.h"
#include "cel/value.h"

namespace re2 {
class RE2;
}

namespace leadline::cel {

struct Node;

// What one evaluation works with.
struct Frame {
  const Value* slots;
  Value* locals;
  Arena* arena;
  const Ast* ast;
  int64_t fuel;
  bool quiet = false;  // nobody reads the messages of errors: they are not made
};

using Eval = Value (*)(const Node&, Frame&);

struct Node {
  Eval eval = nullptr;
  const Node* a = nullptr;
  const Node* b = nullptr;
  const Node* c = nullptr;
  std::span<const Node* const> list;
  Value value;         // constant operand; name of a field
  int32_t slot = -1;   // variable; field of a struct
  int32_t local = -1;  // loop or bind variables
  int32_t local2 = -1;
  ExprId expr = kNoExpr;  // where it comes from, for messages
  Function function = nullptr;
  const void* data = nullptr;  // ConstSet, RE2, TimeZones, or which items are optional
};

// A constant list prepared for `in`: sorted by length and bytes, or by number.
struct ConstSet {
  std::vector<std::string_view> texts;
  std::vector<int64_t> ints;
};

// A constant pattern of matches(), and the node that it comes from.
struct CompiledPattern {
  ExprId expr = kNoExpr;
  std::unique_ptr<re2::RE2> program;
};

// An expression ready to run; the Program that it belongs to owns it.
struct Code {
  Arena arena;  // nodes and folded constants
  std::vector<std::unique_ptr<ConstSet>> sets;
  std::vector<CompiledPattern> patterns;
  std::shared_ptr<const TimeZones> time_zones;  // null: it asks for none
  const Node* root = nullptr;
  // The leaf conditions, for Explain().
  std::vector<std::pair<ExprId, const Node*>> leaves;
  int local_count = 0;
  int64_t fuel = 0;

  Code();
  ~Code();
};

// Turns a checked tree into code. `zones`: of the Env. A pattern that is no regular expression, or a too large
// one, is an issue.
std::unique_ptr<Code> Generate(const Ast& ast, const std::vector<Function>& functions,
                               const std::shared_ptr<const TimeZones>& zones, std::vector<Issue>& issues);
// An upper bound of the work, saturating. `code`: made of `ast`, so that patterns count by the size of their programs;
// null: before it is made, and without what their sizes add.
uint64_t EstimateCost(const Ast& ast, const Env& env, const Code* code);

inline Value Run(const Node& n, Frame& f) { return n.eval(n, f); }

// The error for operands of kinds that the operation of `n` does not know; names the absent one if there is one.
Value OperandError(const Node& n, Frame& f, Args operands);
// The error for a `v` that is no condition where `part` stands for one.
Value ConditionError(const Node& part, Frame& f, const Value& v);

// The functions that nodes point to.
Value EvalConst(const Node& n, Frame& f);
Value EvalSlot(const Node& n, Frame& f);
Value EvalLocal(const Node& n, Frame& f);
Value EvalAnd(const Node& n, Frame& f);
Value EvalOr(const Node& n, Frame& f);
Value EvalNot(const Node& n, Frame& f);
Value EvalConditional(const Node& n, Frame& f);
Value EvalCall(const Node& n, Frame& f);
Value EvalMatchesConst(const Node& n, Frame& f);
Value EvalInZone(const Node& n, Frame& f);
Value EvalSelect(const Node& n, Frame& f);
Value EvalOptionalSelect(const Node& n, Frame& f);
Value EvalHasSlot(const Node& n, Frame& f);
Value EvalHas(const Node& n, Frame& f);
Value EvalIndex(const Node& n, Frame& f);
Value EvalOptionalIndex(const Node& n, Frame& f);
Value EvalList(const Node& n, Frame& f);
Value EvalMap(const Node& n, Frame& f);
Value EvalBind(const Node& n, Frame& f);
// eval_compare.cc: `a op b`; with a constant on the right; with a variable on the left as well.
Eval CompareEval(Op op);
Eval CompareConstEval(Op op);
Eval CompareSlotConstEval(Op op, Kind constant);
Value EvalIn(const Node& n, Frame& f);
Value EvalInTexts(const Node& n, Frame& f);
Value EvalInInts(const Node& n, Frame& f);
Eval ArithmeticEval(Op op);
Eval LoopEval(Macro macro);

// A map of `entries`, which are in the arena and may be reordered; an error when two keys are equal or a kind is no
// key.
Value MakeMap(std::span<MapEntry> entries, Arena& arena);

}  // namespace leadline::cel
