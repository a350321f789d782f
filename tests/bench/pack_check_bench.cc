// What checking a region with many routes takes: now, and with every route in one proof, as it was before.
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include "fmt/format.h"
#include "packs/loader.h"
#include "packs/prove/condition_space.h"
#include "tests/bench/figure.h"
#include "tests/packs/hostile/hostile_packs.h"

namespace leadline::bench {
namespace {

using packs::Answer;

double SecondsOf(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Check(int routes) {
  const packs::PackSet set = packs::ManyRoutes(routes);
  packs::LoadResult result;
  const double seconds = SecondsOf([&] { result = packs::LoadRuleSet(set); });
  if (result.rules == nullptr) Note("the packs are refused: " + FormatDiagnostics(result.diagnostics).substr(0, 200));
  return seconds;
}

// For each route one question about it and all that come before it, over the fields' values of all routes.
double AllAtOnce(int routes) {
  packs::LoadOptions options;
  options.analyze = false;
  const packs::LoadResult loaded = packs::LoadRuleSet(packs::ManyRoutes(routes), options);
  if (loaded.rules == nullptr) return 0;
  const packs::RegionRules& rules = loaded.rules->ForRegion("emea");
  return SecondsOf([&] {
    packs::ConditionSpace space(loaded.rules->fields());
    std::vector<int> roots;
    for (const domain::Route& route : rules.routing.routes) {
      roots.push_back(
          space.Add(route.condition < 0 ? nullptr : rules.conditions[static_cast<size_t>(route.condition)].program));
    }
    packs::AddRecordFacts(space, rules.scoring.bars);
    packs::AddLeadFacts(space);
    space.Freeze();
    size_t never = 0;
    for (size_t i = 0; i < roots.size(); ++i) {
      std::vector<packs::Wish> wishes = {{roots[i], true}};
      for (size_t other = 0; other < i; ++other) wishes.push_back({roots[other], false});
      never += space.Ask(wishes).kind == Answer::Kind::kNever ? 1 : 0;
    }
    if (never > 0) Note(fmt::format("{} routes are never asked", never));
  });
}

void Run(bool quick) {
  Note("a region's routes to one team, each for one of two texts; the ratio is to all routes in one proof");
  for (const int routes : quick ? std::vector<int>{50} : std::vector<int>{200, 400}) {
    const double now = Check(routes), before = AllAtOnce(routes);
    Figure figure{fmt::format("pack_check/routes_{}", routes), now, "s", now / before};
    if (routes == 400) figure.goal = AtMost(1);
    Print(figure);
  }
  if (quick) return;
  for (const int routes : {1000, 2000}) {
    Figure figure{fmt::format("pack_check/routes_{}", routes), Check(routes), "s", {}};
    if (routes == 2000) figure.goal = AtMost(5);
    Print(figure);
  }
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) {
  leadline::bench::Run(argc > 1 && std::strcmp(argv[1], "--quick") == 0);
  return 0;
}
