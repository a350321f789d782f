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
  // Of winning a lead in it for which nobody has estimated any, 0 to 1; unset: not said. 1 where it is won, 0 where it
  // is the end otherwise.
  std::optional<double> win_probability;

  bool over() const { return won || terminal; }
};

// What can set a transition off. `kEntry` gives a new record its first status; `kMerge`: another record was merged into
// it, and nothing that was done is news to it.
enum class Trigger : uint8_t { kEntry, kActivity, kRescore, kTransition, kAccept, kReject, kMerge };
std::string_view TriggerName(Trigger trigger);
// Whether rules set it off, and nobody's word.
inline bool ByThePacksAlone(Trigger trigger) {
  return trigger == Trigger::kActivity || trigger == Trigger::kRescore || trigger == Trigger::kMerge;
}

struct TransitionDef {
  std::string id;
  std::string layer;
  std::string source;             // file:line
  std::vector<std::string> from;  // empty for entry; {"*"}: every status that is not terminal
  std::string to;
  Trigger trigger = Trigger::kTransition;
  int condition = -1;  // index of the compiled condition; -1: always
  bool reason_required = false;
  // Of a rejection: for these reasons alone; empty: for those that no other rejection from the status names.
  std::vector<std::string> reasons;
  std::string hold;  // queue in which a lead waits after the move; empty: none
  // It says something of this lead, nothing of the person, who otherwise follows where people move a lead.
  bool lead_alone = false;
};

// Asked before a record enters one of its statuses; what it denies does not happen.
struct GateDef {
  std::string id;
  std::string layer;
  std::string source;           // file:line
  std::vector<std::string> to;  // statuses that it guards
  std::vector<Trigger> on;      // moves that it is asked about
  std::string denied_entry;     // what a new record becomes that it denies; empty: it guards no first status
  std::string hold;             // queue in which a lead waits that it denies; empty: none
  int plugin = -1;              // number of the plugin's use in the packs

  bool Guards(std::string_view status, Trigger trigger) const;
};

// Deprecated status -> the one that stands for it now.
struct StatusRemap {
  std::string from;
  std::string to;
};

struct Lifecycle {
  std::vector<StatusDef> statuses;  // in the pack's order
  std::vector<TransitionDef> transitions;
  std::vector<GateDef> gates;
  std::vector<StatusRemap> remaps;
  std::vector<std::string> dispositions;
  std::vector<std::string> attempts;  // of these: nobody was reached, so they are no first touch
  std::vector<std::string> reject_reasons;

  const StatusDef* Find(std::string_view status) const;  // null when there is none
  // The status that stands for `status` today: itself, or what the remaps lead to.
  std::string_view Current(std::string_view status) const;
};

// Of winning the lead, 0 to 1: 1 once it is won and 0 once it is lost for good; otherwise what somebody estimated, or
// else what its status says. Nothing where none says it.
std::optional<double> WinProbability(const Lifecycle& lifecycle, const Lead& lead);

// Whether `transition` starts from `current`, which is a status of today; empty for a new record.
bool StartsFrom(const Lifecycle& lifecycle, const TransitionDef& transition, std::string_view current);

// Whether condition number `index` holds, with the reason for explanations. Evaluation problems are
// `ReasonOutcome::kError`. Index -1 always holds.
using ConditionTest = std::function<Reason(int index, const TransitionDef&)>;

// What a gate says of one move. A reason without rule id is not told: there is no news in it. A gate that denies has
// fired.
struct GateAnswer {
  bool denied = false;
  Reason reason;
  PluginAnswer answer;  // without a plugin's id: nobody was asked
};

// Asks a gate about a move; `from` is empty for a new record. An error ends the decision.
using GateTest = std::function<absl::StatusOr<GateAnswer>(const GateDef&, std::string_view from, std::string_view to)>;

struct StatusDecision {
  std::string to;               // empty: stay
  std::string transition_id;    // of the transition that fired; the gate's where it turned a new record away
  std::string denied_by;        // the gate that kept the record from a status where no transition fired; empty: none
  std::string hold;             // queue for a lead, of the transition that fired or the gate that denied; empty: none
  std::vector<Reason> reasons;  // fired transitions first, then what gates said, then those that did not fire
  std::vector<PluginAnswer> answers;  // of the gates, in the order asked
};

// The one transition for `trigger` whose condition holds; `to` empty when none does (otherwise: stay).
// INTERNAL when two transitions with different targets or queues hold at once, naming both: the packs' check should
// have refused them. `wanted` limits to transitions into that status (for kTransition); empty: any. A transition that a
// gate denies counts as one that does not hold, and the next is tried; a new record that no entry rule takes any more
// gets the gate's `denied_entry`. `reason` is why somebody rejects the record, one of the lifecycle's. Each gate is
// asked once for each status. Without `gate` nobody is asked. Without `tell_others` the reasons lack transitions that
// did not fire.
absl::StatusOr<StatusDecision> DecideStatus(const Lifecycle& lifecycle, std::string_view current, Trigger trigger,
                                            std::string_view wanted, const ConditionTest& test,
                                            const GateTest& gate = nullptr, bool tell_others = true,
                                            std::string_view reason = "");

}  // namespace leadline::domain
