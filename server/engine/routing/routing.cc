// Routing on request, availability and fairness.
#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "engine/engine.h"
#include "engine/given/listed_reps.h"
#include "engine/work/lead_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

absl::Status CheckListed(const domain::Rep* rep, const packs::RuleSet& rules, std::string_view id) {
  return rep != nullptr ? absl::OkStatus() : InvalidField("rep", NoSuchRep(rules, id));
}

struct Given {
  int64_t count = 0;
  int64_t credited = 0;
  double score_sum = 0;
};

// Leads that were given and not credited. What is credited may have been given before the period.
int64_t CountingOf(const RepShare& share) { return std::max<int64_t>(0, share.assigned - share.credited); }

// Jain's index over assignments per weight; reps that took nothing count, so that a starved one shows.
std::vector<TeamFairness> TeamsOf(std::vector<RepShare>& reps) {
  std::map<std::string, std::vector<RepShare*>> by_team;
  for (RepShare& share : reps) by_team[share.rep.rep.team].push_back(&share);
  std::vector<TeamFairness> teams;
  for (auto& [team, shares] : by_team) {
    TeamFairness fairness;
    fairness.team = team;
    double weights = 0;
    int64_t counting = 0;
    for (RepShare* share : shares) {
      fairness.assigned += share->assigned;
      counting += CountingOf(*share);
      weights += share->rep.rep.weight;
    }
    std::vector<double> per_weight;
    for (RepShare* share : shares) {
      share->expected = weights == 0 ? 0 : static_cast<double>(counting) * share->rep.rep.weight / weights;
      if (share->rep.rep.weight > 0) {
        per_weight.push_back(static_cast<double>(CountingOf(*share)) / share->rep.rep.weight);
      }
    }
    fairness.jain_index = domain::JainIndex(per_weight);
    teams.push_back(std::move(fairness));
  }
  return teams;
}

// A change of what is known of a rep of the packs: `change` makes it, at the moment of the write.
void ChangeRep(const EngineOptions& options, const CallContext& context, std::string_view method,
               const std::string& rep, std::function<void(Time now, domain::RepState&)> change, Done<RepView> done) {
  const std::shared_ptr<const Deciding> pinned = options.snapshots->GetDeciding();
  auto rep_id = IdOf(rep, RecordKind::kRep, "rep");
  if (!rep_id.ok()) return done(rep_id.status());
  const domain::Rep* found = FindListedRep(*pinned, *rep_id);
  if (found == nullptr) {
    return done(WithResource(absl::NotFoundError(NoSuchRep(*pinned->active->rules, *rep_id)), rep));
  }
  WriteCase<RepView> write;
  write.method = method;
  write.guarded = domain::RecordRef{RecordKind::kRep, *rep_id};
  write.deciding = pinned;
  write.body = [rep = *found, change = std::move(change)](WriteScope& scope) -> absl::StatusOr<RepView> {
    scope.request_result = rep.id;
    ASSIGN_OR_RETURN(domain::RepState state, scope.tx.GetRepState(rep.id));
    state.rep_id = rep.id;
    change(scope.now, state);
    RETURN_IF_ERROR(scope.tx.Put(state));
    RETURN_IF_ERROR(
        scope.Append({RecordKind::kRep, rep.id}, scope.now,
                     domain::AvailabilityChanged{rep.id, state.available, state.unavailable_until, state.absences}));
    return ViewOf(scope.tx, rep, scope.now);
  };
  write.replay = [pinned, now = options.clock->Now()](store::Reader& reader,
                                                      const std::string& id) -> absl::StatusOr<RepView> {
    const domain::Rep* listed = FindListedRep(*pinned, id);
    if (listed == nullptr) {
      return WithResource(absl::NotFoundError(fmt::format("the packs list no rep \"{}\" any more", id)), "reps/" + id);
    }
    return ViewOf(reader, *listed, now);
  };
  RunWriteCase(options, context, std::move(write), std::move(done));
}

}  // namespace

void Engine::RouteLead(const CallContext& context, std::string name, Done<RouteResult> done) {
  auto id = IdOf(name, RecordKind::kLead, "name");
  if (!id.ok()) return done(id.status());
  WriteCase<RouteResult> write;
  write.method = "RouteLead";
  write.guarded = domain::RecordRef{RecordKind::kLead, *id};
  write.keys = {KeyFor(RecordKind::kLead, name)};
  write.body = [id = *id](WriteScope& scope) -> absl::StatusOr<RouteResult> {
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
    ASSIGN_OR_RETURN(const int64_t before, scope.tx.LastPosition());
    scope.request_result = fmt::format("{} {}", session.lead().id, before);
    RouteResult result;
    ASSIGN_OR_RETURN(result.decision, session.Route(scope.now));
    RETURN_IF_ERROR(session.Save());
    result.lead = session.lead();
    return result;
  };
  write.replay = [request_id = context.request_id](store::Reader& reader,
                                                   const std::string& stored) -> absl::StatusOr<RouteResult> {
    RouteResult result;
    const size_t space = stored.find(' ');
    int64_t after = 0;  // not the lead's whole past: what it did stands behind this position
    if (space == std::string::npos || !absl::SimpleAtoi(stored.substr(space + 1), &after)) {
      return absl::DataLossError(fmt::format("the stored answer of request {} is damaged", request_id));
    }
    const domain::RecordRef ref{RecordKind::kLead, stored.substr(0, space)};
    ASSIGN_OR_RETURN(result.lead, StandingLead(reader, ref.id));
    constexpr int kPage = 500;
    while (true) {
      ASSIGN_OR_RETURN(std::vector<domain::Event> events, reader.Timeline({&ref, 1}, after, kPage));
      for (const domain::Event& event : events) {
        after = event.position;
        const bool own = event.request_id == request_id;
        if (!own && !result.decision.outcome.empty()) return result;
        if (own && event.decision.has_value()) result.decision = domain::FromStored(event);
      }
      if (events.size() < kPage) return result;
    }
  };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

absl::StatusOr<RoutePreview> Engine::PreviewRoute(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(std::string id, IdOf(name, RecordKind::kLead, "name"));
  const std::shared_ptr<const Deciding> pinned = deciding();
  RoutePreview preview;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(LeadContext stored, LoadLead(reader, id));
    StoredReps reps(reader);
    const Time now = clock().Now();
    Decider& decider = Decider::ForThread(pinned->For(stored.lead.id));
    // What fields mean to these packs, as RouteLead reads it: others may have decided last.
    ASSIGN_OR_RETURN(Normalized derived,
                     decider.Normalize(stored.lead, stored.contact, stored.account, now, /*keep=*/false));
    stored.lead.meaning = std::move(derived.meaning);
    packs::RecordView view = stored.View(now);
    ASSIGN_OR_RETURN(RouteOutcome outcome, decider.Route(view, reps, "", Explain::kWhyNot));
    preview.rep = std::move(outcome.rep);
    preview.hold_queue = std::move(outcome.hold_queue);
    preview.decision = std::move(outcome.decision);
    return absl::OkStatus();
  }));
  return preview;
}

void Engine::ReassignLead(const CallContext& context, std::string name, std::string rep, std::string reason,
                          Done<domain::Lead> done) {
  auto id = IdOf(name, RecordKind::kLead, "name");
  if (!id.ok()) return done(id.status());
  auto rep_id = IdOf(rep, RecordKind::kRep, "rep");
  if (!rep_id.ok()) return done(rep_id.status());
  if (reason.empty()) return done(InvalidField("reason", "is required"));
  WriteCase<domain::Lead> write;
  write.method = "ReassignLead";
  write.guarded = domain::RecordRef{RecordKind::kLead, *id};
  write.keys = {KeyFor(RecordKind::kLead, name)};
  write.body = [id = *id, rep_id = *rep_id, reason](WriteScope& scope) -> absl::StatusOr<domain::Lead> {
    scope.request_result = id;
    ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
    const packs::RuleSet& rules = *scope.snapshot().rules;
    RETURN_IF_ERROR(CheckListed(FindListedRep(rules, rep_id), rules, rep_id));
    domain::Reason why;
    why.rule_id = "manual";
    why.layer = "person";
    why.message = reason;
    session.Assign(
        rep_id, "manual", "", scope.now,
        scope.decider().MakeDecision(domain::DecisionKind::kRoute, "", domain::ResourceName(RecordKind::kRep, rep_id),
                                     fmt::format("given to {} by {}: {}", rep_id, scope.context.actor, reason),
                                     {std::move(why)}, scope.now),
        reason);
    RETURN_IF_ERROR(session.Save());
    return session.lead();
  };
  write.replay = [](store::Reader& reader, const std::string& stored) { return StandingLead(reader, stored); };
  RunWriteCase(options_, context, std::move(write), std::move(done));
}

void Engine::SetAvailability(const CallContext& context, std::string rep, bool available, Time until,
                             Done<RepView> done) {
  if (available && until != 0) {
    return done(InvalidField("return_time", "only goes with available = false"));
  }
  if (until != 0 && until <= clock().Now()) return done(InvalidField("return_time", "is in the past"));
  const auto change = [available, until](Time now, domain::RepState& state) {
    domain::SetAvailable(available, until, now, state);
  };
  ChangeRep(options_, context, "SetAvailability", rep, change, std::move(done));
}

void Engine::PlanAbsences(const CallContext& context, std::string rep, std::vector<domain::Absence> absences,
                          Done<RepView> done) {
  if (absences.size() > domain::kMostAbsences) {
    return done(InvalidField("absences",
                             fmt::format("has {} entries, and may have {}", absences.size(), domain::kMostAbsences)));
  }
  const Time latest = clock().Now() + domain::kMostAbsenceAhead;
  for (size_t i = 0; i < absences.size(); ++i) {
    const std::string field = fmt::format("absences[{}].end_time", i);
    if (absences[i].end <= absences[i].start) return done(InvalidField(field, "is not after start_time"));
    if (absences[i].end > latest) return done(InvalidField(field, "is more than two years ahead"));
  }
  std::sort(absences.begin(), absences.end());
  const auto change = [absences = std::move(absences)](Time now, domain::RepState& state) {
    state.absences = absences;
    domain::DropPastAbsences(now, state);
  };
  ChangeRep(options_, context, "PlanAbsences", rep, change, std::move(done));
}

absl::StatusOr<Fairness> Engine::GetFairness(const CallContext& context, Time start, Time end,
                                             std::string_view region) {
  const std::shared_ptr<const Snapshot> pinned = snapshot();
  Fairness fairness;
  RETURN_IF_ERROR(options_.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        std::map<std::string, Given, std::less<>> given;
        RETURN_IF_ERROR(reader.ForEachAssignment(start, end, [&](const store::AssignmentEvent& event) {
          if (event.assigned.credited) {
            ++given[event.assigned.rep].credited;
            return;
          }
          // Routed once more to whoever has it, or no work in hand: nothing was given.
          if (event.assigned.rep == event.assigned.previous_rep || event.assigned.closed) return;
          Given& g = given[event.assigned.rep];
          ++g.count;
          g.score_sum += event.assigned.score;
        }));
        for (const domain::Rep& rep : pinned->rules->reps()) {
          if (!region.empty() && rep.region != region) continue;
          RepShare share;
          ASSIGN_OR_RETURN(share.rep, ViewOf(reader, rep, clock().Now()));
          if (auto g = given.find(rep.id); g != given.end()) {
            share.assigned = g->second.count;
            share.credited = g->second.credited;
            share.mean_score = share.assigned == 0 ? 0 : g->second.score_sum / static_cast<double>(g->second.count);
          }
          fairness.reps.push_back(std::move(share));
        }
        return absl::OkStatus();
      },
      context.wanted));
  fairness.teams = TeamsOf(fairness.reps);
  return fairness;
}

}  // namespace leadline::engine
