// One case of the packs' tests.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/decision.h"
#include "domain/lifecycle.h"
#include "engine/decide/decider.h"
#include "packs/cases/test_suite.h"
#include "packs/run/evaluation.h"

namespace leadline::engine {

// Sees what the decisions that a case looks at were taken on. Each call comes right after its decision; the view lives
// as long as the call.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;
  // `view` is the record before the field was set; `maker` is null when nothing was set.
  virtual void Normalized(const packs::RegionRules& rules, const packs::Normalizer& normalizer,
                          const packs::RecordView& view, const domain::Reason* maker) = 0;
  virtual void Scored(const packs::RegionRules& rules, const packs::RecordView& view, const ScoreOutcome& outcome) = 0;
  virtual void Moved(const packs::RegionRules& rules, const packs::RecordView& view, domain::Trigger on,
                     const domain::StatusDecision& decision) = 0;
  virtual void Routed(const packs::RegionRules& rules, const packs::RecordView& view, const RouteOutcome& outcome) = 0;
  virtual void LevelChosen(const packs::RegionRules& rules, const packs::RecordView& view, Entered entered,
                           const domain::SlaDef* level) = 0;
  virtual void MarketingDecided(const packs::RegionRules& rules, const packs::RecordView& view,
                                std::string_view reason) = 0;
  virtual void PlaceFound(const packs::RegionRules& rules, std::string_view country) = 0;
};

// What did not come as expected, a line each; empty: passed. `observer` may be null.
std::vector<std::string> RunTestCase(Decider& decider, const packs::TestCase& test, DecisionObserver* observer);

}  // namespace leadline::engine
