#include "engine/enquiry.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/status_macros.h"
#include "domain/matching.h"
#include "domain/phone.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::AttributeValue;

bool TypeFits(const cel::Type& type, const AttributeValue& value) {
  switch (type.Unwrapped().kind()) {
    case cel::TypeKind::kString:
      return std::holds_alternative<std::string>(value);
    case cel::TypeKind::kDouble:
      return std::holds_alternative<double>(value);
    case cel::TypeKind::kInt: {
      const double* number = std::get_if<double>(&value);
      return number != nullptr && std::trunc(*number) == *number && std::abs(*number) < 9e15;
    }
    case cel::TypeKind::kBool:
      return std::holds_alternative<bool>(value);
    case cel::TypeKind::kTimestamp:
      return std::holds_alternative<domain::Moment>(value);
    case cel::TypeKind::kList:
      return std::holds_alternative<std::vector<std::string>>(value);
    default:
      return false;
  }
}

std::string UpperCountry(std::string country) {
  std::transform(country.begin(), country.end(), country.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return country;
}

void CheckCountry(const std::string& country, std::string_view field, std::vector<FieldViolation>& violations) {
  bool good = country.empty() || (country.size() == 2 && std::isupper(static_cast<unsigned char>(country[0])) &&
                                  std::isupper(static_cast<unsigned char>(country[1])));
  if (!good) {
    violations.push_back(
        {std::string(field), fmt::format("\"{}\" is not an ISO 3166-1 alpha-2 code such as DE", country)});
  }
}

void CheckContact(const Enquiry& enquiry, std::vector<FieldViolation>& violations) {
  const domain::Contact& c = enquiry.contact;
  bool known = !c.email.empty() || domain::IsPhone(c.phone) || !c.given_name.empty() || !c.family_name.empty() ||
               enquiry.attributes.contains("external_id");
  if (!known) {
    violations.push_back(
        {"enquiry.contact",
         "needs an email, a phone number or a name (or the attribute external_id of the lead), so that "
         "the person can be found again"});
  }
  if (!c.email.empty() && domain::NormalizeEmail(c.email).empty()) {
    violations.push_back({"enquiry.contact.email", fmt::format("\"{}\" is not an email address", c.email)});
  }
  CheckCountry(c.country, "enquiry.contact.country", violations);
  CheckCountry(enquiry.account.country, "enquiry.account.country", violations);
}

void CheckHistory(const domain::Lifecycle& lifecycle, const Enquiry& enquiry, Time now,
                  std::vector<FieldViolation>& violations) {
  Time last = enquiry.created_at;
  for (size_t i = 0; i < enquiry.history.size(); ++i) {
    const HistoryStep& step = enquiry.history[i];
    std::string field = fmt::format("enquiry.history[{}]", i);
    if (step.time < last) {
      violations.push_back({field + ".time", fmt::format("{} is before {}, when the step before it happened",
                                                         FormatTime(step.time), FormatTime(last))});
    }
    if (step.time > now) {
      violations.push_back({field + ".time", fmt::format("{} lies in the future", FormatTime(step.time))});
    }
    if (!step.status.empty() && lifecycle.Find(lifecycle.Current(step.status)) == nullptr) {
      violations.push_back({field + ".status", fmt::format("\"{}\" is not a status of the packs", step.status)});
    }
    if (step.status.empty() && step.rep.empty()) {
      violations.push_back({field, "names neither a status nor a rep"});
    }
    if (!step.rep.empty() && !IsValidId(step.rep)) {
      violations.push_back(
          {field + ".rep", fmt::format("\"{}\" is not an id: use 1 to 64 of a-z, 0-9, _ and -", step.rep)});
    }
    last = std::max(last, step.time);
  }
}

std::vector<domain::Activity> OrderedActivities(std::vector<domain::Activity> activities) {
  std::stable_sort(activities.begin(), activities.end(), [](const domain::Activity& a, const domain::Activity& b) {
    return std::tie(a.time, a.id) < std::tie(b.time, b.id);
  });
  std::set<std::string> seen;
  std::erase_if(activities, [&](const domain::Activity& a) { return !a.id.empty() && !seen.insert(a.id).second; });
  return activities;
}

void NormalizeRecords(PreparedEnquiry& p, const packs::RuleSet& rules, std::string region, std::string language) {
  const domain::IdentityTables& identity = *rules.ForRegion("").matching.identity;
  domain::Contact& contact = p.contact;
  domain::Account& account = p.account;
  contact.email = domain::NormalizeEmail(contact.email);
  if (contact.country.empty()) contact.country = account.country;
  if (auto phone = domain::NormalizePhone(contact.phone, contact.country); phone.has_value()) {
    contact.phone = *std::move(phone);
  }
  if (!account.domain.empty()) account.domain = domain::RegistrableDomain(account.domain);
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

void CheckAttributes(const packs::RuleSet& rules, std::string_view record, const domain::Attributes& attributes,
                     std::string_view field, std::vector<FieldViolation>& violations) {
  for (const auto& [name, value] : attributes) {
    std::string path = fmt::format("{}.{}", field, name);
    const packs::FieldDef* def = rules.FindField(fmt::format("{}.{}", record, name));
    if (def == nullptr || def->standard) {
      std::vector<std::string> names;
      for (const packs::FieldDef& f : rules.fields()) {
        if (!f.standard && f.name.starts_with(record)) names.push_back(f.name.substr(record.size() + 1));
      }
      std::string nearest = NearestName(name, names);
      violations.push_back({path, fmt::format("the packs' schema has no such attribute of a {}{}", record,
                                              nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest))});
    } else if (!std::holds_alternative<std::monostate>(value) && !TypeFits(def->type, value)) {
      violations.push_back({path, fmt::format("must be of type {}", def->type.Unwrapped().ToString())});
    }
  }
}

void CheckActivity(const domain::Activity& activity, std::string_view field, Time now,
                   std::vector<FieldViolation>& violations) {
  auto require = [&](const std::string& value, std::string_view name) {
    if (value.empty()) violations.push_back({fmt::format("{}.{}", field, name), "is required"});
  };
  require(activity.channel, "channel");
  require(activity.investment, "investment");
  require(activity.response, "response");
  if (activity.time > now + kDay) {
    violations.push_back({fmt::format("{}.time", field),
                          fmt::format("{} is more than a day ahead of the server's clock", FormatTime(activity.time))});
  }
}

absl::StatusOr<PreparedEnquiry> PrepareEnquiry(Decider& decider, Enquiry enquiry, Time now) {
  const packs::RuleSet& rules = *decider.snapshot().rules;
  enquiry.account.country = UpperCountry(std::move(enquiry.account.country));
  enquiry.contact.country = UpperCountry(std::move(enquiry.contact.country));
  if (enquiry.created_at == 0) enquiry.created_at = now;

  std::vector<FieldViolation> violations;
  if (enquiry.source.empty()) violations.push_back({"enquiry.source", "is required"});
  if (enquiry.created_at > now + kDay) {
    violations.push_back({"enquiry.create_time", "is more than a day ahead of the server's clock"});
  }
  CheckContact(enquiry, violations);
  CheckAttributes(rules, "lead", enquiry.attributes, "enquiry.attributes", violations);
  CheckAttributes(rules, "contact", enquiry.contact.attributes, "enquiry.contact.attributes", violations);
  CheckAttributes(rules, "account", enquiry.account.attributes, "enquiry.account.attributes", violations);
  for (size_t i = 0; i < enquiry.activities.size(); ++i) {
    domain::Activity& activity = enquiry.activities[i];
    if (activity.time == 0) activity.time = enquiry.created_at;
    CheckActivity(activity, fmt::format("enquiry.activities[{}]", i), now, violations);
  }
  CheckHistory(decider.Rules(enquiry.region).lifecycle, enquiry, now, violations);
  if (!violations.empty()) return InvalidFields(violations);

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
  NormalizeRecords(p, rules, std::move(enquiry.region), std::move(enquiry.language));
  p.contact.seniority.clear();
  ASSIGN_OR_RETURN(p.normalized, decider.Normalize(p.lead, p.contact, p.account, now));
  return p;
}

}  // namespace leadline::engine
