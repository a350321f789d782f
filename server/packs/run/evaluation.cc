#include "packs/run/evaluation.h"

#include <algorithm>

#include "domain/matching.h"
#include "packs/condition/text_functions.h"
#include "packs/run/evidence.h"
#include "packs/run/fields.h"
#include "packs/run/refusals.h"
#include "packs/run/scoring_plan.h"

namespace leadline::packs {

using cel::Value;
using Operator = Comparison::Operator;

Evaluation::Evaluation(const RuleSet& rules)
    : rules_(rules),
      age_slot_(rules.FieldSlot("activity.age_days")),
      slots_(rules.fields().size()),
      bound_(rules.fields().size(), 0) {}

void Evaluation::Bind(const RegionRules& region, const RecordView& view) {
  region_ = &region;
  // What is left of another region is older than this record.
  const ScoringPlan& plan = *region.plan;
  if (codes_.size() < plan.sources.size()) codes_.resize(plan.sources.size());
  if (folded_.size() < plan.sources.size()) folded_.resize(plan.sources.size());
  if (leaves_.size() < plan.leaves.size()) leaves_.resize(plan.leaves.size());
  view_ = view;
  record_time_ = ++time_;
  fields_arena_.Reset();
  SetActivity(nullptr);
}

inline uint64_t Evaluation::Current(int slot) const {
  return region_->plan->of_activity[static_cast<size_t>(slot)] != 0 ? activity_time_ : record_time_;
}

inline void Evaluation::Ensure(int slot) {
  if (bound_[static_cast<size_t>(slot)] < Current(slot)) BindSlot(slot);
}

void Evaluation::SetActivity(const domain::Activity* activity) {
  activity_ = activity;
  activity_time_ = ++time_;
}

void Evaluation::BindValue(int slot, Value value) {
  const size_t s = static_cast<size_t>(slot);
  slots_[s] = value;
  bound_[s] = time_;
  const int source = region_->plan->plain_source[s];
  if (source < 0) return;
  codes_[static_cast<size_t>(source)] =
      value.is_string() ? region_->plan->sources[static_cast<size_t>(source)].codes.Find(value.as_string())
                        : TextCodes::kAbsent;
}

void Evaluation::BindSlot(int slot) {
  const FieldDef& field = rules_.fields()[static_cast<size_t>(slot)];
  BindValue(slot, field.accessor({view_, activity_, field, rules_.responses(), *region_, fields_arena_}));
}

void Evaluation::BindAttributes(const RecordSlots& record) {
  const auto bind = [this](const AttributeSlots& wanted, const domain::Attributes* attributes) {
    if (wanted.slots.empty()) return;
    for (const int slot : wanted.slots) BindValue(slot, Value::Null());
    if (attributes == nullptr) return;
    for (const auto& [name, value] : *attributes) {
      const uint32_t code = wanted.names.Find(name);
      if (code == TextCodes::kOther) continue;
      const int slot = wanted.slots[code - 2];
      BindValue(slot, AttributeToValue(value, rules_.fields()[static_cast<size_t>(slot)], fields_arena_));
    }
  };
  bind(record.lead, view_.lead == nullptr ? nullptr : &view_.lead->attributes);
  bind(record.contact, view_.contact == nullptr ? nullptr : &view_.contact->attributes);
  bind(record.account, view_.account == nullptr ? nullptr : &view_.account->attributes);
}

void Evaluation::BindRecord(const RecordSlots& wanted) {
  for (const int slot : wanted.fields) Ensure(slot);
  BindAttributes(wanted);
}

void Evaluation::BindFor(const cel::Program& program) {
  for (const int slot : program.used_slots()) Ensure(slot);
}

Value Evaluation::Evaluate(const cel::Program& program) {
  work_arena_.Reset();
  return program.EvaluateQuietly(slots_, work_arena_);
}

const Evaluation::Folded& Evaluation::FoldedOf(int source) {
  const TextSource& text = region_->plan->sources[static_cast<size_t>(source)];
  Folded& out = folded_[static_cast<size_t>(source)];
  if (out.bound >= Current(text.slot)) return out;
  out.bound = time_;
  const Value& value = slots_[static_cast<size_t>(text.slot)];
  out.present = value.is_string();
  out.code = TextCodes::kAbsent;
  if (!out.present) return out;
  if (out.text != value.as_string() || out.folded.empty()) {
    out.text = value.as_string();
    out.folded = domain::FoldText(out.text);
  }
  out.code = text.codes.Find(out.folded);
  return out;
}

uint32_t Evaluation::CodeOf(int source) {
  const bool folded = region_->plan->sources[static_cast<size_t>(source)].folded;
  return folded ? FoldedOf(source).code : codes_[static_cast<size_t>(source)];
}

bool Evaluation::ListHolds(const Step& step, uint32_t code) {
  if (step.count == 0) return step.others;
  const auto listed = std::span(region_->plan->codes).subspan(step.first, step.count);
  return std::binary_search(listed.begin(), listed.end(), code) != step.others;
}

bool Evaluation::PartsHold(const Step& step) {
  const Value& value = slots_[static_cast<size_t>(step.slot)];
  if (!value.is_string()) return false;
  const auto parts = std::span(region_->plan->words).subspan(step.first, step.count);
  return std::any_of(parts.begin(), parts.end(), [text = value.as_string()](const std::string& part) {
           return text.find(part) != text.npos;
         }) == step.wanted;
}

bool Evaluation::WordsHold(const Step& step) {
  const Folded& text = FoldedOf(step.source);
  if (!text.present) return false;
  const auto words = std::span(region_->plan->words).subspan(step.first, step.count);
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return HasFoldedWord(text.folded, word); }) == step.wanted;
}

bool Evaluation::LeafHolds(const Step& step) {
  const Leaf& leaf = region_->plan->leaves[static_cast<size_t>(step.source)];
  LeafValue& known = leaves_[static_cast<size_t>(step.source)];
  if (known.bound < (leaf.of_activity ? activity_time_ : record_time_)) {
    for (const int slot : leaf.slots) Ensure(slot);
    work_arena_.Reset();
    known.value = leaf.number == Leaf::kWhole ? leaf.program->EvaluateQuietly(slots_, work_arena_)
                                              : leaf.program->EvaluateLeaf(leaf.number, slots_, work_arena_);
    known.bound = time_;
  }
  return step.wanted ? known.value.is_true() : known.value.is_false();
}

namespace {

template <typename T>
bool Compare(Operator op, T a, T b) {
  switch (op) {
    case Operator::kEqual:
      return a == b;
    case Operator::kNotEqual:
      return a != b;
    case Operator::kLess:
      return a < b;
    case Operator::kLessEqual:
      return a <= b;
    case Operator::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

bool NumberHolds(const Step& step, const Value& value) {
  if (value.is_int()) return Compare(step.op, value.as_int(), step.constant.as_int()) == step.wanted;
  if (value.is_double()) return Compare(step.op, value.as_double(), step.constant.as_double()) == step.wanted;
  return step.op == Operator::kNotEqual;
}

}  // namespace

inline bool Evaluation::StepHolds(const Step& step) {
  // Not to be read where the step has no slot.
  const Value& value = slots_.data()[step.slot < 0 ? 0 : step.slot];
  switch (step.kind) {
    case Requirement::Kind::kText: {
      const uint32_t code = step.folded ? FoldedOf(step.source).code : codes_[static_cast<size_t>(step.source)];
      return code < 64 ? ((step.mask >> code) & 1) != 0 : ListHolds(step, code);
    }
    case Requirement::Kind::kBool:
      return (value.is_bool() && value.as_bool() == step.constant.as_bool()) == step.wanted;
    case Requirement::Kind::kNull:
      return value.is_null() == step.wanted;
    case Requirement::Kind::kNumber:
      return NumberHolds(step, value);
    default:
      return LongStepHolds(step);
  }
}

bool Evaluation::AllHold(uint32_t first, uint32_t count) {
  const Step* step = region_->plan->steps.data() + first;
  for (const Step* end = step + count; step != end; ++step) {
    if (!StepHolds(*step)) return false;
  }
  return true;
}

bool Evaluation::LongStepHolds(const Step& step) {
  switch (step.kind) {
    case Requirement::Kind::kEqual:
      return cel::Equals(slots_[static_cast<size_t>(step.slot)], step.constant) == step.wanted;
    case Requirement::Kind::kWords:
      return WordsHold(step);
    case Requirement::Kind::kParts:
      return PartsHold(step);
    case Requirement::Kind::kLeaf:
      return LeafHolds(step);
    case Requirement::Kind::kAll:
      return AllHold(step.first, step.count);
    case Requirement::Kind::kAny:
      for (const Step& part : std::span(region_->plan->steps).subspan(step.first, step.count)) {
        if (StepHolds(part)) return true;
      }
      return false;
    default:
      return step.kind == Requirement::Kind::kAlways;
  }
}

template <typename Use>
void Evaluation::ForEntries(const RuleIndex& index, Use use) {
  for (const RuleIndex::Key& key : index.keys) {
    if (!key.words) {
      use(key.Of(CodeOf(key.source)));
      continue;
    }
    const Folded& text = FoldedOf(key.source);
    if (!text.present) continue;
    for (std::string_view left = text.folded; !left.empty();) {
      const std::string_view word = left.substr(0, left.find(' '));
      left.remove_prefix(std::min(left.size(), word.size() + 1));
      use(key.Of(key.tokens.Find(word)));
    }
  }
  use(std::span(index.rest));
}

void Evaluation::AddHits(const RuleIndex& index, int activity, std::vector<domain::RuleHit>& hits) {
  ForEntries(index, [&](std::span<const RuleIndex::Entry> entries) {
    for (const RuleIndex::Entry& entry : entries) {
      if (AllHold(entry.first, entry.count)) hits.push_back({entry.rule, activity});
    }
  });
}

int Evaluation::FirstFrom(const RuleIndex& index, int from) {
  for (const int slot : index.slots) Ensure(slot);
  int best = -1;
  ForEntries(index, [&](std::span<const RuleIndex::Entry> entries) {
    auto entry = std::lower_bound(entries.begin(), entries.end(), from,
                                  [](const RuleIndex::Entry& e, int number) { return e.rule < number; });
    for (; entry != entries.end() && (best < 0 || entry->rule < best); ++entry) {
      if (AllHold(entry->first, entry->count)) best = entry->rule;
    }
  });
  return best;
}

int Evaluation::NextRoute(int from) { return FirstFrom(region_->plan->routes, from); }

namespace {

bool Before(const domain::RuleHit& x, const domain::RuleHit& y) {
  return x.rule != y.rule ? x.rule < y.rule : x.activity < y.activity;
}

// Hits are few and nearly in order: the lists they come from are.
void SortHits(std::vector<domain::RuleHit>& hits) {
  constexpr size_t kFew = 64;
  if (hits.size() > kFew) {
    std::sort(hits.begin(), hits.end(), Before);
  } else {
    for (size_t i = 1; i < hits.size(); ++i) {
      const domain::RuleHit hit = hits[i];
      size_t at = i;
      for (; at > 0 && Before(hit, hits[at - 1]); --at) hits[at] = hits[at - 1];
      hits[at] = hit;
    }
  }
  // A rule that several words lead to is met several times.
  const auto same = [](const domain::RuleHit& x, const domain::RuleHit& y) {
    return x.rule == y.rule && x.activity == y.activity;
  };
  hits.erase(std::unique(hits.begin(), hits.end(), same), hits.end());
}

}  // namespace

void Evaluation::ScoringHits(std::vector<domain::RuleHit>& hits, KnownHits* known) {
  const ScoringPlan& plan = *region_->plan;
  hits.clear();
  if (known != nullptr && known->record_known) {
    hits = known->record;
  } else {
    BindRecord(plan.given);
    AddHits(plan.record_rules, -1, hits);
    if (known != nullptr) known->record = hits;
    if (known != nullptr) known->record_known = true;
  }
  BindRecord(plan.moving);
  AddHits(plan.moving_rules, -1, hits);
  if (known != nullptr && plan.counting.possible) {
    AddActivityHits(*known, hits);
  } else {
    for (size_t a = 0; a < view_.activities.size(); ++a) {
      SetActivity(&view_.activities[a]);
      for (const int slot : plan.activity_slots) BindSlot(slot);
      AddHits(plan.activity_rules, static_cast<int>(a), hits);
    }
  }
  SetActivity(nullptr);
  SortHits(hits);
}

bool Evaluation::Holds(int number) {
  if (number < 0) return true;
  const cel::Program& program = *region_->conditions[static_cast<size_t>(number)].program;
  BindFor(program);
  return Evaluate(program).is_true();
}

const MarketingBar* Evaluation::WhyNotMarketable() {
  for (const MarketingBar& bar : region_->not_marketable) {
    const bool holds = bar.refusal >= 0 ? Stands(rules_.responses(), bar.refusal, view_) : Holds(bar.condition);
    if (holds) return &bar;
  }
  return nullptr;
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
  const auto table = static_cast<size_t>(&normalizer - region_->normalizers.data());
  const int number = FirstFrom(region_->plan->normalizers[table], 0);
  if (number < 0) {
    out.reason.outcome = domain::ReasonOutcome::kNotFired;
    out.reason.message = "no row of the table holds";
    return out;
  }
  const NormalizeRow& row = normalizer.rows[static_cast<size_t>(number)];
  out.found = true;
  out.value = row.value;
  out.reason.evidence = EvidenceOf(row.condition);
  out.reason.layer = row.layer;
  out.reason.source = row.source;
  out.reason.message = "table row";
  return out;
}

Value Evaluation::Field(int slot) {
  Ensure(slot);
  return slots_[static_cast<size_t>(slot)];
}

}  // namespace leadline::packs
