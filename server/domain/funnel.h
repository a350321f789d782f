// Reports as folds over the ledger. Not synchronised.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/event.h"
#include "domain/lifecycle.h"
#include "domain/records.h"

namespace leadline::domain {

enum class ReportGroup : uint8_t { kNone, kSource, kRegion, kMonth };

// One record's way, as the ledger tells it.
struct StatusStep {
  std::string to;
  Time time = 0;
};
struct Journey {
  std::string source;
  std::string region;
  Time created_at = 0;
  std::vector<StatusStep> steps;  // in ledger order
};

struct FunnelStage {
  std::string status;
  int64_t entered = 0;
  int64_t current = 0;
  int64_t advanced = 0;
  double conversion = 0;
};
struct Funnel {
  std::string group;
  int64_t total = 0;
  std::vector<FunnelStage>
      stages;  // every status of the lifecycle, in its order, and any other that occurs, at the end
  int64_t jumps = 0;
  int64_t steps_back = 0;
};

struct DurationStats {
  std::string status;
  int64_t count = 0;
  Duration median = 0, p90 = 0, mean = 0;
  int64_t open = 0;
  Duration open_median = 0;
};
struct Velocity {
  std::string group;
  int64_t total = 0;
  std::vector<DurationStats> stages;
  DurationStats creation_to_customer;
};

struct SlaSample {
  std::string source;
  std::string region;
  Time created_at = 0;
  SlaClock clock;         // latest state of one clock
  Duration response = 0;  // working time from start to stop
};
struct SlaCompliance {
  std::string sla_id;
  std::string group;
  int64_t started = 0, met = 0, breached = 0, running = 0, cancelled = 0;
  double compliance = 0;
  Duration median_response = 0;
};

// Feed each record's journey once, then read. Statuses are mapped by the lifecycle's remaps.
class FunnelFold {
 public:
  FunnelFold(const Lifecycle& lifecycle, ReportGroup group) : lifecycle_(lifecycle), group_(group) {}
  void Add(const Journey& journey);
  std::vector<Funnel> Result() const;  // the largest group first; then by name

 private:
  const Lifecycle& lifecycle_;
  ReportGroup group_;
  std::map<std::string, Funnel> groups_;
};

class VelocityFold {
 public:
  // `now` ends the stays that are still open.
  VelocityFold(const Lifecycle& lifecycle, ReportGroup group, Time now)
      : lifecycle_(lifecycle), group_(group), now_(now) {}
  void Add(const Journey& journey);
  std::vector<Velocity> Result() const;

 private:
  struct Samples {
    int64_t total = 0;
    std::map<std::string, std::vector<Duration>> stays;
    std::map<std::string, std::vector<Duration>> open;
    std::vector<Duration> to_customer;
  };
  const Lifecycle& lifecycle_;
  ReportGroup group_;
  Time now_;
  std::map<std::string, Samples> groups_;
};

// A clock that is open and past due at `now` counts as breached.
std::vector<SlaCompliance> FoldSla(std::span<const SlaSample> samples, ReportGroup group, Time now);

// "2026-03", UTC.
std::string MonthOf(Time t);

}  // namespace leadline::domain
