#include "domain/routing.h"

#include <algorithm>
#include <cmath>

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
  if (state.unavailable_until == 0) return "not available";
  return fmt::format("not available until {}", FormatTime(state.unavailable_until));
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

// Whoever has the highest current weight; within rounding, who waited longest, then the first by id.
int Highest(std::span<const RepCandidate> candidates, const std::vector<PoolState>& pools, double rounding) {
  double highest = pools[0].current_weight;
  for (const PoolState& pool : pools) highest = std::max(highest, pool.current_weight);
  int best = -1;
  for (size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].current_weight < highest - rounding) continue;
    if (best >= 0) {
      const PoolState& leader = pools[static_cast<size_t>(best)];
      if (pools[i].last_assigned > leader.last_assigned) continue;
      if (pools[i].last_assigned == leader.last_assigned &&
          candidates[i].rep->id >= candidates[static_cast<size_t>(best)].rep->id) {
        continue;
      }
    }
    best = static_cast<int>(i);
  }
  return best;
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

RepState StateWithout(const Lead& lead, RepState state) {
  if (lead.open && lead.assignee == state.rep_id && state.open_leads > 0) --state.open_leads;
  return state;
}

const std::string& FormerRepOf(const Lead& lead) { return lead.assignee.empty() ? lead.former.rep : lead.assignee; }

bool IsAbout(const Route& route, const Rep& rep, const Lead& lead, const Account* account) {
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
  if (!route.fast_lane && rep.capacity > 0 && state.open_leads >= rep.capacity) {
    return {"capacity", fmt::format("at capacity: {} open leads of {}", state.open_leads, rep.capacity)};
  }
  const bool by_weight = !route.account_owner && route.former_within == 0 && !route.strategy.starts_with("plugin:");
  if (by_weight && WeightOf(rep) == 0) return {"weight", "has no weight in the round robin"};
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
  double sum = 0;
  choice.pools.reserve(candidates.size());
  for (const RepCandidate& candidate : candidates) {
    PoolState pool = candidate.pool;
    pool.rep_id = candidate.rep->id;
    pool.current_weight += WeightOf(*candidate.rep);
    sum += WeightOf(*candidate.rep);
    choice.pools.push_back(std::move(pool));
  }
  // Weights such as 0.1 leave rests far below this after any number of turns; a tie must stay a tie.
  choice.index = Highest(candidates, choice.pools, 1e-9 * std::max(sum, 1.0));
  PoolState& winner = choice.pools[static_cast<size_t>(choice.index)];
  const Rep& rep = *candidates[static_cast<size_t>(choice.index)].rep;
  choice.why = fmt::format("weighted round robin: weight {} of {} among {} candidates, turn value {:.6g}, {}",
                           WeightOf(rep), sum, candidates.size(), winner.current_weight,
                           winner.last_assigned == 0 ? std::string("first lead from this pool")
                                                     : "last lead at " + FormatTime(winner.last_assigned));
  winner.current_weight -= sum;
  ++winner.assigned;
  winner.last_assigned = now;
  return choice;
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
