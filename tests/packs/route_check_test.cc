// What is found about routes however many others stand before them.
#include <gtest/gtest.h>

#include <algorithm>

#include "fmt/format.h"
#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

// The small packs, in which so many holds stand before the others of the centre.
PackSet WithHolds(int holds, const std::string& then) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles central = *set.Find("central");
  std::string& routing = central.files["routing.yaml"];
  std::string routes;
  for (int i = 0; i < holds; ++i) {
    routes += fmt::format("  - {{id: hold{}, seal: open, when: lead.total_visits == {}, hold: review}}\n", i, 100 + i);
  }
  routing.insert(routing.find("  - {id: gate,"), routes + then);
  set.Put(central);
  return set;
}

bool NeverAsked(const PackSet& set, const std::string& route) {
  const LoadResult result = LoadRuleSet(set);
  return std::any_of(result.diagnostics.begin(), result.diagnostics.end(), [&](const Diagnostic& d) {
    return d.code == "LL2509" && d.message.find(route) != std::string::npos;
  });
}

// A condition that no proof looks into stands beside one that it does.
TEST(RouteCheck, ARouteBehindAnotherIsFoundBehindManyOthers) {
  const std::string covered =
      "  - {id: list, seal: open, when: lead.source == \"list\", hold: review}\n"
      "  - {id: behind, seal: open, when: 'lead.source == \"list\" && lead.source.matches(\"^l\")', hold: review}\n";
  for (const int holds : {0, 5, 15, 16, 17, 40}) {
    EXPECT_TRUE(NeverAsked(WithHolds(holds, covered), "behind")) << holds;
    EXPECT_FALSE(NeverAsked(WithHolds(holds, ""), "gate")) << holds;
  }
}

}  // namespace
}  // namespace leadline::packs
