// Routes: every one in order, who was passed over, and what stopped the one that somebody expects.
#include <algorithm>

#include "base/status_macros.h"
#include "domain/explanation.h"
#include "engine/explain/explainer.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;
using domain::RecordKind;
using domain::Route;

const Reason* FindReason(const std::vector<Reason>& reasons, std::string_view id) {
  auto found = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.rule_id == id; });
  return found == reasons.end() ? nullptr : &*found;
}

bool ConditionHolds(const Reason& reason) {
  return reason.parts.empty() || reason.parts.front().value == domain::ConditionPart::Truth::kTrue;
}

}  // namespace

std::string Explainer::TargetOf(const Route& route) {
  using enum domain::OpenLeadOf;
  if (!route.hold.empty()) return route.hold;
  if (route.account_owner) return "the account's owner";
  if (route.former_within > 0) return "whoever had it before";
  if (route.open_lead_of == kPerson) return "whoever works another lead of the person";
  return route.open_lead_of == kCompany ? "whoever works another lead of the company" : route.team;
}

absl::StatusOr<std::string> Explainer::Obstacle(const Route& route, const domain::Rep& rep) {
  ASSIGN_OR_RETURN(domain::RepState state, reps_.State(rep.id));
  state.rep_id = rep.id;
  state = domain::StateWithout(stored_.lead, std::move(state));
  return domain::Ineligibility(route, rep, state, stored_.lead, rules_.routing.TerritoryOf(stored_.lead.country), now_);
}

absl::StatusOr<Reason> Explainer::RouteReason(const Route& route, bool decided_before) {
  Reason reason;
  JudgeByParts(ReaderFor(route).Parts(route.condition), reason);
  reason.rule_id = route.id;
  reason.layer = route.layer;
  reason.source = route.source;
  reason.target = TargetOf(route);
  if (reason.outcome != ReasonOutcome::kFired) return reason;

  ASSIGN_OR_RETURN(const std::vector<const domain::Rep*> about, RepsAbout(rules_, route, route_view_, reps_));
  for (const domain::Rep* rep : about) {
    ASSIGN_OR_RETURN(std::string why, Obstacle(route, *rep));
    if (!why.empty()) {
      reason.evidence.push_back({domain::ResourceName(RecordKind::kRep, rep->id), std::move(why), 0, 0});
    }
  }
  if (decided_before) {
    reason.outcome = ReasonOutcome::kSkipped;
    reason.message = fmt::format("not asked, because {} decided before it", routed_.route);
    return reason;
  }
  const Reason* preview = FindReason(routed_.decision.reasons, route.id);
  if (route.id == routed_.route) {
    if (preview != nullptr) reason.weight = preview->weight;
    if (preview != nullptr && !preview->message.empty()) reason.message = preview->message;
    if (!routed_.rep.empty()) reason.target = domain::ResourceName(RecordKind::kRep, routed_.rep);
    return reason;
  }
  reason.outcome = ReasonOutcome::kNotFired;
  reason.message = preview != nullptr && !preview->message.empty()
                       ? preview->message
                       : "its condition holds, but no rep can take the lead";
  if (about.empty() && route.account_owner) reason.message = "the account's owner is not a rep of the packs";
  if (about.empty() && route.open_lead_of != domain::OpenLeadOf::kNobody) {
    reason.message = "no rep of the packs works another open lead of theirs";
  }
  if (about.empty() && route.former_within > 0) {
    reason.message = domain::FormerRepOf(stored_.lead).empty() ? "nobody has had the lead before"
                                                               : "who had it before is no rep of the packs any more";
  }
  return reason;
}

// Routes are asked here as if the lead were routed now; this says when it really is.
std::string Explainer::WhenRouted() const {
  if (!stored_.lead.hold_queue.empty()) {
    const domain::Queue* queue = rules_.routing.FindQueue(stored_.lead.hold_queue);
    return fmt::format(
        "Waits in queue {} since {}, {}; {}", stored_.lead.hold_queue, FormatTime(stored_.lead.held_since),
        stored_.lead.held_by.empty() ? "because no route had a rep for it" : "put there by " + stored_.lead.held_by,
        queue == nullptr ? "no pack has that queue any more" : queue->owner + " answers for it");
  }
  if (stored_.lead.assignee.empty()) {
    return fmt::format("Leads are routed on entering {}; this one is in {}",
                       fmt::join(rules_.routing.route_on_enter, " or "), stored_.lead.status);
  }
  return fmt::format("Worked by {} today; routed again on entering {}, on request or when a service level is missed",
                     domain::ResourceName(RecordKind::kRep, stored_.lead.assignee),
                     fmt::join(rules_.routing.route_on_enter, " or "));
}

absl::Status Explainer::ExplainRoute() {
  ASSIGN_OR_RETURN(routed_, decider_.Route(route_view_, reps_, "", Explain::kWhyNot));
  std::vector<Reason> reasons;
  bool decided = false;
  for (const Route& route : rules_.routing.routes) {
    ASSIGN_OR_RETURN(Reason reason, RouteReason(route, decided));
    decided = decided || route.id == routed_.route;
    reasons.push_back(std::move(reason));
  }
  domain::Decision decision = routed_.decision;
  decision.reasons = std::move(reasons);
  decision.record = LeadName();
  decision.summary += ". " + WhenRouted();
  out_.decisions.push_back(std::move(decision));
  return absl::OkStatus();
}

WhyNot Explainer::WhyNotRoute(const std::string& wanted) const {
  WhyNot out;
  out.subject = WhyNot::Subject::kRoute;
  out.wanted = wanted;
  const std::vector<Reason>& reasons = Decided(DecisionKind::kRoute).reasons;
  const Reason& reason = *FindReason(reasons, wanted);
  out.reasons.push_back(reason);
  out.reached = wanted == routed_.route;
  const std::string winner = routed_.route.empty() ? fmt::format("it would be held in queue {}", routed_.hold_queue)
                                                   : fmt::format("{} would take it", routed_.route);
  if (out.reached) {
    out.answer = fmt::format("it would take the lead: {}. {}", reason.message, WhenRouted());
  } else if (!ConditionHolds(reason)) {
    out.answer = fmt::format("its condition does not hold: {}; {}", reason.message, winner);
    out.points_short = PointsShort(out.reasons);
  } else if (reason.outcome == ReasonOutcome::kSkipped) {
    const Reason& before = *FindReason(reasons, routed_.route);
    out.reasons.push_back(before);
    out.answer = fmt::format("its condition holds, but {} comes before it and would take the lead", before.rule_id);
  } else {
    out.answer = fmt::format("{}; {}", reason.message, winner);
    for (const domain::Evidence& rep : reason.evidence) out.answer += fmt::format("; {} {}", rep.field, rep.value);
  }
  if (out.points_short > 0) {
    out.answer += fmt::format(". It is {:.6g} points short", out.points_short);
    out.possible_points = Possible(/*central_only=*/true);
  }
  return out;
}

absl::StatusOr<WhyNot> Explainer::WhyNotRep(const std::string& wanted) {
  WhyNot out;
  out.subject = WhyNot::Subject::kRep;
  out.wanted = domain::ResourceName(RecordKind::kRep, wanted);
  const std::vector<domain::Rep>& all = snapshot_->rules->reps();
  const domain::Rep& rep = *std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.id == wanted; });
  const std::vector<Reason>& routes = Decided(DecisionKind::kRoute).reasons;
  std::string failing;
  for (const Route& route : rules_.routing.routes) {
    ASSIGN_OR_RETURN(const std::vector<const domain::Rep*> about, RepsAbout(rules_, route, route_view_, reps_));
    if (std::none_of(about.begin(), about.end(), [&](const auto* one) { return one->id == wanted; })) continue;
    Reason reason = *FindReason(routes, route.id);
    const bool holds = ConditionHolds(reason);
    std::string obstacle;
    if (holds) {
      ASSIGN_OR_RETURN(obstacle, Obstacle(route, rep));
      reason.evidence = {{out.wanted, obstacle.empty() ? "could take it" : obstacle, 0, 0}};
    }
    if (!holds) {
      failing += fmt::format("{}{}: {}", failing.empty() ? "" : "; ", route.id, reason.message);
    } else if (out.answer.empty()) {
      out.answer = reason.outcome == ReasonOutcome::kSkipped
                       ? fmt::format("{} leads to {}, but {} decides before it", route.id, rep.name, routed_.route)
                   : !obstacle.empty() ? fmt::format("{} considers {}: {}", route.id, rep.name, obstacle)
                                       : fmt::format("{} could give it to {}, but chose: {}", route.id, rep.name,
                                                     Decided(DecisionKind::kRoute).outcome);
    }
    out.reasons.push_back(std::move(reason));
  }
  if (routed_.rep == wanted || stored_.lead.assignee == wanted) {
    out.reached = true;
    out.answer = stored_.lead.assignee == wanted
                     ? fmt::format("{} works the lead", rep.name)
                     : fmt::format("{} would get it by {}. {}", rep.name, routed_.route, WhenRouted());
  } else if (out.reasons.empty()) {
    out.answer = fmt::format("no route for this lead leads to {} or the team {}", rep.name, rep.team);
  } else if (out.answer.empty()) {
    out.answer = fmt::format("no route that leads to {} holds: {}", rep.name, failing);
  }
  return out;
}

}  // namespace leadline::engine
