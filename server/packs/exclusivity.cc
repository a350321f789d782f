#include "packs/exclusivity.h"

#include <algorithm>
#include <map>
#include <random>

#include "fmt/format.h"
#include "packs/formula.h"

namespace leadline::packs {
namespace {

using cel::Value;

constexpr size_t kMaxCombinations = 200'000;
constexpr size_t kSamples = 50'000;
constexpr uint64_t kSeed = 20'260'101;

// The values of one field that stand for all others: conditions that compare it with constants only cannot tell a value
// apart from its representative.
struct Axis {
  int slot = -1;
  std::vector<Value> values;
};

class Search {
 public:
  Search(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches, double threshold)
      : fields_(fields), branches_(branches), threshold_(threshold) {
    slots_.resize(fields.size());
    CollectAxes();
  }

  ExclusivityResult Run() {
    size_t combinations = 1;
    for (const Axis& axis : axes_) {
      combinations = combinations > kMaxCombinations ? combinations : combinations * axis.values.size();
    }
    result_.proved = complete_ && combinations <= kMaxCombinations;
    if (result_.proved) {
      Enumerate(0);
    } else {
      Sample();
    }
    return std::move(result_);
  }

 private:
  bool Done() const { return result_.first >= 0 && result_.gap; }

  void CollectAxes() {
    std::map<int, std::vector<Value>> constants;
    for (const Branch& branch : branches_) {
      if (branch.program == nullptr) continue;
      for (const int slot : branch.program->used_slots()) constants[slot];
      const Formula formula = FormulaOf(branch.program->ast());
      complete_ = complete_ && formula.complete;
      if (!formula.complete) CollectTexts(branch.program->ast());
      for (const PlacedAtom& placed : ComparisonsIn(branch.program->ast())) {
        auto& list = constants[placed.atom.slot];
        list.insert(list.end(), placed.atom.constants.begin(), placed.atom.constants.end());
      }
    }
    for (auto& [slot, list] : constants) {
      if (fields_[static_cast<size_t>(slot)].name == "score.central") list.push_back(Value::Double(threshold_));
      axes_.push_back(MakeAxis(slot, list));
      if (fields_[static_cast<size_t>(slot)].name == "score.central") central_slot_ = slot;
      if (fields_[static_cast<size_t>(slot)].name == "score.qualified") qualified_slot_ = slot;
    }
  }

  // Texts that a condition uses in ways we do not follow, such as startsWith("x"): worth trying for every field.
  void CollectTexts(const cel::Ast& ast) {
    for (size_t i = 0; i < ast.size(); ++i) {
      const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
      if (e.kind == cel::ExprKind::kConst && e.value.is_string()) texts_.push_back(e.value);
    }
  }

  Axis MakeAxis(int slot, const std::vector<Value>& constants) {
    Axis axis{slot, {}};
    const cel::Type& type = fields_[static_cast<size_t>(slot)].type;
    switch (type.Unwrapped().kind()) {
      case cel::TypeKind::kBool:
        axis.values = {Value::Bool(false), Value::Bool(true)};
        break;
      case cel::TypeKind::kInt:
      case cel::TypeKind::kDouble:
        AddNumbers(constants, type.Unwrapped().is(cel::TypeKind::kInt), axis.values);
        if (fields_[static_cast<size_t>(slot)].not_negative) {
          std::erase_if(axis.values, [](const Value& v) { return v.is_int() && v.as_int() < 0; });
        }
        break;
      case cel::TypeKind::kString:
        AddTexts(slot, constants, axis.values);
        break;
      case cel::TypeKind::kTimestamp:
        axis.values = {Value::TimestampMicros(0), Value::TimestampMicros(1'767'225'600'000'000)};
        complete_ = false;
        break;
      default:
        axis.values = {Value::List({})};
        complete_ = false;
        break;
    }
    if (type.is(cel::TypeKind::kWrapper)) axis.values.push_back(Value::Null());
    return axis;
  }

  // Each constant, and a value below, between and above them.
  static void AddNumbers(const std::vector<Value>& constants, bool whole, std::vector<Value>& out) {
    std::vector<double> points;
    for (const Value& v : constants) {
      if (v.is_double()) points.push_back(v.as_double());
      if (v.is_int()) points.push_back(static_cast<double>(v.as_int()));
    }
    if (points.empty()) points.push_back(0);
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    std::vector<double> all = {points.front() - 1};
    for (size_t i = 0; i < points.size(); ++i) {
      all.push_back(points[i]);
      const bool last = i + 1 == points.size();
      const double between = last ? points[i] + 1 : whole ? points[i] + 1 : (points[i] + points[i + 1]) / 2;
      if (last || between < points[i + 1]) all.push_back(between);
    }
    for (const double v : all) out.push_back(whole ? Value::Int(static_cast<int64_t>(v)) : Value::Double(v));
  }

  // Each constant, and a text that none of them is.
  void AddTexts(int slot, std::vector<Value> constants, std::vector<Value>& out) {
    if (fields_[static_cast<size_t>(slot)].values.empty()) {
      constants.insert(constants.end(), texts_.begin(), texts_.end());
    }
    for (const Value& v : constants) {
      if (!v.is_string()) continue;
      if (std::none_of(out.begin(), out.end(), [&](const Value& o) { return o.as_string() == v.as_string(); })) {
        out.push_back(v);
      }
    }
    const auto taken = [&](std::string_view text) {
      return std::any_of(out.begin(), out.end(), [&](const Value& o) { return o.as_string() == text; });
    };
    for (const std::string& value : fields_[static_cast<size_t>(slot)].values) {
      if (!taken(value)) {
        out.push_back(Value::String(value));
        break;
      }
    }
    std::string other = "another value";
    while (taken(other)) other += " still";
    out.push_back(Value::String(arena_.Copy(other)));
  }

  // A record whose score.qualified contradicts its score.central does not occur.
  bool Possible() const {
    if (central_slot_ < 0 || qualified_slot_ < 0) return true;
    const Value& central = slots_[static_cast<size_t>(central_slot_)];
    const Value& qualified = slots_[static_cast<size_t>(qualified_slot_)];
    return (central.as_double() >= threshold_) == qualified.as_bool();
  }

  void Try() {
    if (!Possible()) return;
    ++result_.tried;
    int holding = -1;
    for (size_t i = 0; i < branches_.size(); ++i) {
      work_.Reset();
      const auto& program = branches_[i].program;
      if (program != nullptr && !program->Evaluate(slots_, work_).is_true()) continue;
      if (holding < 0) {
        holding = static_cast<int>(i);
      } else if (result_.first < 0 && branches_[i].target != branches_[static_cast<size_t>(holding)].target) {
        result_.first = holding;
        result_.second = static_cast<int>(i);
        result_.overlap_example = Describe();
      }
    }
    if (holding < 0 && !result_.gap) {
      result_.gap = true;
      result_.gap_example = Describe();
    }
  }

  void Enumerate(size_t axis) {
    if (Done()) return;
    if (axis == axes_.size()) {
      Try();
      return;
    }
    for (const Value& value : axes_[axis].values) {
      slots_[static_cast<size_t>(axes_[axis].slot)] = value;
      Enumerate(axis + 1);
    }
  }

  void Sample() {
    std::mt19937_64 random(kSeed);
    for (size_t i = 0; i < kSamples && !Done(); ++i) {
      for (const Axis& axis : axes_) {
        slots_[static_cast<size_t>(axis.slot)] = Pick(axis, random);
      }
      Try();
    }
  }

  // Mostly a representative; now and then one changed a little.
  Value Pick(const Axis& axis, std::mt19937_64& random) {
    const Value base = axis.values[random() % axis.values.size()];
    const uint64_t dice = random() % 4;
    if (dice != 0) return base;
    if (base.is_int()) {
      const int64_t moved = base.as_int() + static_cast<int64_t>(random() % 2001) - 1000;
      return Value::Int(fields_[static_cast<size_t>(axis.slot)].not_negative ? std::max<int64_t>(0, moved) : moved);
    }
    if (base.is_double()) return Value::Double(base.as_double() + static_cast<double>(random() % 20001) / 100 - 100);
    if (base.is_timestamp()) {
      return Value::TimestampMicros(static_cast<int64_t>(random() % 2'000'000'000) * 1'000'000);
    }
    return base;
  }

  std::string Describe() const {
    std::string out;
    for (const Axis& axis : axes_) {
      const size_t slot = static_cast<size_t>(axis.slot);
      if (!out.empty()) out += ", ";
      const std::string shown = slots_[slot].is_null() ? "absent" : cel::ToDisplayString(slots_[slot]);
      out += fmt::format("{} = {}", fields_[slot].name, shown);
    }
    return out.empty() ? "any record" : out;
  }

  const std::vector<FieldDef>& fields_;
  const std::vector<Branch>& branches_;
  const double threshold_;
  std::vector<Axis> axes_;
  std::vector<Value> slots_;
  std::vector<Value> texts_;
  cel::Arena arena_;
  cel::Arena work_;
  bool complete_ = true;
  int central_slot_ = -1;
  int qualified_slot_ = -1;
  ExclusivityResult result_;
};

}  // namespace

ExclusivityResult CheckExclusivity(const std::vector<FieldDef>& fields, const std::vector<Branch>& branches,
                                   double threshold) {
  return Search(fields, branches, threshold).Run();
}

}  // namespace leadline::packs
