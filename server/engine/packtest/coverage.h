// What of the packs their tests saw: rules, branches of conditions, cells, rows, routes, service levels.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cel/arena.h"
#include "cel/program.h"
#include "engine/decide/snapshot.h"
#include "engine/packtest/test_case.h"

namespace leadline::engine {

// One definition of a pack, or one part of a condition. Plain data.
struct CoverageItem {
  std::string layer;                 // "central" or the region
  std::string kind;                  // "scoring rules", "branches", ...
  std::string name;                  // a rule's id, a cell, a part of a condition as written
  std::string place;                 // file:line
  std::vector<std::string> missing;  // what no test saw: "fire", "not fire", "true", "false"; empty: covered
};

struct CoverageCount {
  int covered = 0;
  int total = 0;
};

// Give it to the runner as its observer. Only what a case looks at counts: a rule that fires in a case that expects
// nothing of the score is not covered by it. Not thread-safe.
class PackCoverage final : public DecisionObserver {
 public:
  // `layers`: whose definitions are counted; empty: all. A plugin counts when the snapshot has it.
  explicit PackCoverage(std::shared_ptr<const Snapshot> snapshot, const std::vector<std::string>& layers = {});

  // By layer, kind and place.
  std::vector<CoverageItem> Items() const;
  // By layer and kind, in the order in which the packs' files stand.
  static std::vector<std::tuple<std::string, std::string, CoverageCount>> Count(const std::vector<CoverageItem>& items);
  // Covered items of all, from 0 to 100; 100 when there are none.
  static double Percent(const std::vector<CoverageItem>& items);

  void Normalized(const packs::RegionRules& rules, const packs::Normalizer& normalizer, const packs::RecordView& view,
                  const domain::Reason* maker) override;
  void Scored(const packs::RegionRules& rules, const packs::RecordView& view, const ScoreOutcome& outcome) override;
  void Moved(const packs::RegionRules& rules, const packs::RecordView& view, domain::Trigger on,
             const domain::StatusDecision& decision) override;
  void Routed(const packs::RegionRules& rules, const packs::RecordView& view, const RouteOutcome& outcome) override;
  void LevelChosen(const packs::RegionRules& rules, const packs::RecordView& view, Entered entered,
                   const domain::SlaDef* level) override;
  void MarketingDecided(const packs::RegionRules& rules, const packs::RecordView& view,
                        std::string_view reason) override;
  void PlaceFound(const packs::RegionRules& rules, std::string_view country) override;

 private:
  struct Tracked {
    std::string place;
    std::vector<std::string> sides;  // all there are
    std::set<std::string> seen;
  };
  // Layer, number of the kind, file and line padded for order, name.
  using Key = std::tuple<std::string, int, std::string, std::string>;

  void Expect(const std::string& layer, int kind, const std::string& name, const std::string& place,
              std::vector<std::string> sides);
  void See(const std::string& layer, int kind, const std::string& name, const std::string& place,
           const std::string& side);
  void ExpectRegion(const packs::RegionRules& rules);
  // Whether the snapshot has the plugin of that use.
  bool IsLoaded(int plugin) const;
  void ExpectScoring(const packs::RegionRules& rules);
  void ExpectBranches(const packs::RegionRules& rules, int condition, const std::string& layer,
                      const std::string& owner);
  // Evaluates the condition for coverage of its branches; whether it holds.
  bool Watch(const packs::RegionRules& rules, int condition, const packs::RecordView& view,
             const domain::Activity* activity = nullptr);

  std::shared_ptr<const Snapshot> snapshot_;
  std::set<std::string> layers_;
  std::map<Key, Tracked> tracked_;
  std::map<std::pair<const cel::Program*, cel::ExprId>, Key> branches_;
  std::vector<cel::Value> slots_;
  cel::Arena fields_arena_, work_arena_;
};

}  // namespace leadline::engine
