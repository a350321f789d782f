// Statuses and the moves between them. Pure functions over plain data; thread-safe when the data is not changed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "domain/records.h"

namespace leadline::domain {

struct StatusDef {
  std::string id;
  std::string description;
  int order = 0;           // place on the way to the sale, from 0; re_market and disqualified have none (-1)
  bool terminal = false;   // nothing leaves it but a person's decision
  bool open = true;        // counts as work for the assignee
  bool won = false;        // the sale
  bool marketable = true;  // may be marketed to
};

// What can set a transition off. `kEntry` gives a new record its first status.
enum class Trigger : uint8_t { kEntry, kActivity, kRescore, kTransition, kAccept, kReject };
std::string_view TriggerName(Trigger trigger);

struct TransitionDef {
  std::string id;
  std::string layer;
  std::string source;             // file:line
  std::vector<std::string> from;  // empty for entry; {"*"}: every status that is not terminal
  std::string to;
  Trigger trigger = Trigger::kTransition;
  int condition = -1;  // index of the compiled condition; -1: always
  bool reason_required = false;
};

// Deprecated status -> the one that stands for it now.
struct StatusRemap {
  std::string from;
  std::string to;
};

struct Lifecycle {
  std::vector<StatusDef> statuses;  // in the pack's order
  std::vector<TransitionDef> transitions;
  std::vector<StatusRemap> remaps;
  std::vector<std::string> dispositions;
  std::vector<std::string> reject_reasons;

  const StatusDef* Find(std::string_view status) const;  // null when there is none
  // The status that stands for `status` today: itself, or what the remaps lead to.
  std::string_view Current(std::string_view status) const;
};

// Whether `transition` starts from `current`, which is a status of today; empty for a new record.
bool StartsFrom(const Lifecycle& lifecycle, const TransitionDef& transition, std::string_view current);

// Whether condition number `index` holds, with the reason for explanations. Evaluation problems are
// `ReasonOutcome::kError`. Index -1 always holds.
using ConditionTest = std::function<Reason(int index, const TransitionDef&)>;

struct StatusDecision {
  std::string to;               // empty: stay
  std::string transition_id;    // of the transition that fired
  std::vector<Reason> reasons;  // fired first; those whose condition did not hold after it
};

// The one transition for `trigger` whose condition holds; `to` empty when none does (otherwise: stay).
// INTERNAL when two transitions with different targets hold at once, naming both: the packs' check should have
// refused them. `wanted` limits to transitions into that status (for kTransition); empty: any.
absl::StatusOr<StatusDecision> DecideStatus(const Lifecycle& lifecycle, std::string_view current, Trigger trigger,
                                            std::string_view wanted, const ConditionTest& test);

}  // namespace leadline::domain
