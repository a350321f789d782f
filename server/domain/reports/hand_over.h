// When a lead was handed to sales, by which score, and what came of it. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/lifecycle.h"
#include "domain/reports/journey.h"

namespace leadline::domain {

// Statuses of today in which leads wait for sales: out of them people accept leads, and no acceptance leads further on
// the way to the sale. None where the packs let nobody accept.
std::vector<std::string> SalesStatuses(const Lifecycle& lifecycle);
// Whether a status, of today or of before, is one of them. `lifecycle` must live as long as the function.
std::function<bool(std::string_view status)> IsSales(const Lifecycle& lifecycle);

// The numbers are stored in cells: never change them.
enum class HandOverOutcome : uint8_t {
  kWaiting = 0,
  kAccepted = 1,  // and neither won nor rejected until the next hand-over
  kRejected = 2,
  kWithdrawn = 3,      // left by anything else
  kWon = 4,            // accepted, and won until the next hand-over
  kRejectedLater = 5,  // accepted, not won, and rejected until the next hand-over
};
constexpr bool IsRejection(HandOverOutcome outcome) {
  return outcome == HandOverOutcome::kRejected || outcome == HandOverOutcome::kRejectedLater;
}

// One stay in a status of sales.
struct SalesHandOver {
  HandOverOutcome outcome = HandOverOutcome::kWaiting;
  std::string_view reason;           // of a rejection, the last one; of the journey's steps
  const SentScore* score = nullptr;  // null: no score was decided until then
};
// Of the stays, which StaysOf made; in their order. `sales`: SalesStatuses of the lifecycle.
std::vector<SalesHandOver> HandOversOf(const Lifecycle& lifecycle, const std::vector<std::string>& sales,
                                       const std::vector<Stay>& stays);

// Bands of scores are 10 points wide; ends are open, and what has no score is apart. The numbers are stored in cells.
inline constexpr uint32_t kNotScored = 0, kBelowZero = 1, kLastBand = 22;
inline constexpr double kBandPoints = 10;
// From kBelowZero to kLastBand. A score that is no number counts as below zero.
uint32_t BandOf(double points);
// The points at which a band after kBelowZero begins.
double FirstPointsOf(uint32_t band);
// "not_scored", "below_0", "0_to_10" (10 is not in it), ..., "200_and_above". Empty for a number that no band has.
std::string BandName(uint32_t band);

}  // namespace leadline::domain
