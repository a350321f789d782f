// Records to the wire; convert_records_from.cc holds the other direction.
#include "rpc/convert/records.h"

#include <algorithm>

#include "engine/decide/places.h"
#include "engine/engine.h"
#include "engine/leads/prospects.h"
#include "engine/listing/id_time.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

template <typename Record>
void SetCommon(const Record& from, RecordKind kind, auto* to) {
  to->set_name(NameOrEmpty(kind, from.id));
  if (const Time stored = engine::CreateTimeOf(from.id); stored != 0) *to->mutable_create_time() = rpc::ToProto(stored);
  if (from.updated_at != 0) *to->mutable_update_time() = rpc::ToProto(from.updated_at);
  if (from.version != 0) to->set_etag(engine::EtagOf(from.version));
  to->set_merged_into(NameOrEmpty(kind, from.merged_into));
}

v1::AttributeValue ToProto(const domain::AttributeValue& from) {
  v1::AttributeValue to;
  if (const auto* text = std::get_if<std::string>(&from)) {
    to.set_string_value(*text);
  } else if (const auto* number = std::get_if<double>(&from)) {
    to.set_number_value(*number);
  } else if (const auto* truth = std::get_if<bool>(&from)) {
    to.set_bool_value(*truth);
  } else if (const auto* moment = std::get_if<domain::Moment>(&from)) {
    *to.mutable_time_value() = rpc::ToProto(moment->micros);
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&from)) {
    v1::StringList* values = to.mutable_list_value();
    for (const std::string& value : *list) values->add_values(value);
  }
  return to;
}

// A clock that was set back makes nothing younger than new.
google::protobuf::Duration AgeOf(Time since, Time now) { return ToDurationProto(std::max<Duration>(now - since, 0)); }

void SetAttributes(const domain::Attributes& from, google::protobuf::Map<std::string, v1::AttributeValue>* to) {
  for (const auto& [name, value] : from) (*to)[name] = ToProto(value);
}

}  // namespace

google::protobuf::Timestamp ToProto(Time time) {
  google::protobuf::Timestamp to;
  Time seconds = time / kSecond;
  Time rest = time % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  to.set_seconds(seconds);
  to.set_nanos(static_cast<int32_t>(rest * 1000));
  return to;
}

google::protobuf::Duration ToDurationProto(Duration duration) {
  google::protobuf::Duration to;
  to.set_seconds(duration / kSecond);
  to.set_nanos(static_cast<int32_t>(duration % kSecond * 1000));
  return to;
}

std::string NameOrEmpty(RecordKind kind, std::string_view id) {
  return id.empty() ? std::string() : domain::ResourceName(kind, id);
}

std::string QueueName(std::string_view id) { return id.empty() ? std::string() : "queues/" + std::string(id); }
std::string MergeName(std::string_view id) { return id.empty() ? std::string() : "merges/" + std::string(id); }

void ToProto(const domain::Money& from, google::type::Money* to) {
  constexpr int64_t kMicrosPerUnit = 1'000'000, kNanosPerMicro = 1'000;
  to->set_currency_code(from.currency);
  to->set_units(from.micros / kMicrosPerUnit);
  to->set_nanos(static_cast<int32_t>(from.micros % kMicrosPerUnit * kNanosPerMicro));
}

void ToProto(const domain::Account& from, v1::Account* to) {
  SetCommon(from, RecordKind::kAccount, to);
  if (from.created_at != 0) *to->mutable_first_enquiry_time() = ToProto(from.created_at);
  to->set_display_name(from.name);
  to->set_domain(from.domain);
  to->set_country(from.country);
  to->set_region(from.region);
  to->set_industry(from.industry);
  to->set_employee_count(from.employees);
  to->set_owner(NameOrEmpty(RecordKind::kRep, from.owner));
  SetAttributes(from.attributes, to->mutable_attributes());
  if (from.score) ToProto(*from.score, to->mutable_score());
}

void ToProto(const domain::AccountScore& from, v1::AccountScore* to) {
  to->set_total(from.total);
  for (const auto& [dimension, points] : from.dimensions) (*to->mutable_dimensions())[dimension] = points;
  to->set_people_count(from.people);
  to->set_left_out_people_count(from.left_out);
  for (const domain::ProductInterest& interest : from.products) {
    v1::ProductInterest* product = to->add_products();
    product->set_product(interest.product);
    product->set_points(interest.points);
  }
  *to->mutable_as_of_time() = ToProto(from.as_of);
  to->set_ledger_position(domain::TransactionAt(from.position));
}

void ToProto(const domain::Contact& from, v1::Contact* to) {
  SetCommon(from, RecordKind::kContact, to);
  if (from.created_at != 0) *to->mutable_first_enquiry_time() = ToProto(from.created_at);
  to->set_account(NameOrEmpty(RecordKind::kAccount, from.account_id));
  to->set_given_name(from.given_name);
  to->set_family_name(from.family_name);
  to->set_email(from.email);
  to->set_phone(from.phone);
  to->set_title(from.title);
  to->set_seniority(from.meaning.central.seniority);
  to->set_language(from.language);
  to->set_country(from.country);
  to->set_status(from.status);
  if (from.status_since != 0) *to->mutable_status_time() = ToProto(from.status_since);
  ToProto(from.score, to->mutable_score());
  to->set_disposition(from.disposition);
  to->set_marketable(from.marketable);
  to->set_not_marketable_reason(from.not_marketable_reason);
  SetAttributes(from.attributes, to->mutable_attributes());
  if (from.erased_at != 0) *to->mutable_erase_time() = ToProto(from.erased_at);
}

void ToProto(const domain::Meaning& from, v1::Meaning* to) {
  to->set_seniority(from.seniority);
  to->set_industry(from.industry);
  to->set_source(from.source);
  to->set_language(from.language);
  to->set_department(from.department);
}

void ToProto(const domain::Lead& from, v1::Lead* to) {
  SetCommon(from, RecordKind::kLead, to);
  if (from.created_at != 0) *to->mutable_enquiry_time() = ToProto(from.created_at);
  to->set_account(NameOrEmpty(RecordKind::kAccount, from.account_id));
  for (const domain::ContactRole& contact : from.contacts) {
    v1::LeadContact* added = to->add_contacts();
    added->set_contact(NameOrEmpty(RecordKind::kContact, contact.contact_id));
    added->set_role(contact.role);
  }
  to->set_source(from.source);
  to->set_region(from.region);
  to->set_country(from.country);
  to->set_language(from.language);
  for (const std::string& product : from.products) to->add_products(product);
  if (from.value.has_value()) ToProto(*from.value, to->mutable_value());
  to->set_probability(from.probability);
  to->set_purchased(from.purchased);
  to->set_status(from.status);
  if (from.status_since != 0) *to->mutable_status_time() = ToProto(from.status_since);
  to->set_disposition(from.disposition);
  ToProto(from.score, to->mutable_score());
  to->set_assignee(NameOrEmpty(RecordKind::kRep, from.assignee));
  to->set_hold_queue(QueueName(from.hold_queue));
  to->set_hold_rule(from.held_by);
  if (from.held_since != 0) *to->mutable_hold_time() = ToProto(from.held_since);
  if (from.sla.has_value()) ToProto(*from.sla, to->add_sla_clocks());
  for (const domain::SlaClock& clock : from.other_clocks) ToProto(clock, to->add_sla_clocks());
  SetAttributes(from.attributes, to->mutable_attributes());
  ToProto(from.meaning.central, to->mutable_meaning());
  if (from.meaning.regional) ToProto(*from.meaning.regional, to->mutable_regional_meaning());
  to->set_activity_count(from.activity_count);
  if (from.last_activity_at != 0) *to->mutable_last_activity_time() = ToProto(from.last_activity_at);
  to->set_original_lead(NameOrEmpty(RecordKind::kLead, from.split_from));
  if (from.split_at != 0) *to->mutable_split_time() = ToProto(from.split_at);
}

namespace {

void SetProspects(const engine::Prospects& from, v1::Lead* to) {
  if (from.win_probability) to->set_win_probability(*from.win_probability);
  if (from.weighted_value) rpc::ToProto(*from.weighted_value, to->mutable_weighted_value());
  if (from.needs.empty()) return;
  v1::BuyingGroup* group = to->mutable_buying_group();
  for (const domain::RoleNeed& need : from.needs) {
    v1::BuyingGroupRole* role = group->add_roles();
    role->set_role(need.role);
    role->set_wanted_count(need.wanted);
    role->set_present_count(need.present);
  }
  group->set_completeness(domain::CompletenessOf(from.needs));
}

}  // namespace

void ToProto(const domain::Account& from, const Present&, v1::Account* to) { ToProto(from, to); }

void ToProto(const domain::Contact& from, const Present& present, v1::Contact* to) {
  ToProto(from, to);
  to->set_region(engine::RegionOf(*present.deciding, from));
  if (from.status_since != 0) *to->mutable_status_age() = AgeOf(from.status_since, present.now);
  if (from.next_decision_at != 0) *to->mutable_next_decision_time() = ToProto(from.next_decision_at);
}

void ToProto(const domain::Lead& from, const Present& present, v1::Lead* to) {
  ToProto(from, to);
  to->set_territory(engine::TerritoryOf(*present.deciding, from));
  SetProspects(engine::ProspectsOf(*present.deciding, from), to);
  if (from.status_since != 0) *to->mutable_status_age() = AgeOf(from.status_since, present.now);
  if (from.next_decision_at != 0) *to->mutable_next_decision_time() = ToProto(from.next_decision_at);
}

void ToProto(const domain::Activity& from, v1::Activity* to) {
  to->set_activity_id(from.id);
  to->set_lead(NameOrEmpty(RecordKind::kLead, from.lead_id));
  to->set_contact(NameOrEmpty(RecordKind::kContact, from.contact_id));
  to->set_channel(from.channel);
  to->set_investment(from.investment);
  to->set_response(from.response);
  if (from.time != 0) *to->mutable_occur_time() = ToProto(from.time);
  to->set_product(from.product);
  to->set_subject(from.subject);
}

void ToProto(const std::vector<engine::InputWarning>& from, google::protobuf::RepeatedPtrField<v1::FieldWarning>* to) {
  for (const engine::InputWarning& warning : from) {
    v1::FieldWarning* added = to->Add();
    added->set_field(warning.field);
    added->set_description(warning.description);
    added->set_value(warning.value);
    added->set_nearest(warning.nearest);
    added->set_reason("UNLISTED_VALUE");
  }
}

void ToProto(const domain::Score& from, v1::Score* to) {
  to->set_total(from.total);
  to->set_central(from.central);
  to->set_adjustment(from.adjustment);
  for (const auto& [dimension, points] : from.dimensions) (*to->mutable_dimensions())[dimension] = points;
  to->set_qualified(from.qualified);
  to->set_warm(from.warm);
  to->set_threshold(from.threshold);
  if (from.as_of != 0) *to->mutable_as_of_time() = ToProto(from.as_of);
}

v1::SlaState ToProto(domain::SlaState state) {
  switch (state) {
    case domain::SlaState::kRunning:
      return v1::SLA_STATE_RUNNING;
    case domain::SlaState::kWarned:
      return v1::SLA_STATE_WARNED;
    case domain::SlaState::kBreached:
      return v1::SLA_STATE_BREACHED;
    case domain::SlaState::kMet:
      return v1::SLA_STATE_MET;
    case domain::SlaState::kMetLate:
      return v1::SLA_STATE_MET_LATE;
    case domain::SlaState::kCancelled:
      return v1::SLA_STATE_CANCELLED;
    case domain::SlaState::kUndone:
      return v1::SLA_STATE_UNDONE;
  }
  return v1::SLA_STATE_UNSPECIFIED;
}

void ToProto(const domain::SlaClock& from, v1::SlaClock* to) {
  to->set_sla_id(from.sla_id);
  *to->mutable_start_time() = ToProto(from.start);
  *to->mutable_warn_time() = ToProto(from.warn);
  *to->mutable_due_time() = ToProto(from.due);
  to->set_state(ToProto(from.state));
  to->set_calendar(from.calendar);
  if (from.paused != 0) *to->mutable_pause_time() = ToProto(from.paused);
  to->set_step_count(static_cast<int32_t>(std::max<int64_t>(from.steps, 0)));
  if (from.step_at != 0) *to->mutable_next_step_time() = ToProto(from.step_at);
}

}  // namespace leadline::rpc
