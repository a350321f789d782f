// What the engine guarantees between the fields of one record, for proofs about conditions. Each stands on code that
// makes it true; a fact that a client could break does not belong here.
#include "cel/value.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {
namespace {

using cel::Value;
using Operator = Comparison::Operator;

int Test(ConditionSpace& space, int slot, Operator op, std::vector<Value> constants) {
  return space.AtomOf(space.AddTest({slot, op, false, std::move(constants)}));
}

// The slot of a field that some condition reads; -1 otherwise.
int ReadSlot(const ConditionSpace& space, std::string_view name) {
  const int slot = space.SlotOf(name);
  return slot >= 0 && space.Reads(slot) ? slot : -1;
}

}  // namespace

void AddRecordFacts(ConditionSpace& space, const domain::ScoreBars& bars) {
  // domain::FoldScore sets `qualified` and `warm` by comparing the same rounded central sum with the bars; a record
  // without a score has 0 and false.
  const int central = ReadSlot(space, "score.central");
  const int qualified = ReadSlot(space, "score.qualified"), warm = ReadSlot(space, "score.warm");
  for (const auto& [slot, bar] : {std::pair(qualified, bars.mql), {warm, bars.maql}}) {
    if (central < 0 || slot < 0) continue;
    const int at_bar = Test(space, central, Operator::kGreaterEqual, {Value::Double(bar)});
    const int flag = Test(space, slot, Operator::kIsTrue, {});
    space.AddFact({at_bar, kTrue, flag, kTrue});
    space.AddFact({at_bar, kFalse, flag, kFalse});
  }
  if (qualified >= 0 && warm >= 0) {
    space.AddFact(
        {Test(space, qualified, Operator::kIsTrue, {}), kTrue, Test(space, warm, Operator::kIsTrue, {}), kTrue});
  }
  // fields.cc: record.interactions counts the same activities that record.last_* and days_since_interaction are read
  // from. Without one these are absent. (With one they may be absent too: a channel may be unknown.)
  const int interactions = ReadSlot(space, "record.interactions");
  if (interactions < 0) return;
  // Whoever asked to be contacted has done something: a contact request is no touch of ours.
  if (const int requested = ReadSlot(space, "record.contact_requested"); requested >= 0) {
    space.AddFact({Test(space, interactions, Operator::kEqual, {Value::Int(0)}), kTrue,
                   Test(space, requested, Operator::kIsTrue, {}), kFalse});
  }
  for (const char* name :
       {"record.last_channel", "record.last_investment", "record.last_response", "record.days_since_interaction"}) {
    const int slot = ReadSlot(space, name);
    if (slot < 0) continue;
    const int none = Test(space, interactions, Operator::kEqual, {Value::Int(0)});
    const int absent = Test(space, slot, Operator::kEqual, {Value::Null()});
    space.AddFact({none, kTrue, absent, kTrue});
  }
}

void AddLeadFacts(ConditionSpace& space) {
  // fields.cc: of a lead these are never absent, and routes and service levels are only asked about leads.
  for (const char* name : {"lead.probability", "lead.purchased", "lead.activity_count", "lead.contact_count"}) {
    const int slot = ReadSlot(space, name);
    if (slot < 0) continue;
    space.Assume(space.AddTest({slot, Operator::kNotEqual, false, {Value::Null()}}));
  }
}

int AddStatusTest(ConditionSpace& space, const std::string& status) {
  const int slot = ReadSlot(space, "record.status");
  if (slot < 0) return -1;
  return space.AddTest({slot, Operator::kEqual, false, {Value::String(status)}});
}

}  // namespace leadline::packs
