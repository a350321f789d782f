#include "domain/reports/hand_over.h"

#include <algorithm>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

bool IsWon(const Lifecycle& lifecycle, std::string_view status) {
  const StatusDef* def = lifecycle.Find(status);
  return def != nullptr && def->won;
}

// The stay at `place` was accepted: what came of it before the stay `next`.
void LookAhead(const Lifecycle& lifecycle, const std::vector<Stay>& stays, size_t place, size_t next,
               SalesHandOver& over) {
  over.outcome = HandOverOutcome::kAccepted;
  for (size_t i = place + 1; i < stays.size(); ++i) {
    if (i > place + 1 && stays[i].step->cause == StepCause::kReject) {
      over.outcome = HandOverOutcome::kRejectedLater;
      over.reason = stays[i].step->reject_reason;
    }
    if (i == next) break;
    if (!IsWon(lifecycle, stays[i].status)) continue;
    over.outcome = HandOverOutcome::kWon;
    over.reason = {};
    break;
  }
}

}  // namespace

std::vector<std::string> SalesStatuses(const Lifecycle& lifecycle) {
  std::vector<std::string> statuses;
  int furthest = -1;
  const auto order_of = [&](const std::string& status) {
    const StatusDef* def = lifecycle.Find(status);
    return def == nullptr ? -1 : def->order;
  };
  for (const TransitionDef& transition : lifecycle.transitions) {
    if (transition.trigger == Trigger::kAccept) furthest = std::max(furthest, order_of(transition.to));
  }
  for (const StatusDef& status : lifecycle.statuses) {
    const bool accepted =
        std::any_of(lifecycle.transitions.begin(), lifecycle.transitions.end(), [&](const TransitionDef& transition) {
          return transition.trigger == Trigger::kAccept && transition.to != status.id &&
                 order_of(transition.to) == furthest && StartsFrom(lifecycle, transition, status.id);
        });
    if (accepted) statuses.push_back(status.id);
  }
  return statuses;
}

std::function<bool(std::string_view)> IsSales(const Lifecycle& lifecycle) {
  return [&lifecycle, statuses = SalesStatuses(lifecycle)](std::string_view status) {
    return std::find(statuses.begin(), statuses.end(), lifecycle.Current(status)) != statuses.end();
  };
}

std::vector<SalesHandOver> HandOversOf(const Lifecycle& lifecycle, const std::vector<std::string>& sales,
                                       const std::vector<Stay>& stays) {
  std::vector<SalesHandOver> overs;
  const auto is_sales = [&](size_t i) {
    return stays[i].step != nullptr && std::find(sales.begin(), sales.end(), stays[i].status) != sales.end();
  };
  for (size_t i = 0; i < stays.size(); ++i) {
    if (!is_sales(i)) continue;
    SalesHandOver& over = overs.emplace_back();
    if (stays[i].step->score) over.score = &*stays[i].step->score;
    if (i + 1 == stays.size()) continue;
    const StatusStep& left = *stays[i + 1].step;
    switch (left.cause) {
      case StepCause::kAccept: {
        size_t next = i + 1;
        while (next < stays.size() && !is_sales(next)) ++next;
        LookAhead(lifecycle, stays, i, next, over);
        break;
      }
      case StepCause::kReject:
        over.outcome = HandOverOutcome::kRejected;
        over.reason = left.reject_reason;
        break;
      case StepCause::kOther:
        over.outcome = HandOverOutcome::kWithdrawn;
        break;
    }
  }
  return overs;
}

uint32_t BandOf(double points) {
  if (!(points >= 0)) return kBelowZero;
  const double most = kLastBand - kBelowZero - 1;
  return kBelowZero + 1 + static_cast<uint32_t>(std::min(points / kBandPoints, most));
}

double FirstPointsOf(uint32_t band) { return (band - kBelowZero - 1) * kBandPoints; }

std::string BandName(uint32_t band) {
  if (band > kLastBand) return "";
  if (band == kNotScored) return "not_scored";
  if (band == kBelowZero) return "below_0";
  if (band == kLastBand) return fmt::format("{:.0f}_and_above", FirstPointsOf(band));
  return fmt::format("{:.0f}_to_{:.0f}", FirstPointsOf(band), FirstPointsOf(band + 1));
}

}  // namespace leadline::domain
