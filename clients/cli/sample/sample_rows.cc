#include "cli/sample/sample_rows.h"

#include "cli/output/proto_text.h"

namespace leadline::cli {

void ToEnquiry(const sample::SampleLead& lead, v1::Enquiry& enquiry) {
  v1::Account& account = *enquiry.mutable_account();
  account.set_display_name(lead.company.name);
  account.set_domain(lead.company.domain);
  account.set_country(lead.company.country);
  account.set_industry(lead.company.industry);
  account.set_employee_count(lead.company.employees);
  v1::Contact& contact = *enquiry.mutable_contact();
  contact.set_given_name(lead.person.given_name);
  contact.set_family_name(lead.person.family_name);
  contact.set_email(lead.person.email);
  contact.set_phone(lead.person.phone);
  contact.set_title(lead.person.title);
  contact.set_language(lead.person.language);
  contact.set_country(lead.person.country);
  enquiry.set_source(lead.source);
  for (const auto& product : lead.products) enquiry.add_products(product);
  if (!lead.currency.empty()) {
    *enquiry.mutable_value() = ToMoney(lead.currency, lead.value_micros);
  }
  for (const auto& touch : lead.touches) {
    v1::Activity& activity = *enquiry.add_activities();
    activity.set_channel(touch.channel);
    activity.set_investment(touch.investment);
    activity.set_response(touch.response);
    activity.set_product(touch.product);
    activity.set_subject(touch.subject);
    *activity.mutable_occur_time() = ToTimestamp(touch.time);
  }
  for (const auto& step : lead.history) {
    v1::HistoryStep& added = *enquiry.add_history();
    *added.mutable_occur_time() = ToTimestamp(step.time);
    added.set_status(step.status);
    added.set_reason(step.reason);
  }
  enquiry.set_purchased(lead.purchased);
  *enquiry.mutable_enquiry_time() = ToTimestamp(lead.created_at);
}

absl::StatusOr<bool> SampleSource::Next(SourceRow& row) {
  if (next_ >= generator_.options().leads) return false;
  row.row.Clear();
  row.reject.reset();
  ToEnquiry(generator_.Make(next_), *row.row.mutable_enquiry());
  row.row.set_row(++next_);
  row.end = position();
  return true;
}

absl::Status SampleSource::Seek(CsvPosition position) {
  next_ = static_cast<int64_t>(position.offset);
  return absl::OkStatus();
}

}  // namespace leadline::cli
