#include "engine/notify/told_event.h"

namespace leadline::engine {

using On = packs::NotifyRule::On;

std::optional<On> OnOf(const domain::EventPayload& payload) {
  using domain::SlaState;
  if (std::holds_alternative<domain::Assigned>(payload)) return On::kAssigned;
  if (std::holds_alternative<domain::ScoreChanged>(payload)) return On::kQualified;
  if (const auto* changed = std::get_if<domain::SlaChanged>(&payload)) {
    if (changed->clock.state == SlaState::kWarned) return On::kSlaWarned;
    // Met too late, and nobody had looked at the clock since it was due: that was a breach, too.
    const bool late = changed->clock.state == SlaState::kBreached || changed->clock.state == SlaState::kMetLate;
    return late ? std::optional(On::kSlaBreached) : std::nullopt;
  }
  if (std::holds_alternative<domain::QueueLong>(payload)) return On::kQueueLong;
  if (std::holds_alternative<domain::CalendarEnding>(payload)) return On::kCalendarEnding;
  return std::nullopt;
}

}  // namespace leadline::engine
