// From the checked tree to code: constants folded, common shapes fused.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/suggestion.h"
#include "base/zones/time_zones.h"
#include "base/zones/zone_folder.h"
#include "cel/code.h"
#include "cel/functions/pattern.h"

namespace leadline::cel {

Code::Code() = default;
Code::~Code() = default;

namespace {

// Of one pattern, with what its matching keeps; about 5,000 instructions fit.
constexpr int64_t kMostPatternMemory = int64_t{512} << 10;

// Not thread-safe: one per compilation.
class Generator {
 public:
  Generator(const Ast& ast, const std::vector<Function>& functions, const std::shared_ptr<const TimeZones>& zones,
            std::vector<Issue>& issues)
      : ast_(ast), functions_(functions), zones_(zones), issues_(issues), code_(std::make_unique<Code>()) {}

  std::unique_ptr<Code> Run() {
    code_->root = Condition(ast_.root());
    return std::move(code_);
  }

 private:
  // A node in the position of a condition: remembers the leaves for Explain().
  const Node* Condition(ExprId id) {
    const Expr& e = ast_.node(id);
    const bool inner = e.kind == ExprKind::kCall &&
                       (e.op == Op::kAnd || e.op == Op::kOr || e.op == Op::kNot || e.op == Op::kConditional);
    if (!inner) {
      const Node* leaf = Make(id);
      code_->leaves.emplace_back(id, leaf);
      return leaf;
    }
    return Logic(id, e, true);
  }

  const Node* Logic(ExprId id, const Expr& e, bool conditions) {
    auto part = [&](ExprId arg) { return conditions ? Condition(arg) : Make(arg); };
    Node n;
    n.expr = id;
    if (e.op == Op::kNot) {
      n.eval = EvalNot;
      n.a = part(e.args[0]);
      return Finish(n, {&n.a, 1});
    }
    if (e.op == Op::kConditional) {
      n.eval = EvalConditional;
      n.a = part(e.args[0]);
      n.b = part(e.args[1]);
      n.c = part(e.args[2]);
      return IsConst(n.a) && n.a->value.is_bool() ? (n.a->value.as_bool() ? n.b : n.c) : Keep(n);
    }
    n.eval = e.op == Op::kAnd ? EvalAnd : EvalOr;
    std::vector<const Node*> parts;
    for (ExprId arg : e.args) parts.push_back(part(arg));
    n.list = code_->arena.Copy(std::span<const Node* const>(parts));
    return Finish(n, n.list);
  }

  const Node* Make(ExprId id) {
    const Expr& e = ast_.node(id);
    Node n;
    n.expr = id;
    switch (e.kind) {
      case ExprKind::kConst:
        return Constant(id, e.value);
      case ExprKind::kVariable:
        n.eval = EvalSlot;
        n.slot = e.slot;
        return Keep(n);
      case ExprKind::kLocal:
        n.eval = EvalLocal;
        n.local = e.local;
        return Keep(n);
      case ExprKind::kSelect:
        n.eval = EvalSelect;
        return Field(n, e);
      case ExprKind::kHas:
        n.eval = e.slot >= 0 ? EvalHasSlot : EvalHas;
        n.slot = e.slot;
        return e.slot >= 0 ? Keep(n) : Field(n, e);
      case ExprKind::kCall:
        return Call(id, e, n);
      case ExprKind::kList:
      case ExprKind::kMap:
        n.eval = e.kind == ExprKind::kList ? EvalList : EvalMap;
        n.list = Arguments(e);
        n.data = e.optionals.empty() ? nullptr : e.optionals.data();
        return Finish(n, n.list);
      case ExprKind::kComprehension:
        n.eval = LoopEval(e.macro);
        n.a = Make(e.args[0]);
        n.b = e.args[1] == kNoExpr ? nullptr : Make(e.args[1]);
        n.c = Make(e.args[2]);
        n.local = e.local;
        n.local2 = e.local2;
        return Keep(n);
      case ExprKind::kBind:
        n.eval = EvalBind;
        n.a = Make(e.args[0]);
        n.b = Make(e.args[1]);
        n.local = e.local;
        return Keep(n);
      case ExprKind::kError:
      case ExprKind::kStruct:
        break;
    }
    return Constant(id, Value::Error(ErrorCode::kUnknownName, e.name));
  }

  const Node* Field(Node& n, const Expr& e) {
    n.a = Make(e.args[0]);
    n.value = Value::String(e.name);
    n.slot = e.field_index;
    return Finish(n, {&n.a, 1});
  }

  const Node* Call(ExprId id, const Expr& e, Node& n) {
    switch (e.op) {
      case Op::kNone:
        return Named(id, e, n);
      case Op::kAnd:
      case Op::kOr:
      case Op::kNot:
      case Op::kConditional:
        return Logic(id, e, false);
      case Op::kOptionalSelect:
        n.eval = EvalOptionalSelect;
        return Field(n, e);
      default:
        break;
    }
    n.a = Make(e.args[0]);
    n.b = e.args.size() > 1 ? Make(e.args[1]) : nullptr;
    switch (e.op) {
      case Op::kIndex:
      case Op::kOptionalIndex:
        n.eval = e.op == Op::kIndex ? EvalIndex : EvalOptionalIndex;
        break;
      case Op::kIn:
        return In(n);
      default:
        if (e.op >= Op::kEqual && e.op <= Op::kGreaterEqual) return Comparison(e.op, n);
        n.eval = ArithmeticEval(e.op);
    }
    const Node* parts[] = {n.a, n.b == nullptr ? n.a : n.b};
    return Finish(n, parts);
  }

  const Node* Comparison(Op op, Node& n) {
    n.eval = CompareEval(op);
    const Node* parts[] = {n.a, n.b};
    if (IsConst(n.a) || !IsConst(n.b)) return Finish(n, parts);
    n.value = n.b->value;
    n.eval = CompareConstEval(op);
    if (n.a->eval == EvalSlot) {
      n.slot = n.a->slot;
      if (const Eval fused = CompareSlotConstEval(op, n.value.kind())) n.eval = fused;
    }
    return Keep(n);
  }

  const Node* In(Node& n) {
    n.eval = EvalIn;
    const Node* parts[] = {n.a, n.b};
    constexpr size_t kSmall = 8;
    if (IsConst(n.a) || !IsConst(n.b) || !n.b->value.is_list() || n.b->value.as_list().size() <= kSmall) {
      return Finish(n, parts);
    }
    n.value = n.b->value;
    auto set = std::make_unique<ConstSet>();
    for (const Value& v : n.value.as_list()) {
      if (v.is_string()) set->texts.push_back(v.as_string());
      if (v.is_int()) set->ints.push_back(v.as_int());
    }
    const size_t size = n.value.as_list().size();
    if (set->texts.size() == size) {
      std::sort(set->texts.begin(), set->texts.end(), [](std::string_view a, std::string_view b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
      });
      n.eval = EvalInTexts;
    } else if (set->ints.size() == size) {
      std::sort(set->ints.begin(), set->ints.end());
      n.eval = EvalInInts;
    } else {
      return Keep(n);
    }
    n.data = set.get();
    code_->sets.push_back(std::move(set));
    return Keep(n);
  }

  const Node* Named(ExprId id, const Expr& e, Node& n) {
    n.function = functions_[static_cast<size_t>(id)];
    if (n.function == nullptr) {
      const auto message = code_->arena.Copy(fmt::format("the function \"{}\" has no implementation here", e.name));
      return Constant(id, Value::Error(ErrorCode::kUnknownName, message));
    }
    n.list = Arguments(e);
    if (e.name == "matches" && n.list.size() == 2 && IsConst(n.list[1]) && n.list[1]->value.is_string()) {
      return Matches(e, n);
    }
    n.eval = EvalCall;
    if (TakesZone(n.function)) {
      code_->time_zones = zones_ != nullptr ? zones_ : SystemTimeZones();
      n.eval = EvalInZone;
      n.data = code_->time_zones.get();
      CheckZone(e.args[1]);
      if (!issues_.empty()) return Keep(n);
    }
    return Finish(n, n.list);
  }

  // A zone in quotes that does not exist would make an error of every evaluation.
  void CheckZone(ExprId id) {
    const Expr& e = ast_.node(id);
    if (e.kind == ExprKind::kCall && e.op == Op::kConditional) {
      CheckZone(e.args[1]);
      CheckZone(e.args[2]);
    }
    if (e.kind != ExprKind::kConst || !e.value.is_string() || IsZone(e.value.as_string(), *code_->time_zones)) return;
    const std::string_view zone = e.value.as_string();
    constexpr size_t kMostHints = 20;  // each looks through all zones
    issues_.push_back({Issue::Kind::kUnknownName, e.span, fmt::format("{} is not a time zone", Quoted(zone)),
                       issues_.size() < kMostHints ? ZoneHint(*code_->time_zones, zone) : ""});
  }

  const Node* Matches(const Expr& e, Node& n) {
    const std::string_view pattern = n.list[1]->value.as_string();
    const std::string readable = WithNamedGroups(pattern);
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostPatternMemory);
    auto compiled = std::make_unique<RE2>(readable, options);
    if (compiled->error_code() == RE2::ErrorPatternTooLarge) {
      issues_.push_back({Issue::Kind::kCost, ast_.node(e.args[1]).span, "this pattern is too large once it is compiled",
                         "repeat less ({1,100}), or write several conditions"});
    } else if (!compiled->ok()) {
      PatternFault fault = ExplainPattern(pattern, compiled->error());
      issues_.push_back(
          {Issue::Kind::kType, ast_.node(e.args[1]).span, std::move(fault.message), std::move(fault.hint)});
    }
    n.eval = EvalMatchesConst;
    n.a = n.list[0];
    n.data = compiled.get();
    CompiledPattern& kept = code_->patterns.emplace_back();
    kept.expr = e.args[1];
    kept.program = std::move(compiled);
    return issues_.empty() ? Finish(n, n.list) : Keep(n);
  }

  std::span<const Node* const> Arguments(const Expr& e) {
    std::vector<const Node*> parts;
    parts.reserve(e.args.size());
    for (ExprId arg : e.args) parts.push_back(Make(arg));
    return code_->arena.Copy(std::span<const Node* const>(parts));
  }

  static bool IsConst(const Node* n) { return n->eval == EvalConst; }

  const Node* Constant(ExprId id, Value v) {
    Node n;
    n.eval = EvalConst;
    n.value = v;
    n.expr = id;
    return Keep(n);
  }

  const Node* Keep(const Node& n) { return code_->arena.New(n); }

  // A node whose operands are all constant is evaluated now.
  const Node* Finish(const Node& n, std::span<const Node* const> operands) {
    if (!std::all_of(operands.begin(), operands.end(), IsConst)) return Keep(n);
    Frame frame{nullptr, nullptr, &code_->arena, &ast_, 0};
    return Constant(n.expr, n.eval(n, frame));
  }

  const Ast& ast_;
  const std::vector<Function>& functions_;
  const std::shared_ptr<const TimeZones>& zones_;
  std::vector<Issue>& issues_;
  std::unique_ptr<Code> code_;
};

}  // namespace

std::unique_ptr<Code> Generate(const Ast& ast, const std::vector<Function>& functions,
                               const std::shared_ptr<const TimeZones>& zones, std::vector<Issue>& issues) {
  return Generator(ast, functions, zones, issues).Run();
}

}  // namespace leadline::cel
