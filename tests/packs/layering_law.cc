#include "tests/packs/layering_law.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "domain/lifecycle.h"
#include "domain/scoring.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

using domain::Trigger;

constexpr Trigger kTriggers[] = {Trigger::kEntry,      Trigger::kActivity, Trigger::kRescore,
                                 Trigger::kTransition, Trigger::kAccept,   Trigger::kReject};

// A number that a plugin could make of the record: the same whoever asks.
uint64_t NumberOf(const std::string& plugin, const Sample& sample) {
  return std::hash<std::string>{}(plugin + "/" + sample.contact.title + "/" + sample.account.name + "/" +
                                  sample.lead.source + "/" + sample.contact.email);
}

// What the plugins of the packs say: far outside of their bounds too.
std::vector<domain::PluginPoints> SaidBy(const RuleSet& set, const RegionRules& rules, const Sample& sample) {
  std::vector<domain::PluginPoints> out;
  for (size_t i = 0; i < rules.scoring.plugins.size(); ++i) {
    const PluginUse& use = set.plugins()[static_cast<size_t>(rules.scoring.plugins[i].plugin)];
    const double points = static_cast<double>(NumberOf(use.id, sample) % 1200) / 10 - 60;
    out.push_back({static_cast<int>(i), points, domain::ReasonOutcome::kFired, "so the plugin says", {}});
  }
  return out;
}

// One region's rules asked about one record.
struct Asked {
  Asked(const RuleSet& set, const std::string& region, Sample& sample)
      : rules(set.ForRegion(region)), evaluation(set), record(sample) {
    sample.lead.score = {};
    evaluation.Bind(rules, sample.view());
    evaluation.ScoringHits(hits);
    score = domain::FoldScore(rules.scoring, hits, sample.activities, kNow, true, SaidBy(set, rules, sample));
    sample.lead.score = score.score;
    evaluation.Bind(rules, sample.view());
  }

  // "entry.raw -> raw", "stay" or the error: what happens from `status` on `trigger`.
  std::string Move(const std::string& status, Trigger trigger, const std::string& wanted) {
    const auto decision = domain::DecideStatus(
        rules.lifecycle, status, trigger, wanted,
        [&](int index, const domain::TransitionDef&) { return evaluation.Test(index); },
        [&](const domain::GateDef& gate, std::string_view, std::string_view to) {
          return domain::GateAnswer{NumberOf(gate.id + std::string(to), record) % 2 == 0, {}};
        });
    if (!decision.ok()) return decision.status().ToString();
    return decision->to.empty() ? "stay" : decision->transition_id + " -> " + decision->to;
  }

  std::string Routes() {
    std::string out;
    for (const domain::Route& route : rules.routing.routes) {
      out += route.id + (evaluation.Holds(route.condition) ? "+ " : "- ");
    }
    return out;
  }

  std::string Normalised() {
    std::string out;
    for (const Normalizer& normalizer : rules.normalizers) {
      const Evaluation::Normalized value = evaluation.Normalize(normalizer);
      out += normalizer.field + "=" + (value.found ? value.value : "-") + " ";
    }
    return out;
  }

  const RegionRules& rules;
  Evaluation evaluation;
  const Sample& record;
  std::vector<domain::RuleHit> hits;
  domain::ScoreResult score;
};

const domain::Route* RouteOf(const RegionRules& rules, const std::string& id) {
  const auto it = std::find_if(rules.routing.routes.begin(), rules.routing.routes.end(),
                               [&](const domain::Route& r) { return r.id == id; });
  return it == rules.routing.routes.end() ? nullptr : &*it;
}

// Whether the text of routing.yaml says `seal: open` in the route's entry.
bool IsOpen(const std::string& routing, const std::string& id) {
  for (const std::string& mark : {"id: " + id + ",", "id: " + id + "\n"}) {
    const size_t at = routing.find(mark);
    if (at == std::string::npos) continue;
    const size_t next = std::min(routing.find("id: ", at + 4), routing.size());
    return routing.substr(at, next - at).find("seal: open") != std::string::npos;
  }
  ADD_FAILURE() << "no route " << id;
  return false;
}

void CheckMoves(Asked& centre, Asked& region) {
  const auto& statuses = centre.rules.lifecycle.statuses;
  for (const Trigger trigger : kTriggers) {
    for (const domain::StatusDef& status : statuses) {
      const std::string from = trigger == Trigger::kEntry ? "" : status.id;
      ASSERT_EQ(centre.Move(from, trigger, ""), region.Move(from, trigger, "")) << from;
      if (trigger == Trigger::kEntry) break;
      if (trigger != Trigger::kTransition) continue;
      for (const domain::StatusDef& to : statuses) {
        ASSERT_EQ(centre.Move(from, trigger, to.id), region.Move(from, trigger, to.id)) << from << " to " << to.id;
      }
    }
  }
}

// Every central route that is not open holds at most where the centre lets it, and leads to where it led.
void CheckRoutes(Asked& centre, Asked& region, const std::string& central_routing) {
  for (const domain::Route& route : centre.rules.routing.routes) {
    const domain::Route* now = RouteOf(region.rules, route.id);
    ASSERT_NE(now, nullptr) << route.id;
    if (IsOpen(central_routing, route.id)) continue;
    EXPECT_EQ(now->team, route.team);
    EXPECT_EQ(now->hold, route.hold);
    EXPECT_EQ(now->strategy, route.strategy);
    EXPECT_EQ(now->account_owner, route.account_owner);
    EXPECT_EQ(now->former_within, route.former_within);
    EXPECT_EQ(now->former_unless, route.former_unless);
    if (!region.evaluation.Holds(now->condition)) continue;
    EXPECT_TRUE(centre.evaluation.Holds(route.condition)) << route.id;
  }
}

void CheckServiceLevels(const RegionRules& centre, const RegionRules& region) {
  ASSERT_EQ(centre.sla.levels.size(), region.sla.levels.size());
  for (size_t i = 0; i < centre.sla.levels.size(); ++i) {
    const domain::SlaDef& a = centre.sla.levels[i];
    const domain::SlaDef& b = region.sla.levels[i];
    EXPECT_EQ(a.id, b.id);
    EXPECT_LE(b.due_after, a.due_after);
    EXPECT_LE(b.warn_after, a.warn_after);
    EXPECT_EQ(a.start_on_enter, b.start_on_enter);
    EXPECT_EQ(a.start_on_hold, b.start_on_hold);
    EXPECT_EQ(a.start_on_activity, b.start_on_activity);
    EXPECT_EQ(a.responses, b.responses);
    EXPECT_EQ(a.stop_on_leave, b.stop_on_leave);
    EXPECT_EQ(a.condition, b.condition);
    if (a.due_at_latest > 0) {
      EXPECT_GT(b.due_at_latest, 0);
      EXPECT_LE(b.due_at_latest, a.due_at_latest);
    }
    ASSERT_EQ(a.on_breach.size(), b.on_breach.size());
    for (size_t step = 0; step < a.on_breach.size(); ++step) {
      EXPECT_EQ(a.on_breach[step].action, b.on_breach[step].action);
      EXPECT_EQ(a.on_breach[step].queue, b.on_breach[step].queue);
      EXPECT_LE(b.on_breach[step].after, a.on_breach[step].after);
    }
    if (!a.regions_may_pause) {
      EXPECT_EQ(a.pause_condition, b.pause_condition);
    }
    if (a.calendar == b.calendar) continue;
    const domain::BusinessCalendar* calendar = region.sla.FindCalendar(b.calendar);
    ASSERT_NE(calendar, nullptr) << b.calendar;
    EXPECT_GE(domain::WorkPerWeek(*calendar), domain::CalendarFloor().work_per_week) << b.calendar;
    EXPECT_LE(domain::FullestHolidayYear(*calendar).holidays, domain::CalendarFloor().holidays_per_year) << b.calendar;
  }
}

// The central routes that go before regions are the first, in the centre's order.
void CheckRouteOrder(const RegionRules& centre, const RegionRules& region) {
  const std::vector<domain::Route>& routes = region.routing.routes;
  size_t first = 0;
  for (const domain::Route& route : centre.routing.routes) {
    if (!route.before_regions) continue;
    ASSERT_LT(first, routes.size());
    EXPECT_EQ(routes[first++].id, route.id);
  }
}

// The central queues are the first, each with its owner; what a region adds is its own by name.
void CheckQueues(const RegionRules& centre, const RegionRules& region) {
  const std::vector<domain::Queue>& queues = region.routing.queues;
  ASSERT_LE(centre.routing.queues.size(), queues.size());
  for (size_t i = 0; i < queues.size(); ++i) {
    if (i >= centre.routing.queues.size()) {
      EXPECT_EQ(queues[i].layer, region.region);
      EXPECT_TRUE(queues[i].id.starts_with(region.region + ".")) << queues[i].id;
      continue;
    }
    EXPECT_EQ(queues[i].id, centre.routing.queues[i].id);
    EXPECT_EQ(queues[i].owner, centre.routing.queues[i].owner);
  }
}

void CheckDefinitions(const RegionRules& centre, const RegionRules& region) {
  EXPECT_EQ(centre.scoring.bars.mql, region.scoring.bars.mql);
  EXPECT_EQ(centre.scoring.bars.maql, region.scoring.bars.maql);
  EXPECT_EQ(centre.scoring.adjustment_cap, region.scoring.adjustment_cap);
  EXPECT_EQ(centre.lifecycle.dispositions, region.lifecycle.dispositions);
  EXPECT_EQ(centre.lifecycle.transitions.size(), region.lifecycle.transitions.size());
  EXPECT_EQ(centre.lifecycle.gates.size(), region.lifecycle.gates.size());
  for (size_t i = 0; i < region.scoring.plugins.size(); ++i) {
    const bool central = i < centre.scoring.plugins.size();
    EXPECT_EQ(region.scoring.plugins[i].regional, !central) << region.scoring.plugins[i].id;
  }
  EXPECT_EQ(centre.routing.route_on_enter, region.routing.route_on_enter);
  EXPECT_EQ(centre.routing.default_hold, region.routing.default_hold);
  EXPECT_EQ(centre.matching.contact_comparisons.size(), region.matching.contact_comparisons.size());
  EXPECT_EQ(centre.merging.rules.size(), region.merging.rules.size());
  CheckServiceLevels(centre, region);
  CheckRouteOrder(centre, region);
  CheckQueues(centre, region);
}

}  // namespace

void CheckCentreStands(const RuleSet& centre, const RuleSet& with_region, const std::string& region,
                       const std::string& central_routing, uint64_t seed, int samples) {
  CheckDefinitions(centre.ForRegion(""), with_region.ForRegion(region));
  CheckDefinitions(centre.ForRegion(""), with_region.ForRegion(""));
  const double cap = centre.ForRegion("").scoring.adjustment_cap;
  std::mt19937_64 random(seed);
  for (int i = 0; i < samples && !testing::Test::HasFailure(); ++i) {
    Sample first = RandomSample(with_region, random, random() % 12);
    Sample second = first;
    Asked alone(centre, "", first);
    Asked layered(with_region, region, second);
    const domain::Score& a = alone.score.score;
    const domain::Score& b = layered.score.score;
    EXPECT_EQ(a.central, b.central);
    EXPECT_EQ(a.dimensions, b.dimensions);
    EXPECT_EQ(a.threshold, b.threshold);
    EXPECT_EQ(a.qualified, b.qualified);
    EXPECT_EQ(a.adjustment, 0);
    EXPECT_LE(std::abs(b.adjustment), cap);
    EXPECT_NEAR(b.total, b.central + b.adjustment, 1e-9);
    CheckMoves(alone, layered);
    CheckRoutes(alone, layered, central_routing);
  }
}

void CheckMatchingStands(const RuleSet& centre, const RuleSet& with_region, const std::string& region, uint64_t seed,
                         int samples) {
  const domain::MatchPolicy& a = centre.ForRegion("").matching;
  std::mt19937_64 random(seed);
  const auto sample = [&] {
    Sample out = RandomSample(centre, random, 0);
    const std::vector<const char*> domains = {"", "acme.com", "werk.de", "gmail.com"};
    out.account.domain = domains[random() % domains.size()];
    out.contact.given_name = "Ana";
    out.contact.family_name = "Silva";
    return out;
  };
  Sample left = sample();
  for (int i = 0; i < samples && !testing::Test::HasFailure(); ++i) {
    const Sample right = sample();
    for (const std::string& asked : {region, std::string()}) {
      const domain::MatchPolicy& b = with_region.ForRegion(asked).matching;
      EXPECT_EQ(ContactKeys(a, right.contact, &right.account), ContactKeys(b, right.contact, &right.account));
      EXPECT_EQ(AccountKeys(a, right.account), AccountKeys(b, right.account));
      EXPECT_EQ(CompareContacts(a, left.contact, &left.account, right.contact, &right.account).weight,
                CompareContacts(b, left.contact, &left.account, right.contact, &right.account).weight);
      EXPECT_EQ(CompareAccounts(a, left.account, right.account).weight,
                CompareAccounts(b, left.account, right.account).weight);
    }
    left = right;
  }
}

void CheckRegionUntouched(const RuleSet& without_other, const RuleSet& with_other, const std::string& region,
                          uint64_t seed, int samples) {
  const RegionRules& a = without_other.ForRegion(region);
  const RegionRules& b = with_other.ForRegion(region);
  EXPECT_EQ(a.conditions.size(), b.conditions.size());
  ASSERT_EQ(a.routing.reps.size(), b.routing.reps.size());
  for (size_t i = 0; i < a.routing.reps.size(); ++i) EXPECT_EQ(a.routing.reps[i].id, b.routing.reps[i].id);
  ASSERT_EQ(a.routing.territories.size(), b.routing.territories.size());
  ASSERT_EQ(a.sla.levels.size(), b.sla.levels.size());
  for (size_t i = 0; i < a.sla.levels.size(); ++i) {
    EXPECT_EQ(a.sla.levels[i].due_after, b.sla.levels[i].due_after);
    EXPECT_EQ(a.sla.levels[i].warn_after, b.sla.levels[i].warn_after);
    EXPECT_EQ(a.sla.levels[i].calendar, b.sla.levels[i].calendar);
  }
  EXPECT_EQ(a.sla.calendars.size(), b.sla.calendars.size());
  std::mt19937_64 random(seed);
  for (int i = 0; i < samples && !testing::Test::HasFailure(); ++i) {
    Sample first = RandomSample(with_other, random, random() % 12);
    Sample second = first;
    Asked before(without_other, region, first);
    Asked after(with_other, region, second);
    EXPECT_EQ(before.score.score, after.score.score);
    EXPECT_EQ(before.score.reasons, after.score.reasons);
    EXPECT_EQ(before.Routes(), after.Routes());
    EXPECT_EQ(before.Normalised(), after.Normalised());
    CheckMoves(before, after);
  }
}

}  // namespace leadline::packs
