#include "packs/run/given_values.h"

namespace leadline::packs {
namespace {

using domain::Account;
using domain::Contact;
using domain::DerivedMeaning;
using domain::Lead;

bool Same(const DerivedMeaning& a, const DerivedMeaning& b) {
  return a.central == b.central && a.regional == b.regional;
}

bool Same(const Lead& a, const Lead& b) {
  return a.source == b.source && a.region == b.region && a.country == b.country && a.language == b.language &&
         a.contacts == b.contacts && a.products == b.products && a.value == b.value && a.purchased == b.purchased &&
         a.probability == b.probability && a.created_at == b.created_at && Same(a.meaning, b.meaning) &&
         a.attributes == b.attributes;
}

bool Same(const Contact& a, const Contact& b) {
  return a.given_name == b.given_name && a.family_name == b.family_name && a.email == b.email && a.phone == b.phone &&
         a.title == b.title && a.language == b.language && a.country == b.country && a.created_at == b.created_at &&
         Same(a.meaning, b.meaning) && a.attributes == b.attributes;
}

bool Same(const Account& a, const Account& b) {
  return a.name == b.name && a.domain == b.domain && a.country == b.country && a.region == b.region &&
         a.industry == b.industry && a.employees == b.employees && a.owner == b.owner && a.created_at == b.created_at &&
         a.attributes == b.attributes;
}

template <typename Record>
bool IsStill(const std::optional<Record>& before, const Record* now) {
  return before.has_value() == (now != nullptr) && (now == nullptr || Same(*before, *now));
}

template <typename Record>
void Keep(const Record* now, std::optional<Record>& kept) {
  if (now == nullptr) {
    kept.reset();
  } else {
    kept = *now;
  }
}

}  // namespace

bool GivenValues::AreStill(const RecordView& view) {
  if (view.meaning != nullptr) return known_ = false;
  if (known_ && IsStill(lead_, view.lead) && IsStill(contact_, view.contact) && IsStill(account_, view.account)) {
    return true;
  }
  Keep(view.lead, lead_);
  Keep(view.contact, contact_);
  Keep(view.account, account_);
  known_ = true;
  return false;
}

}  // namespace leadline::packs
