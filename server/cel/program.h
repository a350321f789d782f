// Compile an expression once, evaluate it many times.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/ast.h"
#include "cel/compile_options.h"
#include "cel/env.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline::cel {

struct Code;  // the evaluator's form
class Program;

struct CompileResult {
  std::shared_ptr<const Program> program;  // null if and only if there are issues
  std::vector<Issue> issues;               // all of them, in the order of the source
};

// Never fails otherwise than by issues. Thread-safe.
CompileResult Compile(const Env& env, std::string_view source, const CompileOptions& options = {});

// One part of a condition and what it came to.
struct TracePart {
  ExprId expr = kNoExpr;
  SourceSpan span;
  std::string text;      // as written
  Value value;           // may be an error
  bool operand = false;  // a variable inside the part before it, not a condition of its own
  // Of a list's all() or exists() that an item decided: which one. -1: none did, or the part is of another kind.
  int64_t item = -1;
  Value item_value;
};

// A compiled expression. Immutable and thread-safe.
class Program {
 public:
  Program(std::unique_ptr<Ast> ast, std::unique_ptr<Code> code, uint64_t cost, std::vector<int> used_slots);
  ~Program();

  // `slots[i]` is the variable that Env::AddVariable gave slot i; all the used slots must be there. A failure is a
  // Value of kind error. The result may view into `slots`, the arena and this program.
  Value Evaluate(std::span<const Value> slots, Arena& arena) const;
  // As Evaluate(), for callers who ask whether it holds: an error may lack its message, which costs more than most
  // conditions.
  Value EvaluateQuietly(std::span<const Value> slots, Arena& arena) const;
  // The leaves of the root's `&&`, `||`, `!` and `?:`, left to right, and the value of one of them, quietly.
  size_t leaf_count() const;
  ExprId leaf(size_t number) const;
  Value EvaluateLeaf(size_t number, std::span<const Value> slots, Arena& arena) const;
  // Each leaf condition with its value, evaluated even where && or || would have stopped, and after each the variables
  // in it.
  std::vector<TracePart> Explain(std::span<const Value> slots, Arena& arena) const;

  // An upper bound, from the bounds of the variables: roughly the number of elementary operations.
  uint64_t cost() const { return cost_; }
  const Type& result_type() const { return ast_->root_node().type; }
  // Ascending.
  std::span<const int> used_slots() const { return used_slots_; }
  const Ast& ast() const { return *ast_; }
  const std::string& source() const { return ast_->source(); }

 private:
  std::unique_ptr<Ast> ast_;
  std::unique_ptr<Code> code_;
  uint64_t cost_;
  std::vector<int> used_slots_;
};

}  // namespace leadline::cel
