#include "cel/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "cel/checker.h"
#include "cel/code.h"
#include "cel/parser.h"
#include "cel/text.h"

namespace leadline::cel {

namespace {

// In the order of the source; a fault found twice is told once.
void Tidy(std::vector<Issue>& issues) {
  std::stable_sort(issues.begin(), issues.end(),
                   [](const Issue& a, const Issue& b) { return a.span.begin < b.span.begin; });
  auto same = [](const Issue& a, const Issue& b) { return a.span == b.span && a.message == b.message; };
  issues.erase(std::unique(issues.begin(), issues.end(), same), issues.end());
}

CompileResult Refuse(Issue::Kind kind, SourceSpan span, std::string message, std::string hint) {
  CompileResult out;
  out.issues.push_back({kind, span, std::move(message), std::move(hint)});
  return out;
}

// Calls `visit` for every node under `id`, parents first.
template <typename F>
void Walk(const Ast& ast, ExprId id, F&& visit) {
  if (id == kNoExpr) return;
  visit(id, ast.node(id));
  for (ExprId arg : ast.node(id).args) Walk(ast, arg, visit);
}

std::vector<int> UsedSlots(const Ast& ast) {
  std::vector<int> out;
  Walk(ast, ast.root(), [&](ExprId, const Expr& e) {
    if (e.slot >= 0) out.push_back(e.slot);
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

CompileResult Compile(const Env& env, std::string_view source, const CompileOptions& options) {
  if (source.size() > options.max_size) {
    return Refuse(
        Issue::Kind::kSize, {options.max_size, static_cast<uint32_t>(std::min<size_t>(source.size(), UINT32_MAX))},
        fmt::format("the expression has more than {} bytes", options.max_size), "split it into several conditions");
  }
  if (!IsUtf8(source)) return Refuse(Issue::Kind::kSyntax, {0, 0}, "the expression is not valid UTF-8", "");
  CompileResult out;
  auto ast = std::make_unique<Ast>(source);
  Parse(*ast, options.max_depth, out.issues);
  // Of what is nested too deep the rest is not known: what else was found there may be no fault at all.
  auto deep =
      std::find_if(out.issues.begin(), out.issues.end(), [](const Issue& i) { return i.kind == Issue::Kind::kSize; });
  if (deep != out.issues.end()) {
    out.issues = {Issue(*deep)};
    return out;
  }
  const bool parsed = out.issues.empty();
  if (!parsed && !options.check) {
    Tidy(out.issues);
    return out;
  }
  Resolution resolution = Checker(env, *ast, options, out.issues).Run();
  std::unique_ptr<Code> code;
  uint64_t cost = 0;
  if (out.issues.empty()) {
    // Whose loops are too much is not compiled.
    cost = EstimateCost(*ast, env, nullptr);
    const bool loops = cost > options.max_cost;
    if (!loops) {
      code = Generate(*ast, resolution.functions, env.time_zones(), out.issues);
      cost = EstimateCost(*ast, env, code.get());
    }
    if (cost > options.max_cost) {
      out.issues.push_back({Issue::Kind::kCost, ast->root_node().span,
                            fmt::format("this may take {} steps, the limit is {}", cost, options.max_cost),
                            loops ? "avoid loops inside loops, or lower max_items and max_len of the fields it reads"
                                  : "write patterns in quotes and make them smaller, or lower max_len of the fields "
                                    "that they are matched with"});
    }
  }
  if (!out.issues.empty()) {
    Tidy(out.issues);
    return out;
  }
  code->local_count = resolution.local_count;
  code->fuel = static_cast<int64_t>(std::min<uint64_t>(options.fuel, INT64_MAX));
  std::vector<int> slots = UsedSlots(*ast);
  out.program = std::make_shared<const Program>(std::move(ast), std::move(code), cost, std::move(slots));
  return out;
}

Program::Program(std::unique_ptr<Ast> ast, std::unique_ptr<Code> code, uint64_t cost, std::vector<int> used_slots)
    : ast_(std::move(ast)), code_(std::move(code)), cost_(cost), used_slots_(std::move(used_slots)) {}
Program::~Program() = default;

namespace {

template <typename F>
auto WithFrame(const Code& code, const Ast& ast, std::span<const Value> slots, Arena& arena, bool quiet, F&& use) {
  constexpr int kInline = 8;
  if (code.local_count == 0) {
    Frame frame{slots.data(), nullptr, &arena, &ast, code.fuel, quiet};
    return use(frame);
  }
  Value locals[kInline];
  Value* more = code.local_count <= kInline ? locals : arena.NewArray<Value>(static_cast<size_t>(code.local_count));
  Frame frame{slots.data(), more, &arena, &ast, code.fuel, quiet};
  return use(frame);
}

// Finds the item that decided an all() or exists() over a list, which came out as `part.value`.
void FindDecidingItem(const Node& loop, const Expr& e, Frame& frame, TracePart& part) {
  const bool all = e.kind == ExprKind::kComprehension && e.macro == Macro::kAll && part.value.is_false();
  const bool exists = e.kind == ExprKind::kComprehension && e.macro == Macro::kExists && part.value.is_true();
  if ((!all && !exists) || loop.local2 >= 0) return;
  const Value range = Run(*loop.a, frame);
  if (!range.is_list()) return;
  for (const Value& item : range.as_list()) {
    ++part.item;
    frame.locals[loop.local] = part.item_value = item;
    const Value v = Run(*loop.c, frame);
    if (v.is_bool() && v.as_bool() == exists) return;
  }
  part.item = -1;
}

}  // namespace

Value Program::Evaluate(std::span<const Value> slots, Arena& arena) const {
  return WithFrame(*code_, *ast_, slots, arena, false, [&](Frame& frame) { return Run(*code_->root, frame); });
}

Value Program::EvaluateQuietly(std::span<const Value> slots, Arena& arena) const {
  return WithFrame(*code_, *ast_, slots, arena, true, [&](Frame& frame) { return Run(*code_->root, frame); });
}

size_t Program::leaf_count() const { return code_->leaves.size(); }
ExprId Program::leaf(size_t number) const { return code_->leaves[number].first; }

Value Program::EvaluateLeaf(size_t number, std::span<const Value> slots, Arena& arena) const {
  const Node* leaf = code_->leaves[number].second;
  return WithFrame(*code_, *ast_, slots, arena, true, [leaf](Frame& frame) { return Run(*leaf, frame); });
}

std::vector<TracePart> Program::Explain(std::span<const Value> slots, Arena& arena) const {
  std::vector<TracePart> out;
  for (const auto& [id, node] : code_->leaves) {
    const ExprId leaf = id;
    TracePart& part = out.emplace_back();
    part.expr = leaf;
    part.span = ast_->node(leaf).span;
    part.text = std::string(ast_->Text(leaf));
    WithFrame(*code_, *ast_, slots, arena, false, [&, n = node](Frame& frame) {
      part.value = Run(*n, frame);
      FindDecidingItem(*n, ast_->node(leaf), frame, part);
      return part.value;
    });
    Walk(*ast_, leaf, [&](ExprId inner, const Expr& e) {
      if (inner == leaf || e.kind != ExprKind::kVariable) return;
      TracePart& operand = out.emplace_back();
      operand.expr = inner;
      operand.span = e.span;
      operand.text = std::string(ast_->Text(inner));
      operand.value = slots[static_cast<size_t>(e.slot)];
      operand.operand = true;
    });
  }
  return out;
}

}  // namespace leadline::cel
