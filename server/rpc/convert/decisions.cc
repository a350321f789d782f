#include "rpc/convert/decisions.h"

#include "domain/history/field_values.h"
#include "domain/history/stored_decision.h"
#include "rpc/convert/enums.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

v1::DecisionKind ToProto(domain::DecisionKind kind) {
  switch (kind) {
    case domain::DecisionKind::kMatchAccount:
      return v1::DECISION_KIND_MATCH_ACCOUNT;
    case domain::DecisionKind::kMatchContact:
      return v1::DECISION_KIND_MATCH_CONTACT;
    case domain::DecisionKind::kDuplicates:
      return v1::DECISION_KIND_DUPLICATES;
    case domain::DecisionKind::kNormalize:
      return v1::DECISION_KIND_NORMALIZE;
    case domain::DecisionKind::kScore:
      return v1::DECISION_KIND_SCORE;
    case domain::DecisionKind::kStatus:
      return v1::DECISION_KIND_STATUS;
    case domain::DecisionKind::kRoute:
      return v1::DECISION_KIND_ROUTE;
    case domain::DecisionKind::kSla:
      return v1::DECISION_KIND_SLA;
  }
  return v1::DECISION_KIND_UNSPECIFIED;
}

v1::ReasonOutcome ToProto(domain::ReasonOutcome outcome) {
  switch (outcome) {
    case domain::ReasonOutcome::kFired:
      return v1::REASON_OUTCOME_FIRED;
    case domain::ReasonOutcome::kNotFired:
      return v1::REASON_OUTCOME_NOT_FIRED;
    case domain::ReasonOutcome::kError:
      return v1::REASON_OUTCOME_ERROR;
    case domain::ReasonOutcome::kSkipped:
      return v1::REASON_OUTCOME_SKIPPED;
  }
  return v1::REASON_OUTCOME_UNSPECIFIED;
}

// A text is copied from what stays, and taken from what is given away.
const std::string& Text(const std::string& text) { return text; }
std::string&& Text(std::string& text) { return std::move(text); }

// The functions below take each record in both ways: as const, or to be emptied. An explanation has hundreds of texts,
// and most of those that may be empty are.
template <typename Evidence>
void FillEvidence(Evidence& from, v1::Evidence* to) {
  to->set_field(Text(from.field));
  if (!from.value.empty()) to->set_value(Text(from.value));
  to->set_contribution(from.contribution);
  if (from.time != 0) *to->mutable_occur_time() = rpc::ToProto(from.time);
}

v1::ConditionPartKind ToProto(domain::ConditionPart::Kind kind) {
  switch (kind) {
    case domain::ConditionPart::Kind::kTest:
      return v1::CONDITION_PART_KIND_TEST;
    case domain::ConditionPart::Kind::kAll:
      return v1::CONDITION_PART_KIND_ALL;
    case domain::ConditionPart::Kind::kAny:
      return v1::CONDITION_PART_KIND_ANY;
    case domain::ConditionPart::Kind::kChoice:
      return v1::CONDITION_PART_KIND_CHOICE;
  }
  return v1::CONDITION_PART_KIND_UNSPECIFIED;
}

v1::ConditionPartOutcome ToProto(domain::ConditionPart::Truth value) {
  switch (value) {
    case domain::ConditionPart::Truth::kTrue:
      return v1::CONDITION_PART_OUTCOME_TRUE;
    case domain::ConditionPart::Truth::kFalse:
      return v1::CONDITION_PART_OUTCOME_FALSE;
    case domain::ConditionPart::Truth::kUnknown:
      return v1::CONDITION_PART_OUTCOME_UNKNOWN;
  }
  return v1::CONDITION_PART_OUTCOME_UNSPECIFIED;
}

template <typename Part>
void FillPart(Part& from, v1::ConditionPart* to) {
  to->set_kind(ToProto(from.kind));
  to->set_depth(from.depth);
  to->set_text(Text(from.text));
  to->set_outcome(ToProto(from.value));
  if (!from.error.empty()) to->set_error(Text(from.error));
  to->set_decisive(from.decisive);
  for (auto& field : from.fields) FillEvidence(field, to->add_fields());
  if (!from.needed.empty()) to->set_needed(Text(from.needed));
  to->set_missing(from.missing);
  if (!from.layer.empty()) to->set_layer(Text(from.layer));
  if (!from.source.empty()) to->set_source(Text(from.source));
}

template <typename Reason>
void FillReason(Reason& from, v1::Reason* to) {
  to->set_rule_id(Text(from.rule_id));
  if (!from.layer.empty()) to->set_layer(Text(from.layer));
  to->set_outcome(ToProto(from.outcome));
  to->set_points(from.points);
  to->set_weight(from.weight);
  to->mutable_evidence()->Reserve(static_cast<int>(from.evidence.size()));
  for (auto& evidence : from.evidence) FillEvidence(evidence, to->add_evidence());
  if (!from.message.empty()) to->set_message(Text(from.message));
  if (!from.source.empty()) to->set_source(Text(from.source));
  for (auto& part : from.parts) FillPart(part, to->add_parts());
  if (!from.target.empty()) to->set_target(Text(from.target));
}

template <typename Decision>
void FillDecision(Decision& from, v1::Decision* to) {
  to->set_kind(ToProto(from.kind));
  to->set_record(Text(from.record));
  if (!from.field.empty()) to->set_field(Text(from.field));
  to->set_outcome(Text(from.outcome));
  if (!from.summary.empty()) to->set_summary(Text(from.summary));
  to->mutable_reasons()->Reserve(static_cast<int>(from.reasons.size()));
  for (auto& reason : from.reasons) FillReason(reason, to->add_reasons());
  if (from.time != 0) *to->mutable_effective_time() = rpc::ToProto(from.time);
  if (from.snapshot != nullptr) rpc::ToProto(*from.snapshot, to->mutable_snapshot());
}

}  // namespace

void ToProto(const domain::Absence& from, v1::Absence* to) {
  *to->mutable_start_time() = ToProto(from.start);
  *to->mutable_end_time() = ToProto(from.end);
}

void ToProto(const domain::Reason& from, v1::Reason* to) { FillReason(from, to); }
void ToProto(const domain::Decision& from, v1::Decision* to) { FillDecision(from, to); }
void ToProto(domain::Decision&& from, v1::Decision* to) { FillDecision(from, to); }

namespace {

// Writes the alternative that an event holds.
struct PayloadWriter {
  v1::Event* to;

  static void Changes(const std::vector<domain::FieldChange>& from,
                      google::protobuf::RepeatedPtrField<v1::FieldChange>* to) {
    for (const domain::FieldChange& change : from) {
      v1::FieldChange* added = to->Add();
      added->set_field(change.field);
      added->set_old_value(domain::ShowImage(change.field, change.before));
      added->set_new_value(domain::ShowImage(change.field, change.after));
    }
  }
  template <typename Record, typename Proto>
  static void Image(const domain::RecordCreated& from, Proto* (v1::RecordCreated::*field)(),
                    v1::RecordCreated* payload) {
    if (const auto* image = std::get_if<Record>(&from.image)) rpc::ToProto(*image, (payload->*field)());
  }

  void operator()(const domain::RecordCreated& from) const {
    v1::RecordCreated* payload = to->mutable_record_created();
    payload->set_source(from.source);
    payload->set_region(from.region);
    payload->set_purchased(from.purchased);
    payload->set_enquirer_status(from.enquirer_status);
    Image<domain::Account>(from, &v1::RecordCreated::mutable_account, payload);
    Image<domain::Contact>(from, &v1::RecordCreated::mutable_contact, payload);
    Image<domain::Lead>(from, &v1::RecordCreated::mutable_lead, payload);
  }
  void operator()(const domain::FieldsChanged& from) const {
    Changes(from.changes, to->mutable_fields_changed()->mutable_changes());
  }
  void operator()(const domain::ActivityRecorded& from) const {
    rpc::ToProto(from.activity, to->mutable_activity_recorded()->mutable_activity());
  }
  void operator()(const domain::StatusChanged& from) const {
    v1::StatusChanged* payload = to->mutable_status_changed();
    payload->set_from_status(from.from);
    payload->set_to_status(from.to);
    payload->set_trigger(StatusTriggerOf(from.trigger));
    payload->set_reason(from.reason);
  }
  void operator()(const domain::DispositionRecorded& from) const {
    to->mutable_disposition_recorded()->set_disposition(from.disposition);
    to->mutable_disposition_recorded()->set_note(from.note);
  }
  void operator()(const domain::ScoreChanged& from) const {
    rpc::ToProto(from.score, to->mutable_score_changed()->mutable_score());
    to->mutable_score_changed()->set_previous_total(from.previous_total);
  }
  void operator()(const domain::Assigned& from) const {
    v1::Assigned* payload = to->mutable_assigned();
    payload->set_rep(NameOrEmpty(RecordKind::kRep, from.rep));
    payload->set_previous_rep(NameOrEmpty(RecordKind::kRep, from.previous_rep));
    payload->set_route(from.route);
    payload->set_hold_queue(QueueName(from.hold_queue));
    payload->set_reason(from.reason);
    payload->set_credited(from.credited);
  }
  void operator()(const domain::SlaChanged& from) const {
    rpc::ToProto(from.clock, to->mutable_sla_changed()->mutable_clock());
  }
  void operator()(const domain::DecisionTaken&) const { to->mutable_decision_taken(); }
  void operator()(const domain::Merged& from) const {
    v1::Merged* payload = to->mutable_merged();
    payload->set_merge(MergeName(from.merge_id));
    payload->set_absorbed(domain::ResourceName(from.absorbed));
    payload->set_survivor(domain::ResourceName(from.survivor));
    payload->set_reason(from.reason);
    Changes(from.changed, payload->mutable_changes());
  }
  void operator()(const domain::Unmerged& from) const {
    to->mutable_unmerged()->set_merge(MergeName(from.merge_id));
    to->mutable_unmerged()->set_restored(domain::ResourceName(from.restored));
    to->mutable_unmerged()->set_reason(from.reason);
    Changes(from.changed, to->mutable_unmerged()->mutable_changes());
  }
  void operator()(const domain::RegionChanged& from) const {
    to->mutable_region_changed()->set_from_region(from.from);
    to->mutable_region_changed()->set_to_region(from.to);
  }
  void operator()(const domain::AccountScored& from) const {
    if (from.score) rpc::ToProto(*from.score, to->mutable_account_scored()->mutable_score());
    to->mutable_account_scored()->set_previous_total(from.previous_total);
  }
  void operator()(const domain::QueueLong& from) const {
    v1::QueueLong* payload = to->mutable_queue_long();
    payload->set_queue(fmt::format("queues/{}", from.queue));
    payload->set_lead_count(from.leads);
    payload->set_bound_count(from.longer_than);
    if (from.held_since != 0) *payload->mutable_oldest_hold_time() = rpc::ToProto(from.held_since);
    payload->set_over(from.over);
  }
  void operator()(const domain::CalendarEnding& from) const {
    v1::CalendarEnding* payload = to->mutable_calendar_ending();
    payload->set_pack(NameOrEmpty(RecordKind::kPack, from.pack));
    payload->set_calendar(from.calendar);
    payload->set_last_day(from.last_day);
  }
  void operator()(const domain::LeadSplit& from) const {
    v1::LeadSplit* payload = to->mutable_lead_split();
    payload->set_lead(domain::ResourceName(from.from));
    payload->set_new_lead(domain::ResourceName(from.into));
    payload->set_reason(from.reason);
  }
  void operator()(const domain::Erased& from) const { to->mutable_erased()->set_reason(from.reason); }
  void operator()(const domain::AvailabilityChanged& from) const {
    v1::AvailabilityChanged* payload = to->mutable_availability_changed();
    payload->set_rep(NameOrEmpty(RecordKind::kRep, from.rep));
    payload->set_available(from.available);
    if (from.until != 0) *payload->mutable_return_time() = rpc::ToProto(from.until);
    for (const domain::Absence& absence : from.absences) rpc::ToProto(absence, payload->add_absences());
  }
  void operator()(const domain::PackChanged& from) const {
    v1::PackChanged* payload = to->mutable_pack_changed();
    payload->set_action(PackActionOf(from.action));
    payload->set_pack(NameOrEmpty(RecordKind::kPack, from.pack));
    payload->set_version(from.version);
    payload->set_sha256(from.sha256);
    payload->set_previous_sha256(from.previous_sha256);
    payload->set_side(ApprovalSideOf(from.side));
    payload->set_canary_percent(static_cast<int32_t>(from.canary_percent));
    payload->set_generation(from.generation);
    payload->set_reason(from.reason);
  }
  void operator()(const domain::PluginChanged& from) const {
    v1::PluginChanged* payload = to->mutable_plugin_changed();
    payload->set_action(PluginActionOf(from.action));
    payload->set_plugin(NameOrEmpty(RecordKind::kPlugin, from.plugin));
    payload->set_version(from.version);
    payload->set_sha256(from.sha256);
    payload->set_previous_version(from.previous_version);
    payload->set_previous_sha256(from.previous_sha256);
    payload->set_generation(from.generation);
    payload->set_reason(from.reason);
  }
};

}  // namespace

void ToProto(const domain::PackRef& from, v1::PackRef* to) {
  to->set_pack(NameOrEmpty(RecordKind::kPack, from.pack));
  to->set_version(from.version);
  to->set_sha256(from.sha256);
}

void ToProto(const domain::PluginRef& from, v1::PluginRef* to) {
  to->set_plugin(NameOrEmpty(RecordKind::kPlugin, from.id));
  to->set_version(from.version);
  to->set_sha256(from.sha256);
}

void ToProto(const domain::SnapshotRef& from, v1::SnapshotRef* to) {
  to->set_generation(from.generation);
  for (const domain::PackRef& pack : from.packs) ToProto(pack, to->add_packs());
  for (const domain::PluginRef& plugin : from.plugins) ToProto(plugin, to->add_plugins());
}

void ToProto(const std::vector<domain::Decision>& from, google::protobuf::RepeatedPtrField<v1::Decision>* to) {
  for (const domain::Decision& decision : from) ToProto(decision, to->Add());
}

void ToBasicProto(const std::vector<domain::Decision>& from, google::protobuf::RepeatedPtrField<v1::Decision>* to) {
  for (const domain::Decision& decision : from) {
    domain::Decision basic = decision;
    // What failed stays: nobody should have to ask for more to learn that a plugin was not heard.
    std::erase_if(basic.reasons, [](const domain::Reason& r) {
      return r.outcome != domain::ReasonOutcome::kFired && r.outcome != domain::ReasonOutcome::kError;
    });
    for (domain::Reason& reason : basic.reasons) reason.evidence.clear();
    ToProto(basic, to->Add());
  }
}

namespace {

// All but the decision.
void EventToProto(const domain::Event& from, v1::Event* to) {
  to->set_event_id(from.id);
  to->set_transaction_id(from.transaction_id);
  to->set_region(from.region);
  if (!from.addressed.empty()) to->set_addressed(domain::ResourceName(from.record.kind, from.addressed));
  to->set_record(domain::ResourceName(from.record));
  to->set_sequence(from.sequence);
  *to->mutable_occur_time() = rpc::ToProto(from.time);
  *to->mutable_append_time() = rpc::ToProto(from.append_time);
  to->set_actor(from.actor);
  to->set_request_id(from.request_id);
  to->set_generation(from.generation);
  for (const std::string& hash : from.pack_hashes) to->add_pack_hashes(hash);
  to->set_content_erased(from.erased);
  to->set_kind(EventKindOf(from));
  std::visit(PayloadWriter{to}, from.payload);
}

}  // namespace

void ToProto(const domain::Event& from, v1::Event* to) {
  EventToProto(from, to);
  if (from.decision.has_value()) ToProto(domain::FromStored(from), to->mutable_decision());
}

void ToProto(const engine::TimelineEntry& from, v1::Event* to) {
  EventToProto(from.event, to);
  if (!from.decision.has_value()) return;
  ToProto(*from.decision, to->mutable_decision());
  to->mutable_decision()->set_replay_note(from.replay_note);
}

}  // namespace leadline::rpc
