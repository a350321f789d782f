// Who works a lead. Pure functions over plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/decision.h"
#include "domain/event.h"
#include "domain/records.h"

namespace leadline::domain {

// Where leads wait that nobody works.
struct Queue {
  std::string id;
  std::string layer;  // of the pack that declares it
  std::string source;
  std::string owner;  // who answers for it
  std::string description;
};

struct Territory {
  std::string id;
  std::string layer;
  std::string source;
  std::string region;
  std::vector<std::string> countries;  // ISO 3166-1 alpha-2
  std::string calendar;                // of its leads' reps who have none; empty: none
};

struct Team {
  std::string id;
  std::string layer;
  std::string source;
  std::string lead;      // rep id: who answers for what the others miss; empty: nobody
  std::string calendar;  // of its reps who have none of their own; empty: none
};

// Of whom a lead is whose rep a route asks for.
enum class OpenLeadOf : uint8_t { kNobody, kPerson, kCompany };

struct Route {
  std::string id;
  std::string layer;
  std::string source;
  int condition = -1;                      // index of the compiled condition; -1: always
  std::string team;                        // pool; empty where the lead goes elsewhere
  bool account_owner = false;              // to the account's owner, when available
  Duration former_within = 0;              // to whoever had the lead last, no longer ago than this; 0: no such route
  std::vector<std::string> former_unless;  // reasons: who gave it back for one of these does not get it by this route
  // To whoever works another open lead of the person or the company; kNobody: no such route.
  OpenLeadOf open_lead_of = OpenLeadOf::kNobody;
  bool match_language = false;   // only reps who speak the lead's language
  bool match_territory = false;  // only reps with the lead's territory
  bool senior_only = false;      // only senior reps
  bool before_regions = false;   // the centre's: asked before any region's
  bool fast_lane = false;        // ignores capacity and its neighbours, so that it is worked at once
  std::string hold;              // queue that holds it; empty: goes to a rep
  std::string strategy;          // "weighted_round_robin" or "plugin:<id>"
  // Whether it is about one rep, whom the lead itself names.
  bool about_one() const { return account_owner || former_within > 0 || open_lead_of != OpenLeadOf::kNobody; }
  // Whether the rotation of the team gives its leads.
  bool by_turns() const { return !about_one() && !strategy.starts_with("plugin:"); }
};

struct RoutingPolicy {
  // Asked in order: the central ones that go before regions, the region's, the other central ones.
  std::vector<Route> routes;
  std::vector<Rep> reps;
  std::vector<Territory> territories;
  std::vector<Team> teams;                  // the centre's, then the region's own
  std::vector<Queue> queues;                // the centre's, then the region's own
  std::string default_hold;                 // queue when no route has a rep for it
  std::vector<std::string> route_on_enter;  // statuses whose entry asks the routes anew
  std::vector<std::string> credit_for;      // reject reasons for which whoever had the lead gets the turn back

  const Rep* FindRep(std::string_view id) const;
  const Team* FindTeam(std::string_view id) const;    // null when there is none
  const Queue* FindQueue(std::string_view id) const;  // null when there is none
  // The territory that holds the country; null when none does.
  const Territory* TerritoryOf(std::string_view country) const;
};

struct RepCandidate {
  const Rep* rep = nullptr;
  RepState state;
  PoolState pool;
  bool territory_match = false;
};

// Whether one of the rep's languages is the lead's: see SameLanguage in domain/iso_codes.h.
bool Speaks(const Rep& rep, std::string_view language);

// What fields mean for a route: a central one reads no table of a region that the centre does not accept.
const Meaning& MeaningFor(const Route& route, const Lead& lead);
// The language in which the route's reps would speak with the lead; empty when it is not known.
const std::string& LanguageFor(const Route& route, const Lead& lead);

// The rep's state but for the lead: what is to be given to somebody is no load of whoever has it.
RepState StateWithout(const Lead& lead, RepState state);

// Who had the lead last, whether or not they have it still; empty: nobody has had it.
const std::string& FormerRepOf(const Lead& lead);
// Whether the route is about the rep, whatever keeps them from taking it. `account` may be null. `owner`: who works
// another open lead, where the route asks for that; empty: nobody.
bool IsAbout(const Route& route, const Rep& rep, const Lead& lead, const Account* account, std::string_view owner);

// Plans of a rep hold at most so many absences, and reach no further ahead.
inline constexpr size_t kMostAbsences = 50;
inline constexpr Duration kMostAbsenceAhead = 2 * 366 * kDay;

// The rep is said to take leads from `at` on, or to be away, until a time where that is known (0: not known). Being
// back ends the planned absence that has begun.
void SetAvailable(bool available, Time until, Time at, RepState& state);
// Drops the absences that are over at `now`.
void DropPastAbsences(Time now, RepState& state);
// When somebody who is away at `now` is back, as far as is known: after planned absences, too, that follow at once. 0:
// not known. `now` of who is not away.
Time BackAt(const RepState& state, Time now);

// So many of the leads that a rep was given are counted, of 24 hours.
inline constexpr int64_t kMostGivenKept = 100;
inline constexpr Duration kGivenKept = kDay;
// The rep is given a lead at `at`: kept with those of the 24 hours before the newest, the newest kMostGivenKept. The
// order of calls makes no difference.
void NoteGiven(Time at, RepState& state);
// Whether an event gives a rep one more lead to work on, as most_per_hour and most_per_day count them: not one that
// they had already, that is no work in hand, or that another system had given.
bool GivesOneMore(const Assigned& assigned);

// Whether the rep may be given one more lead by a route that is no fast lane: see Rep::capacity and its neighbours.
bool HasRoom(const Rep& rep, const RepState& state, Time now);

// What keeps a rep from taking a lead by a route.
struct RepObstacle {
  // team, senior, language, territory, away, capacity, hour, day, weight, long_ago or rejected; stored, so never change
  // them. Empty: nothing.
  std::string_view code;
  std::string why;  // in words
};
RepObstacle ObstacleOf(const Route& route, const Rep& rep, const RepState& state, const Lead& lead,
                       const Territory* territory, Time now);
// In words alone; empty when the rep can take it.
std::string Ineligibility(const Route& route, const Rep& rep, const RepState& state, const Lead& lead,
                          const Territory* territory, Time now);

struct RepChoice {
  int index = -1;                // into the candidates
  std::vector<PoolState> pools;  // all candidates' states after the choice, to be stored with it
  std::string why;
};

// At most so many turns is anybody owed, or ahead: who comes back to a pool that changed is neither flooded nor
// forgotten.
inline constexpr double kMostTurnsOwed = 2;

// Weighted round robin. With each lead every candidate earns the share of a turn that its weight is of the candidates'
// weights, and whoever gets the lead pays one turn. It goes to whoever is owed so much that they would be owed more
// than 1 - 1/(2n-2) of n candidates' next; that is, of those who are owed 1/(2n-2) at least, to the one who comes to
// that limit first (R. Tijdeman, The chairman assignment problem, Discrete Mathematics 32, 1980). So among the same
// candidates nobody is ever a whole turn off their share. Where candidates come and go, nobody may be above the
// smaller limit, or several above the greater one: then it goes to whoever is owed most. Ties go to the one who waited
// longest, then by rep id. Who was away neither earned nor lost meanwhile.
RepChoice ChooseByWeightedRoundRobin(std::span<const RepCandidate> candidates, Time now);

// Gives the turn back that a lead of the rep's took of those `among` whom it could have gone: their places, as if it
// had not been given. None where the rep is not one of them, or has no weight.
std::vector<PoolState> GiveTurnBack(std::span<const RepCandidate> among, std::string_view rep);

// Jain's fairness index (Jain, Chiu, Hawe 1984) of `shares`; 1 when empty or all zero.
double JainIndex(std::span<const double> shares);

}  // namespace leadline::domain
