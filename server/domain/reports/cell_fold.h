// Makes reports from cells. Not synchronised.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/cell.h"
#include "domain/reports/cell_plan.h"
#include "domain/reports/division.h"
#include "domain/reports/feedback.h"
#include "domain/reports/flow.h"
#include "domain/reports/funnel.h"
#include "domain/reports/groups.h"
#include "domain/reports/sla_compliance.h"
#include "domain/reports/velocity.h"

namespace leadline::domain {

// Whether clocks of Measure::kRunning are past due: from the second in which they are due, so that all of a slot are.
bool PastDue(const Addition& running, Time now);

// Feed the cells of a plan, then read what the plan's section is of. Counts are exact. A median or percentile is the
// mean of those in its bucket, so within 1 % of the exact one, and exact where a bucket has one; of what is still open,
// within the day of its beginning.
class CellFold {
 public:
  // All must live longer.
  CellFold(Section section, const Division& division, const Names& names, const Lifecycle& lifecycle)
      : section_(section),
        division_(division),
        names_(names),
        lifecycle_(lifecycle),
        groups_(division.most_folded, section == Section::kSla ? 1 : 0) {}
  CellFold(const CellFold&) = delete;
  CellFold& operator=(const CellFold&) = delete;

  // The group of the cell: a value for each dimension.
  GroupKey GroupOf(const CellKey& cell) const;
  // `additions` are in the order of their keys, as they are stored.
  void Add(const CellKey& cell, const Additions& additions);

  // `now` ends what is still open.
  std::vector<Funnel> Funnels() const;
  std::vector<Velocity> Velocities(Time now) const;
  std::vector<SlaCompliance> Levels(Time now) const;
  std::vector<Flow> Flows() const;
  // Of the funnel's cells.
  std::vector<Pipeline> Pipelines(const RateOf& rate_of) const;
  std::vector<Feedback> Feedbacks() const;

 private:
  // Of one group. Each run is in the order of its keys; a run is at least twice as long as the next, so that there are
  // few, and what is added is merged few times.
  struct Summed {
    std::vector<Additions> runs;
    int64_t size = 0;
    int64_t Size() const { return size; }
    // In the order of their keys.
    void Add(Additions additions);
    void Merge(const Summed& other);
    Additions All() const;
  };

  const Section section_;
  const Division& division_;
  const Names& names_;
  const Lifecycle& lifecycle_;
  Groups<Summed> groups_;
};

}  // namespace leadline::domain
