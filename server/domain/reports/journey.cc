#include "domain/reports/journey.h"

#include <map>
#include <numeric>
#include <utility>

namespace leadline::domain {

std::vector<Stay> StaysOf(const Lifecycle& lifecycle, const Journey& journey) {
  return StaysOf(lifecycle, journey.record, journey.steps);
}

std::vector<Stay> StaysOf(const Lifecycle& lifecycle, const ReportedRecord& record,
                          const std::vector<StatusStep>& steps) {
  std::vector<Stay> stays;
  stays.reserve(steps.size() + 1);
  for (const StatusStep& step : steps) {
    // A step of an earlier time tells anew what came from then on: no stay is negative.
    while (!stays.empty() && stays.back().begin > step.time) stays.pop_back();
    const std::string_view status = lifecycle.Current(step.to);
    if (stays.empty() || stays.back().status != status) stays.push_back({status, step.time, &step});
  }
  if (stays.empty()) stays.push_back({"", record.created_at});
  return stays;
}

std::vector<StaysOfPeriod> PeriodsOf(const Division& division, const Journey& journey, const std::vector<Stay>& stays) {
  std::vector<StaysOfPeriod> result;
  if (division.basis != TimeBasis::kEntry) {
    result.push_back({.time = journey.record.created_at, .stays = std::vector<size_t>(stays.size())});
    std::iota(result.front().stays.begin(), result.front().stays.end(), size_t{0});
    return result;
  }
  std::map<Period, StaysOfPeriod> periods;
  for (size_t i = 0; i < stays.size(); ++i) {
    if (!division.Within(stays[i].begin)) continue;
    StaysOfPeriod& period = periods[PeriodOf(division, stays[i].begin)];
    period.time = stays[i].begin;
    period.stays.push_back(i);
  }
  for (auto& [period, of_it] : periods) result.push_back(std::move(of_it));
  return result;
}

}  // namespace leadline::domain
