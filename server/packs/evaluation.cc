#include "packs/evaluation.h"

#include <algorithm>

#include "packs/evidence.h"
#include "packs/fields.h"
#include "packs/scoring_plan.h"

namespace leadline::packs {

using cel::Value;

Evaluation::Evaluation(const RuleSet& rules)
    : rules_(rules),
      slots_(rules.fields().size()),
      codes_(rules.fields().size(), 0),
      bound_(rules.fields().size(), 0) {}

void Evaluation::Bind(const RegionRules& region, const RecordView& view) {
  region_ = &region;
  view_ = view;
  ++record_;
  fields_arena_.Reset();
  BindActivity(nullptr);
  for (const int slot : region.plan->record_slots) BindSlot(slot, nullptr);
  BindAttributes();
}

void Evaluation::BindValue(int slot, Value value) {
  const size_t s = static_cast<size_t>(slot);
  slots_[s] = value;
  bound_[s] = record_;
  const int8_t codes = region_->plan->codes_of_slot[s];
  if (codes < 0) return;
  codes_[s] = value.is_string() ? region_->plan->codes[static_cast<size_t>(codes)].Find(value.as_string()) : 0;
}

void Evaluation::BindSlot(int slot, const domain::Activity* activity) {
  const FieldDef& field = rules_.fields()[static_cast<size_t>(slot)];
  BindValue(slot, field.accessor({view_, activity, field, rules_.touches(), fields_arena_}));
}

void Evaluation::BindAttributes() {
  const auto bind = [this](const ScoringPlan::AttributeSlots& wanted, const domain::Attributes* attributes) {
    if (wanted.slots.empty()) return;
    for (const int slot : wanted.slots) BindValue(slot, Value::Null());
    if (attributes == nullptr) return;
    for (const auto& [name, value] : *attributes) {
      const uint8_t code = wanted.names.Find(name);
      if (code < 2) continue;
      const int slot = wanted.slots[code - 2u];
      BindValue(slot, AttributeToValue(value, rules_.fields()[static_cast<size_t>(slot)], fields_arena_));
    }
  };
  const ScoringPlan& plan = *region_->plan;
  bind(plan.lead, view_.lead == nullptr ? nullptr : &view_.lead->attributes);
  bind(plan.contact, view_.contact == nullptr ? nullptr : &view_.contact->attributes);
  bind(plan.account, view_.account == nullptr ? nullptr : &view_.account->attributes);
}

void Evaluation::BindActivity(const domain::Activity* activity) {
  for (const int slot : region_->plan->activity_slots) BindSlot(slot, activity);
}

void Evaluation::BindFor(const cel::Program& program) {
  for (const int slot : program.used_slots()) {
    if (bound_[static_cast<size_t>(slot)] != record_) BindSlot(slot, nullptr);
  }
}

Value Evaluation::Evaluate(const cel::Program& program) {
  work_arena_.Reset();
  return program.Evaluate(slots_, work_arena_);
}

bool Evaluation::RuleHolds(int rule) {
  const ScoringPlan::Rule& planned = region_->plan->rules[static_cast<size_t>(rule)];
  if (planned.slot >= 0) return ((planned.mask >> codes_[static_cast<size_t>(planned.slot)]) & 1) != 0;
  if (planned.root >= 0) return RunSteps(*region_->plan, planned.root, slots_.data(), codes_.data()) == 1;
  return planned.always || Evaluate(*planned.program).is_true();
}

void Evaluation::ScoringHits(std::vector<domain::RuleHit>& hits) {
  const ScoringPlan& plan = *region_->plan;
  hits.clear();
  for (const int rule : plan.record_rules) {
    if (RuleHolds(rule)) hits.push_back({rule, -1});
  }
  const size_t own = hits.size();
  for (size_t a = 0; a < view_.activities.size(); ++a) {
    BindActivity(&view_.activities[a]);
    for (const int rule : plan.activity_rules) {
      if (RuleHolds(rule)) hits.push_back({rule, static_cast<int>(a)});
    }
  }
  if (hits.size() == own) return;
  BindActivity(nullptr);
  std::sort(hits.begin(), hits.end(), [](const domain::RuleHit& x, const domain::RuleHit& y) {
    return x.rule != y.rule ? x.rule < y.rule : x.activity < y.activity;
  });
}

bool Evaluation::Holds(int number) {
  if (number < 0) return true;
  const cel::Program& program = *region_->conditions[static_cast<size_t>(number)].program;
  BindFor(program);
  return Evaluate(program).is_true();
}

domain::Reason Evaluation::Test(int number) {
  domain::Reason reason;
  if (number < 0) {
    reason.message = "always";
    return reason;
  }
  const cel::Program& program = *region_->conditions[static_cast<size_t>(number)].program;
  BindFor(program);
  const Value value = Evaluate(program);
  reason.evidence = EvidenceFor(rules_.fields(), program, slots_);
  if (value.is_true()) return reason;
  reason.outcome = value.is_error() ? domain::ReasonOutcome::kError : domain::ReasonOutcome::kNotFired;
  work_arena_.Reset();
  reason.message = WhyNot(rules_.fields(), program, slots_, work_arena_);
  return reason;
}

std::vector<domain::Evidence> Evaluation::EvidenceOf(int number) {
  if (number < 0) return {};
  const cel::Program& program = *region_->conditions[static_cast<size_t>(number)].program;
  BindFor(program);
  return EvidenceFor(rules_.fields(), program, slots_);
}

Evaluation::Normalized Evaluation::Normalize(const Normalizer& normalizer) {
  Normalized out;
  for (const NormalizeRow& row : normalizer.rows) {
    if (!Holds(row.condition)) continue;
    out.found = true;
    out.value = row.value;
    out.reason.evidence = EvidenceOf(row.condition);
    out.reason.layer = row.layer;
    out.reason.source = row.source;
    out.reason.message = row.locale.empty() ? "table row" : "table row for " + row.locale;
    return out;
  }
  out.reason.outcome = domain::ReasonOutcome::kNotFired;
  out.reason.message = "no row of the table holds";
  return out;
}

Value Evaluation::Field(int slot) {
  if (bound_[static_cast<size_t>(slot)] != record_) BindSlot(slot, nullptr);
  return slots_[static_cast<size_t>(slot)];
}

}  // namespace leadline::packs
