// How much work an expression can be, from the bounds of its variables.
#include <algorithm>
#include <limits>
#include <vector>

#include "cel/code.h"

namespace leadline::cel {

namespace {

constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

uint64_t Sum(uint64_t a, uint64_t b) { return a > kMost - b ? kMost : a + b; }
uint64_t Product(uint64_t a, uint64_t b) {
  uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? kMost : out;
}

// Of one value: the work to get it, and how large it can be.
struct Estimate {
  uint64_t cost = 1;
  uint64_t items = 0;   // of a list or map
  uint64_t length = 0;  // of a text, or of the longest text inside
};

class Estimator {
 public:
  Estimator(const Ast& ast, const Env& env) : ast_(ast), env_(env) {}

  Estimate Of(ExprId id) {
    const Expr& e = ast_.node(id);
    switch (e.kind) {
      case ExprKind::kConst:
        return OfConst(e.value);
      case ExprKind::kVariable:
        return OfVariable(*env_.variables()[static_cast<size_t>(e.slot)]);
      case ExprKind::kLocal: {
        Estimate out = locals_[static_cast<size_t>(e.local)];
        out.cost = 1;
        return out;
      }
      case ExprKind::kComprehension:
        return OfLoop(e);
      case ExprKind::kBind: {
        const Estimate initial = Of(e.args[0]);
        SetLocal(e.local, initial);
        Estimate out = Of(e.args[1]);
        out.cost = Sum(out.cost, initial.cost);
        return out;
      }
      case ExprKind::kList:
      case ExprKind::kMap: {
        Estimate out = OfArguments(e);
        out.items = std::max<uint64_t>(out.items, e.kind == ExprKind::kMap ? e.args.size() / 2 : e.args.size());
        return out;
      }
      default:
        return OfCall(e);
    }
  }

 private:
  static Estimate OfConst(const Value& v) {
    if (v.is_string() || v.is_bytes()) return {1, 0, v.as_text().size()};
    return {};
  }

  // Bounds count only where the type has something to bound.
  static Estimate OfVariable(const Env::Variable& variable) {
    switch (variable.type.Unwrapped().kind()) {
      case TypeKind::kNull:
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kDouble:
      case TypeKind::kTimestamp:
      case TypeKind::kDuration:
        return {};
      case TypeKind::kString:
      case TypeKind::kBytes:
        return {1, 0, variable.bounds.max_len};
      default:
        return {1, variable.bounds.max_items, variable.bounds.max_len};
    }
  }

  void SetLocal(int32_t local, Estimate e) {
    if (local < 0) return;
    if (locals_.size() <= static_cast<size_t>(local)) locals_.resize(static_cast<size_t>(local) + 1);
    locals_[static_cast<size_t>(local)] = e;
  }

  // The sum of the costs, the largest of the sizes.
  Estimate OfArguments(const Expr& e) {
    Estimate out;
    for (ExprId arg : e.args) {
      if (arg == kNoExpr) continue;
      const Estimate a = Of(arg);
      out.cost = Sum(out.cost, a.cost);
      out.items = std::max(out.items, a.items);
      out.length = std::max(out.length, a.length);
    }
    return out;
  }

  Estimate OfCall(const Expr& e) {
    Estimate out = OfArguments(e);
    switch (e.op) {
      case Op::kIn:
        out.cost = Sum(out.cost, out.items);
        return out;
      case Op::kEqual:
      case Op::kNotEqual:
        out.cost = Sum(
            out.cost, HoldsItems(e) ? Product(std::max<uint64_t>(out.items, 1), 1 + out.length / 16) : out.length / 16);
        return out;
      case Op::kAdd:
        if (ast_.node(e.args[0]).type.is(TypeKind::kList)) {
          out.items = Product(out.items, 2);
          out.cost = Sum(out.cost, out.items);
        } else {
          out.length = Product(out.length, 2);
          out.cost = Sum(out.cost, out.length / 16);
        }
        return out;
      case Op::kNone:
        if (e.kind != ExprKind::kCall) return out;
        out.cost = Sum(out.cost, Work(e, out));
        Resize(e, out);
        return out;
      default:
        return out;
    }
  }

  // How deep lists and maps stand inside each other.
  static int Nesting(const Type& type) {
    switch (type.Unwrapped().kind()) {
      case TypeKind::kList:
        return 1 + Nesting(type.Unwrapped().element());
      case TypeKind::kMap:
        return 1 + Nesting(type.Unwrapped().map_value());
      case TypeKind::kDyn:
      case TypeKind::kStruct:
      case TypeKind::kOptional:
        return 2;
      default:
        return 0;
    }
  }

  // `sizes`: of the arguments, becomes that of the result of a named function.
  void Resize(const Expr& e, Estimate& sizes) const {
    constexpr uint64_t kNumber = 64;   // the longest text of a number, time or address
    constexpr uint64_t kReal = 1'400;  // with the most digits that format() gives
    const uint64_t items = std::max<uint64_t>(sizes.items, 1);
    if (e.name == "string") sizes.length = std::max(sizes.length, kNumber);
    if (e.name == "split") sizes.items = Sum(sizes.length, 1);
    if (e.name == "join") sizes.length = Product(Product(sizes.length, 2), items);
    if (e.name == "replace") sizes.length = Product(Sum(sizes.length, 1), Sum(sizes.length, 1));
    if (e.name == "strings.quote" || e.name == "base64.encode") sizes.length = Sum(Product(sizes.length, 2), 4);
    if (e.name == "format") {
      const Value& text = ast_.node(e.args[0]).value;
      const bool plain = text.is_string() && text.as_string().find("%.") == std::string_view::npos;
      sizes.length = Sum(sizes.length, plain ? kNumber : kReal);
      for (int level = Nesting(ast_.node(e.args.back()).type); level > 0; --level) {
        sizes.length = Product(sizes.length, items);
      }
    }
  }

  // Whether both sides of a comparison may be lists, maps or records.
  bool HoldsItems(const Expr& e) const {
    return std::none_of(e.args.begin(), e.args.end(), [this](ExprId arg) {
      const TypeKind kind = ast_.node(arg).type.Unwrapped().kind();
      return kind != TypeKind::kDyn && kind < TypeKind::kList;
    });
  }

  static uint64_t Work(const Expr& e, const Estimate& sizes) {
    if (e.name == "matches") return sizes.length;
    const uint64_t items = e.name == "join" || e.name == "format" ? std::max<uint64_t>(sizes.items, 1) : 1;
    return Product(items, sizes.length / 16);
  }

  Estimate OfLoop(const Expr& e) {
    const Estimate range = Of(e.args[0]);
    const Estimate item{1, range.items, range.length};
    SetLocal(e.local, item);
    SetLocal(e.local2, item);
    const Estimate body = Of(e.args[2]);
    uint64_t round = Sum(body.cost, 1);
    if (e.args[1] != kNoExpr) round = Sum(round, Of(e.args[1]).cost);
    // A body may give lists larger than the range; entries of transformMapEntry() add up.
    const uint64_t items = e.macro == Macro::kTransformMapEntry
                               ? Product(range.items, std::max<uint64_t>(body.items, 1))
                               : std::max(range.items, body.items);
    return {Sum(range.cost, Product(range.items, round)), items, std::max(range.length, body.length)};
  }

  const Ast& ast_;
  const Env& env_;
  std::vector<Estimate> locals_;
};

}  // namespace

uint64_t EstimateCost(const Ast& ast, const Env& env) { return Estimator(ast, env).Of(ast.root()).cost; }

}  // namespace leadline::cel
