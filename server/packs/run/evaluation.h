// Evaluates the rules of one region on one record.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"
#include "domain/activities/activity_tally.h"
#include "domain/decision.h"
#include "domain/records.h"
#include "packs/rule_set.h"
#include "packs/run/known_hits.h"
#include "packs/run/record_view.h"

namespace leadline::packs {

struct RecordSlots;
struct RuleIndex;
struct Step;
struct TimeTest;
struct TimedCondition;
struct TimedTransition;

// Binds one record's fields to slots, each once and when it is first read, and evaluates conditions over them; reusable
// for the next record without allocating. Not thread-safe: one per thread.
class Evaluation {
 public:
  explicit Evaluation(const RuleSet& rules);

  // `region` and the view's records must outlive the next Bind.
  void Bind(const RegionRules& region, const RecordView& view);

  // The rules of the region's scoring policy that hold, in policy order. Errors count as not held. `known` (may be
  // null) is what was found before of the same record by the same rules: the hits are the same with it, and it is
  // brought up to date.
  void ScoringHits(std::vector<domain::RuleHit>& hits, KnownHits* known = nullptr);

  // What the record's counted past gives (RecordView::past), as ScoringHits would of the activities themselves. Empty
  // without one.
  void CountedHits(std::vector<domain::CountedHit>& hits);

  // Whether the activities of the region's records can be counted by day; the name of how they are, which a change of
  // what is counted changes. Empty: they cannot.
  static const std::string& Counting(const RegionRules& region);
  // Adds activities to a tally, which they are not part of yet; it is, or becomes, of the name Counting(region). The
  // record that was bound is bound no more. False, and the tally is unspecified, where the time of an activity is
  // none that can be counted (domain::CanCount).
  bool Count(const RegionRules& region, std::span<const domain::Activity> activities, domain::ActivityTally& tally);

  // The first of the region's routes from number `from` on whose condition holds; -1 when none does. Routes that ask
  // for another value of a text than the record's are not looked at, however many there are.
  int NextRoute(int from);

  // Whether condition `number` holds, with the fields it read as evidence (and why not). -1 holds. Sets outcome,
  // evidence and message; the caller adds rule id, layer and source.
  domain::Reason Test(int number);
  bool Holds(int number);
  // Evidence for a scoring rule: the fields its condition read, with their values.
  std::vector<domain::Evidence> EvidenceOf(int number);

  // The value of the first row that holds, with its reason; an empty outcome value when none does. `normalizer` is one
  // of the region's. Plugins are the caller's.
  struct Normalized {
    std::string value;
    domain::Reason reason;
    bool found = false;
  };
  Normalized Normalize(const Normalizer& normalizer);

  // The first of the region's reasons against marketing that holds of the person who is bound; null: none does.
  const MarketingBar* WhyNotMarketable();

  // The value of a field by slot number. Null when absent; activity.* always.
  cel::Value Field(int slot);

  // The first moment after the view's at which one of the region's scoring rules, or of its conditions against
  // marketing, begins or ceases to hold, of the record or of one of the view's activities, listed or counted, when
  // nothing happens but that time passes; 0: never. Conditions that read the time in a form that tells no moments are
  // taken to turn at the next day of an age, and within the hour when they read `now`.
  Time NextScoringFlip();
  // The same for a transition's condition, the score being as it is; `best` when that is earlier. 0 stands for never.
  Time NextTransitionFlip(const TimedTransition& timed, Time best);

 private:
  // The fold of a text, kept for as long as the text is the same.
  struct Folded {
    std::string text;
    std::string folded;
    uint64_t bound = 0;
    uint32_t code = 0;
    bool present = false;
  };
  struct LeafValue {
    uint64_t bound = 0;
    cel::Value value;
  };

  // What was bound at this time or later is of the record, or of the activity, that is looked at.
  uint64_t Current(int slot) const;
  void Ensure(int slot);
  void BindSlot(int slot);
  void BindValue(int slot, cel::Value value);
  void BindAttributes(const RecordSlots& wanted);
  void BindRecord(const RecordSlots& wanted);
  // From now on activity.* is of this one; null: absent.
  void SetActivity(const domain::Activity* activity);
  // Binds what the condition reads.
  void BindFor(const cel::Program& program);

  const Folded& FoldedOf(int source);
  uint32_t CodeOf(int source);
  bool StepHolds(const Step& step);
  // Of the kinds that are more than a comparison.
  bool LongStepHolds(const Step& step);
  bool AllHold(uint32_t first, uint32_t count);
  bool ListHolds(const Step& step, uint32_t code);
  bool WordsHold(const Step& step);
  bool PartsHold(const Step& step);
  bool LeafHolds(const Step& step);
  // Calls `use` with each list of entries that the record's values give, until it returns false.
  template <typename Use>
  void ForEntries(const RuleIndex& index, Use use);
  void AddHits(const RuleIndex& index, int activity, std::vector<domain::RuleHit>& hits);
  // Of the view's activities: of those that are not known what they are, and of all what their age asks.
  void AddActivityHits(KnownHits& known, std::vector<domain::RuleHit>& hits);
  // Appends the classes of the activity that is set, each once and in order; see CountingPlan.
  void AddClasses(std::vector<uint32_t>& classes);
  // The lowest number from `from` on that holds; -1 when none does.
  int FirstFrom(const RuleIndex& index, int from);
  cel::Value Evaluate(const cel::Program& program);
  // The first moment after `after` at which the test may come out otherwise; 0: never.
  Time NextTurn(const TimeTest& test, Time after);
  // `best`, or the moment before it at which the condition comes out otherwise. `holds` asks it of what is bound.
  template <typename Ask>
  Time NextFlip(const TimedCondition& timed, const domain::Activity* activity, Time best, Ask holds);
  // The same for the activities that are counted.
  Time NextCountedFlip(const TimedCondition& timed, Time best);

  const RuleSet& rules_;
  const int age_slot_;  // of activity.age_days; -1: the packs have no such field
  const RegionRules* region_ = nullptr;
  RecordView view_;
  const domain::Activity* activity_ = nullptr;
  std::vector<cel::Value> slots_;
  std::vector<uint64_t> bound_;  // by slot: when it was bound
  std::vector<uint32_t> codes_;  // by source, of texts as they are
  std::vector<Folded> folded_;   // by source
  std::vector<LeafValue> leaves_;
  std::vector<domain::RuleHit> classes_;  // of an activity, as they are met
  std::vector<uint32_t> of_activity_;     // of the activity being counted, each once
  std::vector<int64_t> numbers_;
  uint64_t time_ = 0;  // counts Bind() and SetActivity()
  uint64_t record_time_ = 0;
  uint64_t activity_time_ = 0;
  cel::Arena fields_arena_;  // lists of bound fields
  cel::Arena work_arena_;    // of one evaluation
};

}  // namespace leadline::packs
