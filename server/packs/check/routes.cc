#include "packs/check/routes.h"

#include <algorithm>

#include "fmt/format.h"
#include "packs/check/condition.h"

namespace leadline::packs {
namespace {

using domain::Rep;
using domain::Route;

// Whether nobody can take a lead by `later` for whom nobody could by `earlier`, given that both hold: the same reps,
// filtered at least as hard. A plugin may decline, so what it left others may get.
bool LeavesNothing(const Route& earlier, const Route& later) {
  if (earlier.team != later.team || earlier.account_owner != later.account_owner) return false;
  if (earlier.strategy.starts_with("plugin:")) return false;
  return (later.match_language || !earlier.match_language) && (later.match_territory || !earlier.match_territory) &&
         (later.senior_only || !earlier.senior_only) && (earlier.fast_lane || !later.fast_lane);
}

class RouteChecker {
 public:
  RouteChecker(LoadContext& context, const PackSource& pack, const RegionRules& rules)
      : context_(context),
        problems_(context.problems),
        pack_(pack),
        rules_(rules),
        routes_(rules.routing.routes),
        space_(context.schema.fields()) {
    for (const Route& route : routes_) roots_.push_back(space_.Add(ProgramOf(rules, route.condition)));
    AddRecordFacts(space_, rules.scoring.threshold);
    AddLeadFacts(space_);
    space_.Freeze();
  }

  void Check() {
    for (size_t i = 0; i < routes_.size(); ++i) {
      const Route& route = routes_[i];
      if (route.layer != pack_.name) continue;
      problems_.SetRule(route.id);
      if (!CheckCondition(context_, rules_, {route.id, route.condition, true, {}})) continue;
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
    const Definition* definition = FindDefinition(context_, "route", route.id);
    if (definition->layer == route.layer || route.condition < 0) return *definition->at;
    return *context_.condition_places.at(ProgramOf(rules_, route.condition).get()).at;
  }

  bool IsNever(size_t route, const std::vector<size_t>& none_of) const {
    std::vector<Wish> wishes = {{roots_[route], true}};
    for (const size_t other : none_of) wishes.push_back({roots_[other], false});
    return space_.Ask(wishes).kind == Answer::Kind::kNever;
  }

  // The one of `earlier` that alone takes all of the route's leads, for the finding; the last of them otherwise.
  void Relate(Diagnostic& d, size_t route, const std::vector<size_t>& earlier) {
    const auto alone =
        std::find_if(earlier.begin(), earlier.end(), [&](size_t other) { return IsNever(route, {other}); });
    const Route& taker = routes_[alone == earlier.end() ? earlier.back() : *alone];
    const YamlNode& at = PlaceOf(taker);
    d.related = at.file->PositionOf(at.offset);
    d.related_message = alone == earlier.end()
                            ? fmt::format("the last of the {} routes that take its leads", earlier.size())
                            : fmt::format("the route \"{}\" takes them", taker.id);
  }

  bool CheckAsked(size_t number) {
    std::vector<size_t> holds;
    for (size_t i = 0; i < number; ++i) {
      if (!routes_[i].hold.empty()) holds.push_back(i);
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
    std::vector<size_t> before;
    for (size_t i = 0; i < number; ++i) {
      if (!routes_[i].hold.empty() || LeavesNothing(routes_[i], route)) before.push_back(i);
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
    if (route.account_owner) return;
    bool anybody = false;
    for (const Rep& rep : rules_.routing.reps) {
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
    std::vector<Wish> none;
    for (const int root : roots_) none.push_back({root, false});
    const Answer answer = space_.Ask(none);
    if (answer.kind != Answer::Kind::kExample) return;
    const auto own =
        std::find_if(routes_.rbegin(), routes_.rend(), [&](const Route& route) { return route.layer == pack_.name; });
    if (own == routes_.rend()) return;
    problems_.SetRule("");
    Diagnostic& d = problems_.Add(PlaceOf(*own), "LL2511",
                                  fmt::format("no route holds for some leads; they wait in \"{}\": {}",
                                              rules_.routing.default_hold, answer.example),
                                  "end with a route without `when`, or with a hold (the routes were run on this lead)");
    d.severity = Severity::kWarning;
  }

  LoadContext& context_;
  Problems& problems_;
  const PackSource& pack_;
  const RegionRules& rules_;
  const std::vector<Route>& routes_;
  ConditionSpace space_;
  std::vector<int> roots_;
};

}  // namespace

void CheckRoutes(LoadContext& context, const PackSource& pack, const RegionRules& rules) {
  if (!IsSound(context, "central", "routing.yaml") || !IsSound(context, pack.name, "routing.yaml")) return;
  RouteChecker(context, pack, rules).Check();
}

}  // namespace leadline::packs
