#include "packs/prove/condition_list.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <span>
#include <utility>

namespace leadline::packs {
namespace {

using cel::Value;

// Of those that must not hold, so many enter the first proof: a few cost little, and often the proof needs them.
constexpr size_t kAtOnce = 16;
// What it takes to run a condition on a record.
constexpr uint64_t kStepsOfRun = 10;

// For a field that is never absent and that nobody reads.
Value SomeValue(const FieldDef& field) {
  static const Value kItem = Value::String("another value");
  switch (field.type.Unwrapped().kind()) {
    case cel::TypeKind::kBool:
      return Value::Bool(false);
    case cel::TypeKind::kInt:
      return Value::Int(0);
    case cel::TypeKind::kDouble:
      return Value::Double(0);
    case cel::TypeKind::kString:
      return field.values.empty() ? kItem : Value::String(field.values[0]);
    case cel::TypeKind::kTimestamp:
      return Value::TimestampMicros(1'767'225'600'000'000);
    case cel::TypeKind::kList:
      return Value::List({&kItem, 1});
    default:
      return Value::Null();
  }
}

}  // namespace

ConditionList::ConditionList(const std::vector<FieldDef>& fields, const Records& records, CheckBudget* budget)
    : fields_(fields), records_(records), budget_(budget) {}

int ConditionList::Add(std::shared_ptr<const cel::Program> program) {
  required_.emplace_back(program.get());
  programs_.push_back(std::move(program));
  return static_cast<int>(programs_.size()) - 1;
}

bool ConditionList::Exclude(int a, int b) const {
  return required_[static_cast<size_t>(a)].Exclude(required_[static_cast<size_t>(b)]);
}

std::vector<int> ConditionList::Overlapping(const std::vector<int>& all_of, const std::vector<int>& none_of) const {
  std::vector<int> out;
  for (const int other : none_of) {
    const auto excludes = [&](int number) { return Exclude(number, other); };
    if (std::none_of(all_of.begin(), all_of.end(), excludes)) out.push_back(other);
  }
  return out;
}

Answer ConditionList::Ask(const std::vector<int>& all_of, const std::vector<int>& none_of,
                          const std::string& status) const {
  Answer answer;
  if (budget_ != nullptr && !budget_->Spend(2 * none_of.size() + 1)) return answer;
  std::vector<int> left = Overlapping(all_of, none_of);
  if (std::any_of(left.begin(), left.end(), [&](int other) { return program(other) == nullptr; })) {
    answer.kind = Answer::Kind::kNever;
    return answer;
  }
  std::vector<int> asked(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), kAtOnce)));
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(asked.size()));
  for (;;) {
    ConditionSpace space(fields_, budget_);
    std::vector<Wish> wishes;
    // A short list is asked about as a whole, so that examples name values that all of it tells apart.
    for (size_t i = 0; i < programs_.size() && programs_.size() <= kAtOnce; ++i) space.Add(programs_[i]);
    for (const int number : all_of) wishes.push_back({space.Add(program(number)), true});
    for (const int number : asked) wishes.push_back({space.Add(program(number)), false});
    AddKnown(space);
    if (!status.empty()) {
      if (const int node = AddStatusTest(space, status); node >= 0) space.Assume(node);
    }
    space.Freeze();
    answer = space.Ask(wishes);
    std::vector<int> more;
    if (answer.kind == Answer::Kind::kExample) {
      Complete(answer.record, status);
      more = TakeHolding(left, answer.record);
    } else if (answer.kind == Answer::Kind::kOpen) {
      more = TakeRelated(left, all_of);
    }
    // The record's values go with the space.
    answer.record.clear();
    answer.memory.reset();
    // Then the rest of the list was not run on the record.
    if (budget_ != nullptr && budget_->stopped()) return Answer();
    if (more.empty()) return answer;
    // As many again as there are, so that the rounds are few.
    const size_t most = std::max(kAtOnce, asked.size());
    if (more.size() > most) {
      left.insert(left.end(), more.begin() + static_cast<std::ptrdiff_t>(most), more.end());
      more.resize(most);
    }
    asked.insert(asked.end(), more.begin(), more.end());
  }
}

int ConditionList::FirstCovering(int number, const std::vector<int>& others) const {
  std::vector<int> left = Overlapping({number}, others);
  const auto always = std::find_if(left.begin(), left.end(), [&](int other) { return program(other) == nullptr; });
  if (always != left.end()) left.erase(always + 1, left.end());
  std::vector<int> likely;
  {
    ConditionSpace space(fields_, budget_);
    const int root = space.Add(program(number));
    AddKnown(space);
    space.Freeze();
    Answer answer = space.Ask({{root, true}});
    if (answer.kind == Answer::Kind::kExample) {
      Complete(answer.record, "");
      likely = TakeHolding(left, answer.record);
    } else {
      likely = TakeRelated(left, {number});
    }
  }
  for (const int other : likely) {
    if (Ask({number}, {other}).kind == Answer::Kind::kNever) return other;
  }
  return -1;
}

void ConditionList::AddKnown(ConditionSpace& space) const {
  AddRecordFacts(space, records_.bars);
  if (records_.are_leads) AddLeadFacts(space);
  const int region = space.SlotOf("lead.region");
  if (records_.region.empty() || region < 0 || !space.Reads(region)) return;
  space.Assume(space.AddTest({region, Comparison::Operator::kEqual, false, {Value::String(records_.region)}}));
}

std::vector<int> ConditionList::TakeHolding(std::vector<int>& left, const std::vector<Value>& record) const {
  std::vector<int> out;
  if (budget_ != nullptr && !budget_->Spend(kStepsOfRun * left.size())) return out;
  std::erase_if(left, [&](int number) {
    work_.Reset();
    const bool holds = program(number) == nullptr || program(number)->EvaluateQuietly(record, work_).is_true();
    if (holds) out.push_back(number);
    return holds;
  });
  return out;
}

std::vector<int> ConditionList::TakeRelated(std::vector<int>& left, const std::vector<int>& all_of) const {
  std::set<int> read;
  for (const int number : all_of) {
    if (program(number) != nullptr)
      read.insert(program(number)->used_slots().begin(), program(number)->used_slots().end());
  }
  std::vector<int> out;
  if (budget_ != nullptr && !budget_->Spend(kStepsOfRun * left.size())) return out;
  std::erase_if(left, [&](int number) {
    const auto slots = program(number) == nullptr ? std::span<const int>() : program(number)->used_slots();
    const bool related = all_of.empty() || program(number) == nullptr ||
                         std::any_of(slots.begin(), slots.end(), [&](int slot) { return read.contains(slot); });
    if (related) out.push_back(number);
    return related;
  });
  return out;
}

int ConditionList::SlotOf(std::string_view name) const {
  const auto it =
      std::find_if(fields_.begin(), fields_.end(), [&](const FieldDef& field) { return field.name == name; });
  return it == fields_.end() ? -1 : static_cast<int>(it - fields_.begin());
}

namespace {

// What is known of the score decides the rest of it: the points, and whether they reach each bar.
void CompleteScore(Value* central, std::initializer_list<std::pair<Value*, double>> flags) {
  bool known = central != nullptr && !central->is_null();
  double points = known ? central->as_double() : 0;
  for (const auto& [flag, bar] : flags) {
    if (flag == nullptr || flag->is_null() || (central != nullptr && !central->is_null())) continue;
    known = true;
    if (flag->is_true()) points = std::max(points, bar);
  }
  if (!known) return;
  if (central != nullptr && central->is_null()) *central = Value::Double(points);
  for (const auto& [flag, bar] : flags) {
    if (flag != nullptr && flag->is_null()) *flag = Value::Bool(points >= bar);
  }
}

}  // namespace

// In step with the facts of record_facts.cc.
void ConditionList::Complete(std::vector<Value>& record, const std::string& status) const {
  const auto at = [&](std::string_view name) {
    const int slot = SlotOf(name);
    return slot < 0 ? nullptr : &record[static_cast<size_t>(slot)];
  };
  CompleteScore(at("score.central"),
                {{at("score.qualified"), records_.bars.mql}, {at("score.warm"), records_.bars.maql}});
  if (Value* interactions = at("record.interactions"); interactions != nullptr && interactions->is_null()) {
    for (const char* name :
         {"record.last_channel", "record.last_investment", "record.last_response", "record.days_since_interaction"}) {
      if (const Value* last = at(name); last != nullptr && !last->is_null()) *interactions = Value::Int(1);
    }
    const Value* requested = at("record.contact_requested");
    if (requested != nullptr && requested->is_true()) *interactions = Value::Int(1);
  }
  if (records_.are_leads) {
    for (const char* name : {"lead.probability", "lead.purchased", "lead.activity_count", "lead.contact_count"}) {
      Value* value = at(name);
      if (value != nullptr && value->is_null()) *value = SomeValue(fields_[static_cast<size_t>(SlotOf(name))]);
    }
  }
  if (Value* of = at("lead.region"); of != nullptr && of->is_null() && !records_.region.empty()) {
    *of = Value::String(records_.region);
  }
  if (Value* in = at("record.status"); in != nullptr && in->is_null() && !status.empty()) *in = Value::String(status);
  for (size_t slot = 0; slot < record.size(); ++slot) {
    if (record[slot].is_null() && !fields_[slot].type.is(cel::TypeKind::kWrapper)) {
      record[slot] = SomeValue(fields_[slot]);
    }
  }
}

}  // namespace leadline::packs
