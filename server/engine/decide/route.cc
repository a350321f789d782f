// Routing: routes in order, candidates, and the strategy that chooses among them.
#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/decide/decider.h"
#include "engine/decide/plugin_batch.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::DecisionKind;
using domain::Reason;
using domain::ReasonOutcome;
using domain::RepCandidate;

constexpr std::string_view kPluginStrategy = "plugin:";

plugin::Candidate ToPlugin(const domain::Route& route, const RepCandidate& c, const packs::RecordView& view) {
  plugin::Candidate out{};
  out.rep_id = plugin::StrOf(c.rep->id);
  out.weight = c.rep->weight;
  out.latitude = c.rep->latitude.value_or(std::numeric_limits<double>::quiet_NaN());
  out.longitude = c.rep->longitude.value_or(std::numeric_limits<double>::quiet_NaN());
  out.last_assigned = c.pool.last_assigned == 0 ? LEADLINE_TIME_NONE : c.pool.last_assigned;
  out.open_load = static_cast<uint32_t>(std::max<int64_t>(0, c.state.open_leads));
  // 0 means "no limit" in the packs and "takes none" in the plugin interface. A fast lane has no limit for anybody.
  const bool limited = c.rep->capacity != 0 && !route.fast_lane;
  out.capacity = limited ? static_cast<uint32_t>(c.rep->capacity) : std::numeric_limits<uint32_t>::max();
  out.seniority = c.rep->senior ? 1 : 0;
  out.flags = LEADLINE_CANDIDATE_AVAILABLE;
  if (c.territory_match) out.flags |= LEADLINE_CANDIDATE_TERRITORY;
  if (domain::Speaks(*c.rep, domain::LanguageFor(route, *view.lead))) out.flags |= LEADLINE_CANDIDATE_LANGUAGE;
  if (view.account != nullptr && view.account->owner == c.rep->id) out.flags |= LEADLINE_CANDIDATE_OWNER;
  return out;
}

// The number of the route to ask next, from `from` on; the number of routes when none is left.
size_t NextToAsk(packs::Evaluation& evaluation, const std::vector<domain::Route>& routes, size_t from, bool each) {
  if (each) return from;
  const int next = evaluation.NextRoute(static_cast<int>(from));
  return next < 0 ? routes.size() : static_cast<size_t>(next);
}

void NotePassedOver(const std::string& route, std::string_view code, const std::string& rep,
                    std::vector<domain::PassedOver>& out) {
  for (domain::PassedOver& same : out) {
    if (same.route == route && same.code == code) return same.reps.push_back(rep);
  }
  out.push_back({route, std::string(code), {rep}});
}

Reason RouteReason(const domain::Route& route, Reason tested) {
  tested.rule_id = route.id;
  tested.layer = route.layer;
  tested.source = route.source;
  return tested;
}

}  // namespace

absl::StatusOr<std::vector<const domain::Rep*>> RepsAbout(const packs::RegionRules& rules, const domain::Route& route,
                                                          const packs::RecordView& view, RepSource& reps) {
  std::string owner;
  if (route.open_lead_of != domain::OpenLeadOf::kNobody) {
    ASSIGN_OR_RETURN(owner, reps.OpenLeadOwner(*view.lead, route.open_lead_of));
  }
  std::vector<const domain::Rep*> about;
  for (const domain::Rep& rep : rules.routing.reps) {
    if (domain::IsAbout(route, rep, *view.lead, view.account, owner)) about.push_back(&rep);
  }
  return about;
}

absl::StatusOr<std::vector<RepCandidate>> Decider::Candidates(const packs::RegionRules& rules,
                                                              const domain::Route& route, const packs::RecordView& view,
                                                              RepSource& reps, std::string_view without,
                                                              std::vector<domain::Evidence>& evidence,
                                                              std::vector<domain::PassedOver>& passed_over) {
  const domain::Lead& lead = *view.lead;
  const domain::Territory* territory = rules.routing.TerritoryOf(lead.country);
  std::vector<domain::PoolState> pool;
  if (!route.team.empty()) {
    ASSIGN_OR_RETURN(pool, reps.Pool(route.team));
  }
  ASSIGN_OR_RETURN(const std::vector<const domain::Rep*> about, RepsAbout(rules, route, view, reps));
  std::vector<RepCandidate> out;
  for (const domain::Rep* one : about) {
    const domain::Rep& rep = *one;
    RepCandidate candidate;
    candidate.rep = &rep;
    ASSIGN_OR_RETURN(candidate.state, reps.State(rep.id));
    candidate.state.rep_id = rep.id;
    candidate.state = StateWithout(lead, std::move(candidate.state));
    domain::RepObstacle obstacle = rep.id == without
                                       ? domain::RepObstacle{"before", "had it before"}
                                       : domain::ObstacleOf(route, rep, candidate.state, lead, territory, view.now);
    if (!obstacle.code.empty()) {
      NotePassedOver(route.id, obstacle.code, rep.id, passed_over);
      evidence.push_back({.field = rep.id, .value = std::move(obstacle.why)});
      continue;
    }
    auto place = std::find_if(pool.begin(), pool.end(), [&](const auto& p) { return p.rep_id == rep.id; });
    candidate.pool = place == pool.end() ? domain::PoolState{.rep_id = rep.id} : *place;
    candidate.territory_match = territory != nullptr && std::find(rep.territories.begin(), rep.territories.end(),
                                                                  territory->id) != rep.territories.end();
    out.push_back(std::move(candidate));
  }
  return out;
}

absl::StatusOr<Decider::Choice> Decider::ChooseByPlugin(int plugin, const domain::Route& route,
                                                        std::span<const RepCandidate> candidates,
                                                        const packs::RecordView& view, domain::PluginAnswer& answer) {
  const BoundPlugin* bound = BoundOf(plugin);
  if (bound == nullptr) return NotLoaded(UseOf(plugin));
  PluginRecord fields(bound->field_slots, evaluation_);
  std::vector<plugin::Candidate> list;
  for (const RepCandidate& c : candidates) list.push_back(ToPlugin(route, c, view));
  plugin::RouteRequest request{};
  request.record = fields.record();
  request.candidates = list.data();
  request.count = static_cast<uint32_t>(list.size());
  plugin::RouteResult result;
  const plugin::CallOptions options = CallDeadline::OptionsFor(view.now);
  RETURN_IF_ERROR(bound->plugin->Route({&request, 1}, {&result, 1}, options));
  Choice choice;
  choice.why = Joined(result.reasons);
  if (!result.choice.has_value()) return choice;
  choice.index = static_cast<int>(*result.choice);
  answer.value = candidates[*result.choice].rep->id;
  // The round robin's books are kept, so that a fallback goes on where the plugin stopped.
  for (const RepCandidate& c : candidates) choice.pools.push_back(c.pool);
  domain::PoolState& chosen = choice.pools[static_cast<size_t>(choice.index)];
  ++chosen.assigned;
  chosen.last_assigned = view.now;
  return choice;
}

Decider::Choice Decider::ChooseAsTold(const domain::Route& route, std::span<const RepCandidate> candidates) const {
  Choice choice;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i].rep->id == told_pick_) choice.index = static_cast<int>(i);
  }
  choice.why = fmt::format("{}: {} of {} who could take it", route.strategy, choice.index < 0 ? "none" : "one",
                           candidates.size());
  return choice;
}

absl::StatusOr<Decider::Choice> Decider::Choose(const domain::Route& route, std::span<const RepCandidate> candidates,
                                                const packs::RecordView& view,
                                                std::vector<domain::PluginAnswer>& answers) {
  if (told_) return ChooseAsTold(route, candidates);
  std::string failure;
  if (route.strategy.starts_with(kPluginStrategy)) {
    std::string_view id = std::string_view(route.strategy).substr(kPluginStrategy.size());
    int use = -1;
    for (size_t i = 0; i < snapshot_->rules->plugins().size(); ++i) {
      const packs::PluginUse& u = snapshot_->rules->plugins()[i];
      if (u.id == id && u.capability == LEADLINE_ROUTE_V1) use = static_cast<int>(i);
    }
    if (use < 0) return absl::InternalError(fmt::format("route {} names plugin {}, which no pack lists", route.id, id));
    domain::PluginAnswer& answer = answers.emplace_back(AnswerOf(use, route.id));
    auto chosen = ChooseByPlugin(use, route, candidates, view, answer);
    if (chosen.ok() || UseOf(use).on_failure == packs::PluginUse::OnFailure::kFail) return chosen;
    NoteFailure(chosen.status(), answer);
    failure = fmt::format(" (fallback: {})", std::string(chosen.status().message()));
  }
  if (route.former_within > 0) {
    const bool has = view.lead->assignee == candidates[0].rep->id;
    return Choice{0, has ? "has had it before" : "had it until " + FormatTime(view.lead->former.until), {}};
  }
  if (route.open_lead_of != domain::OpenLeadOf::kNobody) {
    const bool person = route.open_lead_of == domain::OpenLeadOf::kPerson;
    return Choice{0, person ? "works another lead of the person" : "works another lead of the company", {}};
  }
  domain::RepChoice chosen = domain::ChooseByWeightedRoundRobin(candidates, view.now);
  return Choice{chosen.index, chosen.why + failure, std::move(chosen.pools)};
}

absl::StatusOr<RouteOutcome> Decider::Route(const packs::RecordView& view, RepSource& reps, std::string_view without,
                                            Explain explain) {
  const packs::RegionRules& rules = Rules(view.lead->region);
  RETURN_IF_ERROR(CheckPluginsOf(rules, LEADLINE_ROUTE_V1));
  evaluation_.Bind(rules, view);
  RouteOutcome out;
  std::vector<Reason> reasons;
  std::vector<domain::PassedOver> passed_over;
  std::vector<domain::PluginAnswer> answers;
  auto finish = [&](std::string outcome, std::string summary) {
    std::stable_partition(reasons.begin(), reasons.end(),
                          [](const Reason& r) { return r.outcome == ReasonOutcome::kFired; });
    out.decision = MakeDecision(DecisionKind::kRoute, domain::ResourceName(domain::RecordKind::kLead, view.lead->id),
                                std::move(outcome), std::move(summary), std::move(reasons), view.now);
    out.decision.passed_over = std::move(passed_over);
    out.decision.answers = std::move(answers);
    return std::move(out);
  };
  const std::vector<domain::Route>& routes = rules.routing.routes;
  const bool two_meanings = view.lead->meaning.regional.has_value();
  const bool each = explain == Explain::kWhyNot || two_meanings;
  for (size_t i = NextToAsk(evaluation_, routes, 0, each); i < routes.size();
       i = NextToAsk(evaluation_, routes, i + 1, each)) {
    const domain::Route& route = routes[i];
    if (two_meanings) {
      packs::RecordView meant = view;
      meant.meaning = &domain::MeaningFor(route, *view.lead);
      evaluation_.Bind(rules, meant);
    }
    Reason reason = RouteReason(route, evaluation_.Test(route.condition));
    if (reason.outcome != ReasonOutcome::kFired) {
      if (explain == Explain::kWhyNot) reasons.push_back(std::move(reason));
      continue;
    }
    if (!route.hold.empty()) {
      out.route = route.id;
      out.hold_queue = route.hold;
      reason.message = fmt::format("held in queue {}", route.hold);
      reasons.push_back(std::move(reason));
      return finish(route.hold, fmt::format("held in queue {} by route {}", route.hold, route.id));
    }
    ASSIGN_OR_RETURN(std::vector<RepCandidate> candidates,
                     Candidates(rules, route, view, reps, without, reason.evidence, passed_over));
    Choice choice;
    if (!candidates.empty()) {
      ASSIGN_OR_RETURN(choice, Choose(route, candidates, view, answers));
    }
    if (choice.index < 0) {
      reason.outcome = ReasonOutcome::kNotFired;
      reason.message = choice.why.empty() ? "its condition holds, but no rep can take the lead" : choice.why;
      reasons.push_back(std::move(reason));
      continue;
    }
    const RepCandidate& chosen = candidates[static_cast<size_t>(choice.index)];
    out.rep = chosen.rep->id;
    out.route = route.id;
    out.pool = route.team;
    out.pool_states = std::move(choice.pools);
    reason.weight = chosen.rep->weight;
    reason.message = choice.why;
    reasons.push_back(std::move(reason));
    return finish(domain::ResourceName(domain::RecordKind::kRep, out.rep),
                  fmt::format("{} by route {}: {}", chosen.rep->name, route.id, choice.why));
  }
  out.hold_queue = rules.routing.default_hold;
  return finish(out.hold_queue, fmt::format("held in queue {}: no route has a rep for it", out.hold_queue));
}

}  // namespace leadline::engine
