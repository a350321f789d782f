#include "engine/notify/told.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "domain/sla.h"
#include "engine/decide/deciding.h"
#include "engine/notify/told_event.h"

namespace leadline::engine {
namespace {

using domain::SlaState;
using On = packs::NotifyRule::On;

// The route of what another system did.
constexpr std::string_view kImport = "import";

// The lead as far as it says what an event is, from one event to the next.
class LeadSoFar {
 public:
  explicit LeadSoFar(const domain::Lead& before) : qualified_(before.score.qualified) {
    for (const domain::SlaClock& clock : domain::OpenClocks(before)) clocks_[{clock.start, clock.sla_id}] = clock.state;
  }

  // What rules are on that are to fire for the event; nothing where it is no news of that.
  std::optional<On> Take(const domain::EventPayload& payload) {
    const std::optional<On> on = OnOf(payload);
    if (const auto* assigned = std::get_if<domain::Assigned>(&payload)) {
      const bool another = !assigned->rep.empty() && assigned->rep != assigned->previous_rep && !assigned->closed;
      return another && assigned->route != kImport ? on : std::nullopt;
    }
    if (const auto* scored = std::get_if<domain::ScoreChanged>(&payload)) {
      const bool before = std::exchange(qualified_, scored->score.qualified);
      return qualified_ && !before ? on : std::nullopt;
    }
    if (const auto* changed = std::get_if<domain::SlaChanged>(&payload))
      return IsNews(changed->clock) ? on : std::nullopt;
    return std::nullopt;
  }

 private:
  bool IsNews(const domain::SlaClock& clock) {
    SlaState& state = clocks_.try_emplace({clock.start, clock.sla_id}, SlaState::kRunning).first->second;
    const SlaState before = std::exchange(state, clock.state);
    // One that was breached has been told of; it may still be met too late.
    return before != clock.state && before != SlaState::kBreached;
  }

  bool qualified_;
  std::map<std::pair<Time, std::string>, SlaState> clocks_;  // by start and level
};

}  // namespace

std::set<std::string> EndpointsNamed(const Deciding& deciding) {
  std::set<std::string> names;
  for (const Snapshot* snapshot : {deciding.active.get(), deciding.canary.get()}) {
    if (snapshot == nullptr) continue;
    std::vector<std::string> regions = snapshot->rules->regions();
    regions.emplace_back();
    for (const std::string& region : regions) {
      for (const packs::NotifyRule& rule : snapshot->rules->ForRegion(region).notify) {
        names.insert(rule.to.begin(), rule.to.end());
      }
    }
  }
  return names;
}

void AddEndpoints(const packs::NotifyRule& rule, std::vector<Told>& told) {
  for (const std::string& endpoint : rule.to) {
    const auto same = std::find_if(told.begin(), told.end(), [&](const Told& t) { return t.endpoint == endpoint; });
    if (same == told.end()) {
      told.push_back({endpoint, rule.id});
    } else {
      same->rules += ' ' + rule.id;
    }
  }
}

std::vector<std::pair<size_t, std::vector<Told>>> ToldOf(const std::vector<packs::NotifyRule>& rules,
                                                         const domain::Lead& before,
                                                         std::span<const domain::EventPayload* const> events,
                                                         const std::function<bool(int condition)>& holds) {
  LeadSoFar lead(before);
  std::map<int, bool> known;
  std::vector<std::pair<size_t, std::vector<Told>>> out;
  for (size_t i = 0; i < events.size(); ++i) {
    const std::optional<On> on = lead.Take(*events[i]);
    if (!on.has_value()) continue;
    std::vector<Told> told;
    for (const packs::NotifyRule& rule : rules) {
      if (rule.on != *on) continue;
      auto [found, is_new] = known.try_emplace(rule.condition, true);
      if (is_new) found->second = holds(rule.condition);
      if (found->second) AddEndpoints(rule, told);
    }
    if (!told.empty()) out.emplace_back(i, std::move(told));
  }
  return out;
}

}  // namespace leadline::engine
