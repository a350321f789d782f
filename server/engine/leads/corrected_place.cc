#include "engine/leads/corrected_place.h"

#include <algorithm>

#include "base/status_macros.h"

namespace leadline::engine {
namespace {

bool IsRoute(const packs::RegionRules& rules, const std::string& id) {
  const std::vector<domain::Route>& routes = rules.routing.routes;
  return std::any_of(routes.begin(), routes.end(), [&](const domain::Route& route) { return route.id == id; });
}

}  // namespace

void FollowCountry(const packs::RuleSet& rules, const domain::Lead& before, const std::vector<std::string>& paths,
                   domain::Lead& lead) {
  if (lead.country == before.country || before.region != rules.RegionOfCountry(before.country)) return;
  if (std::find(paths.begin(), paths.end(), "region") != paths.end()) return;
  const std::string region = rules.RegionOfCountry(lead.country);
  if (!region.empty()) lead.region = region;
}

void CountClocksOfRegion(const domain::Lead& before, Time at, LeadSession& session) {
  if (before.region != session.lead().region) session.CountClocksAgain(at);
}

absl::Status RouteCorrected(WriteScope& scope, const domain::Lead& before, LeadSession& session) {
  const domain::Lead& lead = session.lead();
  if (before.region == lead.region && before.country == lead.country && before.language == lead.language) {
    return absl::OkStatus();
  }
  if (before.assignee != lead.assignee || before.hold_queue != lead.hold_queue) return absl::OkStatus();
  const std::vector<std::string>& routed = scope.decider().Rules(lead.region).routing.route_on_enter;
  if (std::find(routed.begin(), routed.end(), lead.status) == routed.end()) return absl::OkStatus();
  if (lead.assignee.empty()) {
    // What a gate holds waits for whoever looks at it, wherever it belongs.
    const bool by_route = lead.held_by.empty() || IsRoute(scope.decider().Rules(before.region), lead.held_by);
    if (lead.hold_queue.empty() || !by_route) return absl::OkStatus();
    return session.Route(scope.now).status();
  }
  // "manual", "accepted" and "import" are a person's word; to whom a ladder escalated it is none.
  const bool by_packs =
      IsRoute(scope.decider().Rules(before.region), lead.given_by) || lead.given_by.starts_with(kHeldByLadder);
  if (!by_packs) return absl::OkStatus();
  return session.RouteAgain(scope.now);
}

}  // namespace leadline::engine
