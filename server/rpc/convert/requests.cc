#include "rpc/convert/requests.h"

#include <algorithm>

#include "fmt/format.h"
#include "rpc/call.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

std::vector<engine::HistoryStep> HistoryFrom(const FieldPath& path,
                                             const google::protobuf::RepeatedPtrField<v1::HistoryStep>& from,
                                             Checker& check) {
  check.Count(path, from.size(), kMaxBatch);
  std::vector<engine::HistoryStep> steps;
  for (int i = 0; i < from.size() && i < kMaxBatch; ++i) {
    const FieldPath step_path = path[i];
    engine::HistoryStep step;
    if (!from[i].has_occur_time()) {
      check.Refuse(step_path / "occur_time", "is required");
    } else {
      step.time = check.PastMoment(step_path / "occur_time", from[i].occur_time());
    }
    if (!steps.empty() && step.time != 0 && step.time < steps.back().time) {
      check.Refuse(step_path / "occur_time", "comes before that of the step before it");
    }
    step.status = check.Word(step_path / "status", from[i].status());
    step.rep = check.Id(step_path / "rep", from[i].rep(), {RecordKind::kRep});
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

// The paths of a mask, each once. Which fields there are is the engine's to say.
std::vector<std::string> MaskFrom(const FieldPath& path, const google::protobuf::FieldMask& from, Checker& check) {
  const FieldPath paths = path / "paths";
  check.Count(paths, from.paths_size(), kMaxBatch);
  std::vector<std::string> out;
  for (int i = 0; i < from.paths_size() && i < kMaxBatch; ++i) {
    std::string one = check.RequiredWord(paths[i], from.paths(i));
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  return out;
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
  if (from.has_enquiry_time()) to.created_at = check.PastMoment(path / "enquiry_time", from.enquiry_time());
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
  if (from.lead().has_enquiry_time()) {
    to.lead.created_at = check.Moment(lead / "enquiry_time", from.lead().enquiry_time());
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
  if (!from.has_lead()) check.Refuse(lead, "is required");
  to.lead = LeadFrom(lead, from.lead(), check);
  to.lead.id = check.RequiredId(lead / "name", from.lead().name(), {RecordKind::kLead});
  to.lead.version = check.Etag(lead / "etag", from.lead().etag());
  to.paths = MaskFrom(root / "update_mask", from.update_mask(), check);
  return to;
}

engine::ContactUpdate UpdateFrom(const v1::UpdateContactRequest& from, Checker& check) {
  engine::ContactUpdate to;
  const FieldPath root;
  const FieldPath contact = root / "contact";
  if (!from.has_contact()) check.Refuse(contact, "is required");
  to.contact = ContactFrom(contact, from.contact(), check);
  to.contact.account_id = check.Id(contact / "account", from.contact().account(), {RecordKind::kAccount});
  to.contact.id = check.RequiredId(contact / "name", from.contact().name(), {RecordKind::kContact});
  to.contact.version = check.Etag(contact / "etag", from.contact().etag());
  to.paths = MaskFrom(root / "update_mask", from.update_mask(), check);
  return to;
}

engine::AccountUpdate UpdateFrom(const v1::UpdateAccountRequest& from, Checker& check) {
  engine::AccountUpdate to;
  const FieldPath root;
  const FieldPath account = root / "account";
  if (!from.has_account()) check.Refuse(account, "is required");
  to.account = AccountFrom(account, from.account(), check);
  to.account.id = check.RequiredId(account / "name", from.account().name(), {RecordKind::kAccount});
  to.account.version = check.Etag(account / "etag", from.account().etag());
  to.paths = MaskFrom(root / "update_mask", from.update_mask(), check);
  return to;
}

engine::SplitRequest SplitFrom(const v1::SplitLeadRequest& from, Checker& check) {
  engine::SplitRequest to;
  const FieldPath root;
  to.lead = check.RequiredName(root / "name", from.name(), {RecordKind::kLead});
  to.products = WordsFrom(root / "products", from.products(), check);
  to.contacts = LeadContactsFrom(root / "contacts", from.contacts(), check);
  const FieldPath leaving = root / "leaving_contacts";
  check.Count(leaving, from.leaving_contacts_size(), kMaxListItems);
  for (int i = 0; i < from.leaving_contacts_size() && i < kMaxListItems; ++i) {
    to.leaving_contacts.push_back(check.RequiredId(leaving[i], from.leaving_contacts(i), {RecordKind::kContact}));
  }
  if (from.has_value()) to.value = MoneyFrom(root / "value", from.value(), check);
  to.probability = check.Probability(root / "probability", from.probability());
  if (from.has_remaining_value()) {
    to.remaining_value = MoneyFrom(root / "remaining_value", from.remaining_value(), check);
  }
  to.reason = check.RequiredText(root / "reason", from.reason());
  to.etag = from.etag();
  return to;
}

engine::DuplicateQuery DuplicateQueryFrom(const v1::FindDuplicatesRequest& from, Checker& check) {
  engine::DuplicateQuery to;
  const FieldPath root;
  const FieldPath contact = root / "contact";
  if (from.has_contact()) {
    to.contact = ContactFrom(contact, from.contact(), check);
    to.contact->account_id = check.Id(contact / "account", from.contact().account(), {RecordKind::kAccount});
  }
  if (from.has_account()) to.account = AccountFrom(root / "account", from.account(), check);
  to.region = check.Word(root / "region", from.region());
  return to;
}

}  // namespace leadline::rpc
