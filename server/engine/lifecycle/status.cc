// The lifecycle by people's hands: transitions, dispositions, accepting and rejecting, overdue work.
#include <algorithm>

#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/engine.h"
#include "engine/work/enquiry.h"
#include "engine/work/lead_session.h"
#include "engine/work/person_session.h"
#include "engine/work/run_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;
using domain::Trigger;

std::string Listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Why no transition was found, in the words of the rules that were asked.
absl::Status NoTransition(const domain::Lifecycle& lifecycle, std::string_view from, Trigger trigger,
                          std::string_view wanted, const domain::StatusDecision& decided) {
  std::string why;
  for (const domain::Reason& reason : decided.reasons) {
    why += fmt::format("; {} does not hold: {}", reason.rule_id, reason.message);
  }
  std::vector<std::string> reachable;
  for (const domain::TransitionDef& t : lifecycle.transitions) {
    bool applies = t.trigger == trigger && (std::find(t.from.begin(), t.from.end(), from) != t.from.end());
    const bool known = std::find(reachable.begin(), reachable.end(), t.to) != reachable.end();
    if (applies && !known) reachable.push_back(t.to);
  }
  std::string target = wanted.empty() ? "" : fmt::format(" to \"{}\"", wanted);
  return WithReason(absl::FailedPreconditionError(fmt::format(
                        "the lifecycle has no {} from \"{}\"{} that holds now{}{}", domain::TriggerName(trigger), from,
                        target, reachable.empty() ? "" : fmt::format(" (from here: {})", Listed(reachable)), why)),
                    ErrorReason::kTransitionNotAllowed,
                    {{"current_status", std::string(from)},
                     {"wanted_status", std::string(wanted)},
                     {"legal_targets", Listed(reachable)}});
}

// That a gate stands in the way, in its own words.
absl::Status Denied(std::string_view from, const domain::StatusDecision& decided) {
  std::string why = "denied";
  for (const domain::Reason& reason : decided.reasons) {
    if (reason.rule_id == decided.denied_by) why = reason.message;
  }
  return WithReason(absl::FailedPreconditionError(
                        fmt::format("the gate {} keeps the record in \"{}\": {}", decided.denied_by, from, why)),
                    ErrorReason::kTransitionDenied,
                    {{"current_status", std::string(from)}, {"gate", decided.denied_by}});
}

// What a person asked for.
struct Move {
  Trigger trigger = Trigger::kTransition;
  std::string wanted;              // empty: where the lifecycle sends it
  std::string reason;              // as the ledger keeps it
  std::string reject_reason = {};  // one of the packs'
};

// Decides the move of the record by the packs; the answer names a status.
absl::StatusOr<domain::StatusDecision> DecideMove(WriteScope& scope, const domain::RecordRef& record,
                                                  const packs::RecordView& view, std::string_view current,
                                                  const Move& move) {
  const domain::Lifecycle& lifecycle = scope.decider().Rules(view.lead->region).lifecycle;
  if (!move.wanted.empty() && lifecycle.Find(move.wanted) == nullptr) {
    bool disposition = std::find(lifecycle.dispositions.begin(), lifecycle.dispositions.end(), move.wanted) !=
                       lifecycle.dispositions.end();
    return InvalidField("status", disposition ? fmt::format("{} is a disposition and no status; record it with "
                                                            "RecordDisposition",
                                                            Quoted(move.wanted))
                                              : NoSuchStatus(lifecycle, move.wanted));
  }
  ASSIGN_OR_RETURN(domain::StatusDecision decided, scope.decider().Status(view, current, move.trigger, move.wanted,
                                                                          Explain::kWhyNot, move.reject_reason));
  if (!decided.denied_by.empty()) return WithResource(Denied(current, decided), domain::ResourceName(record));
  if (decided.to.empty()) {
    return WithResource(NoTransition(lifecycle, current, move.trigger, move.wanted, decided),
                        domain::ResourceName(record));
  }
  auto def = std::find_if(lifecycle.transitions.begin(), lifecycle.transitions.end(),
                          [&](const domain::TransitionDef& t) { return t.id == decided.transition_id; });
  if (def != lifecycle.transitions.end() && def->reason_required && move.reason.empty()) {
    return InvalidField("reason", fmt::format("is required by {}", def->id));
  }
  return decided;
}

StatusCause CauseOf(WriteScope& scope, std::string_view from, const Move& move, domain::StatusDecision decided) {
  StatusCause cause;
  cause.trigger = std::string(domain::TriggerName(move.trigger));
  cause.reason = move.reason;
  cause.reject_reason = move.reject_reason;
  cause.decision = scope.decider().MakeDecision(
      domain::DecisionKind::kStatus, "", decided.to,
      fmt::format("{} to {} by {}, asked for by {}", from, decided.to, decided.transition_id, scope.context.actor),
      std::move(decided.reasons), scope.now);
  cause.decision->answers = std::move(decided.answers);
  cause.hold = std::move(decided.hold);
  cause.held_by = std::move(decided.transition_id);
  return cause;
}

absl::StatusOr<RecordResult> MoveLead(WriteScope& scope, std::string_view id, const Move& move, std::string_view rep) {
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, id));
  domain::Lead& lead = session.lead();
  RETURN_IF_ERROR(session.Rescore(scope.now));
  ASSIGN_OR_RETURN(domain::StatusDecision decided,
                   DecideMove(scope, {RecordKind::kLead, lead.id}, session.View(scope.now), lead.status, move));
  const std::string to = decided.to;
  if (!rep.empty() && rep != lead.assignee) session.Assign(rep, "accepted", "", scope.now);
  StatusCause cause = CauseOf(scope, lead.status, move, std::move(decided));
  RETURN_IF_ERROR(session.Enter(to, scope.now, std::move(cause)));
  RETURN_IF_ERROR(session.Save());
  RecordResult result;
  result.lead = lead;
  result.decisions = std::move(session.decisions());
  return result;
}

// The person, unless there is nothing left of them.
absl::StatusOr<PersonSession> OpenPerson(WriteScope& scope, std::string_view id) {
  ASSIGN_OR_RETURN(PersonSession person, PersonSession::Open(scope, id));
  RETURN_IF_ERROR(
      CheckNotErased(scope.tx, {RecordKind::kContact, person.contact().id}, "nothing is recorded any more"));
  return person;
}

absl::StatusOr<RecordResult> MoveContact(WriteScope& scope, std::string_view id, const Move& move) {
  ASSIGN_OR_RETURN(PersonSession person, OpenPerson(scope, id));
  RETURN_IF_ERROR(person.Rescore(scope.now));
  std::string from = person.contact().status;
  ASSIGN_OR_RETURN(domain::StatusDecision decided,
                   DecideMove(scope, {RecordKind::kContact, person.contact().id}, person.View(scope.now), from, move));
  std::string to = decided.to;
  StatusCause cause = CauseOf(scope, from, move, std::move(decided));
  RecordResult result;
  result.decisions.push_back(*cause.decision);
  person.Enter(to, scope.now, std::move(cause));
  RETURN_IF_ERROR(person.Save());
  result.contact = person.contact();
  return result;
}

absl::StatusOr<RecordResult> Dispose(WriteScope& scope, const domain::RecordRef& ref, const std::string& disposition,
                                     const std::string& note) {
  RecordResult result;
  auto check = [&](std::string_view region) -> absl::Status {
    const std::vector<std::string>& known = scope.decider().Rules(region).lifecycle.dispositions;
    if (std::find(known.begin(), known.end(), disposition) != known.end()) return absl::OkStatus();
    return InvalidField("disposition", fmt::format("{} is not a disposition of the packs; {}", Quoted(disposition),
                                                   DidYouMean(disposition, known)));
  };
  if (ref.kind == RecordKind::kContact) {
    ASSIGN_OR_RETURN(PersonSession person, OpenPerson(scope, ref.id));
    RETURN_IF_ERROR(check(scope.snapshot().rules->RegionOfCountry(person.contact().country)));
    person.contact().disposition = disposition;
    person.Record(scope.now, domain::DispositionRecorded{disposition, note});
    RETURN_IF_ERROR(person.Save());
    result.contact = person.contact();
    return result;
  }
  ASSIGN_OR_RETURN(LeadSession session, LeadSession::Open(scope, ref.id));
  domain::Lead& lead = session.lead();
  RETURN_IF_ERROR(check(lead.region));
  lead.disposition = disposition;
  session.Record(scope.now, domain::DispositionRecorded{disposition, note});
  const packs::RegionRules& rules = scope.decider().Rules(lead.region);
  const std::vector<std::string>& attempts = rules.lifecycle.attempts;
  const bool touch = std::find(attempts.begin(), attempts.end(), disposition) == attempts.end();
  if (touch) session.MeetClocks(scope.now);
  RETURN_IF_ERROR(session.Save());
  result.lead = lead;
  return result;
}

absl::StatusOr<RecordResult> RecordAsIs(store::Reader& reader, const std::string& name) {
  RecordResult result;
  ASSIGN_OR_RETURN(domain::RecordRef ref, RefOf(name, {RecordKind::kLead, RecordKind::kContact}, "name"));
  if (ref.kind == RecordKind::kLead) {
    ASSIGN_OR_RETURN(result.lead, StandingLead(reader, ref.id));
  } else {
    ASSIGN_OR_RETURN(result.contact, StandingContact(reader, ref.id));
  }
  return result;
}

WriteCase<RecordResult> RecordCase(std::string_view method, std::string name,
                                   std::function<absl::StatusOr<RecordResult>(WriteScope&)> body) {
  WriteCase<RecordResult> write;
  write.method = method;
  write.guarded = domain::ParseResourceName(name);
  write.keys = {KeyFor(RecordKind::kLead, name)};
  write.body = [name, body = std::move(body)](WriteScope& scope) {
    scope.request_result = name;
    return body(scope);
  };
  write.replay = [](store::Reader& reader, const std::string& stored) { return RecordAsIs(reader, stored); };
  return write;
}

}  // namespace

void Engine::Transition(const CallContext& context, std::string name, std::string status, std::string reason,
                        Done<RecordResult> done) {
  auto ref = RefOf(name, {RecordKind::kLead, RecordKind::kContact}, "name");
  if (!ref.ok()) return done(ref.status());
  if (status.empty()) return done(InvalidField("status", "is required"));
  Move move{Trigger::kTransition, std::move(status), std::move(reason)};
  auto body = [ref = *ref, move](WriteScope& scope) {
    return ref.kind == RecordKind::kLead ? MoveLead(scope, ref.id, move, "") : MoveContact(scope, ref.id, move);
  };
  RunWriteCase(options_, context, RecordCase("Transition", std::move(name), std::move(body)), std::move(done));
}

void Engine::RecordDisposition(const CallContext& context, std::string name, std::string disposition, std::string note,
                               Done<RecordResult> done) {
  auto ref = RefOf(name, {RecordKind::kLead, RecordKind::kContact}, "name");
  if (!ref.ok()) return done(ref.status());
  auto body = [ref = *ref, disposition, note](WriteScope& scope) { return Dispose(scope, ref, disposition, note); };
  RunWriteCase(options_, context, RecordCase("RecordDisposition", std::move(name), std::move(body)), std::move(done));
}

void Engine::AcceptLead(const CallContext& context, std::string name, std::string rep, Done<RecordResult> done) {
  auto id = IdOf(name, RecordKind::kLead, "name");
  if (!id.ok()) return done(id.status());
  std::string rep_id;
  if (!rep.empty()) {
    auto parsed = IdOf(rep, RecordKind::kRep, "rep");
    if (!parsed.ok()) return done(parsed.status());
    rep_id = *std::move(parsed);
  }
  auto body = [id = *id, rep_id](WriteScope& scope) -> absl::StatusOr<RecordResult> {
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(scope.tx, id));
    scope.DecideFor(lead.id);
    const std::vector<domain::Rep>& reps = scope.snapshot().rules->reps();
    const bool known = std::any_of(reps.begin(), reps.end(), [&](const domain::Rep& r) { return r.id == rep_id; });
    if (!rep_id.empty() && !known) {
      return InvalidField("rep", fmt::format("the packs list no rep \"{}\"", rep_id));
    }
    if (rep_id.empty() && lead.assignee.empty()) {
      return InvalidField("rep", "is required, because nobody works the lead");
    }
    return MoveLead(scope, id, Move{Trigger::kAccept, "", ""}, rep_id);
  };
  RunWriteCase(options_, context, RecordCase("AcceptLead", std::move(name), std::move(body)), std::move(done));
}

void Engine::RejectLead(const CallContext& context, std::string name, std::string reason, std::string note,
                        Done<RecordResult> done) {
  auto id = IdOf(name, RecordKind::kLead, "name");
  if (!id.ok()) return done(id.status());
  auto body = [id = *id, reason, note](WriteScope& scope) -> absl::StatusOr<RecordResult> {
    ASSIGN_OR_RETURN(domain::Lead lead, StandingLead(scope.tx, id));
    scope.DecideFor(lead.id);
    const std::vector<std::string>& known = scope.decider().Rules(lead.region).lifecycle.reject_reasons;
    if (std::find(known.begin(), known.end(), reason) == known.end()) {
      return InvalidField("reason", fmt::format("{} is not a reject reason of the packs; {}", Quoted(reason),
                                                DidYouMean(reason, known)));
    }
    std::string text = note.empty() ? reason : fmt::format("{}: {}", reason, note);
    return MoveLead(scope, id, Move{Trigger::kReject, "", std::move(text), reason}, "");
  };
  RunWriteCase(options_, context, RecordCase("RejectLead", std::move(name), std::move(body)), std::move(done));
}

absl::StatusOr<std::vector<StatusPeriod>> Engine::GetStatusHistory(const CallContext& context, std::string_view name) {
  ASSIGN_OR_RETURN(domain::RecordRef ref, RefOf(name, {RecordKind::kLead, RecordKind::kContact}, "name"));
  std::vector<StatusPeriod> periods;
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(RecordResult record, RecordAsIs(reader, domain::ResourceName(ref)));
    ref.id = record.lead.has_value() ? record.lead->id : record.contact->id;
    constexpr int kPage = 500;
    int64_t after = 0;
    while (true) {
      ASSIGN_OR_RETURN(std::vector<domain::Event> events, reader.Timeline({&ref, 1}, after, kPage));
      for (const domain::Event& event : events) {
        after = event.position;
        const auto* change = std::get_if<domain::StatusChanged>(&event.payload);
        if (change == nullptr) continue;
        // What is told of an earlier time tells anew what came from then on.
        while (!periods.empty() && periods.back().enter > event.time) periods.pop_back();
        if (!periods.empty()) periods.back().exit = event.time;
        periods.push_back({change->to, event.time, 0, change->trigger, change->reason, event.actor});
      }
      if (events.size() < kPage) return absl::OkStatus();
    }
  }));
  return periods;
}

absl::StatusOr<store::Page<domain::Lead>> Engine::ListOverdue(const CallContext& context, bool breached_only,
                                                              std::string_view page_token, int page_size) {
  store::Page<domain::Lead> page;
  Time now = clock().Now();
  RETURN_IF_ERROR(options_.store->Read(context.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(page, reader.ListOverdue(now, breached_only, page_token, page_size));
    return absl::OkStatus();
  }));
  return page;
}

}  // namespace leadline::engine
