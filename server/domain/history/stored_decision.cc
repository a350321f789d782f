#include "domain/history/stored_decision.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

constexpr std::string_view kCentral = "central";

bool IsMatch(DecisionKind kind) {
  return kind == DecisionKind::kMatchAccount || kind == DecisionKind::kMatchContact ||
         kind == DecisionKind::kDuplicates;
}

std::string FirstRule(const StoredDecision& decision) {
  return decision.rules.empty() ? std::string() : decision.rules.front().rule_id;
}

std::string By(const std::string& rule) { return rule.empty() ? "" : " by " + rule; }

std::string ScoreSummary(const StoredDecision& decision, const EventPayload& payload) {
  const size_t rules = decision.rules.size();
  const std::string by = fmt::format("by {} rule{}", rules, rules == 1 ? "" : "s");
  const auto* changed = std::get_if<ScoreChanged>(&payload);
  if (changed == nullptr) return fmt::format("{} points {}", decision.outcome, by);
  return fmt::format("{:.6g} to {:.6g} points {}; the bar is {:.6g}", changed->previous_total, changed->score.total, by,
                     changed->score.threshold);
}

std::string HeldBack(const std::string& status, const std::string& gate, const std::string& queue) {
  return fmt::format("stays {}: held back{}{}", status, By(gate), queue.empty() ? "" : ", waits in queue " + queue);
}

std::string StatusSummary(const StoredDecision& decision, const EventPayload& payload) {
  if (const auto* held = std::get_if<Assigned>(&payload))
    return HeldBack(decision.outcome, held->route, held->hold_queue);
  const auto* changed = std::get_if<StatusChanged>(&payload);
  if (changed == nullptr) return HeldBack(decision.outcome, FirstRule(decision), "");
  if (changed->from.empty()) return fmt::format("enters as {}{}", changed->to, By(FirstRule(decision)));
  return fmt::format("{} to {}{}", changed->from, changed->to, By(FirstRule(decision)));
}

std::string RouteSummary(const StoredDecision& decision, const EventPayload& payload) {
  const auto* assigned = std::get_if<Assigned>(&payload);
  if (assigned == nullptr) return "nobody else can take it, so it stays where it is";
  if (!assigned->reason.empty()) return fmt::format("{} by a person: {}", decision.outcome, assigned->reason);
  if (!assigned->rep.empty()) return fmt::format("{}{}", decision.outcome, By(assigned->route));
  if (assigned->route.empty()) return fmt::format("held in queue {}: no route has a rep for it", decision.outcome);
  return fmt::format("held in queue {} by {}", decision.outcome, assigned->route);
}

std::string SlaSummary(const StoredDecision& decision, const EventPayload& payload) {
  const auto* changed = std::get_if<SlaChanged>(&payload);
  if (changed == nullptr) return decision.outcome;
  return fmt::format("{} is due at {}", decision.outcome, FormatTime(changed->clock.due));
}

std::string MatchSummary(const StoredDecision& decision, std::string_view what) {
  const MatchCandidate* likeliest = decision.candidates.empty() ? nullptr : &decision.candidates.front();
  if (likeliest != nullptr && likeliest->record == decision.outcome) {
    return fmt::format("the {} is {} (probability {:.4f})", what, likeliest->record, likeliest->probability);
  }
  if (likeliest == nullptr) return fmt::format("no known {} is like it", what);
  return fmt::format("a new {}: the likeliest known one is {} (probability {:.4f})", what, likeliest->record,
                     likeliest->probability);
}

std::string NormalizeSummary(const StoredDecision& decision) {
  const std::string field = decision.field + (decision.central_only ? " for the central score" : "");
  if (decision.outcome.empty()) return field + " is as given again";
  return fmt::format("{} is \"{}\"{}", field, decision.outcome, By(FirstRule(decision)));
}

std::string Summary(const StoredDecision& decision, const EventPayload& payload) {
  switch (decision.kind) {
    case DecisionKind::kScore:
      return ScoreSummary(decision, payload);
    case DecisionKind::kStatus:
      return StatusSummary(decision, payload);
    case DecisionKind::kRoute:
      return RouteSummary(decision, payload);
    case DecisionKind::kSla:
      return SlaSummary(decision, payload);
    case DecisionKind::kMatchAccount:
      return MatchSummary(decision, "company");
    case DecisionKind::kMatchContact:
      return MatchSummary(decision, "person");
    case DecisionKind::kDuplicates:
      return fmt::format("{} other contact(s) may be the same person", decision.outcome);
    case DecisionKind::kNormalize:
      return NormalizeSummary(decision);
  }
  return "";
}

}  // namespace

StoredDecision ToStored(const Decision& decision) {
  StoredDecision stored;
  static_cast<DecisionFacts&>(stored) = decision;
  stored.record.clear();
  if (IsMatch(decision.kind)) return stored;
  stored.rules.reserve(decision.reasons.size());
  for (const Reason& reason : decision.reasons) {
    const bool failed = reason.outcome == ReasonOutcome::kError;
    if (!failed && reason.outcome != ReasonOutcome::kFired) continue;
    stored.rules.push_back(
        {reason.rule_id, reason.layer == kCentral ? "" : reason.layer, failed, reason.points, reason.weight});
  }
  return stored;
}

Decision FromStored(const Event& event) {
  const StoredDecision& stored = *event.decision;
  Decision decision;
  static_cast<DecisionFacts&>(decision) = stored;
  decision.record = ResourceName(event.record);
  decision.summary = Summary(stored, event.payload);
  for (const FiredRule& rule : stored.rules) {
    Reason& reason = decision.reasons.emplace_back();
    reason.rule_id = rule.rule_id;
    reason.layer = rule.layer.empty() ? kCentral : rule.layer;
    reason.outcome = rule.failed ? ReasonOutcome::kError : ReasonOutcome::kFired;
    reason.points = rule.points;
    reason.weight = rule.weight;
  }
  for (const MatchCandidate& candidate : stored.candidates) {
    Reason& reason = decision.reasons.emplace_back();
    reason.rule_id = candidate.record;
    reason.layer = kCentral;
    reason.weight = candidate.weight;
    const bool taken = stored.kind == DecisionKind::kDuplicates || candidate.record == stored.outcome;
    reason.outcome = taken ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
    reason.message = fmt::format("probability {:.4f}", candidate.probability);
  }
  return decision;
}

bool SaySame(const StoredDecision& a, const StoredDecision& b) {
  return a.kind == b.kind && a.field == b.field && a.central_only == b.central_only && a.outcome == b.outcome &&
         a.rules == b.rules;
}

}  // namespace leadline::domain
