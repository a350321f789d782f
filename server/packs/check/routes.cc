#include "packs/check/routes.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_list.h"

namespace leadline::packs {
namespace {

using domain::Rep;
using domain::Route;
using domain::Territory;

// Whether nobody can take a lead by `later` for whom nobody could by `earlier`, given that both hold: the same reps,
// filtered at least as hard. A plugin may decline, so what it left others may get.
bool LeavesNothing(const Route& earlier, const Route& later) {
  if (earlier.team != later.team || earlier.account_owner != later.account_owner) return false;
  if (earlier.former_within > 0 || later.former_within > 0) return false;
  if (earlier.open_lead_of != later.open_lead_of) return false;
  if (earlier.strategy.starts_with("plugin:")) return false;
  return (later.match_language || !earlier.match_language) && (later.match_territory || !earlier.match_territory) &&
         (later.senior_only || !earlier.senior_only) && (earlier.fast_lane || !later.fast_lane);
}

class RouteChecker {
 public:
  explicit RouteChecker(const WrittenRules& written)
      : written_(written),
        problems_(written.problems),
        routes_(written.rules.routing.routes),
        list_(written.fields, {written.rules.scoring.bars, true}, &written.problems.budget()) {
    for (const Route& route : routes_) list_.Add(written.ProgramOf(route.condition));
  }

  void Check() {
    for (size_t i = 0; i < routes_.size(); ++i) {
      const Route& route = routes_[i];
      if (route.layer != written_.pack) continue;
      problems_.SetRule(route.id);
      if (!written_.Visit(PlaceOf(route))) break;
      if (!CheckCondition(written_, {route.id, route.condition, true, {}})) continue;
      problems_.SetRule(route.id);
      if (!CheckAsked(i) || !route.hold.empty()) continue;
      CheckAnybody(route);
      CheckGets(i);
    }
    CheckKept();
    problems_.SetRule("");
  }

 private:
  // A central route that the region replaced or tightened is known by its condition.
  const YamlNode& PlaceOf(const Route& route) const {
    const Definition* definition = written_.definitions.Find("route", route.id);
    if (definition->layer == route.layer || route.condition < 0) return *definition->at;
    return *written_.PlaceOf(route.condition).at;
  }

  bool IsNever(size_t route, const std::vector<int>& none_of) const {
    return list_.Ask({static_cast<int>(route)}, none_of).kind == Answer::Kind::kNever;
  }

  // The one of `earlier` that alone takes all of the route's leads, for the finding; the last of them otherwise.
  void Relate(Diagnostic& d, size_t route, const std::vector<int>& earlier) {
    const int alone = list_.FirstCovering(static_cast<int>(route), earlier);
    const Route& taker = routes_[static_cast<size_t>(alone < 0 ? earlier.back() : alone)];
    const YamlNode& at = PlaceOf(taker);
    d.related = at.file->PositionOf(at.offset);
    d.related_message = alone < 0 ? fmt::format("the last of the {} routes that take its leads", earlier.size())
                                  : fmt::format("the route \"{}\" takes them", taker.id);
  }

  bool CheckAsked(size_t number) {
    std::vector<int> holds;
    for (size_t i = 0; i < number; ++i) {
      if (!routes_[i].hold.empty()) holds.push_back(static_cast<int>(i));
    }
    if (holds.empty() || !IsNever(number, holds)) return true;
    const Route& route = routes_[number];
    Diagnostic& d = problems_.Add(PlaceOf(route), "LL2509", fmt::format("the route \"{}\" is never asked", route.id),
                                  "every lead it would get is held before it; put it before, or remove it (proved)");
    Relate(d, number, holds);
    return false;
  }

  // A route whose leads all come to it because nobody of the same reps could take them.
  void CheckGets(size_t number) {
    const Route& route = routes_[number];
    std::vector<int> before;
    for (size_t i = 0; i < number; ++i) {
      if (!routes_[i].hold.empty() || LeavesNothing(routes_[i], route)) before.push_back(static_cast<int>(i));
    }
    if (before.empty() || !IsNever(number, before)) return;
    Diagnostic& d =
        problems_.Add(PlaceOf(route), "LL2510", fmt::format("the route \"{}\" never gives a lead to anybody", route.id),
                      "a route before it asks the same reps for all of its leads, with no more conditions; put it "
                      "before, widen it, or "
                      "remove it (proved)");
    Relate(d, number, before);
  }

  void CheckAnybody(const Route& route) {
    if (route.about_one()) return;
    bool anybody = false;
    for (const Rep& rep : written_.rules.routing.reps) {
      anybody = anybody || (rep.team == route.team && (!route.senior_only || rep.senior) &&
                            (!route.match_territory || !rep.territories.empty()) &&
                            (!route.match_language || !rep.languages.empty()));
    }
    if (anybody) return;
    problems_.Add(PlaceOf(route), "LL2512",
                  fmt::format("nobody in the team \"{}\" can take a lead by the route \"{}\"", route.team, route.id),
                  "it asks for a senior rep, a territory or a language that none of them has together (proved)");
  }

  // Records for which no route holds at all: they wait in the default queue, which may be meant.
  void CheckKept() {
    if (routes_.empty()) return;
    std::vector<int> all(routes_.size());
    std::iota(all.begin(), all.end(), 0);
    const Answer answer = list_.Ask({}, all);
    if (answer.kind != Answer::Kind::kExample) return;
    const auto own = std::find_if(routes_.rbegin(), routes_.rend(),
                                  [&](const Route& route) { return route.layer == written_.pack; });
    if (own == routes_.rend()) return;
    problems_.SetRule("");
    Diagnostic& d = problems_.Add(PlaceOf(*own), "LL2511",
                                  fmt::format("no route holds for some leads; they wait in \"{}\": {}",
                                              written_.rules.routing.default_hold, answer.example),
                                  "end with a route without `when`, or with a hold (the routes were run on this lead)");
    d.severity = Severity::kWarning;
  }

  const WrittenRules& written_;
  Problems& problems_;
  const std::vector<Route>& routes_;
  ConditionList list_;  // numbered as the routes
};

}  // namespace

void CheckRouting(const WrittenRules& written) {
  const RegionRules& rules = written.rules;
  std::set<std::string> staffed, worked;
  for (const Rep& rep : rules.routing.reps) {
    staffed.insert(rep.team);
    worked.insert(rep.territories.begin(), rep.territories.end());
  }
  for (const std::string& team : written.definitions.IdsOf("team")) {
    const Definition& definition = *written.definitions.Find("team", team);
    if (definition.layer != written.pack || staffed.contains(team)) continue;
    written.problems.Add(*definition.at, "LL2504", fmt::format("nobody is in the team \"{}\"", team),
                         "add a rep or remove the team");
  }
  for (const Territory& territory : rules.routing.territories) {
    if (territory.layer != written.pack || worked.contains(territory.id)) continue;
    written.problems.Add(written.PlaceOf("territory", territory.id), "LL2507",
                         fmt::format("nobody works the territory \"{}\"", territory.id),
                         "give it to a rep (territories: [...])");
  }
  bool covered = false;
  for (const Route& route : rules.routing.routes) {
    if (covered && route.layer == written.pack) {
      written.problems.Add(written.PlaceOf("route", route.id), "LL2509",
                           fmt::format("the route \"{}\" is never asked", route.id),
                           "a hold without condition before it takes everything; put it after, or remove it");
      return;
    }
    covered = covered || (!route.hold.empty() && AlwaysHolds(rules, route.condition));
  }
}

void CheckRoutes(const WrittenRules& written) {
  if (!IsSound(written.problems, "central", "routing.yaml")) return;
  if (!IsSound(written.problems, written.pack, "routing.yaml")) return;
  written.problems.budget().BeginStage(CheckStage::kRoutes);
  RouteChecker(written).Check();
}

}  // namespace leadline::packs
