// Which decisions another snapshot would take otherwise. Compares only; writes nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/decide/decider.h"
#include "engine/work/standing.h"
#include "store/store.h"

namespace leadline::engine {

// One decision about one lead that would be another one.
struct DecisionChange {
  // normalize FIELD, score, adjustment, qualified, entry_status, status, hold, route, service_level
  std::string aspect;
  std::string before;
  std::string after;
  std::vector<std::string> rules;  // that fired, or whose points counted, on one side only or otherwise
  std::vector<double> points;      // beside `rules`: the difference each makes; 0 where there are no points
};

struct LeadDifference {
  std::string lead;  // resource name
  std::string region;
  std::string status;  // that it stands in
  std::vector<DecisionChange> changes;
};

// What a rule did otherwise over all leads.
struct RuleChange {
  std::string rule;
  std::string aspect;  // as in DecisionChange
  int64_t leads = 0;
  double points = 0;  // sum of differences; for score and adjustment
};

// Leads of a region and status, by the status that the packs would give them when they were scored now.
struct StatusTotal {
  std::string region;
  std::string status;
  int64_t before = 0;
  int64_t after = 0;
};

struct PackDiff {
  int64_t leads = 0;                                       // looked at
  int64_t changed = 0;                                     // with at least one change
  std::vector<std::pair<std::string, int64_t>> by_aspect;  // how many leads; by name
  std::vector<RuleChange> by_rule;                         // most leads first
  std::vector<StatusTotal> totals;                         // by region, then status in the lifecycle's order
  int64_t qualified_before = 0, qualified_after = 0;
  double mean_score_before = 0, mean_score_after = 0;
  std::vector<LeadDifference> samples;  // the first of every kind of change, then others; none of an erased enquirer
};

// Compares the two snapshots' decisions on one lead as it stands at `now`. Nothing in `changes` when they agree.
absl::StatusOr<LeadDifference> CompareLead(Decider& active, Decider& candidate, const LeadContext& lead,
                                           RepSource& reps, Time now);

// Adds leads up. Not thread-safe.
class DiffTally {
 public:
  DiffTally(std::shared_ptr<const Snapshot> active, std::shared_ptr<const Snapshot> candidate, int max_samples);
  absl::Status Add(const LeadContext& lead, RepSource& reps, Time now);
  int64_t leads() const { return diff_.leads; }  // that were added
  // So far.
  PackDiff Result() const;

 private:
  void Count(const LeadDifference& difference);
  void KeepSample(const LeadDifference& difference);

  std::shared_ptr<const Snapshot> active_, candidate_;
  size_t max_samples_;
  PackDiff diff_;
  double score_sum_before_ = 0, score_sum_after_ = 0;
  std::map<std::string, int64_t> by_aspect_;
  std::set<std::string> sampled_;  // aspects
  std::map<std::pair<std::string, std::string>, RuleChange> by_rule_;
  std::map<std::pair<std::string, std::string>, StatusTotal> totals_;
};

}  // namespace leadline::engine
