#include "rpc/check/report_moment.h"

#include <array>
#include <span>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "fmt/format.h"

namespace leadline::rpc {
namespace {

using domain::HandOverOutcome;
using domain::Measure;
using domain::Section;
using Clocks = engine::ReportNumber::Clocks;

constexpr size_t kMostPartBytes = 256;

struct WireNumber {
  v1::ReportNumber wire;
  Section section;
  Measure measure;
  Clocks clocks = Clocks::kAll;
  int64_t minutes = 0;
  std::span<const HandOverOutcome> outcomes = {};
  bool complete = false;
};
constexpr HandOverOutcome kAccepted[] = {HandOverOutcome::kAccepted, HandOverOutcome::kWon,
                                         HandOverOutcome::kRejectedLater};
constexpr HandOverOutcome kRejected[] = {HandOverOutcome::kRejected};
constexpr HandOverOutcome kWithdrawn[] = {HandOverOutcome::kWithdrawn};
constexpr HandOverOutcome kWaiting[] = {HandOverOutcome::kWaiting};
constexpr HandOverOutcome kWon[] = {HandOverOutcome::kWon};
constexpr HandOverOutcome kRejectedLater[] = {HandOverOutcome::kRejectedLater};

constexpr std::array<WireNumber, 40> kNumbers = {{
    {v1::REPORT_NUMBER_RECORDS, Section::kFunnel, Measure::kRecords},
    {v1::REPORT_NUMBER_ENTERED, Section::kFunnel, Measure::kEntered},
    {v1::REPORT_NUMBER_CURRENT, Section::kFunnel, Measure::kCurrent},
    {v1::REPORT_NUMBER_ADVANCED, Section::kFunnel, Measure::kAdvanced},
    {v1::REPORT_NUMBER_JUMPS, Section::kFunnel, Measure::kJumps},
    {v1::REPORT_NUMBER_STEPS_BACK, Section::kFunnel, Measure::kStepsBack},
    {v1::REPORT_NUMBER_STAYS_ENDED, Section::kVelocity, Measure::kStay},
    {v1::REPORT_NUMBER_STAYS_OPEN, Section::kVelocity, Measure::kOpen},
    {v1::REPORT_NUMBER_WON, Section::kVelocity, Measure::kToWon},
    {v1::REPORT_NUMBER_SLA_STARTED, Section::kSla, Measure::kClock, Clocks::kAll},
    {v1::REPORT_NUMBER_SLA_MET, Section::kSla, Measure::kClock, Clocks::kMet},
    {v1::REPORT_NUMBER_SLA_BREACHED, Section::kSla, Measure::kClock, Clocks::kBreached},
    {v1::REPORT_NUMBER_SLA_RUNNING, Section::kSla, Measure::kClock, Clocks::kRunning},
    {v1::REPORT_NUMBER_SLA_CANCELLED, Section::kSla, Measure::kClock, Clocks::kCancelled},
    {v1::REPORT_NUMBER_MOVES, Section::kFlow, Measure::kMoves},
    {v1::REPORT_NUMBER_RETURNS, Section::kFlow, Measure::kReturns},
    {v1::REPORT_NUMBER_RETURNED, Section::kFlow, Measure::kReturned},
    {v1::REPORT_NUMBER_RECYCLED, Section::kFlow, Measure::kRecycled},
    {v1::REPORT_NUMBER_RECYCLED_WON, Section::kFlow, Measure::kRecycledWon},
    {v1::REPORT_NUMBER_TOUCHED, Section::kFlow, Measure::kTouched},
    {v1::REPORT_NUMBER_NEVER_TOUCHED, Section::kFlow, Measure::kNeverTouched},
    {v1::REPORT_NUMBER_LEFT_BEHIND, Section::kFlow, Measure::kLeftBehind},
    {v1::REPORT_NUMBER_TOUCHED_IN_5_MINUTES, Section::kFlow, Measure::kTouchedIn, Clocks::kAll, 5},
    {v1::REPORT_NUMBER_TOUCHED_IN_15_MINUTES, Section::kFlow, Measure::kTouchedIn, Clocks::kAll, 15},
    {v1::REPORT_NUMBER_TOUCHED_IN_60_MINUTES, Section::kFlow, Measure::kTouchedIn, Clocks::kAll, 60},
    {v1::REPORT_NUMBER_SENT, Section::kFeedback, Measure::kSent},
    {v1::REPORT_NUMBER_ACCEPTED, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kAccepted},
    {v1::REPORT_NUMBER_REJECTED, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kRejected},
    {v1::REPORT_NUMBER_WITHDRAWN, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kWithdrawn},
    {v1::REPORT_NUMBER_WAITING, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kWaiting},
    {v1::REPORT_NUMBER_SENT_WON, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kWon},
    {v1::REPORT_NUMBER_REJECTED_LATER, Section::kFeedback, Measure::kSent, Clocks::kAll, 0, kRejectedLater},
    {v1::REPORT_NUMBER_VALUED, Section::kFunnel, Measure::kValue},
    {v1::REPORT_NUMBER_BUYING_GROUPS, Section::kFunnel, Measure::kBuyingGroup},
    {v1::REPORT_NUMBER_COMPLETE_GROUPS, Section::kFunnel, Measure::kBuyingGroup, Clocks::kAll, 0, {}, true},
    {v1::REPORT_NUMBER_FLOW_WON, Section::kFlow, Measure::kWon},
    {v1::REPORT_NUMBER_NEW_ROUND, Section::kFlow, Measure::kNewRound},
    {v1::REPORT_NUMBER_WON_AGAIN, Section::kFlow, Measure::kWonAgain},
    {v1::REPORT_NUMBER_CROSSED, Section::kFlow, Measure::kCrossed},
    {v1::REPORT_NUMBER_CROSSED_WON, Section::kFlow, Measure::kCrossedWon},
}};

bool OfStatus(Measure measure) {
  switch (measure) {
    case Measure::kEntered:
    case Measure::kAdvanced:
    case Measure::kCurrent:
    case Measure::kStay:
    case Measure::kOpen:
    case Measure::kMoves:
    case Measure::kLeftBehind:
    case Measure::kValue:
    case Measure::kBuyingGroup:
    case Measure::kCrossed:
    case Measure::kCrossedWon:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> TakeName(const FieldPath& path, bool given, const std::string& text, bool fits,
                                    Checker& check) {
  if (!given) return std::nullopt;
  if (!fits) check.Refuse(path, "must be unset: the number is not of one");
  return check.Text(path, text, kMostPartBytes);
}

// Which hand-overs a number counts.
void TakeHandOvers(const FieldPath& path, const v1::ListReportRecordsRequest& request, bool handed, bool rejections,
                   Checker& check, engine::ReportNumber& number) {
  const FieldPath rule_id = path / "rule_id", layer = path / "rule_layer", band = path / "score_band";
  const std::optional<std::string> rule = TakeName(rule_id, request.has_rule_id(), request.rule_id(), handed, check);
  if (handed) number.first = rule;
  number.layer = TakeName(layer, request.has_rule_layer(), request.rule_layer(), handed, check);
  if (number.layer && !rule) check.Refuse(layer, "goes with rule_id");
  if (number.layer == kCentralLayer) number.layer->clear();
  number.reason =
      TakeName(path / "reject_reason", request.has_reject_reason(), request.reject_reason(), rejections, check);
  const std::optional<std::string> name =
      TakeName(band, request.has_score_band(), request.score_band(), handed && !rule, check);
  if (!name) return;
  uint32_t known = 0;
  while (known <= domain::kLastBand && domain::BandName(known) != *name) ++known;
  if (known > domain::kLastBand) check.Refuse(band, "must be a band of the report's answer, such as \"90_to_100\"");
  number.band = known;
}

}  // namespace

std::string MomentText(const engine::ReportMoment& moment) {
  return moment.version == 0 ? "" : fmt::format("{}.{}.{}", moment.version, moment.position, moment.now);
}

engine::ReportMoment MomentFrom(const FieldPath& path, const std::string& text, Checker& check) {
  engine::ReportMoment moment;
  const std::string checked = check.Text(path, text, kMostPartBytes);
  const std::vector<std::string> parts = absl::StrSplit(checked, '.');
  const bool read = parts.size() == 3 && absl::SimpleAtoi(parts[0], &moment.version) &&
                    absl::SimpleAtoi(parts[1], &moment.position) && absl::SimpleAtoi(parts[2], &moment.now);
  if (read && MomentText(moment) == checked) return moment;
  check.Refuse(path, "must be the moment of a report's answer; where that is empty, its records cannot be listed");
  return {};
}

engine::ReportNumber NumberFrom(const FieldPath& path, const v1::ListReportRecordsRequest& request, Checker& check) {
  engine::ReportNumber number;
  const FieldPath of = path / "number";
  const WireNumber* found = nullptr;
  for (const WireNumber& known : kNumbers) {
    if (known.wire == request.number()) found = &known;
  }
  if (found == nullptr) {
    check.Refuse(of, "must name a number of a report, such as REPORT_NUMBER_CURRENT");
    return number;
  }
  number.section = found->section;
  number.measure = found->measure;
  number.clocks = found->clocks;
  number.minutes = found->minutes;
  number.complete = found->complete;
  number.outcomes.assign(found->outcomes.begin(), found->outcomes.end());
  const FieldPath status = path / "status", to_status = path / "to_status", sla_id = path / "sla_id";
  const bool clock = found->measure == Measure::kClock;
  number.first = TakeName(status, request.has_status(), request.status(), OfStatus(found->measure), check);
  const std::optional<std::string> level = TakeName(sla_id, request.has_sla_id(), request.sla_id(), clock, check);
  if (clock) number.first = level;
  number.second =
      TakeName(to_status, request.has_to_status(), request.to_status(), found->measure == Measure::kMoves, check);
  const bool rejections = found->wire == v1::REPORT_NUMBER_REJECTED || found->wire == v1::REPORT_NUMBER_REJECTED_LATER;
  TakeHandOvers(path, request, found->measure == Measure::kSent, rejections, check, number);
  return number;
}

v1::ReportTimeBasis OtherBasisOf(const engine::ReportNumber& number) {
  switch (number.section) {
    case Section::kSla:
      return v1::REPORT_TIME_BASIS_DUE;
    case Section::kFlow:
    case Section::kFeedback:
      return v1::REPORT_TIME_BASIS_CREATION;
    default:
      return v1::REPORT_TIME_BASIS_ENTRY;
  }
}

}  // namespace leadline::rpc
