// How many service levels were met, and how fast: a fold over clocks. Not synchronised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/records.h"
#include "domain/reports/division.h"
#include "domain/reports/groups.h"

namespace leadline::domain {

struct SlaSample {
  ReportedRecord record;  // of the lead
  SlaClock clock;         // latest state of one clock
  Duration response = 0;  // working time from start to stop
};
struct SlaCompliance {
  std::string sla_id;
  GroupKey group;
  bool rest = false;  // of all the level's groups but the largest; then without a key
  int64_t started = 0, met = 0, breached = 0, running = 0, cancelled = 0;
  double compliance = 0;
  std::optional<Duration> median_response;  // nothing where nobody responded
};

// Feed each clock once, then read. A clock that is open and past due at `now` counts as breached.
class SlaFold {
 public:
  SlaFold(Division division, Time now)
      : division_(std::move(division)), now_(now), keys_(division_, 1), groups_(division_.most_folded, 1) {}
  SlaFold(const SlaFold&) = delete;
  SlaFold& operator=(const SlaFold&) = delete;
  void Add(const SlaSample& sample);
  // By level, then the largest group first, then by key; the level's rest is its last. Of all levels together, only
  // the division's `most_groups` largest are told apart.
  std::vector<SlaCompliance> Result() const;

 private:
  struct Folded {
    int64_t started = 0, met = 0, breached = 0, running = 0, cancelled = 0;
    std::vector<Duration> responses;

    int64_t Size() const { return started; }
    void Merge(const Folded& other);
  };
  void AddTo(Folded& folded, const SlaSample& sample) const;

  Division division_;
  Time now_;
  KeyMaker keys_;  // the level leads each key
  Groups<Folded> groups_;
};

}  // namespace leadline::domain
