// The members of decisions, events and the rollout, as members.h has those of the records. The version of the rollout,
// and everything of a pack's content but its files, stand in columns of their own.
#pragma once

#include "domain/decision.h"
#include "domain/event.h"
#include "domain/rollout.h"
#include "store/members.h"

namespace leadline::store {

template <typename C>
void Members(C& c, typename C::template Ref<domain::PackRef> r) {
  c("pack", r.pack);
  c("version", r.version);
  c("sha256", r.sha256);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PluginRef> r) {
  c("id", r.id);
  c("version", r.version);
  c("sha256", r.sha256);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ReferenceVersions> r) {
  c("time_zones", r.time_zones);
  c("phone_metadata", r.phone_metadata);
  c("public_suffix_list", r.public_suffix_list);
  c("country_codes", r.country_codes);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::SnapshotRef> r) {
  c("generation", r.generation);
  c("packs", r.packs);
  c("plugins", r.plugins);
  c("reference", r.reference);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PluginAnswer> r) {
  c("plugin", r.plugin);
  c("version", r.version);
  c("subject", r.subject);
  c("failed", r.failed);
  c("number", r.number);
  c("value", r.value);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::MatchCandidate> r) {
  c("record", r.record);
  c("weight", r.weight);
  c("probability", r.probability);
  c("levels", r.levels);
  c("counts", r.counts);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PassedOver> r) {
  c("route", r.route);
  c("code", r.code);
  c("reps", r.reps);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::UsedMeaning> r) {
  c("central", r.central);
  c("regional", r.regional);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::FiredRule> r) {
  c("rule", r.rule_id);
  c("layer", r.layer);
  c("failed", r.failed);
  c("points", r.points);
  c("weight", r.weight);
}

// The snapshot stands apart, once for all decisions of its time.
template <typename C>
void Members(C& c, typename C::template Ref<domain::StoredDecision> r) {
  c("kind", r.kind);
  c("record", r.record);
  c("field", r.field);
  c("central_only", r.central_only);
  c("trigger", r.trigger);
  c("outcome", r.outcome);
  c("time", r.time);
  c("rules", r.rules);
  c("meaning", r.meaning);
  c.Personal("answers", r.answers);
  c("candidates", r.candidates);
  c("passed_over", r.passed_over);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::RecordCreated> r) {
  c("source", r.source);
  c("region", r.region);
  c("purchased", r.purchased);
  c("image", r.image);
  c("enquirer_status", r.enquirer_status);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::FieldsChanged> r) {
  c("changes", r.changes);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ActivityRecorded> r) {
  c("activity", r.activity);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::StatusChanged> r) {
  c("from", r.from);
  c("to", r.to);
  c("trigger", r.trigger);
  c.Personal("reason", r.reason);
  c("open", r.open);
  c("lead_alone", r.lead_alone);
  c("reject_reason", r.reject_reason);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::DispositionRecorded> r) {
  c("disposition", r.disposition);
  c.Personal("note", r.note);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ScoreChanged> r) {
  c("score", r.score);
  c("previous_total", r.previous_total);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Assigned> r) {
  c("rep", r.rep);
  c("previous_rep", r.previous_rep);
  c("route", r.route);
  c("hold_queue", r.hold_queue);
  c("score", r.score);
  c("pool", r.pool);
  c("turns", r.turns);
  c.Personal("reason", r.reason);
  c("closed", r.closed);
  c("credited", r.credited);
  c("turns_before", r.turns_before);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::SlaChanged> r) {
  c("clock", r.clock);
}

template <typename C>
void Members(C&, typename C::template Ref<domain::DecisionTaken>) {}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Merged> r) {
  c("merge_id", r.merge_id);
  c("absorbed", r.absorbed);
  c("survivor", r.survivor);
  c.Personal("reason", r.reason);
  c("changed", r.changed);
  c("times", r.times);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Unmerged> r) {
  c("merge_id", r.merge_id);
  c("restored", r.restored);
  c.Personal("reason", r.reason);
  c("changed", r.changed);
  c("state", r.state);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::AvailabilityChanged> r) {
  c("rep", r.rep);
  c("available", r.available);
  c("until", r.until);
  c("absences", r.absences);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PackChanged> r) {
  c("action", r.action);
  c("pack", r.pack);
  c("version", r.version);
  c("sha256", r.sha256);
  c("previous_sha256", r.previous_sha256);
  c("side", r.side);
  c("canary_percent", r.canary_percent);
  c("generation", r.generation);
  c("reason", r.reason);
  c("rollout", r.rollout);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PluginChanged> r) {
  c("action", r.action);
  c("plugin", r.plugin);
  c("version", r.version);
  c("sha256", r.sha256);
  c("previous_version", r.previous_version);
  c("previous_sha256", r.previous_sha256);
  c("generation", r.generation);
  c("reason", r.reason);
  c("rollout", r.rollout);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::RegionChanged> r) {
  c("from", r.from);
  c("to", r.to);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Erased> r) {
  c("reason", r.reason);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::AccountScored> r) {
  c("score", r.score);
  c("previous_total", r.previous_total);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::QueueLong> r) {
  c("queue", r.queue);
  c("leads", r.leads);
  c("longer_than", r.longer_than);
  c("held_since", r.held_since);
  c("over", r.over);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::CalendarEnding> r) {
  c("pack", r.pack);
  c("calendar", r.calendar);
  c("last_day", r.last_day);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::LeadSplit> r) {
  c("from", r.from);
  c("into", r.into);
  c.Personal("reason", r.reason);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PackContent> r) {
  c("files", r.files);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PackApproval> r) {
  c("side", r.side);
  c("principal", r.principal);
  c("time", r.time);
  c("reason", r.reason);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::PackCandidate> r) {
  c("ref", r.ref);
  c("proposed_by", r.proposed_by);
  c("proposed_at", r.proposed_at);
  c("approvals", r.approvals);
  c("bytes", r.bytes);
  c("decided", r.decided);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::ActivePack> r) {
  c("ref", r.ref);
  c("since", r.since);
  c("activated_by", r.activated_by);
  c("added_later", r.added_later);
  c("before", r.before);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Trial> r) {
  c("mode", r.mode);
  c("ref", r.ref);
  c("generation", r.generation);
  c("canary_percent", r.canary_percent);
  c("since", r.since);
  c("started_by", r.started_by);
  c("start_position", r.start_position);
  c("decided_from", r.decided_from);
  c("regions", r.regions);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::TrialShare> r) {
  c("ref", r.ref);
  c("percent", r.percent);
  c("decided_from", r.decided_from);
  c("regions", r.regions);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::SetAsideLead> r) {
  c("lead", r.lead);
  c("error", r.error);
  c("tries", r.tries);
  c("retry_at", r.retry_at);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Rescoring> r) {
  c("generation", r.generation);
  c("after", r.after);
  c("total", r.total);
  c("done", r.done);
  c("changed", r.changed);
  c("started_at", r.started_at);
  c("finished_at", r.finished_at);
  c("set_aside", r.set_aside);
  c("skipped", r.skipped);
  c("skipped_leads", r.skipped_leads);
  c("left_out", r.left_out);
  c("same", r.same);
  c("regions", r.regions);
  c("left_out_regions", r.left_out_regions);
  c("shares", r.shares);
}

template <typename C>
void Members(C& c, typename C::template Ref<domain::Rollout> r) {
  c("generation", r.generation);
  c("last_generation", r.last_generation);
  c("active", r.active);
  c("candidates", r.candidates);
  c("trial", r.trial);
  c("rescoring", r.rescoring);
  c("plugins", r.plugins);
  c("reference", r.reference);
  c("time_zones_sha256", r.time_zones_sha256);
  c("decided_by", r.decided_by);
}

// The first and the last number of each stored enumeration.
template <typename E>
struct EnumRange;
template <>
struct EnumRange<domain::RecordKind> {
  static constexpr int first = 1, last = 6;
};
template <>
struct EnumRange<domain::SlaState> {
  static constexpr int first = 1, last = 7;
};
template <>
struct EnumRange<domain::DecisionKind> {
  static constexpr int first = 1, last = 8;
};
template <>
struct EnumRange<domain::ApprovalSide> {
  static constexpr int first = 1, last = 2;
};
template <>
struct EnumRange<domain::TrialMode> {
  static constexpr int first = 1, last = 2;
};

}  // namespace leadline::store
