#include "store/sqlite/session/history_reader.h"

#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "domain/reports/cell.h"
#include "domain/reports/hand_over.h"
#include "store/codec.h"

namespace leadline::store {
namespace {

constexpr int64_t kCreatedType = 0;
constexpr int64_t kMovedType = 3;
constexpr int64_t kDisposedType = 4;
constexpr int64_t kScoredType = 5;
constexpr int64_t kMergedType = 9;
constexpr int64_t kUnmergedType = 10;
static_assert(std::is_same_v<std::variant_alternative_t<kCreatedType, domain::EventPayload>, domain::RecordCreated>);
static_assert(std::is_same_v<std::variant_alternative_t<kMovedType, domain::EventPayload>, domain::StatusChanged>);
static_assert(
    std::is_same_v<std::variant_alternative_t<kDisposedType, domain::EventPayload>, domain::DispositionRecorded>);
static_assert(std::is_same_v<std::variant_alternative_t<kScoredType, domain::EventPayload>, domain::ScoreChanged>);
static_assert(std::is_same_v<std::variant_alternative_t<kMergedType, domain::EventPayload>, domain::Merged>);
static_assert(std::is_same_v<std::variant_alternative_t<kUnmergedType, domain::EventPayload>, domain::Unmerged>);

// The status that a record was made with is nobody's answer, unless somebody split it off, and imported history does
// not say who did it.
bool Touches(const domain::StatusChanged& change) {
  if (change.trigger == "split") return true;
  return !change.from.empty() && ByPerson(change) && change.trigger != "import";
}

domain::StepCause CauseOf(const domain::StatusChanged& change) {
  if (change.trigger == domain::TriggerName(domain::Trigger::kAccept)) return domain::StepCause::kAccept;
  if (change.trigger == domain::TriggerName(domain::Trigger::kReject)) return domain::StepCause::kReject;
  return domain::StepCause::kOther;
}

bool Holds(std::span<const std::string> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void Touch(Time time, ReportHistory& history) {
  if (history.touched_at == 0 || time < history.touched_at) history.touched_at = time;
}

}  // namespace

absl::Status HistoryReader::Add(domain::RecordKind kind, const LedgerEntry& entry, ReportHistory& history) {
  const bool lead = kind == domain::RecordKind::kLead;
  if (entry.type == kMergedType || entry.type == kUnmergedType) {
    history.merges = true;
    return absl::OkStatus();
  }
  if (entry.type == kScoredType) {
    if (!lead || !reading_.is_sales) return absl::OkStatus();
    // Without a decision nobody can say what gave the points.
    scores_[&history] = {std::string(entry.decided ? entry.decision : ""), std::string(entry.payload)};
    return absl::OkStatus();
  }
  if (entry.type == kCreatedType && !lead) return absl::OkStatus();
  RETURN_IF_ERROR(DecodePayload(entry.type, entry.payload, payload_));
  if (auto* created = std::get_if<domain::RecordCreated>(&payload_)) {
    history.enquirer_status = std::move(created->enquirer_status);
  } else if (auto* moved = std::get_if<domain::StatusChanged>(&payload_)) {
    if (Touches(*moved)) Touch(entry.time, history);
    const bool sales = lead && reading_.is_sales && reading_.is_sales(moved->to);
    domain::StatusStep& step = history.steps.emplace_back();
    step.time = entry.time;
    step.cause = CauseOf(*moved);
    if (step.cause == domain::StepCause::kReject) step.reject_reason = std::move(moved->reject_reason);
    step.to = std::move(moved->to);
    if (sales) return AddScore(step, history);
  } else if (const auto* told = std::get_if<domain::DispositionRecorded>(&payload_)) {
    if (!Holds(reading_.attempts, told->disposition)) Touch(entry.time, history);
  }
  return absl::OkStatus();
}

absl::Status HistoryReader::AddScore(domain::StatusStep& step, ReportHistory& history) {
  const auto found = scores_.find(&history);
  if (found == scores_.end()) {
    history.lacks_score = true;
    return absl::OkStatus();
  }
  const Scored& scored = found->second;
  if (scored.decision.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Decode(scored.decision, decision_));
  RETURN_IF_ERROR(DecodePayload(kScoredType, scored.payload, payload_));
  if (decision_.kind != domain::DecisionKind::kScore) return absl::OkStatus();
  domain::SentScore& score = step.score.emplace();
  score.band = domain::BandOf(std::get<domain::ScoreChanged>(payload_).score.total);
  for (const domain::FiredRule& rule : decision_.rules) {
    if (rule.points != 0) score.rules.push_back(domain::JoinValues(rule.layer, rule.rule_id));
  }
  std::sort(score.rules.begin(), score.rules.end());
  score.rules.erase(std::unique(score.rules.begin(), score.rules.end()), score.rules.end());
  return absl::OkStatus();
}

}  // namespace leadline::store
