// check_hostile NAME: checks one hostile pack and prints what was counted, the codes found and the worst message:
// "STEPS BYTES FINDINGS CODE,CODE,..." and the message in a second line. Exit status 0 whatever the check says.
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "fmt/format.h"
#include "packs/cases/test_suite.h"
#include "packs/loader.h"
#include "tests/packs/hostile/hostile_packs.h"

namespace leadline::packs {
namespace {

int Check(const HostilePack& hostile) {
  const PackSet set = hostile.make();
  CheckBudget budget;
  LoadOptions options;
  options.budget = &budget;
  LoadResult loaded = LoadRuleSet(set, options);
  std::vector<Diagnostic> found = std::move(loaded.diagnostics);
  if (loaded.rules != nullptr) {
    const TestSuites suites = ReadTestSuites(set, *loaded.rules, {}, &budget);
    found.insert(found.end(), suites.diagnostics.begin(), suites.diagnostics.end());
  }
  std::set<std::string> codes;
  std::string message;
  for (const Diagnostic& d : found) {
    codes.insert(d.code);
    if (d.code == hostile.code && message.empty()) message = d.position.ToString() + ": " + d.message + " | " + d.hint;
  }
  codes.erase("LL2310");
  CheckBudget::Usage worst;
  for (const PackFiles& pack : set.packs) {
    const CheckBudget::Usage used = budget.Of(pack.name);
    worst.steps = std::max(worst.steps, used.steps);
    worst.most_bytes = std::max(worst.most_bytes, used.most_bytes);
  }
  std::string all;
  for (const std::string& code : codes) all += (all.empty() ? "" : ",") + code;
  fmt::print("{} {} {} {}\n{}\n", worst.steps, worst.most_bytes, found.size(), all.empty() ? "good" : all,
             message.substr(0, 600));
  return 0;
}

}  // namespace
}  // namespace leadline::packs

int main(int argc, char** argv) {
  for (const leadline::packs::HostilePack& hostile : leadline::packs::HostilePacks()) {
    if (argc == 2 && hostile.name == argv[1]) return leadline::packs::Check(hostile);
  }
  std::fprintf(stderr, "usage: check_hostile NAME\n");
  return 2;
}
