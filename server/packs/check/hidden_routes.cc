#include "packs/check/hidden_routes.h"

#include <algorithm>

#include "cel/value.h"
#include "fmt/format.h"
#include "packs/check/condition.h"
#include "packs/prove/condition_space.h"

namespace leadline::packs {
namespace {

using domain::Route;

class HiddenRouteChecker {
 public:
  explicit HiddenRouteChecker(const WrittenRules& written) : written_(written), routes_(written.rules.routing.routes) {}

  void Check() {
    for (size_t i = 0; i < routes_.size(); ++i) {
      if (!IsSealed(routes_[i]) || routes_[i].before_regions || NeverHolds(routes_[i])) continue;
      const auto before = routes_.begin() + static_cast<std::ptrdiff_t>(i);
      const auto hides = [&](const Route& route) { return IsOwn(route) && Hides(route, routes_[i]); };
      if (const auto own = std::find_if(routes_.begin(), before, hides); own != before) Report(*own, routes_[i]);
    }
    written_.problems.SetRule("");
  }

 private:
  const Definition& DefinitionOf(const Route& route) const { return *written_.definitions.Find("route", route.id); }
  bool IsOwn(const Route& route) const { return DefinitionOf(route).layer == written_.pack; }
  bool IsSealed(const Route& route) const {
    return DefinitionOf(route).layer == "central" && DefinitionOf(route).seal != Seal::kOpen;
  }
  bool IsFree(const Route& route) const {
    const auto program = written_.ProgramOf(route.condition);
    return program == nullptr || program->source() == "true";
  }

  // Whether no lead of the region is one of these and none of those; null: no such route.
  bool IsNever(const Route& route, const Route* without) const {
    ConditionSpace space(written_.fields, &written_.problems.budget());
    std::vector<Wish> wishes = {{space.Add(written_.ProgramOf(route.condition)), true}};
    if (without != nullptr) wishes.push_back({space.Add(written_.ProgramOf(without->condition)), false});
    AddRecordFacts(space, written_.rules.scoring.bars);
    AddLeadFacts(space);
    const int region = space.SlotOf("lead.region");
    if (region >= 0 && space.Reads(region)) {
      space.Assume(space.AddTest({region, Comparison::Operator::kEqual, false, {cel::Value::String(written_.pack)}}));
    }
    space.Freeze();
    return space.Ask(wishes).kind == Answer::Kind::kNever;
  }

  bool NeverHolds(const Route& route) const { return !IsFree(route) && IsNever(route, nullptr); }

  // One that asks for a field which the central route does not look at leaves some of its leads.
  bool ReadsOnlyWhat(const Route& own, const Route& central) const {
    const std::span<const int> read = written_.ProgramOf(own.condition)->used_slots();
    const std::span<const int> known = written_.ProgramOf(central.condition)->used_slots();
    return std::all_of(read.begin(), read.end(), [&](int slot) {
      return std::find(known.begin(), known.end(), slot) != known.end() ||
             written_.fields[static_cast<size_t>(slot)].name == "lead.region";
    });
  }

  bool Hides(const Route& own, const Route& central) const {
    if (IsFree(central)) return IsFree(own) && !own.hold.empty();
    if (IsFree(own)) return true;
    return ReadsOnlyWhat(own, central) && IsNever(central, &own);
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
};

}  // namespace

void CheckHiddenRoutes(const WrittenRules& written) {
  if (!IsSound(written.problems, "central", "routing.yaml")) return;
  if (!IsSound(written.problems, written.pack, "routing.yaml")) return;
  HiddenRouteChecker(written).Check();
}

}  // namespace leadline::packs
