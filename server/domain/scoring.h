// Scores: a fold over rule hits and deduplicated activities. Pure functions over plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "base/clock.h"
#include "domain/account/account_score.h"
#include "domain/decision.h"
#include "domain/records.h"

namespace leadline::domain {

struct ScoringRule {
  std::string id;
  std::string layer;   // "central" or the region
  std::string source;  // file:line
  std::string dimension;
  std::string description;
  double points = 0;
  bool each_activity = false;         // one contribution per matching activity
  std::optional<Duration> half_life;  // of a contribution, from the activity's time; only with each_activity
  std::optional<double> max_points;   // |sum of the rule's contributions| never exceeds this
  bool regional = false;              // counts into the adjustment instead of the central score
  int condition = -1;                 // index of the compiled condition; -1: always
  // Of a region that sets central points: the central rule or matrix, whose points `points` come on top of. What both
  // give together is within the max_points of that one, so that only what is left of it counts.
  int sets_rule = -1;    // index into ScoringPolicy::rules, before this one; -1: none
  int sets_matrix = -1;  // index into ScoringPolicy::matrices; -1: none
};

// Points by channel x investment x response. Looked up for every activity; "*" stands for any value of an axis.
struct ScoringMatrix {
  std::string id;
  std::string layer;
  std::string source;
  std::string dimension;
  std::optional<Duration> half_life;
  std::optional<double> max_points;  // over all of the matrix's contributions
  struct Cell {
    std::string channel, investment, response;
    double points = 0;
    std::string source;
  };
  std::vector<Cell> cells;

  // The most specific cell (fewest "*"; earlier axes first on ties); null when none fits.
  const Cell* Find(const Activity& activity) const;

  // Makes Find independent of the number of cells: call once, after the last change of `cells`. Find is right, only
  // slower, without it.
  void BuildIndex();

  // Made by BuildIndex.
  std::vector<int32_t> index;  // open addressing: cell * 8 + its combination of "*"; -1: free
  size_t indexed_cells = 0;
  uint8_t patterns = 0;  // which combinations of "*" occur, a bit each
};

// A plugin whose points count like a rule's. It is asked outside of the fold; see PluginPoints.
struct ScoringPlugin {
  std::string id;      // of the rule, not of the plugin
  std::string layer;   // "central" or the region
  std::string source;  // file:line
  std::string dimension;
  std::string description;
  double min_points = 0;
  double max_points = 0;
  bool regional = false;  // counts into the adjustment instead of the central score
  int plugin = -1;        // number of the plugin's use in the packs
};

// Central points from which a record is qualified, and from which it is warm.
struct ScoreBars {
  double mql = 100;
  double maql = 100;  // never above `mql`
};

struct ScoringPolicy {
  ScoreBars bars;
  double adjustment_cap = 0;  // |sum of regional points| never exceeds this
  std::vector<ScoringRule> rules;
  std::vector<ScoringMatrix> matrices;
  std::vector<ScoringPlugin> plugins;
  std::optional<AccountScorePolicy> account_score;  // the centre's; nothing: accounts are not scored
};

// One rule that held, for the record or for one activity. Rules without a hit did not hold.
struct RuleHit {
  int rule = 0;       // index into ScoringPolicy::rules
  int activity = -1;  // index into the activities; -1: the record itself
};

// Activities of one day that are counted instead of listed, and held a rule or have a cell of a matrix.
struct CountedHit {
  int rule = -1;           // index into ScoringPolicy::rules; -1: of a matrix
  int matrix = -1;         // index into ScoringPolicy::matrices
  int cell = -1;           // of the matrix
  int64_t age_days = 0;    // AgeInDays of each of them
  int64_t activities = 0;  // how many
};

// What a plugin said of the record, or what the packs say in its place.
struct PluginPoints {
  int plugin = 0;                                 // index into ScoringPolicy::plugins
  double points = 0;                              // as given: the fold keeps them within the bounds
  ReasonOutcome outcome = ReasonOutcome::kFired;  // kError: the plugin failed
  std::string message;                            // why so many points, or why the plugin was not heard
  std::vector<Evidence> evidence;                 // each of its reasons with its share
};

// What the central rules give besides, when fields mean what the region's own tables say instead of what the centre
// accepts of them: the region's points, not the centre's.
struct MeaningPoints {
  std::string_view region;
  double points = 0;  // 0: no difference
};

// Indices of the activities that count, oldest first: the first of every id, none later than `now`. Activities without
// an id (of a record that is not stored) all count. The order given does not matter.
std::vector<int> DistinctActivities(std::span<const Activity> activities, Time now);

// The points of one rule or matrix that grow less by themselves, from one day to the next.
struct DecayingPoints {
  double points = 0;       // that count now, within max_points; they go towards 0 and never past it
  Duration half_life = 0;  // what is left after it is half of them, or more while max_points limits them
  int64_t parts = 0;       // contributions, each of which is rounded to a millionth
  bool regional = false;   // of the adjustment
};
// Without an allocation for most records.
using DecayingList = absl::InlinedVector<DecayingPoints, 6>;

struct ScoreResult {
  Score score;
  DecayingList decaying;        // that give points now
  std::vector<Reason> reasons;  // one for each rule, matrix and plugin with a contribution, in policy order; points sum
                                // to the score. A plugin that failed has one too
};

// Folds hits and matrix cells into a score at `now`. Contributions decay as points * 2^(-age / half_life); the age of
// an activity is counted in whole days of the calendar (AgeInDays), so that those of one day give the same. Central
// sums never depend on regional rules or plugins. Every contribution is rounded to a millionth of a point and the sums
// are taken over whole millionths, so that the same input gives the same bytes in any order and reasons add up exactly.
// `qualified` and `warm` compare the central sum, in millionths, with the bars: 99.999999 is shown as 100.00 but does
// not qualify; 99.9999995 is 100.000000 in millionths and does. `hits` may come in any order and more than once; hits
// on activities that do not count are ignored. `plugins` holds at most one answer for each plugin. `counted`, in any
// order, is of other activities than `activities`: the score, and what of it decays, is what all of them together give
// as a list, and reasons say how many they were instead of which. What the regional cap takes away is a reason of its
// own ("regional_adjustment"), and so is `meaning` ("regional_meaning"); what `max_points` takes away is evidence of
// its own. With `explain` false, `reasons` stays empty and nothing is allocated but the score's dimensions; without
// `words`, reasons have the rule, its layer, its outcome and its points, and nothing else.
ScoreResult FoldScore(const ScoringPolicy& policy, std::span<const RuleHit> hits, std::span<const Activity> activities,
                      Time now, bool explain, std::span<const PluginPoints> plugins = {},
                      const MeaningPoints& meaning = {}, std::span<const CountedHit> counted = {}, bool words = true);
// The same into a result that was used before: once its memory suffices, nothing is allocated at all without `explain`.
void FoldScore(const ScoringPolicy& policy, std::span<const RuleHit> hits, std::span<const Activity> activities,
               Time now, bool explain, ScoreResult& result, std::span<const PluginPoints> plugins = {},
               const MeaningPoints& meaning = {}, std::span<const CountedHit> counted = {}, bool words = true);

}  // namespace leadline::domain
