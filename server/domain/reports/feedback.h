// What sales said of the leads that it was sent, beside the rules and scores that sent them. Types are not
// synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/cell.h"
#include "domain/reports/division.h"
#include "domain/reports/groups.h"
#include "domain/reports/hand_over.h"
#include "domain/reports/journey.h"

namespace leadline::domain {

// Rules and reasons that one group tells apart: those with the most rejections. The others are one, the rest.
inline constexpr size_t kMostFeedbackRules = 1000;
inline constexpr size_t kMostFeedbackReasons = 100;
// Rules of all groups of an answer together, where there are many groups.
inline constexpr size_t kMostFeedbackRows = 10'000;
// Rules that cells tell apart; later ones count together, under no name.
inline constexpr size_t kMostNamedRules = kMostNames - 1024;

struct RejectionCount {
  std::string reason;  // empty: none was given
  bool rest = false;
  int64_t rejected = 0, rejected_later = 0;
};

// Hand-overs by what came of them.
struct HandOverCounts {
  int64_t waiting = 0, rejected = 0, withdrawn = 0;
  int64_t accepted = 0;                    // with those won or rejected later
  int64_t won = 0;                         // of those accepted
  int64_t rejected_later = 0;              // of those accepted
  std::vector<RejectionCount> rejections;  // the most first, those of the same count by reason, the rest last

  int64_t Sent() const { return waiting + rejected + withdrawn + accepted; }
};

struct RuleFeedback {
  std::string rule_id;  // empty: rules that cells do not tell apart; or the rest
  std::string layer;    // empty: the centre
  bool rest = false;
  HandOverCounts counts;
};
struct BandFeedback {
  uint32_t band = kNotScored;
  HandOverCounts counts;
};

// Of one group.
struct Feedback {
  GroupKey group;
  bool rest = false;  // of all groups but the largest; then without a key
  HandOverCounts total;
  std::vector<RuleFeedback> rules;  // the most rejected first, then by id and layer, the rest last
  std::vector<BandFeedback> bands;  // that have any, from the lowest; not scored is the first
};

// Sums of hand-overs of one group.
class FeedbackSums {
 public:
  int64_t Size() const { return sent_; }
  void Merge(const FeedbackSums& other);
  void Add(const SalesHandOver& over);
  // Of a cell of Section::kFeedback.
  void Add(const Addition& addition, const Names& names);
  // Without its group. `most_rules`: that are told apart.
  Feedback Told(size_t most_rules) const;

 private:
  struct Outcomes {
    std::map<HandOverOutcome, int64_t> counts;
    std::map<std::string, std::pair<int64_t, int64_t>> reasons;  // rejected, rejected later
    void Add(HandOverOutcome outcome, const std::string& reason, int64_t count);
    void Merge(const Outcomes& other);
    HandOverCounts Told() const;
  };

  int64_t sent_ = 0;
  std::map<uint32_t, Outcomes> bands_;
  std::map<std::string, Outcomes> rules_;  // JoinValues(layer, rule id)
};

// How many rules each of so many groups tells apart; at least one.
size_t MostRulesOf(size_t groups);

// Feed each lead's journey once, then read. By creation.
class FeedbackFold {
 public:
  // `lifecycle` must live longer.
  FeedbackFold(const Lifecycle& lifecycle, Division division)
      : lifecycle_(lifecycle),
        sales_(SalesStatuses(lifecycle)),
        division_(std::move(division)),
        keys_(division_),
        groups_(division_.most_folded) {}
  FeedbackFold(const FeedbackFold&) = delete;
  FeedbackFold& operator=(const FeedbackFold&) = delete;
  void Add(const Journey& journey);
  std::vector<Feedback> Result() const;  // the largest group first; then by key; the rest is the last

 private:
  const Lifecycle& lifecycle_;
  const std::vector<std::string> sales_;
  Division division_;
  KeyMaker keys_;
  Groups<FeedbackSums> groups_;
};

}  // namespace leadline::domain
