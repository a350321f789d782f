// The checked syntax tree, for whoever reasons about expressions.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "cel/arena.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline::cel {

using ExprId = int32_t;
inline constexpr ExprId kNoExpr = -1;

enum class ExprKind : uint8_t {
  kError,          // what could not be parsed; only in trees with issues
  kConst,          // value
  kVariable,       // name, slot
  kLocal,          // name, local: a comprehension or bind variable
  kSelect,         // args[0].name; field_index when a struct's
  kHas,            // has(variable) with slot >= 0, or has(args[0].name)
  kCall,           // op, name, args (the receiver first)
  kList,           // args are the items
  kMap,            // args are key, value, key, value ...
  kStruct,         // name{...}; args are name, value, name, value ... Only in trees with issues: a literal of a known
                   // type becomes a call
  kComprehension,  // macro; args: range, [filter or null], body
  kBind,           // cel.bind: args: initial value, body; local is the variable
};

enum class Op : uint8_t {
  kNone,  // a named function
  kAnd,
  kOr,
  kNot,
  kConditional,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,  // args[0] in args[1]
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
  kIndex,
  kOptionalIndex,
  kOptionalSelect,  // args[0].?name
};

enum class Macro : uint8_t {
  kNone,
  kAll,
  kExists,
  kExistsOne,
  kMap,
  kFilter,
  kTransformList,
  kTransformMap,
  kTransformMapEntry,
};

// One node. `args` of && and || hold all the parts of a chain: `a && b && c` has three.
struct Expr {
  ExprKind kind = ExprKind::kError;
  Op op = Op::kNone;
  Macro macro = Macro::kNone;
  bool absolute = false;      // written with a leading dot
  bool member = false;        // written receiver.name(...)
  SourceSpan span;            // of the whole sub-expression in the source
  SourceSpan name_span;       // of the name or operator alone
  Type type;                  // as deduced
  Value value;                // kConst
  std::string_view name;      // name of variable (full), field, function
  std::span<ExprId> args;     // see kind
  int32_t slot = -1;          // kVariable, kHas
  int32_t local = -1;         // kLocal; first variable of kComprehension and of kBind
  int32_t local2 = -1;        // second variable of a two-variable kComprehension
  std::string_view variable;  // name of `local`
  std::string_view variable2;
  int32_t field_index = -1;  // kSelect, kHas on a struct
  std::span<const uint8_t>
      optionals;  // kList, kMap, kStruct: per item or entry, whether written with `?`; may be empty
};

// Owned by its Program and immutable there: thread-safe. Node ids are indexes, children before parents.
class Ast {
 public:
  explicit Ast(std::string_view source) : source_(source) {}
  Ast(const Ast&) = delete;
  Ast& operator=(const Ast&) = delete;

  const std::string& source() const { return source_; }
  ExprId root() const { return root_; }
  size_t size() const { return nodes_.size(); }
  const Expr& node(ExprId id) const { return nodes_[static_cast<size_t>(id)]; }
  const Expr& root_node() const { return node(root_); }
  std::string_view Text(SourceSpan span) const {
    return std::string_view(source_).substr(span.begin, span.end - span.begin);
  }
  std::string_view Text(ExprId id) const { return Text(node(id).span); }

  // For the parser and the checker.
  Expr& mutable_node(ExprId id) { return nodes_[static_cast<size_t>(id)]; }
  ExprId Add(const Expr& expr) {
    nodes_.push_back(expr);
    return static_cast<ExprId>(nodes_.size() - 1);
  }
  std::span<ExprId> NewArgs(std::span<const ExprId> args) {
    ExprId* out = arena_.NewArray<ExprId>(args.size());
    for (size_t i = 0; i < args.size(); ++i) out[i] = args[i];
    return {out, args.size()};
  }
  void set_root(ExprId root) { root_ = root; }
  Arena& arena() { return arena_; }

 private:
  std::string source_;
  ExprId root_ = kNoExpr;
  std::vector<Expr> nodes_;
  Arena arena_;
};

}  // namespace leadline::cel
