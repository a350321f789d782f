// Evaluates the rules of one region on one record.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"
#include "domain/decision.h"
#include "domain/records.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// What rules read. The pointers may be null: then every field of that record is absent. Views live as long as the
// Evaluation.
struct RecordView {
  const domain::Lead* lead = nullptr;
  const domain::Contact* contact = nullptr;
  const domain::Account* account = nullptr;
  std::span<const domain::Activity> activities;  // distinct, oldest first, none later than `now`
  Time now = 0;
};

// Binds one record's fields to slots once and evaluates conditions over them; reusable for the next record without
// allocating. Not thread-safe: one per thread.
class Evaluation {
 public:
  explicit Evaluation(const RuleSet& rules);

  // `region` and the view's records must outlive the next Bind.
  void Bind(const RegionRules& region, const RecordView& view);

  // The rules of the region's scoring policy that hold, in policy order. Errors count as not held.
  void ScoringHits(std::vector<domain::RuleHit>& hits);

  // Whether condition `number` holds, with the fields it read as evidence (and why not). -1 holds. Sets outcome,
  // evidence and message; the caller adds rule id, layer and source.
  domain::Reason Test(int number);
  bool Holds(int number);
  // Evidence for a scoring rule: the fields its condition read, with their values.
  std::vector<domain::Evidence> EvidenceOf(int number);

  // The value of the first row that holds, with its reason; an empty outcome value when none does. Plugins are the
  // caller's.
  struct Normalized {
    std::string value;
    domain::Reason reason;
    bool found = false;
  };
  Normalized Normalize(const Normalizer& normalizer);

  // The value of a field by slot number. Null when absent; activity.* always.
  cel::Value Field(int slot);

 private:
  void BindSlot(int slot, const domain::Activity* activity);
  void BindValue(int slot, cel::Value value);
  void BindAttributes();
  void BindActivity(const domain::Activity* activity);
  // Binds what the condition reads and has not been bound for this record.
  void BindFor(const cel::Program& program);
  bool RuleHolds(int rule);
  cel::Value Evaluate(const cel::Program& program);

  const RuleSet& rules_;
  const RegionRules* region_ = nullptr;
  RecordView view_;
  std::vector<cel::Value> slots_;
  std::vector<uint8_t> codes_;   // by slot, for the scoring plan
  std::vector<uint64_t> bound_;  // by slot: the record (see record_) it was bound for
  uint64_t record_ = 0;
  cel::Arena fields_arena_;  // lists of bound fields
  cel::Arena work_arena_;    // of one evaluation
};

}  // namespace leadline::packs
