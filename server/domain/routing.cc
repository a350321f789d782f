#include "domain/routing.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <tuple>

#include "absl/strings/ascii.h"
#include "domain/iso_codes.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::domain {

const Meaning& MeaningFor(const Route& route, const Lead& lead) {
  return route.layer == "central" ? lead.meaning.central : lead.meaning.by_region();
}

const std::string& LanguageFor(const Route& route, const Lead& lead) {
  return Meant(MeaningFor(route, lead).language, lead.language);
}

const Team* RoutingPolicy::FindTeam(std::string_view id) const {
  for (const Team& team : teams) {
    if (team.id == id) return &team;
  }
  return nullptr;
}

const Queue* RoutingPolicy::FindQueue(std::string_view id) const {
  const auto found = std::find_if(queues.begin(), queues.end(), [&](const Queue& queue) { return queue.id == id; });
  return found == queues.end() ? nullptr : &*found;
}

namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return absl::ascii_tolower(x) == absl::ascii_tolower(y); });
}

double WeightOf(const Rep& rep) { return std::isfinite(rep.weight) && rep.weight > 0 ? rep.weight : 0; }

std::string LanguageProblem(const Route& route, const Rep& rep, const Lead& lead) {
  const std::string& language = LanguageFor(route, lead);
  if (language.empty()) return "the lead's language is not known";
  if (Speaks(rep, language)) return "";
  return fmt::format("speaks {}, not {}",
                     rep.languages.empty() ? "no listed language" : fmt::format("{}", fmt::join(rep.languages, ", ")),
                     language);
}

std::string TerritoryProblem(const Rep& rep, const Lead& lead, const Territory* territory) {
  if (territory == nullptr) {
    return lead.country.empty() ? "the lead's country is not known"
                                : fmt::format("no territory holds the lead's country {}", lead.country);
  }
  if (std::find(rep.territories.begin(), rep.territories.end(), territory->id) != rep.territories.end()) return "";
  return fmt::format("does not work territory {}", territory->id);
}

std::string AvailabilityProblem(const RepState& state, Time now) {
  if (state.AvailableAt(now)) return "";
  const Time back = BackAt(state, now);
  return back == 0 ? "not available" : fmt::format("not available until {}", FormatTime(back));
}

int64_t GivenSince(const RepState& state, Time since) {
  return std::distance(std::upper_bound(state.given.begin(), state.given.end(), since), state.given.end());
}

// What of the rep's limits is reached.
RepObstacle LimitReached(const Rep& rep, const RepState& state, Time now) {
  if (rep.capacity > 0 && state.open_leads >= rep.capacity) {
    return {"capacity", fmt::format("at capacity: {} open leads of {}", state.open_leads, rep.capacity)};
  }
  if (const int64_t given = GivenSince(state, now - kHour); rep.most_per_hour > 0 && given >= rep.most_per_hour) {
    return {"hour", fmt::format("was given {} leads within an hour, of {}", given, rep.most_per_hour)};
  }
  if (const int64_t given = GivenSince(state, now - kDay); rep.most_per_day > 0 && given >= rep.most_per_day) {
    return {"day", fmt::format("was given {} leads within 24 hours, of {}", given, rep.most_per_day)};
  }
  return {};
}

RepObstacle FormerObstacle(const Route& route, const Rep& rep, const Lead& lead, Time now) {
  const FormerRep& former = lead.former;
  const auto& unless = route.former_unless;
  if (former.rejected_by == rep.id && std::find(unless.begin(), unless.end(), former.rejected_for) != unless.end()) {
    return {"rejected", "gave it back as " + former.rejected_for};
  }
  if (former.rep == rep.id && now - former.until > route.former_within) {
    return {"long_ago", fmt::format("had it last until {}, more than {} ago", FormatTime(former.until),
                                    FormatDuration(route.former_within))};
  }
  return {};
}

// Weights such as 0.1 leave rests far below this after any number of turns; a tie must stay a tie.
constexpr double kRest = 1e-9;

// The candidate with the least value; within a rest, who waited longest, then the first by id.
template <typename Value>
size_t Least(std::span<const RepCandidate> candidates, std::span<const size_t> among, Value value) {
  double least = value(among[0]);
  for (const size_t i : among) least = std::min(least, value(i));
  size_t best = candidates.size();
  for (const size_t i : among) {
    if (value(i) > least + kRest * std::max(1.0, std::abs(least))) continue;
    const auto place = [&](size_t at) { return std::tie(candidates[at].pool.last_assigned, candidates[at].rep->id); };
    if (best == candidates.size() || place(i) < place(best)) best = i;
  }
  return best;
}

// Whose turn it is, of those who are owed these turns and earn these shares of each.
size_t TurnOf(std::span<const RepCandidate> candidates, std::span<const double> owed, std::span<const double> shares) {
  std::vector<size_t> all(candidates.size());
  std::iota(all.begin(), all.end(), size_t{0});
  if (all.size() == 1) return 0;
  const double soonest = 1.0 / (2.0 * static_cast<double>(all.size()) - 2.0), latest = 1 - soonest;
  const size_t first = Least(candidates, all, [&](size_t i) { return -owed[i]; });
  if (owed[first] > latest + kRest) return first;
  std::vector<size_t> ready;
  std::copy_if(all.begin(), all.end(), std::back_inserter(ready),
               [&](size_t i) { return owed[i] >= soonest - kRest && shares[i] > 0; });
  if (ready.empty()) return first;
  return Least(candidates, ready, [&](size_t i) { return (latest - owed[i]) / shares[i]; });
}

// What each candidate earns of a turn; of reps without any weight nobody earns any.
std::vector<double> SharesOf(std::span<const RepCandidate> candidates) {
  double sum = 0;
  for (const RepCandidate& candidate : candidates) sum += WeightOf(*candidate.rep);
  std::vector<double> shares;
  for (const RepCandidate& candidate : candidates) shares.push_back(sum == 0 ? 0 : WeightOf(*candidate.rep) / sum);
  return shares;
}

}  // namespace

bool Speaks(const Rep& rep, std::string_view language) {
  return std::any_of(rep.languages.begin(), rep.languages.end(),
                     [&](const std::string& spoken) { return SameLanguage(spoken, language); });
}

const Rep* RoutingPolicy::FindRep(std::string_view id) const {
  for (const Rep& rep : reps) {
    if (rep.id == id) return &rep;
  }
  return nullptr;
}

const Territory* RoutingPolicy::TerritoryOf(std::string_view country) const {
  if (country.empty()) return nullptr;
  for (const Territory& territory : territories) {
    for (const std::string& held : territory.countries) {
      if (EqualIgnoringCase(held, country)) return &territory;
    }
  }
  return nullptr;
}

void SetAvailable(bool available, Time until, Time at, RepState& state) {
  state.available = available;
  state.unavailable_until = until;
  if (!available) return;
  std::erase_if(state.absences, [&](const Absence& absence) { return absence.start <= at; });
}

void DropPastAbsences(Time now, RepState& state) {
  std::erase_if(state.absences, [&](const Absence& absence) { return absence.end <= now; });
}

Time BackAt(const RepState& state, Time now) {
  const bool away = !state.available && (state.unavailable_until == 0 || state.unavailable_until > now);
  if (away && state.unavailable_until == 0) return 0;
  Time back = away ? state.unavailable_until : now;
  for (const Absence& absence : state.absences) {
    if (absence.start <= back) back = std::max(back, absence.end);
  }
  return back;
}

void NoteGiven(Time at, RepState& state) {
  std::vector<Time>& given = state.given;
  given.insert(std::upper_bound(given.begin(), given.end(), at), at);
  const Time kept = given.back() - kGivenKept;
  const auto beyond = static_cast<int64_t>(given.size()) - kMostGivenKept;
  auto first = std::upper_bound(given.begin(), given.end(), kept);
  first = std::max(first, given.begin() + std::max<int64_t>(0, beyond));
  given.erase(given.begin(), first);
}

bool GivesOneMore(const Assigned& assigned) {
  return !assigned.rep.empty() && assigned.rep != assigned.previous_rep && !assigned.closed && !assigned.credited &&
         assigned.route != "import" && assigned.route != "split" && assigned.route != "merge";
}

bool HasRoom(const Rep& rep, const RepState& state, Time now) { return LimitReached(rep, state, now).code.empty(); }

RepState StateWithout(const Lead& lead, RepState state) {
  if (lead.open && lead.assignee == state.rep_id && state.open_leads > 0) --state.open_leads;
  return state;
}

const std::string& FormerRepOf(const Lead& lead) { return lead.assignee.empty() ? lead.former.rep : lead.assignee; }

bool IsAbout(const Route& route, const Rep& rep, const Lead& lead, const Account* account, std::string_view owner) {
  if (route.open_lead_of != OpenLeadOf::kNobody) return owner == rep.id;
  if (route.account_owner) return account != nullptr && account->owner == rep.id;
  if (route.former_within > 0) return FormerRepOf(lead) == rep.id;
  return !route.team.empty() && rep.team == route.team;
}

RepObstacle ObstacleOf(const Route& route, const Rep& rep, const RepState& state, const Lead& lead,
                       const Territory* territory, Time now) {
  if (!route.team.empty() && rep.team != route.team) {
    return {"team", rep.team.empty() ? fmt::format("not in team {}", route.team)
                                     : fmt::format("in team {}, not {}", rep.team, route.team)};
  }
  if (route.former_within > 0) {
    if (RepObstacle former = FormerObstacle(route, rep, lead, now); !former.code.empty()) return former;
  }
  if (route.senior_only && !rep.senior) return {"senior", "not senior"};
  if (route.match_language) {
    if (std::string why = LanguageProblem(route, rep, lead); !why.empty()) return {"language", std::move(why)};
  }
  if (route.match_territory) {
    if (std::string why = TerritoryProblem(rep, lead, territory); !why.empty()) return {"territory", std::move(why)};
  }
  if (std::string why = AvailabilityProblem(state, now); !why.empty()) return {"away", std::move(why)};
  if (!route.fast_lane) {
    if (RepObstacle limit = LimitReached(rep, state, now); !limit.code.empty()) return limit;
  }
  if (route.by_turns() && WeightOf(rep) == 0) return {"weight", "has no weight in the round robin"};
  return {};
}

std::string Ineligibility(const Route& route, const Rep& rep, const RepState& state, const Lead& lead,
                          const Territory* territory, Time now) {
  return ObstacleOf(route, rep, state, lead, territory, now).why;
}

RepChoice ChooseByWeightedRoundRobin(std::span<const RepCandidate> candidates, Time now) {
  RepChoice choice;
  if (candidates.empty()) {
    choice.why = "nobody to choose from";
    return choice;
  }
  const std::vector<double> shares = SharesOf(candidates);
  std::vector<double> owed;
  for (size_t i = 0; i < candidates.size(); ++i) {
    owed.push_back(std::clamp(candidates[i].pool.turns_owed, -kMostTurnsOwed, kMostTurnsOwed) + shares[i]);
    choice.pools.push_back(candidates[i].pool);
    choice.pools.back().rep_id = candidates[i].rep->id;
    choice.pools.back().turns_owed = owed.back();
  }
  const size_t chosen = TurnOf(candidates, owed, shares);
  choice.index = static_cast<int>(chosen);
  PoolState& winner = choice.pools[chosen];
  const double weight = WeightOf(*candidates[chosen].rep);
  choice.why = fmt::format("weighted round robin: weight {} of {:.6g} among {} candidates, turns owed {:.4g}, {}",
                           weight, shares[chosen] == 0 ? 0 : weight / shares[chosen], candidates.size(), owed[chosen],
                           winner.last_assigned == 0 ? std::string("first lead from this pool")
                                                     : "last lead at " + FormatTime(winner.last_assigned));
  if (shares[chosen] > 0) winner.turns_owed -= 1;
  ++winner.assigned;
  winner.last_assigned = now;
  return choice;
}

std::vector<PoolState> GiveTurnBack(std::span<const RepCandidate> among, std::string_view rep) {
  const auto took = std::find_if(among.begin(), among.end(), [&](const RepCandidate& c) { return c.rep->id == rep; });
  if (took == among.end() || WeightOf(*took->rep) == 0) return {};
  const std::vector<double> shares = SharesOf(among);
  std::vector<PoolState> changed;
  for (size_t i = 0; i < among.size(); ++i) {
    PoolState& state = changed.emplace_back(among[i].pool);
    state.rep_id = among[i].rep->id;
    state.turns_owed += (state.rep_id == rep ? 1 : 0) - shares[i];
  }
  return changed;
}

double JainIndex(std::span<const double> shares) {
  double sum = 0;
  double squares = 0;
  for (double share : shares) {
    sum += share;
    squares += share * share;
  }
  if (squares == 0) return 1;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace leadline::domain
