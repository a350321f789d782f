// How long records stayed in each status, and took to become customers: a fold over the ledger. Not synchronised.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/division.h"
#include "domain/reports/groups.h"
#include "domain/reports/journey.h"

namespace leadline::domain {

struct DurationStats {
  std::string status;
  int64_t count = 0;
  Duration median = 0, p75 = 0, p90 = 0, p95 = 0, mean = 0;
  int64_t open = 0;
  Duration open_median = 0;
};
struct Velocity {
  GroupKey group;
  bool rest = false;  // of all groups but the largest; then without a key
  int64_t total = 0;
  std::vector<DurationStats> stages;
  DurationStats creation_to_customer;
};

// The statuses in the lifecycle's order, then those that occur besides, by name.
std::vector<std::string> StatusOrder(const Lifecycle& lifecycle, const std::set<std::string>& occurring);
// Place of the first stay as a customer; past all stays when there is none.
size_t FirstWon(const Lifecycle& lifecycle, const std::vector<Stay>& stays);

// As FunnelFold. By entry, each stay counts with the time of its entry, and the way to the customer with that of the
// first entry as one.
class VelocityFold {
 public:
  // `now` ends the stays that are still open. `lifecycle` must live longer.
  VelocityFold(const Lifecycle& lifecycle, Division division, Time now)
      : lifecycle_(lifecycle),
        division_(std::move(division)),
        now_(now),
        keys_(division_),
        groups_(division_.most_folded) {}
  VelocityFold(const VelocityFold&) = delete;
  VelocityFold& operator=(const VelocityFold&) = delete;
  void Add(const Journey& journey);
  std::vector<Velocity> Result() const;

 private:
  struct Samples {
    int64_t total = 0;
    std::map<std::string, std::vector<Duration>, std::less<>> stays;
    std::map<std::string, std::vector<Duration>, std::less<>> open;
    std::vector<Duration> to_customer;

    int64_t Size() const { return total; }
    void Merge(const Samples& other);
  };
  void AddTo(Samples& samples, const Journey& journey, const std::vector<Stay>& stays, size_t first_won,
             const std::vector<size_t>& places) const;

  const Lifecycle& lifecycle_;
  Division division_;
  Time now_;
  KeyMaker keys_;
  Groups<Samples> groups_;
};

}  // namespace leadline::domain
