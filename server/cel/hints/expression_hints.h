// The right form of what the checker found a fault in, with the author's own words.
#pragma once

#include <string>
#include <string_view>

#include "cel/ast.h"
#include "cel/env.h"
#include "cel/type_solver.h"

namespace leadline::cel {

// Looks at the tree while it is checked: nodes below the one in question have their types. Hints are "" when no right
// form is known. Lives as long as what it is made of.
class ExpressionHints {
 public:
  ExpressionHints(const Ast& ast, const TypeSolver& solver, const Env& env) : ast_(ast), solver_(solver), env_(env) {}

  // The text of a plain node, which may stand anywhere; `otherwise` for one that is none.
  std::string TextOr(ExprId id, std::string_view otherwise) const;
  // Of a value where a condition should be.
  std::string ForCondition(ExprId id, bool negated) const;
  // Of an || with values in it.
  std::string ForAlternatives(const Expr& e) const;
  // Of a comparison of a comparison.
  std::string ForChain(const Expr& e) const;
  // Of a list compared with an item, or looked for in a list.
  std::string ForList(const Expr& e) const;
  // Of a call of a function that there is not.
  std::string ForUnknownCall(const Expr& e) const;
  // Of a call of a function that is called otherwise.
  std::string ForWrongCall(const Expr& e) const;
  // Of a field of a value that has none.
  std::string ForField(const Expr& e) const;
  // Of a name of nothing.
  std::string ForName(const Expr& e) const;
  // "lead.country" of lead["country"], lead->country and their like, where `e` is lead; "" of anything else.
  std::string FieldBehind(const Expr& e) const;

 private:
  std::string_view PlainText(ExprId id) const;
  std::string Call(const Expr& e, std::string_view name, bool member) const;
  std::string OtherCall(const Expr& e) const;
  std::string Includes(const Expr& e) const;
  std::string WithArguments(const Expr& e, std::string_view hint) const;

  const Ast& ast_;
  const TypeSolver& solver_;
  const Env& env_;
};

}  // namespace leadline::cel
