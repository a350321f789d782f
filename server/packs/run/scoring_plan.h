// How one region's rules, routes and normalisation rows are found and tested fast.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"
#include "packs/rule_set.h"
#include "packs/run/requirement.h"
#include "packs/run/text_codes.h"

namespace leadline::packs {

// One test; see Requirement. Parts are steps [first, first + count).
struct Step {
  Requirement::Kind kind = Requirement::Kind::kNever;
  Comparison::Operator op = Comparison::Operator::kIsTrue;  // kNumber
  bool wanted = true;
  bool folded = false;  // kText: of the source
  int slot = -1;
  int source = -1;  // kLeaf: the leaf
  cel::Value constant;
  uint64_t mask = 0;    // kText: codes below 64
  bool others = false;  // kText: what holds for codes from 64 on that are not listed
  uint32_t first = 0;   // kText: listed codes from 64 on; kWords, kParts: words
  uint32_t count = 0;
};

// Rules by what their conditions ask of one text, so that a record costs one look-up for all rules on that text instead
// of a test of each: a thousand rules for a thousand countries are one step and the few rules of the record's country.
struct RuleIndex {
  struct Entry {
    int32_t rule;        // number of the rule, route or row
    uint32_t first = 0;  // what else must hold: all of steps [first, first + count)
    uint32_t count = 0;
  };
  // The rules that need one of a source's constants, by code, in order within each.
  struct Key {
    int source = -1;
    bool words = false;  // by the words of the source instead, coded by `tokens`; a rule may stand at several
    TextCodes tokens;
    std::vector<uint32_t> begin;  // by code, and the end
    std::vector<Entry> entries;

    std::span<const Entry> Of(uint32_t code) const {
      return std::span(entries).subspan(begin[code], begin[code + 1] - begin[code]);
    }
  };
  std::vector<Key> keys;
  std::vector<Entry> rest;  // of any other form, in order
  std::vector<int> slots;   // that keys and steps read; leaves have their own
};

// How activities are counted by day instead of being tested one by one each time. That is possible when what the
// conditions of rules for each activity ask is of the activity alone, or of its age in days, which all activities of
// one day share; a condition may ask for both with `&&` between them. Classes are numbered: first one for each of these
// rules, of activities for which all but the age holds; then one for each cell of the matrices in their order.
struct CountingPlan {
  struct RuleClass {
    int32_t rule = 0;  // of the policy
    // What its condition asks of the age: all of steps [first, first + count).
    uint32_t first = 0;
    uint32_t count = 0;
  };
  bool possible = false;
  std::string name;                 // of the classes: equal names, equal classes. Empty when it is not possible
  std::vector<RuleClass> rules;     // by class
  RuleIndex index;                  // numbers are those of classes
  std::vector<size_t> first_cells;  // class of the first cell, by matrix
  size_t classes = 0;               // how many there are
};

// Whether what the condition of a rule for each activity asks lets activities be counted by day.
bool IsCountedByDay(const cel::Program& condition, const std::vector<FieldDef>& fields);

// Attributes that rules read, found in one pass over a record's attributes: a look-up for each would cost more than all
// the rules together.
struct AttributeSlots {
  TextCodes names;
  std::vector<int> slots;  // by code - 2
};

// What keys and steps of scoring rules read of the record: fields one by one, and attributes.
struct RecordSlots {
  std::vector<int> fields;
  AttributeSlots lead, contact, account;
};

// Immutable and thread-safe.
struct ScoringPlan {
  std::vector<Step> steps;
  std::vector<uint32_t> codes;     // lists of kText steps
  std::vector<std::string> words;  // of kWords and kParts steps
  std::vector<TextSource> sources;
  std::vector<Leaf> leaves;
  std::vector<int> plain_source;     // by slot: its TextSource as it is; -1: none
  std::vector<uint8_t> of_activity;  // by slot: activity.*

  RuleIndex record_rules;    // scoring rules tested once, that read what was given alone (ReadsGivenAlone)
  RuleIndex moving_rules;    // tested once, that read anything else, too
  RuleIndex activity_rules;  // tested for each activity
  CountingPlan counting;
  RuleIndex routes;                    // beside RoutingPolicy::routes
  std::vector<RuleIndex> normalizers;  // rows, beside RegionRules::normalizers

  RecordSlots given;                // by record_rules
  RecordSlots moving;               // by moving_rules and activity_rules
  std::vector<int> activity_slots;  // of each activity
};

// `responses` and `time_zones`, their version, are the rule set's: what is counted depends on them, too.
std::shared_ptr<const ScoringPlan> MakeScoringPlan(const RegionRules& rules, const std::vector<FieldDef>& fields,
                                                   const ResponseKinds& responses = {},
                                                   std::string_view time_zones = "");

}  // namespace leadline::packs
