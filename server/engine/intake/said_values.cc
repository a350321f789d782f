#include "engine/intake/said_values.h"

#include <algorithm>
#include <utility>

#include "domain/history/field_values.h"
#include "domain/history/record_fields.h"
#include "domain/history/value_times.h"
#include "domain/phone.h"

namespace leadline::engine {
namespace {

using domain::FieldChange;

// Takes values of one time into a stored record, one after another.
class SaidValues {
 public:
  // `known`: as of when the record's values are.
  SaidValues(const domain::ValueTimes& known, Time time) : known_(known), time_(time) {}

  template <typename T>
  static void Fill(T& stored, const T& said) {
    if (domain::IsEmptyValue(stored)) stored = said;
  }
  template <typename T>
  void Take(const std::string& field, T& stored, const T& said) {
    if (domain::IsEmptyValue(said)) return;
    const bool again = stored == said;
    if (!again && domain::IsEmptyValue(stored)) {
      stored = said;
      return;
    }
    const Time as_of = domain::TimeOf(known_, field);
    const bool newest = again ? time_ > as_of : time_ >= as_of;
    if (!newest) return;
    if (again) again_.push_back({field, domain::EncodeValue(stored), domain::EncodeValue(said)});
    stored = said;
  }
  void TakeAttributes(domain::Attributes& stored, const domain::Attributes& said) {
    for (const auto& [name, value] : said) {
      const auto [it, added] = stored.try_emplace(name, value);
      if (!added) Take(std::string(domain::kAttributePrefix).append(name), it->second, value);
    }
  }
  // After all of `changes`.
  std::vector<FieldChange> With(std::vector<FieldChange> changes) {
    std::move(again_.begin(), again_.end(), std::back_inserter(changes));
    return changes;
  }

 private:
  const domain::ValueTimes known_;
  const Time time_;
  std::vector<FieldChange> again_;
};

}  // namespace

std::vector<FieldChange> TakeSaidValues(const PreparedEnquiry& enquiry, const domain::PhoneRules& phones,
                                        const std::string& account_id, domain::Contact& stored) {
  const domain::Contact before = stored;
  const domain::Contact& given = enquiry.contact;
  SaidValues said(stored.value_times, enquiry.lead.created_at);
  said.Fill(stored.account_id, account_id);
  said.Fill(stored.given_name, given.given_name);
  said.Fill(stored.family_name, given.family_name);
  said.Fill(stored.email, given.email);
  if (!domain::IsPhone(phones, stored.phone, stored.country)) {
    // A number stands before what is none.
    if (domain::IsPhone(phones, given.phone, given.country)) stored.phone = given.phone;
    said.Fill(stored.phone, given.phone);
  } else if (domain::IsPhone(phones, given.phone, given.country)) {
    said.Take("phone", stored.phone, given.phone);
  }
  said.Take("title", stored.title, given.title);
  if (enquiry.said.contact_language) said.Take("language", stored.language, given.language);
  if (enquiry.said.contact_country) said.Take("country", stored.country, given.country);
  said.Fill(stored.language, given.language);
  said.Fill(stored.country, given.country);
  said.TakeAttributes(stored.attributes, given.attributes);
  stored.created_at = std::min(stored.created_at, enquiry.lead.created_at);
  return said.With(DiffFields(before, stored));
}

std::vector<FieldChange> TakeSaidValues(const PreparedEnquiry& enquiry, domain::Account& stored) {
  const domain::Account before = stored;
  const domain::Account& given = enquiry.account;
  SaidValues said(stored.value_times, enquiry.lead.created_at);
  said.Fill(stored.name, given.name);
  said.Fill(stored.domain, given.domain);
  said.Fill(stored.region, given.region);
  if (enquiry.said.account_country) said.Take("country", stored.country, given.country);
  said.Fill(stored.country, given.country);
  said.Take("industry", stored.industry, given.industry);
  said.Take("employees", stored.employees, given.employees);
  said.TakeAttributes(stored.attributes, given.attributes);
  return said.With(DiffFields(before, stored));
}

}  // namespace leadline::engine
