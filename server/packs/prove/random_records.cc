#include "packs/prove/random_records.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

using cel::Value;

constexpr uint64_t kRecordSeed = 20'260'101;
constexpr int kTries = 100;  // for a record that the facts allow

}  // namespace

RandomRecords::RandomRecords(const ConditionSpace& space, const std::vector<const cel::Program*>& programs)
    : space_(space), random_(kRecordSeed) {
  slots_.resize(space.fields().size());
  for (const cel::Program* program : programs) {
    const cel::Ast& ast = program->ast();
    for (size_t i = 0; i < ast.size(); ++i) {
      const cel::Expr& e = ast.node(static_cast<cel::ExprId>(i));
      if (e.kind == cel::ExprKind::kConst && e.value.is_string() && !e.value.as_string().empty()) {
        texts_.push_back(e.value);
      }
    }
  }
}

const std::vector<Value>* RandomRecords::Next() {
  arena_.Reset();
  for (int i = 0; i < kTries; ++i) {
    for (const FieldClasses& field : space_.classes()) {
      slots_[static_cast<size_t>(&field.field() - space_.fields().data())] = Pick(field);
    }
    if (Allowed()) return &slots_;
  }
  return nullptr;
}

// Mostly a value of one kind; now and then one changed a little.
Value RandomRecords::Pick(const FieldClasses& field) {
  const FieldClass& kind = field.classes()[random_() % field.classes().size()];
  std::vector<Outcomes> wanted;
  for (const Outcomes o : kind.outcomes) {
    wanted.push_back(o == (kTrue | kFalse) ? (random_() % 3 == 0 ? kTrue : kFalse) : o);
  }
  const Value base = field.MakeValue(kind, wanted, arena_);
  if (random_() % 4 != 0) return base;
  const bool positive = field.field().not_negative;
  if (base.is_int()) {
    const int64_t step = static_cast<int64_t>(random_() % 2001) - 1000;
    const int64_t near = std::clamp<int64_t>(base.as_int(), -1'000'000'000'000'000, 1'000'000'000'000'000) + step;
    return Value::Int(positive ? std::max<int64_t>(0, near) : near);
  }
  if (base.is_double()) return Value::Double(base.as_double() + static_cast<double>(random_() % 20001) / 100 - 100);
  if (base.is_timestamp()) {
    return Value::TimestampMicros(static_cast<int64_t>(random_() % 2'000'000'000) * 1'000'000);
  }
  if (base.is_string() && field.field().values.empty() && !texts_.empty()) return texts_[random_() % texts_.size()];
  return base;
}

Outcomes RandomRecords::OutcomeOf(int atom) const {
  const ConditionSpace::Atom& of = space_.atoms()[static_cast<size_t>(atom)];
  const FieldClasses& field = space_.classes()[static_cast<size_t>(of.field)];
  return Ask(field.tests()[static_cast<size_t>(of.test)], slots_[static_cast<size_t>(of.slots[0])]);
}

bool RandomRecords::Allowed() const {
  for (const int node : space_.assumed()) {
    if (OutcomeOf(space_.AtomOf(node)) != kTrue) return false;
  }
  return std::all_of(space_.facts().begin(), space_.facts().end(), [&](const ConditionSpace::Fact& fact) {
    return (OutcomeOf(fact.if_atom) & fact.if_outcomes) == 0 || (OutcomeOf(fact.then_atom) & fact.then_outcomes) != 0;
  });
}

std::string RandomRecords::Describe() const {
  std::string out;
  for (const FieldClasses& field : space_.classes()) {
    const Value& value = slots_[static_cast<size_t>(&field.field() - space_.fields().data())];
    if (!out.empty()) out += ", ";
    out += fmt::format("{} = {}", field.field().name, value.is_null() ? "absent" : cel::ToDisplayString(value));
  }
  return out;
}

}  // namespace leadline::packs
