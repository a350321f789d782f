// Statuses: every transition from where a lead stands, and the way to where somebody expects it.
#include <algorithm>
#include <deque>
#include <map>

#include "domain/explanation.h"
#include "engine/explain/explainer.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;
using domain::TransitionDef;
using domain::Trigger;

bool ByThePacksAlone(const Reason& reason) {
  return std::any_of(reason.evidence.begin(), reason.evidence.end(), [](const domain::Evidence& e) {
    return e.field == "trigger" && (e.value == "activity" || e.value == "rescore" || e.value == "merge");
  });
}

std::string Triggers(const Reason& reason) {
  std::string out;
  for (const domain::Evidence& e : reason.evidence) {
    if (e.field == "trigger") out += (out.empty() ? "" : " or ") + e.value;
  }
  return out;
}

// Where a lead may go in one step.
bool Leads(const domain::Lifecycle& lifecycle, const TransitionDef& transition, std::string_view from) {
  if (transition.trigger == Trigger::kEntry || lifecycle.Current(transition.to) == from) return false;
  if (!domain::StartsFrom(lifecycle, transition, from)) return false;
  const domain::StatusDef* status = lifecycle.Find(from);
  return status == nullptr || !status->terminal || !domain::ByThePacksAlone(transition.trigger);
}

// "engaged.to_mql on activity: score.qualified = false, needed: true".
std::string Sentence(const Reason& reason) {
  return fmt::format("{} on {}: {}", reason.rule_id, Triggers(reason), reason.message);
}

std::string ByPeople(const std::vector<Reason>& reasons) {
  std::string out;
  for (const Reason& reason : reasons) {
    if (ByThePacksAlone(reason) || reason.outcome != ReasonOutcome::kFired) continue;
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", reason.rule_id, Triggers(reason));
  }
  return out;
}

}  // namespace

Reason Explainer::TransitionReason(const TransitionDef& transition, std::string_view from) {
  Reason reason;
  JudgeByParts(reader_->Parts(transition.condition), reason);
  reason.rule_id = transition.id;
  reason.layer = transition.layer;
  reason.source = transition.source;
  reason.target = std::string(rules_.lifecycle.Current(transition.to));
  if (transition.condition < 0 && !ByThePacksAlone(transition.trigger)) reason.message = "whenever a person says so";
  if (transition.reason_required) reason.message += ", with a reason";
  if (!transition.hold.empty()) reason.message += fmt::format(", and then it waits in queue {}", transition.hold);
  if (reason.outcome == ReasonOutcome::kFired) AskGates(transition, from, reason);
  reason.evidence.push_back({"from", std::string(from), 0, 0});
  reason.evidence.push_back({"trigger", std::string(domain::TriggerName(transition.trigger)), 0, 0});
  return reason;
}

// What the gates before the status say to it.
void Explainer::AskGates(const TransitionDef& transition, std::string_view from, Reason& reason) {
  const auto verdict = decider_.AskGates(current_.View(as_of_), from, reason.target, transition.trigger);
  if (!verdict.ok()) {
    reason.outcome = ReasonOutcome::kError;
    reason.message = fmt::format("its gate cannot be asked: {}", std::string(verdict.status().message()));
    return;
  }
  for (const Reason& said : verdict->reasons) {
    reason.evidence.push_back({"gate", fmt::format("{} {}", said.rule_id, said.message), 0, 0});
  }
  if (!verdict->denied) return;
  reason.outcome = ReasonOutcome::kNotFired;
  const std::string& gate = verdict->reasons.back().rule_id;
  reason.message = fmt::format("its condition holds, but {} {}", gate, verdict->reasons.back().message);
  for (const domain::GateDef& def : rules_.lifecycle.gates) {
    if (def.id == gate && !def.hold.empty()) reason.message += fmt::format("; it waits in queue {}", def.hold);
  }
}

std::vector<Reason> Explainer::TransitionsFrom(std::string_view from, std::string_view to) {
  const domain::Lifecycle& lifecycle = rules_.lifecycle;
  std::vector<Reason> out;
  for (const TransitionDef& transition : lifecycle.transitions) {
    if (!Leads(lifecycle, transition, from)) continue;
    if (!to.empty() && lifecycle.Current(transition.to) != to) continue;
    Reason reason = TransitionReason(transition, from);
    // A gate may stand before one of its events and not before another.
    auto same = std::find_if(out.begin(), out.end(), [&](const Reason& r) {
      return r.rule_id == transition.id && r.outcome == reason.outcome;
    });
    if (same == out.end()) {
      out.push_back(std::move(reason));
    } else {
      same->evidence.push_back({"trigger", std::string(domain::TriggerName(transition.trigger)), 0, 0});
    }
  }
  return out;
}

void Explainer::ExplainStatus() {
  const std::string from(rules_.lifecycle.Current(stored_.lead.status));
  std::vector<Reason> reasons = TransitionsFrom(from, "");
  std::string moves, people;
  int asked = 0;
  for (const Reason& reason : reasons) {
    const bool fired = reason.outcome == ReasonOutcome::kFired;
    if (ByThePacksAlone(reason)) {
      ++asked;
      if (fired)
        moves +=
            fmt::format("{}{} on {} by {}", moves.empty() ? "" : ", ", reason.target, Triggers(reason), reason.rule_id);
    } else if (fired && people.find(reason.target) == std::string::npos) {
      people += (people.empty() ? "" : ", ") + reason.target;
    }
  }
  std::string summary = asked == 0 ? fmt::format("{}: no rule moves it from there", from)
                        : moves.empty()
                            ? fmt::format("{}: none of the {} rules that move it from there holds", from, asked)
                            : fmt::format("{}: would go to {}", from, moves);
  if (!people.empty()) summary += fmt::format("; people may move it to {}", people);
  std::stable_partition(reasons.begin(), reasons.end(),
                        [](const Reason& r) { return r.outcome == ReasonOutcome::kFired; });
  out_.decisions.push_back(
      decider_.MakeDecision(DecisionKind::kStatus, LeadName(), from, std::move(summary), std::move(reasons), as_of_));
}

// The fewest steps; among equals the packs' order of transitions decides.
std::vector<std::string> Explainer::PathTo(std::string_view wanted) const {
  const domain::Lifecycle& lifecycle = rules_.lifecycle;
  const std::string start(lifecycle.Current(stored_.lead.status));
  std::map<std::string, std::string, std::less<>> came_from = {{start, ""}};
  std::deque<std::string> open = {start};
  while (!open.empty() && !came_from.contains(wanted)) {
    const std::string from = open.front();
    open.pop_front();
    for (const TransitionDef& transition : lifecycle.transitions) {
      if (!Leads(lifecycle, transition, from)) continue;
      const std::string to(lifecycle.Current(transition.to));
      if (came_from.try_emplace(to, from).second) open.push_back(to);
    }
  }
  std::vector<std::string> path;
  if (!came_from.contains(wanted)) return path;
  for (std::string at(wanted); !at.empty(); at = came_from.find(at)->second) path.push_back(at);
  std::reverse(path.begin(), path.end());
  return path;
}

// The least that a rule's bar is away; 0 where points are not what is missing.
double Explainer::PointsShort(const std::vector<Reason>& reasons) const {
  double least = 0;
  for (const Reason& reason : reasons) {
    if (reason.outcome == ReasonOutcome::kFired) continue;
    for (const domain::ConditionPart& part : reason.parts) {
      if (!part.decisive || part.value != domain::ConditionPart::Truth::kFalse || part.fields.empty()) continue;
      const std::string& field = part.fields[0].field;
      double missing = field.starts_with("score.") ? part.missing : 0;
      const domain::ScoreBars& bars = rules_.scoring.bars;
      if (field == "score.qualified" && part.needed == "true") missing = bars.mql - out_.score.central;
      if (field == "score.warm" && part.needed == "true") missing = bars.maql - out_.score.central;
      if (missing > 0 && (least == 0 || missing < least)) least = missing;
    }
  }
  return least;
}

WhyNot Explainer::WhyNotStatus(const std::string& wanted) {
  WhyNot out;
  out.subject = WhyNot::Subject::kStatus;
  out.wanted = std::string(rules_.lifecycle.Current(wanted));
  const std::string from(rules_.lifecycle.Current(stored_.lead.status));
  out.reached = from == out.wanted;
  if (out.reached) {
    out.path = {from};
    out.answer = fmt::format("it is in {} since {}", from, FormatTime(stored_.lead.status_since));
    return out;
  }
  out.path = PathTo(out.wanted);
  if (out.path.empty()) {
    out.answer = fmt::format("no transitions lead from {} to {}", from, out.wanted);
    return out;
  }
  const std::string next = out.path[1];
  out.reasons = TransitionsFrom(from, next);
  out.points_short = PointsShort(out.reasons);
  std::string holds, fails;
  for (const Reason& reason : out.reasons) {
    if (!ByThePacksAlone(reason)) continue;
    std::string& list = reason.outcome == ReasonOutcome::kFired ? holds : fails;
    list += (list.empty() ? "" : "; ") + Sentence(reason);
  }
  const std::string people = ByPeople(out.reasons);
  for (size_t step = 1; step + 1 < out.path.size(); ++step) {
    std::vector<Reason> later = TransitionsFrom(out.path[step], out.path[step + 1]);
    std::move(later.begin(), later.end(), std::back_inserter(out.reasons));
  }
  if (out.path.size() > 2) {
    out.answer = fmt::format("nothing leads from {} to {} at once; the shortest way is {}. ", from, out.wanted,
                             fmt::join(out.path, " > "));
  }
  if (!holds.empty()) {
    out.answer += fmt::format("the next step, to {}, is due: {}", next, holds);
  } else if (!fails.empty()) {
    out.answer += fmt::format("no rule moves it from {} to {}: {}", from, next, fails);
  } else {
    out.answer += fmt::format("no rule moves a lead from {} to {}; that is a person's decision", from, next);
  }
  if (out.points_short > 0) {
    out.answer += fmt::format(". It is {:.6g} points short", out.points_short);
    out.possible_points = Possible(/*central_only=*/true);
  }
  if (!people.empty()) out.answer += fmt::format(". People may: {}", people);
  return out;
}

}  // namespace leadline::engine
