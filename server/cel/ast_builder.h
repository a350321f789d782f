// Makes the nodes of a syntax tree, and expands macros.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/compile_options.h"

namespace leadline::cel {

// Adds nodes and keeps their depth within bounds. Not thread-safe.
class AstBuilder {
 public:
  AstBuilder(Ast& ast, std::vector<Issue>& issues, uint32_t max_depth)
      : ast_(ast), issues_(issues), max_depth_(max_depth) {}

  Ast& ast() { return ast_; }
  const Expr& node(ExprId id) const { return ast_.node(id); }
  ExprId Add(Expr expr, std::span<const ExprId> args);
  ExprId Add(const Expr& expr, std::initializer_list<ExprId> args) {
    return Add(expr, std::span<const ExprId>(args.begin(), args.size()));
  }
  ExprId AddError(SourceSpan span);
  ExprId AddConst(SourceSpan span, Value value);
  ExprId AddName(SourceSpan span, std::string_view name);
  // name(args...) or, for a member, args[0].name(rest...).
  ExprId AddCall(SourceSpan span, std::string_view name, std::initializer_list<ExprId> args, bool member);
  void Report(Issue::Kind kind, SourceSpan span, std::string message, std::string hint = "");
  std::string_view Own(std::string_view text) { return ast_.arena().Copy(text); }
  uint32_t max_depth() const { return max_depth_; }
  void ReportDepth(SourceSpan span);

 private:
  Ast& ast_;
  std::vector<Issue>& issues_;
  uint32_t max_depth_;
  bool depth_reported_ = false;
  std::vector<uint32_t> depths_;
};

// A call as written, before it is known whether it is a macro.
struct CallSyntax {
  SourceSpan span;
  SourceSpan name_span;
  ExprId target = kNoExpr;  // receiver, or kNoExpr
  std::string_view name;
  std::span<const ExprId> args;
};

// The expansion if `call` is a macro, with faults reported; otherwise kNoExpr.
ExprId ExpandMacro(AstBuilder& builder, const CallSyntax& call);

}  // namespace leadline::cel
