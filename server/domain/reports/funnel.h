// How many records entered each status, went on from it, and are in it now: a fold over the ledger; and what the leads
// in each are worth, and how complete their buying groups are. Not synchronised.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/division.h"
#include "domain/reports/groups.h"
#include "domain/reports/journey.h"

namespace leadline::domain {

struct FunnelStage {
  std::string status;
  int64_t entered = 0;
  int64_t current = 0;
  int64_t advanced = 0;
  double conversion = 0;
};
struct Funnel {
  GroupKey group;
  bool rest = false;  // of all groups but the largest; then without a key
  int64_t total = 0;
  std::vector<FunnelStage>
      stages;  // every status of the lifecycle, in its order, and any other that occurs, at the end
  int64_t jumps = 0;
  int64_t steps_back = 0;

  int64_t Size() const { return total; }
  void Merge(const Funnel& other);
};

// What one unit of a currency is worth in that of the packs; nothing where they do not know.
using RateOf = std::function<std::optional<double>(std::string_view currency)>;

// Amounts are in the packs' currency.
struct PipelineStage {
  std::string status;
  int64_t leads = 0;          // in it now
  int64_t valued = 0;         // of them, those with a value in a currency that the packs know
  int64_t not_converted = 0;  // and in one that they do not know
  double value = 0;
  std::optional<double> win_probability;  // of the status; nothing where the packs do not say
  double weighted_value = 0;    // each value by its lead's probability, or else the status's; without either it adds 0
  int64_t groups_wanted = 0;    // leads whose products want a buying group
  int64_t groups_complete = 0;  // of them, those with all of it
  double completeness = 0;      // mean of those that are wanted, 0 to 1
};

// Of one group.
struct Pipeline {
  GroupKey group;
  bool rest = false;  // of all groups but the largest; then without a key
  int64_t total = 0;
  std::vector<PipelineStage> stages;  // every status of the lifecycle, in its order, and any other that occurs
  // Of the statuses that are neither won nor an end.
  int64_t open = 0;
  double open_value = 0;
  double open_weighted_value = 0;
};

// What one stay tells a funnel.
struct StayEntry {
  bool advanced = false;  // went on, however much later
  bool jumped = false;    // by skipping a status
  bool stepped_back = false;
};
// Of each stay.
std::vector<StayEntry> EntriesOf(const Lifecycle& lifecycle, const std::vector<Stay>& stays);

// Feed each record's journey once, then read. Statuses are mapped by the lifecycle's remaps. By entry, each entry and
// move counts with its own time, and a record counts as being in a status now only where it entered it then, so that
// over all groups the counts of now still add up.
class FunnelFold {
 public:
  // `lifecycle` must live longer.
  FunnelFold(const Lifecycle& lifecycle, Division division)
      : lifecycle_(lifecycle), division_(std::move(division)), keys_(division_), groups_(division_.most_folded) {}
  FunnelFold(const FunnelFold&) = delete;
  FunnelFold& operator=(const FunnelFold&) = delete;
  void Add(const Journey& journey);
  std::vector<Funnel> Result() const;  // the largest group first; then by key; the rest is the last

 private:
  const Lifecycle& lifecycle_;
  Division division_;
  KeyMaker keys_;
  Groups<Funnel> groups_;
};

}  // namespace leadline::domain
