#include "packs/prove/required_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "packs/condition/comparison.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Operator = Comparison::Operator;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Whole numbers beyond it are not apart as a double.
constexpr double kExact = 9'007'199'254'740'992;

std::optional<double> NumberOf(const Value& value) {
  if (!value.is_int() && !value.is_double()) return std::nullopt;
  const double number = value.is_int() ? static_cast<double>(value.as_int()) : value.as_double();
  if (!(std::abs(number) < kExact)) return std::nullopt;
  return number;
}

// Whether two lists, each ascending, have nothing in common.
template <typename T>
bool Disjoint(const std::vector<T>& a, const std::vector<T>& b) {
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (*x == *y) return false;
    if (*x < *y) {
      ++x;
    } else {
      ++y;
    }
  }
  return true;
}

template <typename T>
void Sort(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

class RequiredValues::Reader {
 public:
  explicit Reader(const cel::Ast& ast) : ast_(ast) {}

  // Of what must hold: each part of an `and` by itself.
  void Read(cel::ExprId id, std::vector<Field>& out) const {
    const cel::Expr& e = ast_.node(id);
    if (e.kind == cel::ExprKind::kCall && e.op == cel::Op::kAnd) {
      for (const cel::ExprId arg : e.args) Read(arg, out);
    } else if (std::optional<Field> field = FieldOf(id)) {
      Sort(field->texts);
      Sort(field->numbers);
      out.push_back(*std::move(field));
    }
  }

 private:
  std::optional<Field> FieldOf(cel::ExprId id) const {
    const cel::Expr& e = ast_.node(id);
    if (e.kind == cel::ExprKind::kCall && e.op == cel::Op::kOr) return OneOf(e);
    if (e.kind == cel::ExprKind::kCall && e.op == cel::Op::kNot) {
      const std::optional<Comparison> flag = ComparisonAt(ast_, e.args[0]);
      if (!flag || flag->op != Operator::kIsTrue) return std::nullopt;
      return Listed(*flag, {Value::Bool(false)});
    }
    const std::optional<Comparison> comparison = ComparisonAt(ast_, id);
    if (!comparison) return std::nullopt;
    if (comparison->op == Operator::kIsTrue) return Listed(*comparison, {Value::Bool(true)});
    if (comparison->op == Operator::kEqual || comparison->op == Operator::kIn) {
      return Listed(*comparison, comparison->constants);
    }
    return comparison->is_order() ? Within(*comparison) : std::nullopt;
  }

  // Values of one field, joined with ||.
  std::optional<Field> OneOf(const cel::Expr& e) const {
    std::optional<Field> all;
    for (const cel::ExprId arg : e.args) {
      std::optional<Field> field = FieldOf(arg);
      if (!field || !field->listed) return std::nullopt;
      if (!all) {
        all = std::move(field);
        continue;
      }
      if (all->slot != field->slot || all->folded != field->folded) return std::nullopt;
      all->texts.insert(all->texts.end(), field->texts.begin(), field->texts.end());
      all->numbers.insert(all->numbers.end(), field->numbers.begin(), field->numbers.end());
    }
    return all;
  }

  static Field Of(const Comparison& comparison) {
    Field field;
    field.slot = comparison.slot;
    field.folded = comparison.folded;
    return field;
  }

  static std::optional<Field> Listed(const Comparison& comparison, const std::vector<Value>& values) {
    Field field = Of(comparison);
    field.listed = true;
    for (const Value& value : values) {
      if (value.is_string()) {
        field.texts.push_back("=" + std::string(value.as_string()));
      } else if (value.is_bool()) {
        field.texts.push_back(value.as_bool() ? "true" : "false");
      } else if (value.is_null()) {
        field.texts.push_back("absent");
      } else if (const std::optional<double> number = NumberOf(value)) {
        field.numbers.push_back(*number);
      } else {
        return std::nullopt;
      }
    }
    return field;
  }

  static std::optional<Field> Within(const Comparison& comparison) {
    const std::optional<double> bound = NumberOf(comparison.constants[0]);
    if (!bound) return std::nullopt;
    Field field = Of(comparison);
    field.low = -kInfinity;
    field.high = kInfinity;
    const bool from = comparison.op == Operator::kGreater || comparison.op == Operator::kGreaterEqual;
    (from ? field.low : field.high) = *bound;
    field.above = comparison.op == Operator::kGreater;
    field.below = comparison.op == Operator::kLess;
    return field;
  }

  const cel::Ast& ast_;
};

RequiredValues::RequiredValues(const cel::Program* program) {
  if (program != nullptr) Reader(program->ast()).Read(program->ast().root(), fields_);
}

bool RequiredValues::Exclude(const RequiredValues& other) const {
  for (const Field& a : fields_) {
    for (const Field& b : other.fields_) {
      if (a.slot == b.slot && a.folded == b.folded && Apart(a, b)) return true;
    }
  }
  return false;
}

bool RequiredValues::Apart(const Field& a, const Field& b) {
  if (a.listed && b.listed) return Disjoint(a.texts, b.texts) && Disjoint(a.numbers, b.numbers);
  if (!a.listed && b.listed) return Apart(b, a);
  if (!a.listed) {
    const auto ends_before = [](const Field& x, const Field& y) {
      return x.high < y.low || (x.high == y.low && (x.below || y.above));
    };
    return ends_before(a, b) || ends_before(b, a);
  }
  // An order of anything but numbers comes to an error, which does not hold.
  return std::none_of(a.numbers.begin(), a.numbers.end(), [&](double n) {
    return (b.above ? n > b.low : n >= b.low) && (b.below ? n < b.high : n <= b.high);
  });
}

}  // namespace leadline::packs
