#include "engine/decider.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "engine/plugin_record.h"
#include "engine/standing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;

// The field of a record that a normaliser writes; null when it names another.
std::string* NormalizedField(std::string_view field, domain::Lead& lead, domain::Contact& contact,
                             domain::Account& account) {
  if (field == "contact.seniority") return &contact.seniority;
  if (field == "account.industry") return &account.industry;
  if (field == "lead.source") return &lead.source;
  return nullptr;
}

std::string Points(double points) { return fmt::format("{:.6g}", points); }

}  // namespace

Decider::Decider(std::shared_ptr<const Snapshot> snapshot)
    : snapshot_(std::move(snapshot)), evaluation_(*snapshot_->rules) {}

Decider& Decider::ForThread(const std::shared_ptr<const Snapshot>& snapshot) {
  // Two: a canary's candidate and the active packs decide in turn.
  thread_local std::array<std::unique_ptr<Decider>, 2> deciders;
  if (deciders[0] && deciders[0]->snapshot_ == snapshot) return *deciders[0];
  std::swap(deciders[0], deciders[1]);
  if (!deciders[0] || deciders[0]->snapshot_ != snapshot) deciders[0] = std::make_unique<Decider>(snapshot);
  return *deciders[0];
}

Decision Decider::MakeDecision(DecisionKind kind, std::string record, std::string outcome, std::string summary,
                               std::vector<Reason> reasons, Time at) const {
  Decision decision;
  decision.kind = kind;
  decision.record = std::move(record);
  decision.outcome = std::move(outcome);
  decision.summary = std::move(summary);
  decision.reasons = std::move(reasons);
  decision.time = at;
  decision.snapshot = snapshot_->ref;
  return decision;
}

absl::StatusOr<std::vector<Decision>> Decider::Normalize(domain::Lead& lead, domain::Contact& contact,
                                                         domain::Account& account, Time at) {
  std::vector<Decision> decisions;
  const packs::RegionRules& rules = Rules(lead.region);
  for (const packs::Normalizer& normalizer : rules.normalizers) {
    std::string* field = NormalizedField(normalizer.field, lead, contact, account);
    if (field == nullptr) continue;
    evaluation_.Bind(rules, {&lead, &contact, &account, {}, at});
    std::string value = *field;
    RETURN_IF_ERROR(NormalizeField(normalizer, value, decisions, "", at));
    *field = std::move(value);
  }
  return decisions;
}

absl::Status Decider::NormalizeField(const packs::Normalizer& normalizer, std::string& field,
                                     std::vector<Decision>& decisions, std::string_view record, Time at) {
  auto decide = [&](std::string value, Reason reason) {
    std::string summary = fmt::format("{} is \"{}\": {}", normalizer.field, value, reason.message);
    std::vector<Reason> reasons;
    reasons.push_back(std::move(reason));
    decisions.push_back(
        MakeDecision(DecisionKind::kNormalize, std::string(record), value, std::move(summary), std::move(reasons), at));
    field = std::move(value);
  };
  packs::Evaluation::Normalized row = evaluation_.Normalize(normalizer);
  if (row.found) {
    if (row.value == field) return absl::OkStatus();  // says nothing new
    decide(std::move(row.value), std::move(row.reason));
    return absl::OkStatus();
  }
  if (normalizer.plugin < 0) return absl::OkStatus();

  const packs::PluginUse& use = snapshot_->rules->plugins()[static_cast<size_t>(normalizer.plugin)];
  Reason reason;
  reason.rule_id = use.id;
  reason.layer = "plugin";
  reason.source = use.source;
  auto bound = snapshot_->plugins.find(use.id);
  absl::Status status = absl::UnavailableError("the plugin is not loaded");
  plugin::NormalizeResult result;
  if (bound != snapshot_->plugins.end()) {
    PluginRecord fields(bound->second, evaluation_);
    plugin::Record plugin_record = fields.record();
    plugin::CallOptions options;
    options.now = at;
    status = bound->second.plugin->Normalize({&plugin_record, 1}, {&result, 1}, options);
  }
  if (status.ok()) {
    if (!result.value.has_value()) return absl::OkStatus();
    for (const plugin::Reason& r : result.reasons) reason.message += (reason.message.empty() ? "" : "; ") + r.text;
    reason.weight = result.confidence;
    decide(*std::move(result.value), std::move(reason));
    return absl::OkStatus();
  }
  if (use.on_failure == packs::PluginUse::OnFailure::kFail) return status;
  // An optional plugin that was never there is no news in every decision; one that failed is.
  if (bound == snapshot_->plugins.end() && use.on_failure == packs::PluginUse::OnFailure::kSkip) {
    return absl::OkStatus();
  }
  reason.outcome = ReasonOutcome::kError;
  reason.message = std::string(status.message());
  std::string value = use.on_failure == packs::PluginUse::OnFailure::kFallback ? use.fallback : field;
  decide(std::move(value), std::move(reason));
  return absl::OkStatus();
}

ScoreOutcome Decider::Score(const packs::RecordView& view, Explain explain) {
  const packs::RegionRules& rules = Rules(view.lead == nullptr ? "" : view.lead->region);
  packs::RecordView counted = view;
  counted.activities = HappenedBy(view.activities, view.now);
  evaluation_.Bind(rules, counted);
  hits_.clear();
  evaluation_.ScoringHits(hits_);
  domain::ScoreResult folded =
      domain::FoldScore(rules.scoring, hits_, counted.activities, view.now, explain != Explain::kNothing);
  ScoreOutcome out;
  out.score = std::move(folded.score);
  if (explain == Explain::kNothing) return out;
  AddFieldEvidence(rules.scoring, folded.reasons);
  size_t fired = folded.reasons.size();
  if (explain == Explain::kWhyNot) AddMisses(rules, hits_, folded.reasons);
  std::string summary =
      fmt::format("{} points ({} central, {} regional) from {} of {} rules; the bar is {}", Points(out.score.total),
                  Points(out.score.central), Points(out.score.adjustment), fired,
                  rules.scoring.rules.size() + rules.scoring.matrices.size(), Points(out.score.threshold));
  out.decision = MakeDecision(DecisionKind::kScore, "", Points(out.score.total), std::move(summary),
                              std::move(folded.reasons), view.now);
  return out;
}

void Decider::AddFieldEvidence(const domain::ScoringPolicy& policy, std::vector<Reason>& reasons) {
  for (Reason& reason : reasons) {
    auto rule = std::find_if(policy.rules.begin(), policy.rules.end(),
                             [&](const domain::ScoringRule& r) { return r.id == reason.rule_id; });
    if (rule == policy.rules.end() || rule->each_activity) continue;
    for (domain::Evidence& e : evaluation_.EvidenceOf(rule->condition)) reason.evidence.push_back(std::move(e));
  }
}

void Decider::AddMisses(const packs::RegionRules& rules, std::span<const domain::RuleHit> hits,
                        std::vector<Reason>& reasons) {
  std::vector<bool> hit(rules.scoring.rules.size());
  for (const domain::RuleHit& h : hits) hit[static_cast<size_t>(h.rule)] = true;
  for (size_t i = 0; i < rules.scoring.rules.size(); ++i) {
    if (hit[i]) continue;
    const domain::ScoringRule& rule = rules.scoring.rules[i];
    Reason reason;
    if (rule.each_activity) {
      reason.outcome = ReasonOutcome::kNotFired;
      reason.message = "no activity meets its condition";
    } else {
      reason = evaluation_.Test(rule.condition);
    }
    reason.rule_id = rule.id;
    reason.layer = rule.layer;
    reason.source = rule.source;
    reasons.push_back(std::move(reason));
  }
}

absl::StatusOr<domain::StatusDecision> Decider::Status(const packs::RecordView& view, std::string_view current,
                                                       domain::Trigger trigger, std::string_view wanted,
                                                       Explain explain) {
  const packs::RegionRules& rules = Rules(view.lead == nullptr ? "" : view.lead->region);
  evaluation_.Bind(rules, view);
  auto outcome = [&](int index, const domain::TransitionDef&) {
    Reason reason;
    reason.outcome = evaluation_.Holds(index) ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
    return reason;
  };
  auto explained = [&](int index, const domain::TransitionDef&) { return evaluation_.Test(index); };
  if (explain == Explain::kWhyNot) return domain::DecideStatus(rules.lifecycle, current, trigger, wanted, explained);
  // Most records stay where they are: what was tested is only told when something fired.
  auto decided = domain::DecideStatus(rules.lifecycle, current, trigger, wanted, outcome);
  if (explain == Explain::kNothing || !decided.ok() || decided->to.empty()) return decided;
  return domain::DecideStatus(rules.lifecycle, current, trigger, wanted, explained);
}

const domain::SlaDef* Decider::ServiceLevel(const packs::RecordView& view) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  bool bound = false;
  for (const domain::SlaDef& level : rules.sla.levels) {
    const auto& entered = level.start_on_enter;
    if (std::find(entered.begin(), entered.end(), view.lead->status) == entered.end()) continue;
    if (level.condition >= 0 && !bound) {
      evaluation_.Bind(rules, view);
      bound = true;
    }
    if (level.condition < 0 || evaluation_.Holds(level.condition)) return &level;
  }
  return nullptr;
}

}  // namespace leadline::engine
