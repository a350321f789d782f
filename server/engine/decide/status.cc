// Statuses: the transitions of the packs, and the plugins that stand at the gates.
#include <algorithm>

#include "base/status_macros.h"
#include "engine/decide/call_deadline.h"
#include "engine/decide/decider.h"
#include "engine/decide/plugin_batch.h"
#include "engine/decide/plugin_record.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::GateAnswer;
using domain::GateDef;
using domain::Reason;
using domain::ReasonOutcome;
using OnFailure = packs::PluginUse::OnFailure;

// What one decision's gates have said: it may be looked at twice, and a plugin is asked once.
struct AskedGate {
  const GateDef* gate;
  std::string to;
  absl::StatusOr<GateAnswer> answer;
};

std::string Said(std::string_view verb, std::string_view to, std::span<const plugin::Reason> reasons) {
  const std::string why = Joined(reasons);
  return fmt::format("{} {}{}{}", verb, to, why.empty() ? "" : ": ", why);
}

std::string_view NameOf(plugin::Verdict verdict) {
  switch (verdict) {
    case plugin::Verdict::kAllow:
      return "allow";
    case plugin::Verdict::kDeny:
      return "deny";
    case plugin::Verdict::kAbstain:
      return "abstain";
  }
  return "";
}

plugin::StatusResult AsTold(const domain::PluginAnswer& told) {
  plugin::StatusResult result;
  for (const plugin::Verdict verdict : {plugin::Verdict::kAllow, plugin::Verdict::kDeny, plugin::Verdict::kAbstain}) {
    if (told.value == NameOf(verdict)) result.verdict = verdict;
  }
  result.reasons.push_back({std::string(kAsToldThen), 0});
  return result;
}

}  // namespace

absl::StatusOr<domain::StatusDecision> Decider::Status(const packs::RecordView& view, std::string_view current,
                                                       domain::Trigger trigger, std::string_view wanted,
                                                       Explain explain, std::string_view reason) {
  const packs::RegionRules& rules = Rules(view.lead == nullptr ? "" : view.lead->region);
  evaluation_.Bind(rules, view);
  auto outcome = [&](int index, const domain::TransitionDef&) {
    Reason judged;
    judged.outcome = evaluation_.Holds(index) ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
    return judged;
  };
  auto explained = [&](int index, const domain::TransitionDef&) { return evaluation_.Test(index); };
  std::vector<AskedGate> asked;
  domain::GateTest gates;
  if (!rules.lifecycle.gates.empty()) {
    gates = [&](const GateDef& gate, std::string_view from, std::string_view to) -> absl::StatusOr<GateAnswer> {
      for (const AskedGate& before : asked) {
        if (before.gate == &gate && before.to == to) return before.answer;
      }
      return asked.emplace_back(AskedGate{&gate, std::string(to), AskGate(gate, from, to, view.now)}).answer;
    };
  }
  const auto decide = [&](const domain::ConditionTest& test) {
    // The ledger keeps nothing of what did not fire.
    return domain::DecideStatus(rules.lifecycle, current, trigger, wanted, test, gates,
                                /*tell_others=*/explain != Explain::kKept, reason);
  };
  if (explain == Explain::kWhyNot) return decide(explained);
  // Most records stay where they are: what was tested is only told when something fired.
  auto decided = decide(outcome);
  if (explain == Explain::kNothing || explain == Explain::kKept || !decided.ok()) return decided;
  if (decided->to.empty() && decided->denied_by.empty()) return decided;
  return decide(explained);
}

MarketingDecision Decider::Marketing(const packs::RecordView& view) {
  if (view.contact->erased_at != 0) return {false, domain::kNotMarketableErased};
  const packs::RegionRules& rules = Rules(view.lead == nullptr ? "" : view.lead->region);
  evaluation_.Bind(rules, view);
  if (const packs::MarketingBar* bar = evaluation_.WhyNotMarketable()) return {false, bar->id};
  const domain::StatusDef* status = rules.lifecycle.Find(rules.lifecycle.Current(view.contact->status));
  if (status != nullptr && !status->marketable) return {false, domain::kNotMarketableStatus};
  return {true, ""};
}

absl::StatusOr<GateAnswer> Decider::AskGate(const GateDef& gate, std::string_view from, std::string_view to, Time now) {
  GateAnswer answer;
  if (LeftOut(gate.plugin)) return answer;
  const packs::PluginUse& use = UseOf(gate.plugin);
  const BoundPlugin* bound = BoundOf(gate.plugin);
  absl::Status status = NotLoaded(use);
  plugin::StatusResult result;
  answer.answer = AnswerOf(gate.plugin, fmt::format("{} {}", gate.id, to));
  if (told_) {
    const auto told = ToldBy(use, answer.answer.subject);
    status = told.status();
    if (told.ok()) result = AsTold(**told);
  } else if (bound != nullptr) {
    const PluginRecord fields(bound->field_slots, evaluation_);
    const plugin::Transition transition{fields.record(), plugin::StrOf(from), plugin::StrOf(to)};
    const plugin::CallOptions options = CallDeadline::OptionsFor(now);
    status = bound->plugin->Gate({&transition, 1}, {&result, 1}, options);
  }
  if (!status.ok() && use.on_failure == OnFailure::kFail) return status;
  Reason& reason = answer.reason;
  reason.rule_id = gate.id;
  reason.layer = gate.layer;
  reason.source = gate.source;
  reason.evidence = EvidenceOf(use, result.reasons);
  answer.answer.value = NameOf(result.verdict);
  if (!status.ok()) {
    NoteFailure(status, answer.answer);
    answer.denied = use.on_failure == OnFailure::kFallback && use.fallback == "deny";
    reason.outcome = ReasonOutcome::kError;
    reason.message = NotHeard(use, status);
    return answer;
  }
  answer.denied = result.verdict == plugin::Verdict::kDeny;
  reason.outcome = answer.denied ? ReasonOutcome::kFired : ReasonOutcome::kNotFired;
  const std::string_view verb = answer.denied                               ? "denies"
                                : result.verdict == plugin::Verdict::kAllow ? "allows"
                                                                            : "has nothing to say about";
  reason.message = Said(verb, to, result.reasons);
  return answer;
}

absl::StatusOr<GateVerdict> Decider::AskGates(const packs::RecordView& view, std::string_view from, std::string_view to,
                                              domain::Trigger trigger) {
  const packs::RegionRules& rules = Rules(view.lead == nullptr ? "" : view.lead->region);
  GateVerdict out;
  bool bound = false;
  for (const GateDef& gate : rules.lifecycle.gates) {
    if (!gate.Guards(to, trigger)) continue;
    if (!bound) evaluation_.Bind(rules, view);
    bound = true;
    ASSIGN_OR_RETURN(GateAnswer answer, AskGate(gate, from, to, view.now));
    if (!answer.reason.rule_id.empty()) out.reasons.push_back(std::move(answer.reason));
    out.denied = answer.denied;
    if (out.denied) break;
  }
  return out;
}

}  // namespace leadline::engine
