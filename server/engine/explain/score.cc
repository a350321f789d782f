// Points: what each rule gave, what it would take of the others, and what could give more.
#include <algorithm>

#include "base/status_macros.h"
#include "domain/explanation.h"
#include "engine/explain/explainer.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ConditionPart;
using domain::Decision;
using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;

// Of a long history the latest activities are enough to tell what came near.
constexpr size_t kNearest = 50;

bool Holds(const std::vector<ConditionPart>& parts) {
  return !parts.empty() && parts.front().value == ConditionPart::Truth::kTrue;
}

// How many tests stand in the way.
int Failing(const std::vector<ConditionPart>& parts) {
  return static_cast<int>(std::count_if(parts.begin(), parts.end(), [](const ConditionPart& part) {
    return part.kind == ConditionPart::Kind::kTest && part.decisive && part.value != ConditionPart::Truth::kTrue;
  }));
}

std::string Describe(const domain::Activity& activity) {
  return fmt::format("{} / {} / {}", activity.channel, activity.investment, activity.response);
}

const domain::ScoringMatrix::Cell* BestCell(const domain::ScoringMatrix& matrix) {
  auto best = std::max_element(matrix.cells.begin(), matrix.cells.end(),
                               [](const auto& a, const auto& b) { return a.points < b.points; });
  return best == matrix.cells.end() || best->points <= 0 ? nullptr : &*best;
}

const domain::ScoringRule* FindRule(const domain::ScoringPolicy& policy, std::string_view id) {
  auto rule = std::find_if(policy.rules.begin(), policy.rules.end(), [&](const auto& r) { return r.id == id; });
  return rule == policy.rules.end() ? nullptr : &*rule;
}

const domain::ScoringPlugin* FindPlugin(const domain::ScoringPolicy& policy, std::string_view id) {
  auto rule = std::find_if(policy.plugins.begin(), policy.plugins.end(), [&](const auto& r) { return r.id == id; });
  return rule == policy.plugins.end() ? nullptr : &*rule;
}

}  // namespace

absl::Status Explainer::ExplainScore() {
  ASSIGN_OR_RETURN(ScoreOutcome outcome, decider_.Score(current_.View(as_of_), Explain::kWhyNot));
  Decision& decision = outcome.decision;
  decision.record = LeadName();
  for (Reason& reason : decision.reasons) {
    if (const domain::ScoringRule* rule = FindRule(rules_.scoring, reason.rule_id)) TakeApart(*rule, reason);
  }
  AddSilentMatrices(decision.reasons);
  const domain::Score& score = outcome.score;
  if (!score.qualified) {
    decision.summary += fmt::format("; {:.6g} points short of it", score.threshold - score.central);
  }
  current_.lead.score = outcome.score;
  out_.score = outcome.score;
  out_.decisions.push_back(std::move(decision));
  return absl::OkStatus();
}

void Explainer::TakeApart(const domain::ScoringRule& rule, Reason& reason) {
  const bool fired = reason.outcome == ReasonOutcome::kFired;
  if (rule.each_activity && !fired) return TakeNearestApart(rule, reason);
  if (!rule.each_activity) {
    reason.parts = ReaderFor(rule).Parts(rule.condition);
    if (!fired) reason.message = domain::DescribeOutcome(reason.parts);
    return;
  }
  const std::span<const domain::Activity> activities = HappenedBy(current_.activities, as_of_);
  for (size_t i = activities.size(); i > 0 && !Holds(reason.parts); --i) {
    reason.parts = ReaderFor(rule).Parts(rule.condition, &activities[i - 1]);
  }
}

void Explainer::TakeNearestApart(const domain::ScoringRule& rule, Reason& reason) {
  const std::span<const domain::Activity> activities = HappenedBy(current_.activities, as_of_);
  const domain::Activity* nearest = nullptr;
  const size_t looked_at = std::min(activities.size(), kNearest);
  for (size_t back = 1; back <= looked_at; ++back) {
    const domain::Activity& activity = activities[activities.size() - back];
    std::vector<ConditionPart> parts = ReaderFor(rule).Parts(rule.condition, &activity);
    if (nearest != nullptr && Failing(parts) >= Failing(reason.parts)) continue;
    nearest = &activity;
    reason.parts = std::move(parts);
  }
  if (nearest == nullptr) {
    reason.parts = ReaderFor(rule).Parts(rule.condition);
    reason.message = "there is no activity yet";
    return;
  }
  reason.message = fmt::format("no activity meets its condition; the nearest is {}: {}", Describe(*nearest),
                               domain::DescribeOutcome(reason.parts));
  reason.evidence.push_back({"activity", Describe(*nearest), 0, nearest->time});
}

void Explainer::AddSilentMatrices(std::vector<Reason>& reasons) const {
  for (const domain::ScoringMatrix& matrix : rules_.scoring.matrices) {
    if (std::any_of(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.rule_id == matrix.id; })) continue;
    Reason reason;
    reason.rule_id = matrix.id;
    reason.layer = matrix.layer;
    reason.source = matrix.source;
    reason.outcome = ReasonOutcome::kNotFired;
    reason.message = current_.activities.empty() ? "there is no activity yet" : "no activity is in one of its cells";
    reasons.push_back(std::move(reason));
  }
}

std::vector<PossiblePoints> Explainer::Possible(bool central_only) const {
  std::vector<PossiblePoints> out;
  for (const Reason& reason : Decided(DecisionKind::kScore).reasons) {
    const bool fired = reason.outcome == ReasonOutcome::kFired;
    PossiblePoints possible{reason.rule_id, reason.layer, 0, reason.message, reason.source};
    if (const domain::ScoringRule* rule = FindRule(rules_.scoring, reason.rule_id)) {
      if (central_only && rule->regional) continue;
      possible.points = fired ? -reason.points : rule->points;
      if (fired) possible.needs = "takes points away now: " + domain::DescribeOutcome(reason.parts);
    } else if (const domain::ScoringPlugin* plugin = FindPlugin(rules_.scoring, reason.rule_id)) {
      if (central_only && plugin->regional) continue;
      possible.points = plugin->max_points - reason.points;
      possible.needs = fmt::format("at most; the plugin decides: {}", reason.message);
    } else if (!fired) {
      for (const domain::ScoringMatrix& matrix : rules_.scoring.matrices) {
        const domain::ScoringMatrix::Cell* best = matrix.id == reason.rule_id ? BestCell(matrix) : nullptr;
        if (best == nullptr) continue;
        possible.points = best->points;
        possible.needs = fmt::format("at most, for {} / {} / {}", best->channel, best->investment, best->response);
      }
    }
    if (possible.points > 0) out.push_back(std::move(possible));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const PossiblePoints& a, const PossiblePoints& b) { return a.points > b.points; });
  return out;
}

WhyNot Explainer::WhyNotScore(double wanted) const {
  WhyNot out;
  out.subject = WhyNot::Subject::kScore;
  out.wanted = fmt::format("{:.10g}", wanted);
  out.reached = out_.score.total >= wanted;
  if (out.reached) {
    out.answer = fmt::format("it has {:.6g} points", out_.score.total);
    return out;
  }
  out.points_short = wanted - out_.score.total;
  out.possible_points = Possible(/*central_only=*/false);
  out.answer = fmt::format("it has {:.6g} points, {:.6g} short of {:.10g}", out_.score.total, out.points_short, wanted);
  return out;
}

}  // namespace leadline::engine
