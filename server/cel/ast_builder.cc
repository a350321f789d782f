#include "cel/ast_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace leadline::cel {

ExprId AstBuilder::Add(Expr expr, std::span<const ExprId> args) {
  uint32_t depth = 0;
  for (ExprId arg : args) {
    if (arg != kNoExpr) depth = std::max(depth, depths_[static_cast<size_t>(arg)]);
  }
  if (depth >= max_depth_) {
    ReportDepth(expr.span);
    return AddError(expr.span);
  }
  expr.args = ast_.NewArgs(args);
  depths_.push_back(depth + 1);
  return ast_.Add(expr);
}

void AstBuilder::ReportDepth(SourceSpan span) {
  if (depth_reported_) return;
  depth_reported_ = true;
  Report(Issue::Kind::kSize, span, fmt::format("this is nested more than {} deep", max_depth_),
         "split it into several conditions");
}

ExprId AstBuilder::AddError(SourceSpan span) {
  Expr e;
  e.kind = ExprKind::kError;
  e.span = span;
  depths_.push_back(1);
  return ast_.Add(e);
}

ExprId AstBuilder::AddConst(SourceSpan span, Value value) {
  Expr e;
  e.kind = ExprKind::kConst;
  e.span = span;
  e.value = value;
  return Add(e, {});
}

ExprId AstBuilder::AddName(SourceSpan span, std::string_view name) {
  Expr e;
  e.kind = ExprKind::kVariable;
  e.span = span;
  e.name_span = span;
  e.name = name;
  return Add(e, {});
}

ExprId AstBuilder::AddCall(SourceSpan span, std::string_view name, std::initializer_list<ExprId> args, bool member) {
  Expr e;
  e.kind = ExprKind::kCall;
  e.span = span;
  e.name_span = span;
  e.name = name;
  e.member = member;
  return Add(e, args);
}

void AstBuilder::Report(Issue::Kind kind, SourceSpan span, std::string message, std::string hint) {
  issues_.push_back({kind, span, std::move(message), std::move(hint)});
}

}  // namespace leadline::cel
