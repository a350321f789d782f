// How much work an expression can be, from the bounds of its variables.
#include <re2/re2.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <unordered_map>
#include <vector>

#include "cel/code.h"
#include "cel/functions/pattern.h"

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
  // How many values it is with those inside it, at all depths. Lists that share parts unfold to very many. The bounds
  // of a variable whose type says nothing hold for all of it together.
  uint64_t weight = 1;
};

bool IsScalar(const Type& type) {
  const TypeKind kind = type.Unwrapped().kind();
  return kind != TypeKind::kDyn && kind < TypeKind::kList;
}

uint64_t Log2(uint64_t n) { return static_cast<uint64_t>(std::bit_width(n)); }

class Estimator {
 public:
  Estimator(const Ast& ast, const Env& env, const Code* code) : ast_(ast), env_(env), sizes_known_(code != nullptr) {
    if (code == nullptr) return;
    for (const CompiledPattern& pattern : code->patterns) {
      program_sizes_[pattern.expr] = static_cast<uint64_t>(std::max(pattern.program->ProgramSize(), 0));
    }
  }

  Estimate Of(ExprId id) {
    const Expr& e = ast_.node(id);
    Estimate out = OfNode(e);
    if (IsScalar(e.type)) out.weight = 1;
    return out;
  }

 private:
  Estimate OfNode(const Expr& e) {
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
        uint64_t weight = 1;
        Estimate out = OfArguments(e, &weight);
        out.items = std::max<uint64_t>(out.items, e.kind == ExprKind::kMap ? e.args.size() / 2 : e.args.size());
        out.weight = weight;
        return out;
      }
      default:
        return OfCall(e);
    }
  }

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
        return {1, variable.bounds.max_items, variable.bounds.max_len,
                Weight(variable.type, variable.bounds.max_items, 0)};
    }
  }

  static uint64_t Weight(const Type& whole, uint64_t items, int depth) {
    constexpr int kDeepest = 3;  // records may hold records of their own type
    const Type& type = whole.Unwrapped();
    uint64_t out = 1;
    switch (type.kind()) {
      case TypeKind::kList:
        return Sum(1, Product(items, Weight(type.element(), items, depth)));
      case TypeKind::kMap:
        return Sum(1, Product(items, Weight(type.map_value(), items, depth)));
      case TypeKind::kOptional:
        return Weight(type.element(), items, depth);
      case TypeKind::kStruct:
        if (depth == kDeepest) return Sum(1, items);
        for (const StructField& field : type.struct_type()->fields)
          out = Sum(out, Weight(field.type, items, depth + 1));
        return out;
      default:
        return IsScalar(type) ? 1 : Sum(1, items);
    }
  }

  void SetLocal(int32_t local, Estimate e) {
    if (local < 0) return;
    if (locals_.size() <= static_cast<size_t>(local)) locals_.resize(static_cast<size_t>(local) + 1);
    locals_[static_cast<size_t>(local)] = e;
  }

  // The sum of the costs, the largest of the sizes. Adds their weights to `weight`.
  Estimate OfArguments(const Expr& e, uint64_t* weight = nullptr) {
    Estimate out;
    for (ExprId arg : e.args) {
      if (arg == kNoExpr) continue;
      const Estimate a = Of(arg);
      out.cost = Sum(out.cost, a.cost);
      out.items = std::max(out.items, a.items);
      out.length = std::max(out.length, a.length);
      out.weight = std::max(out.weight, a.weight);
      if (weight != nullptr) *weight = Sum(*weight, a.weight);
    }
    return out;
  }

  Estimate OfCall(const Expr& e) {
    Estimate out = OfArguments(e);
    switch (e.op) {
      case Op::kIn:
        out.cost = Sum(out.cost, IsScalar(ast_.node(e.args[0]).type) ? out.items : out.weight);
        return out;
      case Op::kEqual:
      case Op::kNotEqual:
        out.cost = Sum(out.cost, HoldsItems(e) ? Product(out.weight, 1 + out.length / 16) : out.length / 16);
        return out;
      case Op::kAdd:
        if (!IsScalar(ast_.node(e.args[0]).type)) {
          out.items = Product(out.items, 2);
          out.weight = Product(out.weight, 2);
          out.cost = Sum(out.cost, out.items);
        }
        if (!ast_.node(e.args[0]).type.is(TypeKind::kList)) {
          out.length = Product(out.length, 2);
          out.cost = Sum(out.cost, out.length / 16);
        }
        return out;
      case Op::kNone:
        if (e.kind != ExprKind::kCall) return out;
        return OfFunction(e, out);
      default:
        return out;
    }
  }

  // `given`: of the arguments. What is larger than these is made, and that is work too.
  Estimate OfFunction(const Expr& e, const Estimate& given) const {
    Estimate out = given;
    Resize(e, out);
    out.cost = Sum(out.cost, Work(e, given));
    if (out.length > given.length) out.cost = Sum(out.cost, out.length / 16);
    if (out.items > given.items) out.cost = Sum(out.cost, out.items);
    return out;
  }

  // `sizes`: of the arguments, becomes that of the result of a named function.
  void Resize(const Expr& e, Estimate& sizes) const {
    constexpr uint64_t kNumber = 64;   // the longest text of a number, time or address
    constexpr uint64_t kReal = 1'400;  // with the most digits that format() gives
    const uint64_t items = std::max<uint64_t>(sizes.items, 1);
    if (e.name == "string") sizes.length = std::max(sizes.length, kNumber);
    if (e.name == "split") sizes.items = sizes.weight = Sum(sizes.length, 1);
    if (e.name == "lists.range") sizes = {sizes.cost, RangeSize(e), 0, Sum(RangeSize(e), 1)};
    if (e.name == "flatten") sizes.items = sizes.weight;
    if (e.name == "join") sizes.length = Product(Product(sizes.length, 2), items);
    if (e.name == "replace") sizes.length = Product(Sum(sizes.length, 1), Sum(sizes.length, 1));
    if (e.name == "strings.quote" || e.name == "base64.encode") sizes.length = Sum(Product(sizes.length, 2), 4);
    if (e.name == "format") {
      const Value& text = ast_.node(e.args[0]).value;
      const bool plain = text.is_string() && text.as_string().find("%.") == std::string_view::npos;
      sizes.length = Product(Sum(sizes.length, plain ? kNumber : kReal), sizes.weight);
    }
  }

  // How many items lists.range() gives.
  uint64_t RangeSize(const Expr& e) const {
    const Value& count = ast_.node(e.args[0]).value;
    const bool known = ast_.node(e.args[0]).kind == ExprKind::kConst && count.is_int();
    return static_cast<uint64_t>(known ? std::clamp<int64_t>(count.as_int(), 0, kMostInRange) : kMostInRange);
  }

  // Whether both sides of a comparison may be lists, maps or records.
  bool HoldsItems(const Expr& e) const {
    return std::none_of(e.args.begin(), e.args.end(), [this](ExprId arg) { return IsScalar(ast_.node(arg).type); });
  }

  // Of a named function, beside getting its arguments.
  uint64_t Work(const Expr& e, const Estimate& sizes) const {
    const uint64_t per_text = sizes.length / 16;
    if (e.name == "matches") return OfMatching(e, sizes.length);
    if (e.name == "join") return Product(std::max<uint64_t>(sizes.items, 1), per_text);
    if (e.name == "format") return Product(sizes.weight, 1 + per_text);
    if (e.name == "sort" || e.name == kSortByKeys) {
      return Product(Product(sizes.items, 1 + Log2(sizes.items)), 1 + per_text);
    }
    // Each item is compared with each.
    if (e.name == "distinct" || e.name.starts_with("sets.")) {
      return Product(Product(Product(sizes.items, sizes.weight), 1 + per_text), e.name == "sets.equivalent" ? 2 : 1);
    }
    if (e.name == "flatten") return sizes.weight;
    return e.name == "reverse" ? std::max(sizes.items, per_text) : per_text;
  }

  // As a rule a byte of the text is one step. A pattern with more states than are kept goes through its program for
  // each byte instead, so that a step is up to some 200 ns then.
  uint64_t OfMatching(const Expr& e, uint64_t length) const {
    constexpr uint64_t kCostOfInstruction = 4;     // to build it
    constexpr uint64_t kInstructionsOfAStep = 32;  // of those that a byte may go through
    constexpr uint64_t kCostOfPatternByte = 256;   // to read it: each may stand for a class of thousands of characters
    if (!sizes_known_ || e.args.size() != 2) return length;
    const auto constant = program_sizes_.find(e.args[1]);
    const bool read_each_time = constant == program_sizes_.end();
    const uint64_t program = read_each_time ? kMostProgramOfRun : constant->second;
    const uint64_t matching =
        Sum(Product(kCostOfInstruction, program), Product(length, 1 + program / kInstructionsOfAStep));
    if (!read_each_time) return matching;
    return Sum(matching, Product(kCostOfPatternByte, std::min<uint64_t>(length, kMostPatternOfRun)));
  }

  Estimate OfLoop(const Expr& e) {
    const Estimate range = Of(e.args[0]);
    const Estimate item{1, range.items, range.length, range.weight};
    SetLocal(e.local, item);
    SetLocal(e.local2, item);
    const Estimate body = Of(e.args[2]);
    uint64_t round = Sum(body.cost, 1);
    if (e.args[1] != kNoExpr) round = Sum(round, Of(e.args[1]).cost);
    // A body may give lists larger than the range; entries of transformMapEntry() add up.
    const uint64_t items = e.macro == Macro::kTransformMapEntry
                               ? Product(range.items, std::max<uint64_t>(body.items, 1))
                               : std::max(range.items, body.items);
    const uint64_t weight = e.macro == Macro::kFilter ? range.weight : Sum(1, Product(range.items, body.weight));
    return {Sum(range.cost, Product(range.items, round)), items, std::max(range.length, body.length), weight};
  }

  const Ast& ast_;
  const Env& env_;
  std::vector<Estimate> locals_;
  const bool sizes_known_;
  std::unordered_map<ExprId, uint64_t> program_sizes_;  // of constant patterns
};

}  // namespace

uint64_t EstimateCost(const Ast& ast, const Env& env, const Code* code) {
  return Estimator(ast, env, code).Of(ast.root()).cost;
}

}  // namespace leadline::cel
