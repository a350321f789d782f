#include "engine/work/enquiry.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "domain/matching.h"
#include "domain/phone.h"
#include "engine/work/decided_write.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

void CheckContact(InputCheck& check, const FieldPath& root, const Enquiry& enquiry, const domain::PhoneRules& phones) {
  const domain::Contact& c = enquiry.contact;
  const FieldPath contact = root / "contact";
  const std::string& country = c.country.empty() ? enquiry.account.country : c.country;
  if (!CanBeFound(phones, c, country) && !enquiry.attributes.contains("external_id")) {
    check.Refuse(contact,
                 "needs an email, a phone number or a name (or the attribute external_id of the lead), so that the "
                 "person can be found again");
  }
  CheckEmail(check, contact, c);
}

void CheckStep(InputCheck& check, const FieldPath& path, const HistoryStep& step, const domain::Lifecycle& lifecycle,
               Time last, Time now) {
  if (step.time < last) {
    check.Refuse(path / "time", fmt::format("{} is before {}, when the step before it happened", FormatTime(step.time),
                                            FormatTime(last)));
  }
  if (CountsAt(step.time, now) > now) {
    check.Refuse(path / "time", fmt::format("{} is in the future", FormatTime(step.time)));
  }
  if (!step.status.empty() && lifecycle.Find(lifecycle.Current(step.status)) == nullptr) {
    check.Refuse(path / "status", NoSuchStatus(lifecycle, step.status));
  }
  if (step.status.empty() && step.rep.empty()) check.Refuse(path, "names neither a status nor a rep");
  if (!step.rep.empty() && !IsValidId(step.rep)) {
    check.Refuse(path / "rep", fmt::format("{} is not an id: use 1 to 64 of a-z, 0-9, _ and -", Quoted(step.rep)));
  }
}

void CheckHistory(InputCheck& check, const FieldPath& root, const Enquiry& enquiry, const domain::Lifecycle& lifecycle,
                  Time now) {
  const FieldPath history = root / "history";
  Time last = enquiry.created_at;
  for (size_t i = 0; i < enquiry.history.size(); ++i) {
    const HistoryStep& step = enquiry.history[i];
    CheckStep(check, history[static_cast<int>(i)], step, lifecycle, last, now);
    last = std::max(last, step.time);
  }
}

// Everything that needs no store; `enquiry` has its codes in their kept form afterwards.
void CheckEnquiry(InputCheck& check, Enquiry& enquiry, const packs::RegionRules& rules, Time now) {
  const FieldPath request;
  const FieldPath root = request / "enquiry";
  if (enquiry.source.empty()) check.Refuse(root / "source", "is required");
  if (enquiry.created_at > now + kDay) {
    check.Refuse(root / "create_time", "is more than a day ahead of the server's clock");
  }
  CheckContact(check, root, enquiry, rules.matching.identity->phones);
  check.Contact(root / "contact", enquiry.contact);
  check.Account(root / "account", enquiry.account);
  check.Text(root / "role", InputCheck::Record::kLead, "roles", enquiry.role);
  check.Text(root / "source", InputCheck::Record::kLead, "source", enquiry.source);
  check.Region(root / "region", enquiry.region);
  check.Language(root / "language", enquiry.language);
  check.Texts(root / "products", InputCheck::Record::kLead, "products", enquiry.products);
  check.Attributes(root / "attributes", InputCheck::Record::kLead, enquiry.attributes);
  const FieldPath activities = root / "activities";
  for (size_t i = 0; i < enquiry.activities.size(); ++i) {
    domain::Activity& activity = enquiry.activities[i];
    if (activity.time == 0) activity.time = enquiry.created_at;
    check.Activity(activities[static_cast<int>(i)], activity);
  }
  CheckHistory(check, root, enquiry, rules.lifecycle, now);
}

std::vector<domain::Activity> OrderedActivities(std::vector<domain::Activity> activities) {
  std::stable_sort(activities.begin(), activities.end(), [](const domain::Activity& a, const domain::Activity& b) {
    return std::tie(a.time, a.id) < std::tie(b.time, b.id);
  });
  std::set<std::string> seen;
  std::erase_if(activities, [&](const domain::Activity& a) { return !a.id.empty() && !seen.insert(a.id).second; });
  return activities;
}

// The enquiry is here, whenever the sender's clock says that it was made; what people did is of now at the latest, but
// for activities that are yet to come.
void CountTimes(Time now, PreparedEnquiry& p) {
  p.lead.created_at = std::min(p.lead.created_at, now);
  for (domain::Activity& activity : p.activities) {
    p.given_times.push_back(activity.time);
    activity.time = CountsAt(activity.time, now);
  }
  for (HistoryStep& step : p.history) step.time = std::min(step.time, now);
}

void NormalizeRecords(PreparedEnquiry& p, const packs::RuleSet& rules, std::string region, std::string language) {
  const domain::IdentityTables& identity = *rules.ForRegion("").matching.identity;
  domain::Contact& contact = p.contact;
  domain::Account& account = p.account;
  p.said = {!contact.country.empty(), !contact.language.empty(), !account.country.empty()};
  if (contact.country.empty()) contact.country = account.country;
  NormalizeContact(contact.country, contact);
  NormalizeAccount(account);
  if (account.domain.empty() && !contact.email.empty()) {
    std::string domain = domain::RegistrableDomain(contact.email);
    if (!identity.mail_providers.IsPublic(domain)) account.domain = std::move(domain);
  }
  if (account.country.empty()) account.country = contact.country;
  domain::Lead& lead = p.lead;
  lead.country = account.country;
  lead.language = language.empty() ? contact.language : std::move(language);
  if (contact.language.empty()) contact.language = lead.language;
  lead.region = region.empty() ? rules.RegionOfCountry(lead.country) : std::move(region);
  if (account.region.empty()) account.region = lead.region;
}

}  // namespace

std::string NoSuchStatus(const domain::Lifecycle& lifecycle, std::string_view status) {
  std::vector<std::string> known;
  for (const domain::StatusDef& def : lifecycle.statuses) known.push_back(def.id);
  return fmt::format("{} is not a status of the packs; {}", Quoted(status), DidYouMean(status, known));
}

void CheckEmail(InputCheck& check, const FieldPath& contact, const domain::Contact& given) {
  if (given.email.empty() || !domain::NormalizeEmail(given.email).empty()) return;
  check.Refuse(contact / "email", fmt::format("{} is not an email address", Quoted(given.email)));
}

bool CanBeFound(const domain::PhoneRules& phones, const domain::Contact& contact, const std::string& country) {
  return !contact.email.empty() || domain::IsPhone(phones, contact.phone, country) || !contact.given_name.empty() ||
         !contact.family_name.empty();
}

void NormalizeContact(const std::string& country, domain::Contact& contact) {
  contact.email = domain::NormalizeEmail(contact.email);
  if (auto phone = domain::NormalizePhone(contact.phone, country); phone.has_value()) contact.phone = *std::move(phone);
}

void NormalizeAccount(domain::Account& account) {
  if (!account.domain.empty()) account.domain = domain::RegistrableDomain(account.domain);
}

absl::StatusOr<PreparedEnquiry> PrepareEnquiry(Decider& decider, Enquiry enquiry, Time now) {
  const packs::RuleSet& rules = *decider.snapshot().rules;
  if (enquiry.created_at == 0) enquiry.created_at = now;
  InputCheck check(*decider.snapshot().input, now);
  RETURN_IF_ERROR(check.Take(enquiry.invalid));
  CheckEnquiry(check, enquiry, decider.Rules(enquiry.region), now);
  if (!check.ok()) return check.ToStatus();

  PreparedEnquiry p;
  p.contact = std::move(enquiry.contact);
  p.account = std::move(enquiry.account);
  p.lead.source = std::move(enquiry.source);
  p.lead.products = std::move(enquiry.products);
  p.lead.value = std::move(enquiry.value);
  p.lead.purchased = enquiry.purchased;
  p.lead.attributes = std::move(enquiry.attributes);
  p.lead.created_at = enquiry.created_at;
  p.role = enquiry.role.empty() ? "enquirer" : std::move(enquiry.role);
  p.activities = OrderedActivities(std::move(enquiry.activities));
  p.history = std::move(enquiry.history);
  CountTimes(now, p);
  NormalizeRecords(p, rules, std::move(enquiry.region), std::move(enquiry.language));
  p.unlisted = check.unlisted();
  ASSIGN_OR_RETURN(Normalized derived, decider.Normalize(p.lead, p.contact, p.account, now));
  p.lead.meaning = std::move(derived.meaning);
  p.normalized = std::move(derived.decisions);
  return p;
}

std::vector<uint64_t> KeysOf(const Enquiry& enquiry) {
  std::vector<uint64_t> keys;
  const auto add = [&](domain::RecordKind kind, const std::string& name) {
    if (!name.empty()) keys.push_back(KeyFor(kind, absl::AsciiStrToLower(absl::StripAsciiWhitespace(name))));
  };
  add(domain::RecordKind::kContact, enquiry.contact.email);
  add(domain::RecordKind::kAccount, enquiry.account.domain.empty() ? enquiry.account.name : enquiry.account.domain);
  return keys;
}

}  // namespace leadline::engine
