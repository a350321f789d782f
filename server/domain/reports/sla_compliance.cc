#include "domain/reports/sla_compliance.h"

#include <algorithm>
#include <utility>

#include "domain/reports/durations.h"

namespace leadline::domain {

void SlaFold::Folded::Merge(const Folded& other) {
  started += other.started;
  met += other.met;
  breached += other.breached;
  running += other.running;
  cancelled += other.cancelled;
  responses.insert(responses.end(), other.responses.begin(), other.responses.end());
}

void SlaFold::AddTo(Folded& folded, const SlaSample& sample) const {
  const SlaState state = sample.clock.state;
  ++folded.started;
  if (state == SlaState::kCancelled) {
    ++folded.cancelled;
  } else if (state == SlaState::kMet) {
    ++folded.met;
  } else if (state == SlaState::kMetLate || state == SlaState::kBreached || now_ >= sample.clock.due) {
    ++folded.breached;
  } else {
    ++folded.running;
  }
  if (state == SlaState::kMet || state == SlaState::kMetLate) folded.responses.push_back(sample.response);
}

void SlaFold::Add(const SlaSample& sample) {
  const bool by_due = division_.basis == TimeBasis::kDue;
  if (by_due && !division_.Within(sample.clock.due)) return;
  keys_.leading(0) = sample.clock.sla_id;
  keys_.ForEachKey(sample.record, by_due ? sample.clock.due : sample.record.created_at,
                   [&](const GroupKey& key) { AddTo(groups_.At(key), sample); });
}

std::vector<SlaCompliance> SlaFold::Result() const {
  std::vector<SlaCompliance> result;
  groups_.ForEachLargest(division_.most_groups, [&](const auto& entry) {
    SlaCompliance compliance;
    compliance.sla_id = entry.key.front();
    compliance.group.assign(entry.key.begin() + 1, entry.key.end());
    compliance.rest = entry.rest;
    compliance.started = entry.group->started;
    compliance.met = entry.group->met;
    compliance.breached = entry.group->breached;
    compliance.running = entry.group->running;
    compliance.cancelled = entry.group->cancelled;
    const int64_t decided = compliance.met + compliance.breached;
    if (decided > 0) compliance.compliance = static_cast<double>(compliance.met) / static_cast<double>(decided);
    std::vector<Duration> responses = entry.group->responses;
    std::sort(responses.begin(), responses.end());
    if (!responses.empty()) compliance.median_response = Percentile(responses, 50);
    result.push_back(std::move(compliance));
  });
  // They come the largest first, and the rests last.
  std::stable_sort(result.begin(), result.end(),
                   [](const SlaCompliance& a, const SlaCompliance& b) { return a.sla_id < b.sla_id; });
  return result;
}

}  // namespace leadline::domain
