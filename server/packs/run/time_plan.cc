#include "packs/run/time_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"
#include "packs/condition/comparison.h"
#include "packs/run/fields.h"
#include "packs/run/scoring_plan.h"

namespace leadline::packs {
namespace {

using cel::Expr;
using cel::ExprId;
using cel::ExprKind;
using cel::Op;
using cel::Value;
using Operator = Comparison::Operator;
using Source = TimeTest::Source;

// Ages and moments beyond are never met; keeps sums within 64 bits.
constexpr double kMostTurn = 4e15;

// The values from which on a growing number may answer otherwise, where a step is the least by which it grows.
void AddTurns(Operator op, int64_t constant, int64_t step, std::vector<int64_t>& turns) {
  const bool at = op != Operator::kLessEqual && op != Operator::kGreater;
  const bool after = op != Operator::kLess && op != Operator::kGreaterEqual;
  if (at) turns.push_back(constant);
  if (after) turns.push_back(constant + step);
}

// Reads one condition.
class ConditionReader {
 public:
  ConditionReader(const cel::Program& program, const std::vector<FieldDef>& fields)
      : ast_(program.ast()), fields_(fields), covered_(ast_.size(), false) {
    for (size_t i = 0; i < ast_.size(); ++i) ReadComparison(static_cast<ExprId>(i));
    for (size_t i = 0; i < ast_.size(); ++i) ReadAlone(static_cast<ExprId>(i));
    for (TimeTest& test : tests_) {
      std::sort(test.turns.begin(), test.turns.end());
      test.turns.erase(std::unique(test.turns.begin(), test.turns.end()), test.turns.end());
    }
    std::erase_if(tests_, [](const TimeTest& test) { return test.turns.empty() && !test.open; });
  }

  std::vector<TimeTest> tests() { return std::move(tests_); }
  std::vector<ScoreTest> scores() { return std::move(scores_); }
  bool any_score() const { return any_score_; }

 private:
  const std::string& NameOf(int slot) const { return fields_[static_cast<size_t>(slot)].name; }
  bool IsNow(ExprId id) const { return IsField(id) && NameOf(ast_.node(id).slot) == "now"; }
  bool IsField(ExprId id) const {
    const Expr& e = ast_.node(id);
    return e.kind == ExprKind::kVariable && e.slot >= 0;
  }
  TimeTest& TestOf(Source source, int slot) {
    for (TimeTest& test : tests_) {
      if (test.source == source && test.slot == slot) return test;
    }
    return tests_.emplace_back(TimeTest{source, slot, {}, false});
  }

  void ReadComparison(ExprId id) {
    if (ReadMoment(id)) return;
    const std::optional<Comparison> comparison = ComparisonAt(ast_, id);
    if (!comparison || (!comparison->is_order() && !comparison->is_equality())) return;
    const std::string& name = NameOf(comparison->slot);
    if (FindAgeField(name) != nullptr) {
      if (!ReadTurns(*comparison, TestOf(Source::kAge, comparison->slot))) return;
    } else if (name == "now") {
      if (!ReadTurns(*comparison, TestOf(Source::kNow, comparison->slot))) return;
    } else if (!ReadScore(name, *comparison)) {
      return;
    }
    Cover(id, comparison->slot);
  }

  // Whether all that it is compared with tells turns.
  static bool ReadTurns(const Comparison& comparison, TimeTest& test) {
    std::vector<int64_t> turns;
    for (const Value& constant : comparison.constants) {
      if (constant.is_null()) continue;  // whether it is there at all is no question of time
      if (constant.is_int()) {
        if (std::abs(static_cast<double>(constant.as_int())) > kMostTurn) continue;
        AddTurns(comparison.op, constant.as_int(), 1, turns);
      } else if (constant.is_timestamp()) {
        AddTurns(comparison.op, constant.timestamp_micros(), 1, turns);
      } else if (constant.is_double() && std::abs(constant.as_double()) < kMostTurn) {
        turns.push_back(static_cast<int64_t>(std::floor(constant.as_double())));
        turns.push_back(turns.back() + 1);
      } else {
        return false;
      }
    }
    test.turns.insert(test.turns.end(), turns.begin(), turns.end());
    return true;
  }

  // `now - field > duration("720h")` and `now > timestamp("2026-12-01T00:00:00Z")`, also the other way round. Both
  // sides of the constant are looked at, whatever the operator is.
  bool ReadMoment(ExprId id) {
    const Expr& e = ast_.node(id);
    if (e.kind != ExprKind::kCall || e.op < Op::kEqual || e.op > Op::kGreaterEqual) return false;
    for (const size_t side : {0, 1}) {
      const ExprId moment = e.args[side], constant = e.args[1 - side];
      if (IsNow(moment)) {
        const std::optional<Time> at = TextOf(constant, "timestamp", ParseTime);
        if (!at) continue;
        AddTurns(Operator::kEqual, *at, 1, TestOf(Source::kNow, ast_.node(moment).slot).turns);
        covered_[static_cast<size_t>(moment)] = true;
        return true;
      }
      const Expr& difference = ast_.node(moment);
      if (difference.kind != ExprKind::kCall || difference.op != Op::kSubtract) continue;
      const ExprId now = difference.args[0], field = difference.args[1];
      const std::optional<Duration> length = TextOf(constant, "duration", ParseDuration);
      if (!length || !IsNow(now) || !IsField(field) || IsNow(field)) continue;
      AddTurns(Operator::kEqual, *length, 1, TestOf(Source::kSince, ast_.node(field).slot).turns);
      covered_[static_cast<size_t>(now)] = true;
      return true;
    }
    return false;
  }

  // The value of `function("text")`, as far as it has one of the usual forms.
  template <typename Parse>
  std::optional<int64_t> TextOf(ExprId id, std::string_view function, Parse parse) const {
    const Expr& e = ast_.node(id);
    if (e.kind != ExprKind::kCall || e.op != Op::kNone || e.name != function || e.args.size() != 1) return std::nullopt;
    const Expr& text = ast_.node(e.args[0]);
    if (text.kind != ExprKind::kConst || !text.value.is_string()) return std::nullopt;
    const auto value = parse(text.value.as_string());
    if (!value.ok()) return std::nullopt;
    return *value;
  }

  bool ReadScore(std::string_view name, const Comparison& comparison) {
    std::optional<ScoreTest::Of> of;
    if (name == "score.central") of = ScoreTest::Of::kCentral;
    if (name == "score.adjustment") of = ScoreTest::Of::kAdjustment;
    if (name == "score.total") of = ScoreTest::Of::kTotal;
    if (!of) return false;
    for (const Value& constant : comparison.constants) {
      if (constant.is_double()) scores_.push_back({*of, constant.as_double()});
      if (constant.is_int()) scores_.push_back({*of, static_cast<double>(constant.as_int())});
    }
    return true;
  }

  void Cover(ExprId id, int slot) {
    for (const ExprId arg : ast_.node(id).args) {
      if (IsField(arg) && ast_.node(arg).slot == slot) covered_[static_cast<size_t>(arg)] = true;
    }
  }

  // A field that goes by the time outside of what was recognised.
  void ReadAlone(ExprId id) {
    if (covered_[static_cast<size_t>(id)] || !IsField(id)) return;
    const int slot = ast_.node(id).slot;
    const std::string& name = NameOf(slot);
    if (const int64_t days = fields_[static_cast<size_t>(slot)].flag_days; days > 0) {
      TestOf(Source::kAge, slot).turns.push_back(days);
    } else if (FindAgeField(name) != nullptr) {
      TestOf(Source::kAge, slot).open = true;
    } else if (name == "now") {
      TestOf(Source::kNow, slot).open = true;
    } else if (name.starts_with("score.") && name != "score.qualified" && name != "score.warm") {
      any_score_ = true;
    }
  }

  const cel::Ast& ast_;
  const std::vector<FieldDef>& fields_;
  std::vector<bool> covered_;  // by node: what it reads is known
  std::vector<TimeTest> tests_;
  std::vector<ScoreTest> scores_;
  bool any_score_ = false;
};

// The first of the classes whose rule has the condition; -1: none has.
int ClassOf(int condition, const RegionRules& rules) {
  const std::vector<CountingPlan::RuleClass>& classes = rules.plan->counting.rules;
  for (size_t i = 0; i < classes.size(); ++i) {
    if (rules.scoring.rules[static_cast<size_t>(classes[i].rule)].condition == condition) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::shared_ptr<const TimePlan> MakeTimePlan(const RegionRules& rules, const std::vector<FieldDef>& fields) {
  TimePlan plan;
  const auto read = [&](int condition) {
    return ConditionReader(*rules.conditions[static_cast<size_t>(condition)].program, fields);
  };
  std::set<std::pair<int, bool>> seen;
  for (const domain::ScoringRule& rule : rules.scoring.rules) {
    if (rule.condition < 0 || !seen.insert({rule.condition, rule.each_activity}).second) continue;
    TimedCondition timed{rule.condition, rule.each_activity, read(rule.condition).tests()};
    if (timed.tests.empty()) continue;
    if (timed.of_activity) timed.counted_as = ClassOf(timed.condition, rules);
    plan.rules.push_back(std::move(timed));
  }
  for (const MarketingBar& bar : rules.not_marketable) {
    if (bar.condition < 0) continue;
    TimedCondition timed{bar.condition, false, read(bar.condition).tests()};
    if (!timed.tests.empty()) plan.rules.push_back(std::move(timed));
  }
  for (const domain::SlaDef& level : rules.sla.levels) {
    if (level.pause_condition < 0) continue;
    TimedCondition timed{level.pause_condition, false, read(level.pause_condition).tests()};
    if (!timed.tests.empty()) plan.rules.push_back(std::move(timed));
  }
  for (size_t i = 0; i < rules.lifecycle.transitions.size(); ++i) {
    const domain::TransitionDef& transition = rules.lifecycle.transitions[i];
    if (transition.trigger != domain::Trigger::kRescore || transition.condition < 0) continue;
    ConditionReader reader = read(transition.condition);
    TimedTransition timed{
        static_cast<int>(i), {transition.condition, false, reader.tests()}, reader.scores(), reader.any_score()};
    if (timed.when.tests.empty() && timed.scores.empty() && !timed.any_score) continue;
    plan.transitions.push_back(std::move(timed));
  }
  return std::make_shared<const TimePlan>(std::move(plan));
}

}  // namespace leadline::packs
