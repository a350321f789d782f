#include "rpc/convert_requests.h"

#include <algorithm>
#include <array>

#include "fmt/format.h"
#include "rpc/call.h"
#include "rpc/convert_records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

constexpr std::array<std::string_view, 10> kUpdatable = {"account",  "contacts", "source", "region",      "country",
                                                         "language", "products", "value",  "probability", "attributes"};
constexpr std::string_view kOneAttribute = "attributes.";

std::vector<engine::HistoryStep> HistoryFrom(const FieldPath& path,
                                             const google::protobuf::RepeatedPtrField<v1::HistoryStep>& from,
                                             Checker& check) {
  check.Count(path, from.size(), kMaxBatch);
  std::vector<engine::HistoryStep> steps;
  for (int i = 0; i < from.size() && i < kMaxBatch; ++i) {
    const FieldPath step_path = path[i];
    engine::HistoryStep step;
    if (!from[i].has_time()) {
      check.Refuse(step_path / "time", "is required");
    } else {
      step.time = check.PastMoment(step_path / "time", from[i].time());
    }
    if (!steps.empty() && step.time != 0 && step.time < steps.back().time) {
      check.Refuse(step_path / "time", "comes before the time of the step before it");
    }
    step.status = check.Word(step_path / "status", from[i].status());
    step.rep = check.Word(step_path / "rep", from[i].rep());
    step.reason = check.Text(step_path / "reason", from[i].reason());
    if (step.status.empty() && step.rep.empty()) check.Refuse(step_path, "names neither a status nor a rep");
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<domain::Activity> ActivitiesFrom(const FieldPath& path,
                                             const google::protobuf::RepeatedPtrField<v1::Activity>& from,
                                             Checker& check) {
  check.Count(path, from.size(), kMaxBatch);
  std::vector<domain::Activity> activities;
  activities.reserve(from.size());
  for (int i = 0; i < from.size() && i < kMaxBatch; ++i) {
    activities.push_back(ActivityFrom(path[i], from[i], check));
  }
  return activities;
}

bool IsUpdatable(std::string_view path) {
  if (path.substr(0, kOneAttribute.size()) == kOneAttribute) return path.size() > kOneAttribute.size();
  return std::find(kUpdatable.begin(), kUpdatable.end(), path) != kUpdatable.end();
}

}  // namespace

engine::Enquiry EnquiryFrom(const FieldPath& path, const v1::Enquiry& from, Checker& check) {
  engine::Enquiry to;
  to.account = AccountFrom(path / "account", from.account(), check);
  to.contact = ContactFrom(path / "contact", from.contact(), check);
  const v1::Contact& contact = from.contact();
  if (contact.email().empty() && contact.phone().empty() && contact.given_name().empty() &&
      contact.family_name().empty() && !from.attributes().contains("external_id")) {
    check.Refuse(path / "contact", "needs an email, a phone number or a name (or the lead's attribute external_id)");
  }
  to.role = check.Word(path / "role", from.role());
  to.source = check.RequiredWord(path / "source", from.source());
  to.region = check.Word(path / "region", from.region());
  to.language = check.Word(path / "language", from.language());
  to.products = WordsFrom(path / "products", from.products(), check);
  if (from.has_value()) to.value = MoneyFrom(path / "value", from.value(), check);
  to.activities = ActivitiesFrom(path / "activities", from.activities(), check);
  to.purchased = from.purchased();
  to.attributes = AttributesFrom(path / "attributes", from.attributes(), check);
  if (from.has_create_time()) to.created_at = check.PastMoment(path / "create_time", from.create_time());
  to.history = HistoryFrom(path / "history", from.history(), check);
  return to;
}

engine::ImportRow ImportRowFrom(const v1::ImportRow& from, Time now) {
  Checker check(now);
  engine::ImportRow to;
  to.row = from.row();
  const FieldPath root;
  if (from.row() < 1) check.Refuse(root / "row", "must be at least 1");
  to.key = check.Key(root / "key", from.key());
  if (!to.key.empty()) to.fingerprint = FingerprintOf(from.enquiry());
  if (from.has_enquiry()) {
    to.enquiry = EnquiryFrom(root / "enquiry", from.enquiry(), check);
  } else {
    check.Refuse(root / "enquiry", "is required");
  }
  to.enquiry.invalid = check.ToStatus();
  return to;
}

engine::ScoringRecord ScoringRecordFrom(const FieldPath& path, const v1::ScoringRecord& from, Checker& check) {
  engine::ScoringRecord to;
  const FieldPath lead = path / "lead";
  to.lead = LeadFrom(lead, from.lead(), check);
  to.lead.status = check.Word(lead / "status", from.lead().status());
  to.lead.disposition = check.Word(lead / "disposition", from.lead().disposition());
  if (from.lead().has_create_time()) {
    to.lead.created_at = check.Moment(lead / "create_time", from.lead().create_time());
  }
  const FieldPath contact = path / "contact";
  to.contact = ContactFrom(contact, from.contact(), check);
  to.contact.meaning.central.seniority = check.Word(contact / "seniority", from.contact().seniority());
  to.account = AccountFrom(path / "account", from.account(), check);
  to.activities = ActivitiesFrom(path / "activities", from.activities(), check);
  return to;
}

engine::UpdateRequest UpdateFrom(const v1::UpdateLeadRequest& from, Checker& check) {
  engine::UpdateRequest to;
  const FieldPath root;
  const FieldPath lead = root / "lead";
  const FieldPath mask = root / "update_mask";
  if (!from.has_lead()) check.Refuse(lead, "is required");
  if (from.update_mask().paths().empty()) check.Refuse(mask, "is required; name the fields to change");
  to.lead = LeadFrom(lead, from.lead(), check);
  to.lead.id = check.RequiredId(lead / "name", from.lead().name(), {RecordKind::kLead});
  to.lead.version = check.Etag(lead / "etag", from.lead().etag());
  const FieldPath paths = mask / "paths";
  check.Count(paths, from.update_mask().paths_size(), kMaxBatch);
  for (int i = 0; i < from.update_mask().paths_size() && i < kMaxBatch; ++i) {
    const std::string& path = from.update_mask().paths(i);
    if (!IsUpdatable(path)) {
      check.Refuse(paths[i], fmt::format("\"{}\" is not a field that can be changed; these are: {}, attributes.<name>",
                                         path.substr(0, 64), fmt::join(kUpdatable, ", ")));
    } else if (std::find(to.paths.begin(), to.paths.end(), path) == to.paths.end()) {
      to.paths.push_back(path);
    }
  }
  return to;
}

engine::ReportFilter ReportFilterFrom(const FieldPath& path, const v1::ReportFilter& from, Checker& check) {
  engine::ReportFilter to;
  if (from.has_start_time()) to.start = check.Moment(path / "start_time", from.start_time());
  if (from.has_end_time()) to.end = check.Moment(path / "end_time", from.end_time());
  check.Order(path / "end_time", to.start, to.end);
  to.region = check.Word(path / "region", from.region());
  to.source = check.Word(path / "source", from.source());
  to.product = check.Word(path / "product", from.product());
  if (!v1::ReportSubject_IsValid(from.subject())) {
    check.Refuse(path / "subject", fmt::format("has no value number {}", static_cast<int>(from.subject())));
  }
  to.contacts = from.subject() == v1::REPORT_SUBJECT_CONTACTS;
  if (to.contacts && !to.source.empty()) check.Refuse(path / "source", "is only for leads; contacts have no source");
  if (to.contacts && !to.product.empty()) {
    check.Refuse(path / "product", "is only for leads; contacts name no products");
  }
  return to;
}

domain::ReportGroup ReportGroupFrom(const FieldPath& path, v1::ReportGroup from, Checker& check) {
  switch (from) {
    case v1::REPORT_GROUP_UNSPECIFIED:
      return domain::ReportGroup::kNone;
    case v1::REPORT_GROUP_SOURCE:
      return domain::ReportGroup::kSource;
    case v1::REPORT_GROUP_REGION:
      return domain::ReportGroup::kRegion;
    case v1::REPORT_GROUP_MONTH:
      return domain::ReportGroup::kMonth;
    default:
      break;
  }
  check.Refuse(path, fmt::format("has no value number {}", static_cast<int>(from)));
  return domain::ReportGroup::kNone;
}

}  // namespace leadline::rpc
