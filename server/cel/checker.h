// Resolves names and deduces types.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/ast.h"
#include "cel/compile_options.h"
#include "cel/env.h"
#include "cel/functions.h"
#include "cel/hints/expression_hints.h"
#include "cel/messages.h"
#include "cel/type_solver.h"

namespace leadline::cel {

inline bool IsNumeric(TypeKind k) {
  using enum TypeKind;
  return k == kInt || k == kUint || k == kDouble;
}
// Whether values of the type have an order.
inline bool IsOrdered(TypeKind k) {
  using enum TypeKind;
  return IsNumeric(k) || k == kBool || k == kString || k == kBytes || k == kTimestamp || k == kDuration;
}

// What the checker finds out beyond what it writes into the tree.
struct Resolution {
  std::vector<Function> functions;  // by ExprId: of a named call
  int local_count = 0;
};

// Not thread-safe: one per compilation.
class Checker {
 public:
  Checker(const Env& env, Ast& ast, const CompileOptions& options, std::vector<Issue>& issues)
      : env_(env), ast_(ast), options_(options), issues_(issues), parsed_(issues.empty()) {}

  Resolution Run();

 private:
  struct Scope {
    std::string_view name;
    Type type;
    int32_t local;
  };

  Type Check(ExprId id);
  Type CheckNode(ExprId id, Expr& e);
  Type CheckName(Expr& e);
  Type CheckSelect(ExprId id, Expr& e);
  Type CheckHas(Expr& e);
  Type CheckList(Expr& e);
  Type CheckMap(Expr& e);
  Type CheckComprehension(Expr& e);
  Type CheckBind(Expr& e);
  Type CheckStruct(ExprId id, Expr& e);
  void CheckStructField(const MessageType& message, const Expr& e, size_t entry);
  Type ElementOf(const Expr& e, size_t i, ExprId item);
  Type JoinItems(std::span<const Type> types) { return solver_.JoinAll(types).value_or(Type::Dyn()); }

  // checker_calls.cc
  Type CheckCall(ExprId id, Expr& e);
  Type CheckOperator(Expr& e);
  Type CheckConditions(Expr& e);
  Type CheckConditional(Expr& e);
  Type CheckEquality(Expr& e);
  Type CheckIn(Expr& e);
  Type CheckArithmetic(Expr& e);
  Type CheckIndex(Expr& e);

  // checker_functions.cc
  Type CheckNamed(ExprId id, Expr& e);
  void QualifyFunction(Expr& e);
  struct Overload {
    const std::vector<Type>* parameters;
    const Type* result;
  };
  std::optional<Type> Match(const std::vector<Overload>& overloads, std::span<const Type> args);
  Type CheckVariadic(const Expr& e, std::span<const Type> args);
  Type UnknownFunction(ExprId id, Expr& e);
  Type NoMatch(const Expr& e, std::span<const Type> args, const std::vector<std::string>& known);
  void CheckFormat(const Expr& e);
  bool HasOrder(const std::vector<std::pair<std::string_view, Type>>& names) const;

  // checker_names.cc
  bool Resolve(Expr& e, const std::string& name, bool absolute);
  bool ResolveChain(ExprId id, Expr& e);
  std::optional<std::string> ChainName(ExprId id, bool* absolute) const;
  bool AnyPrefixResolves(ExprId id) const;
  bool IsKnown(const std::string& name, bool absolute) const;
  std::optional<std::string> NamespaceOf(ExprId id) const;
  std::vector<std::string> Candidates(const std::string& name, bool absolute) const;
  const Scope* FindScope(std::string_view name) const;
  Type UnknownName(Expr& e);
  std::string CalledValue(const Expr& e) const;
  Type UnknownField(Expr& e, std::string_view owner, const std::vector<std::string>& fields);

  Type SelectFrom(const Type& operand, Expr& e);
  // `chain`: the && or || that it is a part of.
  bool IsCondition(ExprId id, std::string_view what, const Expr* chain = nullptr);
  int32_t PushScope(std::string_view name, Type type);
  void PopScope() { scopes_.pop_back(); }
  std::string Show(const Type& t) const { return solver_.Finish(t).ToString(); }
  Type Fault(Issue::Kind kind, SourceSpan span, std::string message, std::string hint = "");
  // In an unchecked compilation the fault shows when the node is evaluated.
  Type FaultNode(Expr& e, Issue::Kind kind, SourceSpan span, std::string message, std::string hint = "");

  const Env& env_;
  Ast& ast_;
  const CompileOptions& options_;
  std::vector<Issue>& issues_;
  const bool parsed_;  // without issues: the tree says what its author meant
  TypeSolver solver_;
  const ExpressionHints hints_{ast_, solver_, env_};
  std::vector<Scope> scopes_;
  Resolution out_;
};

}  // namespace leadline::cel
