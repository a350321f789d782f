#include "engine/replay/replay.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/stored_decision.h"
#include "engine/decide/plugin_batch.h"
#include "engine/replay/route_then.h"
#include "engine/work/identity.h"
#include "engine/work/person_session.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::Decision;
using domain::DecisionKind;
using domain::Event;
using domain::RecordKind;
using domain::StoredDecision;

// An answer stays small: of a rule that many activities met, the last ones are shown.
constexpr size_t kMostEvidence = 100;
// Rounding of a sum of logarithms.
constexpr double kSameBits = 1e-6;

bool IsMatch(DecisionKind kind) {
  return kind == DecisionKind::kMatchAccount || kind == DecisionKind::kMatchContact ||
         kind == DecisionKind::kDuplicates;
}

// What a person decided, or a source said; no rule can come to it again.
bool ByHand(const Event& event) {
  const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
  return assigned != nullptr && assigned->route == "manual";
}

void Cut(Decision& decision) {
  for (domain::Reason& reason : decision.reasons) {
    if (reason.evidence.size() <= kMostEvidence) continue;
    const size_t more = reason.evidence.size() - kMostEvidence;
    reason.evidence.erase(reason.evidence.begin(), reason.evidence.begin() + static_cast<std::ptrdiff_t>(more));
    reason.message += fmt::format("; {} earlier ones are left out here", more);
  }
}

// Rules whose condition could not be evaluated are only told when everything is.
std::vector<domain::FiredRule> RulesThatCount(const StoredDecision& decision) {
  std::vector<domain::FiredRule> rules = decision.rules;
  std::erase_if(rules, [](const domain::FiredRule& rule) { return rule.failed && rule.points == 0; });
  return rules;
}

bool SameCandidates(const StoredDecision& a, const StoredDecision& b) {
  return std::equal(a.candidates.begin(), a.candidates.end(), b.candidates.begin(), b.candidates.end(),
                    [](const domain::MatchCandidate& x, const domain::MatchCandidate& y) {
                      return x.record == y.record && std::abs(x.weight - y.weight) < kSameBits;
                    });
}

std::string Rules(const std::vector<domain::FiredRule>& rules) {
  std::string out;
  for (const domain::FiredRule& rule : rules) {
    out += (out.empty() ? "" : ", ") + rule.rule_id;
    if (rule.points != 0) out += fmt::format(" {:+.6g}", rule.points);
  }
  return out.empty() ? "no rule" : out;
}

// In words; empty when both are the same.
std::string Difference(const StoredDecision& then, const StoredDecision& again) {
  if (then.outcome != again.outcome) {
    return fmt::format("it came to \"{}\" then, and comes to \"{}\" now (then by {}; now by {})", then.outcome,
                       again.outcome, Rules(RulesThatCount(then)), Rules(RulesThatCount(again)));
  }
  if (RulesThatCount(then) != RulesThatCount(again)) {
    return fmt::format("other rules lead to it: {} then, {} now", Rules(RulesThatCount(then)),
                       Rules(RulesThatCount(again)));
  }
  if (!SameCandidates(then, again)) return "the levels that were kept do not add up to the weights that were";
  return "";
}

std::string OtherTables(const domain::ReferenceVersions& then, const domain::ReferenceVersions& now) {
  std::string out;
  const auto add = [&](const char* name, const std::string& before, const std::string& today) {
    if (before.empty() || before == today) return;
    out += fmt::format("{}{} {} (then {})", out.empty() ? "" : ", ", name, today, before);
  };
  add("time zones", then.time_zones, now.time_zones);
  add("phone metadata", then.phone_metadata, now.phone_metadata);
  add("public suffix list", then.public_suffix_list, now.public_suffix_list);
  add("country codes", then.country_codes, now.country_codes);
  return out.empty() ? "" : "decided again with other tables: " + out;
}

void AddNote(const std::string& sentence, std::string& note) {
  if (!sentence.empty()) note += (note.empty() ? "" : "; ") + sentence;
}

std::optional<domain::Trigger> TriggerOf(const Event& event) {
  const auto* changed = std::get_if<domain::StatusChanged>(&event.payload);
  const std::string& name = changed == nullptr ? event.decision->trigger : changed->trigger;
  if (name == "created") return domain::Trigger::kEntry;
  using domain::Trigger;
  for (const Trigger trigger : {Trigger::kEntry, Trigger::kActivity, Trigger::kRescore, Trigger::kTransition,
                                Trigger::kAccept, Trigger::kReject, Trigger::kMerge}) {
    if (name == domain::TriggerName(trigger)) return trigger;
  }
  return std::nullopt;
}

// A record as rules read it, with what it points into.
struct Seen {
  LeadContext lead;
  PersonContext person;
  domain::Lead stand_in;
  packs::RecordView view;
};

absl::Status See(RecordPast& past, const Event& event, Decider& decider, Seen& out) {
  const Time at = event.decision->time;
  if (event.record.kind == RecordKind::kLead) {
    ASSIGN_OR_RETURN(out.lead, past.LeadAt(event));
    out.view = out.lead.View(at);
    return absl::OkStatus();
  }
  if (event.record.kind != RecordKind::kContact) return absl::DataLossError("no such record is decided on");
  ASSIGN_OR_RETURN(out.person, past.PersonAt(event));
  const auto happened = HappenedBy(out.person.activities, at);
  out.stand_in = StandInFor(out.person.contact, static_cast<int64_t>(happened.size()),
                            happened.empty() ? 0 : happened.back().time, *decider.snapshot().rules);
  const domain::Account& account = out.person.account;
  out.view = {&out.stand_in, &out.person.contact, account.id.empty() && account.name.empty() ? nullptr : &account,
              happened, at};
  // As it was decided at that time, which the ledger tells last.
  const MarketingDecision marketing = decider.Marketing(out.view);
  out.person.contact.marketable = marketing.marketable;
  out.person.contact.not_marketable_reason = marketing.reason;
  return absl::OkStatus();
}

// Why somebody rejected it; a note may follow.
std::string RejectReasonOf(const Event& event) {
  const auto* changed = std::get_if<domain::StatusChanged>(&event.payload);
  return changed == nullptr ? "" : changed->reason.substr(0, changed->reason.find(':'));
}

// Whether it is about a clock that ran before.
bool GoesOn(std::string_view because) {
  return because == kClockOfAssignee || because == kClockPaused || because == kClockResumed || because == kClockStep;
}

// The clock as the level comes to have it; where it does not come to that, it is due at another time.
domain::SlaClock ClockAgain(const domain::SlaClock& told, const domain::SlaDef& level, std::string_view because,
                            Time now, Decider& decider, const packs::RecordView& view) {
  const packs::RegionRules& rules = decider.Rules(view.lead->region);
  const domain::BusinessCalendar& calendar = *domain::CalendarFor(level, rules.sla, rules.routing, *view.lead).calendar;
  const std::vector<domain::SlaClock> open = domain::OpenClocks(*view.lead);
  const auto before = std::find_if(open.begin(), open.end(), [&](const domain::SlaClock& clock) {
    return clock.start == told.start && clock.sla_id == told.sla_id;
  });
  if (!GoesOn(because) && because != kClockOfRegion) {
    domain::SlaClock started = domain::StartClock(level, calendar, now);
    started.steps = told.steps;
    return started;
  }
  if (before == open.end()) return {};
  const domain::BusinessCalendar* own = rules.sla.FindCalendar(before->calendar);
  const domain::BusinessCalendar& counted = own == nullptr ? calendar : *own;
  if (because == kClockOfRegion) return domain::CountAgain(*before, level, calendar, now);
  if (because == kClockOfAssignee) return domain::HandOver(*before, level, counted, calendar, now);
  if (because == kClockStep) {
    domain::SlaClock taken = *before;
    ++taken.steps;
    return taken;
  }
  if (decider.StandsStill(view, level) != (because == kClockPaused)) return *before;
  return because == kClockPaused ? domain::PauseClock(*before, level, counted, now)
                                 : domain::ResumeClock(*before, level, counted, now);
}

}  // namespace

absl::StatusOr<Decision> Replayer::ScoreAgain(const Event& event, Decider& decider) {
  Seen seen;
  RETURN_IF_ERROR(See(past_, event, decider, seen));
  ASSIGN_OR_RETURN(ScoreOutcome outcome, decider.Score(seen.view, Explain::kWhyNot));
  const auto* changed = std::get_if<domain::ScoreChanged>(&event.payload);
  if (changed != nullptr && !SamePoints(outcome.score, changed->score)) {
    outcome.decision.outcome = fmt::format("{:.10g} ({:.10g} central)", outcome.score.total, outcome.score.central);
  }
  return std::move(outcome.decision);
}

absl::StatusOr<Decision> Replayer::StatusAgain(const Event& event, Decider& decider) {
  const std::optional<domain::Trigger> trigger = TriggerOf(event);
  if (!trigger.has_value()) return absl::FailedPreconditionError("no event of the lifecycle led to it");
  Seen seen;
  RETURN_IF_ERROR(See(past_, event, decider, seen));
  const std::string current = seen.view.lead->status;
  const std::string wanted = *trigger == domain::Trigger::kTransition ? event.decision->outcome : "";
  ASSIGN_OR_RETURN(domain::StatusDecision decided,
                   decider.Status(seen.view, current, *trigger, wanted, Explain::kWhyNot, RejectReasonOf(event)));
  const bool stays = decided.to.empty();
  std::string summary = stays ? fmt::format("stays {}{}{}", current, decided.denied_by.empty() ? "" : ": held back by ",
                                            decided.denied_by)
                        : current.empty() ? fmt::format("enters as {} by {}", decided.to, decided.transition_id)
                                          : fmt::format("{} to {} by {}", current, decided.to, decided.transition_id);
  const auto* held = std::get_if<domain::Assigned>(&event.payload);
  if (stays && held != nullptr) summary += ", waits in queue " + held->hold_queue;
  return decider.MakeDecision(DecisionKind::kStatus, "", stays ? current : decided.to, std::move(summary),
                              std::move(decided.reasons), seen.view.now);
}

absl::StatusOr<Decision> Replayer::RouteAgain(const Event& event, const Snapshot& snapshot, Decider& decider) {
  Seen seen;
  RETURN_IF_ERROR(See(past_, event, decider, seen));
  const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
  RepsThen reps(*event.decision, *snapshot.rules, decider.Rules(seen.view.lead->region).routing,
                assigned == nullptr ? std::string_view() : std::string_view(assigned->route), seen.view.now);
  decider.PickFrom(reps.picked());
  ASSIGN_OR_RETURN(RouteOutcome outcome, decider.Route(seen.view, reps, reps.before(), Explain::kWhyNot));
  reps.SayWhatIsKnown(outcome.decision);
  return std::move(outcome.decision);
}

absl::StatusOr<Decision> Replayer::ServiceLevelAgain(const Event& event, Decider& decider) {
  const auto* changed = std::get_if<domain::SlaChanged>(&event.payload);
  if (changed == nullptr) return absl::DataLossError("no service level stands beside it");
  Seen seen;
  RETURN_IF_ERROR(See(past_, event, decider, seen));
  const domain::Lead& lead = *seen.view.lead;
  const std::string& because = event.decision->trigger;
  const packs::RegionRules& rules = decider.Rules(lead.region);
  const domain::SlaDef* level = nullptr;
  if (because == kClockOfNext || because == kClockOfRegion || GoesOn(because)) {
    level = rules.sla.Find(changed->clock.sla_id);
  } else if (because == kClockOfActivity) {
    const domain::Activity* asked = NewestInteraction(decider.snapshot().rules->responses(), seen.view);
    level = decider.ServiceLevel(seen.view, {.status = false, .activity = asked});
  } else {
    level = decider.ServiceLevel(seen.view, {lead.status_since == seen.view.now, lead.held_since == seen.view.now});
  }
  if (level == nullptr) {
    return decider.MakeDecision(DecisionKind::kSla, "", "", "no service level starts", {}, seen.view.now);
  }
  const domain::SlaClock clock = ClockAgain(changed->clock, *level, because, seen.view.now, decider, seen.view);
  Decision decision = decider.ServiceLevelDecision(*level, clock, lead, seen.view.now, because);
  if (clock.due != changed->clock.due) decision.outcome += ", due at " + FormatTime(clock.due);
  return decision;
}

absl::StatusOr<Decision> Replayer::MeaningAgain(const Event& event, Decider& decider) {
  Seen seen;
  RETURN_IF_ERROR(See(past_, event, decider, seen));
  seen.lead.lead.meaning = {};
  ASSIGN_OR_RETURN(Normalized derived, decider.Normalize(seen.lead.lead, seen.lead.contact, seen.lead.account,
                                                         event.decision->time, /*keep=*/false));
  for (Decision& decision : derived.decisions) {
    if (decision.field == event.decision->field && decision.central_only == event.decision->central_only) {
      return std::move(decision);
    }
  }
  Decision none = decider.MakeDecision(DecisionKind::kNormalize, "", "",
                                       event.decision->field + ": no table says anything else than what was given", {},
                                       event.decision->time);
  none.field = event.decision->field;
  none.central_only = event.decision->central_only;
  return none;
}

absl::StatusOr<Decision> Replayer::MatchAgain(const Event& event, Decider& decider) {
  const StoredDecision& then = *event.decision;
  ASSIGN_OR_RETURN(const LeadContext lead, past_.LeadAt(event));
  const domain::MatchPolicy& policy = decider.Rules(lead.lead.region).matching;
  const bool accounts = then.kind == DecisionKind::kMatchAccount;
  const RecordKind kind = accounts ? RecordKind::kAccount : RecordKind::kContact;
  const std::vector<domain::ComparisonDef>& defs = policy.ComparisonsOf(kind);
  Decision decision = decider.MakeDecision(then.kind, "", "created", "", {}, then.time);
  for (const domain::MatchCandidate& candidate : then.candidates) {
    std::vector<domain::PluginComparison> said;
    for (size_t i = 0; i < defs.size(); ++i) {
      const std::string subject = fmt::format("{} {}", defs[i].field, candidate.record);
      for (const domain::PluginAnswer& answer : then.answers) {
        if (answer.subject != subject) continue;
        said.push_back({i, !answer.failed, answer.value, answer.number, std::string(kAsToldThen), ""});
      }
    }
    domain::PairResult pair = PairOfLevels(policy, kind, candidate.levels, {said, candidate.counts});
    domain::Reason reason = PairReason(candidate.record, pair);
    for (size_t i = 0; i < reason.evidence.size(); ++i) reason.evidence[i].value = LevelText(pair.comparisons[i]);
    const domain::DuplicateVerdict verdict = Judge(policy, pair);
    const bool match = verdict == domain::DuplicateVerdict::kMatch;
    if (then.kind == DecisionKind::kDuplicates) {
      decision.outcome = then.outcome;
    } else if (match && decision.candidates.empty()) {
      decision.outcome = candidate.record;
    } else if (accounts && candidate.record == then.outcome && decision.outcome == "created" &&
               verdict != domain::DuplicateVerdict::kDifferent) {
      decision.outcome = candidate.record;  // because the person works there
    } else {
      reason.outcome = domain::ReasonOutcome::kNotFired;
    }
    KeepPair(candidate.record, pair, decision);
    decision.reasons.push_back(std::move(reason));
  }
  decision.summary = domain::FromStored(event).summary;
  return decision;
}

absl::StatusOr<Decision> Replayer::DecideAgain(const Event& event, const Snapshot& snapshot, Decider& decider) {
  switch (event.decision->kind) {
    case DecisionKind::kScore:
      return ScoreAgain(event, decider);
    case DecisionKind::kStatus:
      return StatusAgain(event, decider);
    case DecisionKind::kRoute:
      return RouteAgain(event, snapshot, decider);
    case DecisionKind::kSla:
      return ServiceLevelAgain(event, decider);
    case DecisionKind::kNormalize:
      return MeaningAgain(event, decider);
    case DecisionKind::kMatchAccount:
    case DecisionKind::kMatchContact:
    case DecisionKind::kDuplicates:
      return MatchAgain(event, decider);
  }
  return absl::DataLossError("a decision of an unknown kind");
}

ReplayedDecision Replayer::Replay(const Event& event) {
  ReplayedDecision out;
  out.decision = domain::FromStored(event);
  if (ByHand(event)) return out;
  const StoredDecision& then = *event.decision;
  past_.ForgetErased();
  const auto again = [&]() -> absl::StatusOr<Decision> {
    if (then.snapshot == nullptr) return absl::DataLossError("it does not say by which packs it was taken");
    ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, packs_.Get(reader_, then.snapshot, now_));
    Decider decider(snapshot);
    decider.AnswerFrom(then.answers);
    ASSIGN_OR_RETURN(Decision decision, DecideAgain(event, *snapshot, decider));
    AddNote(OtherTables(then.snapshot->reference, snapshot->reference), out.note);
    return decision;
  }();
  if (past_.erased_at() != 0) {
    out.note = "shown as it is stored: " + ErasedNote(past_.erased_at());
    return out;
  }
  if (!again.ok()) {
    out.note = fmt::format("shown as it is stored, because it cannot be decided again: {}",
                           std::string(again.status().message()));
    return out;
  }
  const std::string difference = Difference(then, domain::ToStored(*again));
  if (!difference.empty()) {
    out.agrees = false;
    std::string note = "shown as it is stored: decided again " + difference;
    AddNote(out.note, note);
    out.note = std::move(note);
    return out;
  }
  const std::string record = std::exchange(out.decision, *again).record;
  out.decision.record = record;
  out.decision.answers = then.answers;
  Cut(out.decision);
  if (IsMatch(then.kind) && !then.candidates.empty()) {
    AddNote("the values that were compared are not kept, the levels that they reached are", out.note);
  }
  return out;
}

}  // namespace leadline::engine
