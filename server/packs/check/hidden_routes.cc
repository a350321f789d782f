#include "packs/check/hidden_routes.h"

#include <vector>

#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_list.h"

namespace leadline::packs {
namespace {

using domain::Route;

class HiddenRouteChecker {
 public:
  explicit HiddenRouteChecker(const WrittenRules& written)
      : written_(written),
        routes_(written.rules.routing.routes),
        list_(written.fields, {written.rules.scoring.bars, true, written.pack}, &written.problems.budget()) {
    for (const Route& route : routes_) list_.Add(written.ProgramOf(route.condition));
  }

  void Check() {
    for (size_t i = 0; i < routes_.size(); ++i) {
      if (IsOwn(routes_[i])) {
        AddOwn(static_cast<int>(i));
      } else if (IsSealed(routes_[i]) && !routes_[i].before_regions) {
        if (const int own = HiderOf(static_cast<int>(i)); own >= 0) Report(At(own), routes_[i]);
      }
    }
    written_.problems.SetRule("");
  }

 private:
  const Route& At(int number) const { return routes_[static_cast<size_t>(number)]; }
  const Definition& DefinitionOf(const Route& route) const { return *written_.definitions.Find("route", route.id); }
  bool IsOwn(const Route& route) const { return DefinitionOf(route).layer == written_.pack; }
  bool IsSealed(const Route& route) const {
    return DefinitionOf(route).layer == "central" && DefinitionOf(route).seal != Seal::kOpen;
  }

  void AddOwn(int number) {
    if (!AlwaysHolds(written_.rules, At(number).condition)) return own_.push_back(number);
    if (free_ < 0) free_ = number;
    if (free_hold_ < 0 && !At(number).hold.empty()) free_hold_ = number;
  }

  // The first own route before the central one that takes all that it is for; -1: none.
  int HiderOf(int central) const {
    if (AlwaysHolds(written_.rules, At(central).condition)) return free_hold_;
    if (list_.Ask({central}, {}).kind == Answer::Kind::kNever) return -1;
    const int covering = list_.FirstCovering(central, own_);
    return covering >= 0 && (free_ < 0 || covering < free_) ? covering : free_;
  }

  void Report(const Route& own, const Route& central) {
    written_.problems.SetRule(own.id);
    Diagnostic& d = written_.problems.Add(
        written_.PlaceOf("route", own.id), "LL2513",
        fmt::format("all leads of the central route \"{}\" come to \"{}\" first", central.id, own.id),
        "give it a `when` that leaves them, or ask the owners of the central pack for `before_regions: true` (proved)");
    d.severity = Severity::kWarning;
    const YamlNode& at = *DefinitionOf(central).at;
    d.related = at.file->PositionOf(at.offset);
    d.related_message = "the central route, which is sealed";
  }

  const WrittenRules& written_;
  const std::vector<Route>& routes_;
  ConditionList list_;  // numbered as the routes
  // Own routes so far: those with a condition, the first without, and the first such hold.
  std::vector<int> own_;
  int free_ = -1, free_hold_ = -1;
};

}  // namespace

void CheckHiddenRoutes(const WrittenRules& written) {
  if (!IsSound(written.problems, "central", "routing.yaml")) return;
  if (!IsSound(written.problems, written.pack, "routing.yaml")) return;
  HiddenRouteChecker(written).Check();
}

}  // namespace leadline::packs
