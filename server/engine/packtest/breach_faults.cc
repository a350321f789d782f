#include "engine/packtest/breach_faults.h"

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leadline::engine {

std::vector<std::string> BreachFaults(const packs::ExpectedLevel& expected, const domain::SlaDef& level, bool stands) {
  std::vector<std::string> faults;
  const bool reassigns = !level.on_breach.empty() && level.on_breach[0].action == domain::LadderAction::kReassign;
  if (expected.reassign && *expected.reassign != reassigns) {
    faults.push_back(
        fmt::format("expected {} on breach ({})", *expected.reassign ? "another rep" : "no other rep", level.source));
  }
  if (expected.stands && *expected.stands != stands) {
    faults.push_back(fmt::format("expected its clock to {} ({})", *expected.stands ? "stand" : "run", level.source));
  }
  if (!expected.on_breach) return faults;
  std::vector<std::string> steps;
  for (const domain::LadderStep& step : level.on_breach) steps.push_back(domain::DescribeStep(step));
  if (steps != *expected.on_breach) {
    faults.push_back(fmt::format("expected on breach: {}; got: {} ({})", fmt::join(*expected.on_breach, ", "),
                                 fmt::join(steps, ", "), level.source));
  }
  return faults;
}

}  // namespace leadline::engine
