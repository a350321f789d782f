// How the conditions of one region's scoring rules are tested fast.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cel/program.h"
#include "cel/value.h"
#include "packs/rule_set.h"

namespace leadline::packs {

// The texts that rules compare one field with, numbered. A record's value is looked up once; every comparison of the
// field is then one bit. Code 0: absent, 1: another text, from 2 on the constants.
class TextCodes {
 public:
  static constexpr int kMax = 64;
  // Gives the constant's code, new or known; -1 when the field has too many.
  int Intern(std::string_view text);
  // To be called when all constants are in, before Find().
  void Index();
  uint8_t Find(std::string_view text) const {
    for (size_t at = Hash(text) & mask_; table_[at] != 0; at = (at + 1) & mask_) {
      if (texts_[table_[at] - 2u] == text) return table_[at];
    }
    return 1;
  }

 private:
  static size_t Hash(std::string_view text) {
    if (text.empty()) return 0;
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(text[i])); };
    return text.size() * 31 + byte(0) * 7 + byte(text.size() - 1) * 13 + byte(text.size() / 2) * 17;
  }
  std::vector<std::string> texts_;
  std::vector<uint8_t> table_;
  size_t mask_ = 0;
};

// A condition as steps over bound slots: and, or, not over comparisons, with the language's three outcomes (an error is
// absorbed by a false in `and` and by a true in `or`). Conditions of another form keep their program. Immutable and
// thread-safe.
struct ScoringPlan {
  enum class Kind : uint8_t { kAlways, kNever, kAnd, kOr, kNot, kMask, kFlag, kNumber, kCompare };
  struct Step {
    Kind kind = Kind::kNever;
    cel::Op op = cel::Op::kNone;
    int slot = -1;
    uint64_t mask = 0;    // kMask: bit by code
    cel::Value constant;  // kNumber, kCompare
    uint32_t first = 0;   // kAnd, kOr, kNot: children are steps [first, first + count)
    uint32_t count = 0;
  };
  struct Rule {
    int slot = -1;                          // of a condition that is a single kMask: tested without a call
    uint64_t mask = 0;                      // of the same
    int root = -1;                          // into `steps`; -1: `program`
    const cel::Program* program = nullptr;  // kept alive by the region's conditions
    bool each_activity = false;
    bool always = false;
  };

  std::vector<Step> steps;
  std::vector<Rule> rules;            // beside ScoringPolicy::rules
  std::vector<int> record_rules;      // indexes of those tested once
  std::vector<int> activity_rules;    // and of those tested for each activity
  std::vector<int> record_slots;      // to bind one by one for both
  std::vector<int> activity_slots;    // activity.* among the slots that rules read
  std::vector<int8_t> codes_of_slot;  // index into `codes`; -1: none
  std::vector<TextCodes> codes;

  // Attributes that rules read, found in one pass over a record's attributes: a look-up for each would cost more than
  // all the rules together.
  struct AttributeSlots {
    TextCodes names;
    std::vector<int> slots;  // by code - 2
  };
  AttributeSlots lead, contact, account;
};

std::shared_ptr<const ScoringPlan> MakeScoringPlan(const RegionRules& rules, const std::vector<FieldDef>& fields);

// 1 true, 0 false, -1 error. `codes` and `slots` are by slot number.
int RunSteps(const ScoringPlan& plan, int root, const cel::Value* slots, const uint8_t* codes);

}  // namespace leadline::packs
