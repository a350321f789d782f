#include "engine/routing/held_leads.h"

#include <algorithm>
#include <memory>

#include "base/status_macros.h"
#include "engine/work/each_lead.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// So often all queues are gone through whatever happened: a route's condition may have come to hold by time alone.
constexpr Duration kBetweenRounds = 10 * kMinute;

// Whether the lead waits for a rep, and not for a person to look at it.
bool WaitsForARep(const domain::Lead& lead, const domain::RoutingPolicy& routing) {
  if (lead.hold_queue.empty() || !lead.assignee.empty() || !lead.merged_into.empty()) return false;
  const auto& entered = routing.route_on_enter;
  if (std::find(entered.begin(), entered.end(), lead.status) == entered.end()) return false;
  const auto holds = [&](const domain::Route& route) { return route.id == lead.held_by; };
  return lead.held_by.empty() || std::any_of(routing.routes.begin(), routing.routes.end(), holds);
}

absl::Status AddTakers(store::Reader& reader, const packs::RuleSet& rules, Time now, std::set<std::string>& takers) {
  for (const domain::Rep& rep : rules.reps()) {
    ASSIGN_OR_RETURN(const domain::RepState state, reader.GetRepState(rep.id));
    if (!state.AvailableAt(now)) continue;
    takers.insert(rep.id + "/full");
    if (domain::HasRoom(rep, state, now)) takers.insert(rep.id);
  }
  return absl::OkStatus();
}

void AddQueues(const packs::RuleSet& rules, std::set<std::string>& queues) {
  for (const domain::Queue& queue : rules.queues()) queues.insert(queue.id);
}

}  // namespace

bool HeldLeads::Begin(const Takers& takers, int64_t generation, Time now) {
  const bool more = !std::includes(takers_.begin(), takers_.end(), takers.begin(), takers.end());
  if (more || generation != generation_ || now - round_began_ >= kBetweenRounds) {
    takers_ = takers;
    generation_ = generation;
    round_began_ = now;
    going_ = true;
    after_ = {};
  } else {
    // Who can take nothing any more counts anew when they can again.
    std::erase_if(takers_, [&](const std::string& taker) { return !takers.contains(taker); });
  }
  return going_ && !takers_.empty();
}

absl::StatusOr<std::vector<HeldLeads::Place>> HeldLeads::Next(store::Reader& reader, const Deciding& deciding,
                                                              size_t limit) const {
  std::set<std::string> queues;
  AddQueues(*deciding.active->rules, queues);
  if (deciding.canary != nullptr) AddQueues(*deciding.canary->rules, queues);
  std::vector<Place> places;
  for (const std::string& queue : queues) {
    store::IdScan scan{.by = store::IdScan::By::kQueueByHold, .value = queue};
    if (!after_.id.empty()) scan.low = store::ListPlace{static_cast<double>(after_.held_since), after_.id};
    ASSIGN_OR_RETURN(const std::vector<store::ListPlace> found, reader.ScanIds(scan, static_cast<int>(limit)));
    for (const store::ListPlace& place : found) places.push_back({static_cast<Time>(place.number), place.id});
  }
  std::sort(places.begin(), places.end());
  if (places.size() > limit) places.resize(limit);
  return places;
}

absl::StatusOr<bool> HeldLeads::Give(const CallContext& context, const std::shared_ptr<const Deciding>& deciding,
                                     const std::string& id) {
  bool given = false;
  const auto decide = [&](store::Transaction& tx, size_t, Attempt& attempt) -> absl::Status {
    WriteScope scope(tx, context, deciding, *options_.ids, attempt.moment, &attempt.logs.front());
    given = false;
    scope.DecideFor(id);
    ASSIGN_OR_RETURN(const domain::Lead lead, tx.GetLead(id));
    if (!WaitsForARep(lead, scope.decider().Rules(lead.region).routing)) return absl::OkStatus();
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
    ASSIGN_OR_RETURN(given, session.RouteFromQueue(scope.now));
    return given ? session.Save() : absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const std::vector<absl::Status> outcomes,
                   DecideEach(options_, context.tenant, std::span<const std::string>(&id, 1), decide));
  RETURN_IF_ERROR(outcomes.front());
  return given;
}

absl::StatusOr<HeldStep> HeldLeads::GiveOut(const CallContext& context, int limit) {
  const std::lock_guard lock(mutex_);
  const Time now = options_.clock->Now();
  const std::shared_ptr<const Deciding> deciding = options_.snapshots->GetDeciding();
  HeldStep step;
  std::vector<Place> places;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    Takers takers;
    RETURN_IF_ERROR(AddTakers(reader, *deciding->active->rules, now, takers));
    if (deciding->canary != nullptr) RETURN_IF_ERROR(AddTakers(reader, *deciding->canary->rules, now, takers));
    places.clear();
    if (!Begin(takers, deciding->active->ref->generation, now)) return absl::OkStatus();
    ASSIGN_OR_RETURN(places, Next(reader, *deciding, static_cast<size_t>(limit)));
    return absl::OkStatus();
  }));
  for (const Place& place : places) {
    after_ = place;
    ++step.looked_at;
    if (failed_.Waits(place.id, now)) continue;
    const absl::StatusOr<bool> given = Give(context, deciding, place.id);
    if (given.ok()) {
      failed_.Succeeded(place.id);
      step.given += *given ? 1 : 0;
    } else {
      step.set_aside.push_back(failed_.Failed(place.id, given.status(), now));
    }
  }
  if (places.size() < static_cast<size_t>(limit)) going_ = false;
  step.all = !going_;
  return step;
}

}  // namespace leadline::engine
