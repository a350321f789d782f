#include "domain/lifecycle.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

// Without a name where it has not fired and is not `told`.
Reason Judge(const TransitionDef& transition, const ConditionTest& test, bool told) {
  Reason reason;
  if (transition.condition >= 0) {
    reason = test(transition.condition, transition);
    if (reason.outcome != ReasonOutcome::kFired && !told) return reason;
  } else {
    reason.message = "always";
  }
  reason.rule_id = transition.id;
  reason.layer = transition.layer;
  reason.source = transition.source;
  return reason;
}

Reason StaysClosed(const TransitionDef& transition, std::string_view current) {
  Reason reason;
  reason.rule_id = transition.id;
  reason.layer = transition.layer;
  reason.source = transition.source;
  reason.outcome = ReasonOutcome::kSkipped;
  reason.message = fmt::format("{} is terminal: only a person's decision leaves it", current);
  return reason;
}

// Asks the gates of each status once.
class GateKeeper {
 public:
  GateKeeper(const Lifecycle& lifecycle, std::string_view from, Trigger trigger, const GateTest& test)
      : lifecycle_(lifecycle), from_(from), trigger_(trigger), test_(test) {}

  // The gate that denies the status; null when all let it pass.
  absl::StatusOr<const GateDef*> DenierOf(std::string_view to) {
    if (test_ == nullptr) return nullptr;
    for (const auto& [status, denier] : asked_) {
      if (status == to) return denier;
    }
    const GateDef* denier = nullptr;
    for (const GateDef& gate : lifecycle_.gates) {
      if (!gate.Guards(to, trigger_)) continue;
      absl::StatusOr<GateAnswer> answer = test_(gate, from_, to);
      if (!answer.ok()) return answer.status();
      if (!answer->reason.rule_id.empty()) reasons_.push_back(std::move(answer->reason));
      if (!answer->answer.plugin.empty()) answers_.push_back(std::move(answer->answer));
      if (!answer->denied) continue;
      denier = &gate;
      break;
    }
    asked_.emplace_back(to, denier);
    return denier;
  }

  std::vector<Reason>& reasons() { return reasons_; }
  std::vector<PluginAnswer>& answers() { return answers_; }

 private:
  const Lifecycle& lifecycle_;
  std::string_view from_;
  Trigger trigger_;
  const GateTest& test_;
  std::vector<std::pair<std::string_view, const GateDef*>> asked_;
  std::vector<Reason> reasons_;
  std::vector<PluginAnswer> answers_;
};

// Whether a rejection for that reason may go by the transition: it goes by those that name the reason, and only without
// any by those that name none.
class ReasonFilter {
 public:
  ReasonFilter(const Lifecycle& lifecycle, std::string_view current, Trigger trigger, std::string_view reason)
      : trigger_(trigger), reason_(reason) {
    if (trigger != Trigger::kReject) return;
    named_ = std::any_of(lifecycle.transitions.begin(), lifecycle.transitions.end(), [&](const TransitionDef& t) {
      return t.trigger == trigger && Names(t) && StartsFrom(lifecycle, t, current);
    });
  }
  bool Allows(const TransitionDef& transition) const {
    if (trigger_ != Trigger::kReject) return true;
    return transition.reasons.empty() ? !named_ : Names(transition);
  }

 private:
  bool Names(const TransitionDef& transition) const {
    return std::find(transition.reasons.begin(), transition.reasons.end(), reason_) != transition.reasons.end();
  }

  Trigger trigger_;
  std::string_view reason_;
  bool named_ = false;
};

std::string TargetOf(const TransitionDef& transition) {
  return transition.hold.empty() ? transition.to : fmt::format("{}, held in queue {}", transition.to, transition.hold);
}

absl::Status Contradiction(const TransitionDef& first, const TransitionDef& second, Trigger trigger,
                           std::string_view current) {
  return absl::InternalError(
      fmt::format("two transitions hold at once on {} for a record in {}: {} ({}) leads to {}, {} ({}) to {}; "
                  "their conditions must exclude each other: mend the packs",
                  TriggerName(trigger), current.empty() ? "no status yet" : current, first.id, first.source,
                  TargetOf(first), second.id, second.source, TargetOf(second)));
}

}  // namespace

bool GateDef::Guards(std::string_view status, Trigger trigger) const {
  return std::find(to.begin(), to.end(), status) != to.end() && std::find(on.begin(), on.end(), trigger) != on.end();
}

bool StartsFrom(const Lifecycle& lifecycle, const TransitionDef& transition, std::string_view current) {
  if (transition.trigger == Trigger::kEntry) return current.empty();
  for (const std::string& from : transition.from) {
    if (from == "*") {
      const StatusDef* status = lifecycle.Find(current);
      if (status == nullptr || !status->terminal) return true;
    } else if (from == current || lifecycle.Current(from) == current) {
      return true;
    }
  }
  return false;
}

std::string_view TriggerName(Trigger trigger) {
  switch (trigger) {
    case Trigger::kEntry:
      return "entry";
    case Trigger::kActivity:
      return "activity";
    case Trigger::kRescore:
      return "rescore";
    case Trigger::kTransition:
      return "transition";
    case Trigger::kAccept:
      return "accept";
    case Trigger::kReject:
      return "reject";
    case Trigger::kMerge:
      return "merge";
  }
  return "unknown";
}

const StatusDef* Lifecycle::Find(std::string_view status) const {
  for (const StatusDef& def : statuses) {
    if (def.id == status) return &def;
  }
  return nullptr;
}

std::optional<double> WinProbability(const Lifecycle& lifecycle, const Lead& lead) {
  const StatusDef* status = lifecycle.Find(lifecycle.Current(lead.status));
  const bool over = status != nullptr && status->over();
  if (!over && lead.probability > 0) return lead.probability;
  return status == nullptr ? std::nullopt : status->win_probability;
}

std::string_view Lifecycle::Current(std::string_view status) const {
  // A chain cannot be longer than the table, unless it is a ring: then it ends anywhere on the ring.
  for (size_t step = 0; step < remaps.size(); ++step) {
    auto next = std::find_if(remaps.begin(), remaps.end(), [&](const StatusRemap& r) { return r.from == status; });
    if (next == remaps.end()) break;
    status = next->to;
  }
  return status;
}

absl::StatusOr<StatusDecision> DecideStatus(const Lifecycle& lifecycle, std::string_view current, Trigger trigger,
                                            std::string_view wanted, const ConditionTest& test, const GateTest& gate,
                                            bool tell_others, std::string_view reason) {
  current = lifecycle.Current(current);
  wanted = lifecycle.Current(wanted);
  const StatusDef* status = lifecycle.Find(current);
  bool closed = status != nullptr && status->terminal && ByThePacksAlone(trigger);

  StatusDecision decision;
  GateKeeper gates(lifecycle, current, trigger, gate);
  std::vector<Reason> held_back;
  const GateDef* denied_by = nullptr;
  const TransitionDef* chosen = nullptr;
  const ReasonFilter reasons(lifecycle, current, trigger, reason);
  for (const TransitionDef& transition : lifecycle.transitions) {
    if (transition.trigger != trigger) continue;
    if (!StartsFrom(lifecycle, transition, current) || !reasons.Allows(transition)) continue;
    std::string_view to = lifecycle.Current(transition.to);
    if (to == current || (!wanted.empty() && to != wanted)) continue;
    if (closed) {
      if (tell_others) held_back.push_back(StaysClosed(transition, current));
      continue;
    }
    Reason judged = Judge(transition, test, tell_others);
    if (judged.outcome != ReasonOutcome::kFired) {
      if (tell_others) held_back.push_back(std::move(judged));
      continue;
    }
    absl::StatusOr<const GateDef*> denier = gates.DenierOf(to);
    if (!denier.ok()) return denier.status();
    if (*denier != nullptr) {
      if (denied_by == nullptr) denied_by = *denier;
      if (!tell_others) continue;
      judged.outcome = ReasonOutcome::kNotFired;
      judged.message = fmt::format("its condition holds, but {} denies {}", (*denier)->id, to);
      held_back.push_back(std::move(judged));
      continue;
    }
    if (chosen != nullptr && (to != decision.to || transition.hold != decision.hold)) {
      return Contradiction(*chosen, transition, trigger, current);
    }
    if (chosen == nullptr) {
      chosen = &transition;
      decision.to = to;
      decision.transition_id = transition.id;
      decision.hold = transition.hold;
    }
    decision.reasons.push_back(std::move(judged));
  }
  if (chosen == nullptr && denied_by != nullptr) {
    decision.denied_by = denied_by->id;
    decision.hold = denied_by->hold;
    if (trigger == Trigger::kEntry && !denied_by->denied_entry.empty()) {
      decision.to = lifecycle.Current(denied_by->denied_entry);
      decision.transition_id = denied_by->id;
    }
  }
  decision.answers = std::move(gates.answers());
  std::move(gates.reasons().begin(), gates.reasons().end(), std::back_inserter(decision.reasons));
  std::move(held_back.begin(), held_back.end(), std::back_inserter(decision.reasons));
  return decision;
}

}  // namespace leadline::domain
