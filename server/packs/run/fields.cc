#include "packs/run/fields.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "domain/activities/days.h"
#include "domain/phone.h"
#include "packs/run/responses.h"

namespace leadline::packs {
namespace {

using cel::Type;
using cel::Value;
using domain::Account;
using domain::Activity;
using domain::Contact;
using domain::Lead;

Value TextOrNull(std::string_view text) { return text.empty() ? Value::Null() : Value::String(text); }
Value NumberOrNull(std::optional<double> number) { return number ? Value::Double(*number) : Value::Null(); }
Value TimeOrNull(Time t) { return t == 0 ? Value::Null() : Value::TimestampMicros(t); }
Value DaysSince(Time now, Time t) { return t == 0 ? Value::Null() : Value::Int(std::max<Time>(0, now - t) / kDay); }

Value TextList(cel::Arena& arena, const std::vector<std::string>& items) {
  Value* out = arena.NewArray<Value>(items.size());
  for (size_t i = 0; i < items.size(); ++i) new (out + i) Value(Value::String(items[i]));
  return Value::List({out, items.size()});
}

std::string_view MailDomain(const Contact& contact) {
  const size_t at = contact.email.rfind('@');
  return at == std::string::npos ? std::string_view() : std::string_view(contact.email).substr(at + 1);
}

// Accessors are lambdas over one record: absent when the record is.
template <auto Read>
Value OfLead(const FieldInput& in) {
  return in.view.lead == nullptr ? Value::Null() : Read(*in.view.lead, in);
}
template <auto Read>
Value OfContact(const FieldInput& in) {
  return in.view.contact == nullptr ? Value::Null() : Read(*in.view.contact, in);
}
template <auto Read>
Value OfAccount(const FieldInput& in) {
  return in.view.account == nullptr ? Value::Null() : Read(*in.view.account, in);
}
template <auto Read>
Value OfActivity(const FieldInput& in) {
  return in.activity == nullptr ? Value::Null() : Read(*in.activity, in);
}

template <auto Member, typename Record>
Value Text(const Record& record, const FieldInput&) {
  return TextOrNull(record.*Member);
}
// Read where the packs' tables give a field its meaning: what they say, else what was given.
const domain::Meaning& MeaningOf(const FieldInput& in) {
  static const domain::Meaning none;
  if (in.view.meaning != nullptr) return *in.view.meaning;
  if (in.view.lead != nullptr) return in.view.lead->meaning.central;
  return in.view.contact != nullptr ? in.view.contact->meaning.central : none;
}
template <auto Meant, auto Given, typename Record>
Value MeantText(const Record& record, const FieldInput& in) {
  return TextOrNull(domain::Meant(MeaningOf(in).*Meant, record.*Given));
}
Value Seniority(const Contact&, const FieldInput& in) { return TextOrNull(MeaningOf(in).seniority); }

template <auto Member, typename Record>
Value Moment(const Record& record, const FieldInput&) {
  return TimeOrNull(record.*Member);
}
template <auto Member, typename Record>
Value Days(const Record& record, const FieldInput& in) {
  return DaysSince(in.view.now, record.*Member);
}

Value LeadProducts(const Lead& lead, const FieldInput& in) {
  return lead.products.empty() ? Value::Null() : TextList(in.arena, lead.products);
}
Value LeadRoles(const Lead& lead, const FieldInput& in) {
  if (lead.contacts.empty()) return Value::Null();
  Value* out = in.arena.NewArray<Value>(lead.contacts.size());
  for (size_t i = 0; i < lead.contacts.size(); ++i) new (out + i) Value(Value::String(lead.contacts[i].role));
  return Value::List({out, lead.contacts.size()});
}
Value LeadAmount(const Lead& lead, const FieldInput&) {
  return lead.value ? Value::Double(static_cast<double>(lead.value->micros) / 1e6) : Value::Null();
}
Value LeadCurrency(const Lead& lead, const FieldInput&) {
  return lead.value ? TextOrNull(lead.value->currency) : Value::Null();
}
// Absent where the packs do not know what the currency is worth.
Value LeadValueConverted(const Lead& lead, const FieldInput& in) {
  const std::optional<double> converted = lead.value ? in.rules.currencies->Convert(*lead.value) : std::nullopt;
  return NumberOrNull(converted);
}
Value LeadWinProbability(const Lead& lead, const FieldInput& in) {
  return NumberOrNull(domain::WinProbability(in.rules.lifecycle, lead));
}
Value LeadWeightedValue(const Lead& lead, const FieldInput& in) {
  const std::optional<double> converted = lead.value ? in.rules.currencies->Convert(*lead.value) : std::nullopt;
  const std::optional<double> probability = domain::WinProbability(in.rules.lifecycle, lead);
  return converted && probability ? Value::Double(*converted * *probability) : Value::Null();
}
// Absent where no product of the lead has a buying group.
Value LeadBuyingGroup(const Lead& lead, const FieldInput& in) {
  const std::vector<domain::RoleNeed> needs = NeedsOf(*in.rules.buying_groups, lead);
  return needs.empty() ? Value::Null() : Value::Double(CompletenessOf(needs));
}
Value LeadMissingRoles(const Lead& lead, const FieldInput& in) {
  const domain::BuyingGroups& groups = *in.rules.buying_groups;
  std::vector<Value> missing;
  for (const domain::RoleNeed& need : NeedsOf(groups, lead)) {
    if (need.present >= need.wanted) continue;
    // The packs' text outlives the value, the need's does not.
    missing.push_back(Value::String(groups.RoleOf(need.role)));
  }
  if (missing.empty()) return Value::Null();
  Value* out = in.arena.NewArray<Value>(missing.size());
  std::uninitialized_copy(missing.begin(), missing.end(), out);
  return Value::List({out, missing.size()});
}
Value LeadProbability(const Lead& lead, const FieldInput&) { return Value::Double(lead.probability); }
Value LeadPurchased(const Lead& lead, const FieldInput&) { return Value::Bool(lead.purchased); }
Value LeadActivityCount(const Lead& lead, const FieldInput&) { return Value::Int(lead.activity_count); }
Value LeadContactCount(const Lead& lead, const FieldInput&) {
  return Value::Int(static_cast<int64_t>(lead.contacts.size()));
}
Value ContactDomain(const Contact& contact, const FieldInput&) { return TextOrNull(MailDomain(contact)); }
Value ContactPublicMail(const Contact& contact, const FieldInput& in) {
  const std::string_view domain = MailDomain(contact);
  return domain.empty() ? Value::Null() : Value::Bool(in.rules.public_mail->IsPublic(domain));
}
// What stands there and is no number ("n/a") is nobody's phone.
Value ContactPhone(const Contact& contact, const FieldInput& in) {
  const domain::PhoneRules& rules = in.rules.matching.identity->phones;
  return domain::IsPhone(rules, contact.phone, contact.country) ? Value::String(contact.phone) : Value::Null();
}
Value ContactMarketable(const Contact& contact, const FieldInput&) { return Value::Bool(contact.marketable); }
Value NotMarketableReason(const Contact& contact, const FieldInput&) {
  return TextOrNull(contact.not_marketable_reason);
}
Value AccountEmployees(const Account& account, const FieldInput&) {
  return account.employees == 0 ? Value::Null() : Value::Int(account.employees);
}
// Of the account's people together, as it was scored last.
Value AccountTotal(const Account& account, const FieldInput&) {
  return account.score ? Value::Double(account.score->total) : Value::Null();
}
Value AccountPeople(const Account& account, const FieldInput&) {
  return account.score ? Value::Int(account.score->people) : Value::Null();
}
Value AccountProducts(const Account& account, const FieldInput& in) {
  if (!account.score || account.score->products.empty()) return Value::Null();
  const std::vector<domain::ProductInterest>& products = account.score->products;
  Value* out = in.arena.NewArray<Value>(products.size());
  for (size_t i = 0; i < products.size(); ++i) new (out + i) Value(Value::String(products[i].product));
  return Value::List({out, products.size()});
}
// By the calendar, other than the ages of records: as it decays.
Value ActivityAge(const Activity& activity, const FieldInput& in) {
  return activity.time == 0 ? Value::Null() : Value::Int(domain::AgeInDays(activity.time, in.view.now));
}

// `record.*` and `score.*` speak of the record whose status is decided: the lead, or the contact when there is no lead.
// They are never absent.
const domain::Score* ScoreOf(const FieldInput& in) {
  if (in.view.lead != nullptr) return &in.view.lead->score;
  return in.view.contact != nullptr ? &in.view.contact->score : nullptr;
}
Value ScoreCentral(const FieldInput& in) { return Value::Double(ScoreOf(in) ? ScoreOf(in)->central : 0); }
Value ScoreAdjustment(const FieldInput& in) { return Value::Double(ScoreOf(in) ? ScoreOf(in)->adjustment : 0); }
Value ScoreTotal(const FieldInput& in) { return Value::Double(ScoreOf(in) ? ScoreOf(in)->total : 0); }
Value ScoreWarm(const FieldInput& in) { return Value::Bool(ScoreOf(in) != nullptr && ScoreOf(in)->warm); }
Value ScoreQualified(const FieldInput& in) { return Value::Bool(ScoreOf(in) != nullptr && ScoreOf(in)->qualified); }

const Activity* LastInteraction(const FieldInput& in) {
  const Activity* counted = in.view.past == nullptr ? nullptr : in.view.past->last_interaction;
  const auto activities = in.view.activities;
  for (size_t i = activities.size(); i-- > 0;) {
    if (IsTouch(in.responses, activities[i])) continue;
    return counted != nullptr && domain::Older(activities[i], *counted) ? counted : &activities[i];
  }
  return counted;
}
Value RecordInteractions(const FieldInput& in) {
  const int64_t counted = in.view.past == nullptr ? 0 : in.view.past->interactions;
  return Value::Int(counted + std::count_if(in.view.activities.begin(), in.view.activities.end(),
                                            [&in](const Activity& a) { return !IsTouch(in.responses, a); }));
}
Value RecordPurchased(const FieldInput& in) { return Value::Bool(in.view.lead != nullptr && in.view.lead->purchased); }
template <auto Member>
Value RecordLast(const FieldInput& in) {
  const Activity* last = LastInteraction(in);
  return last == nullptr ? Value::Null() : TextOrNull(last->*Member);
}
Value RecordDaysSinceInteraction(const FieldInput& in) {
  const Activity* last = LastInteraction(in);
  return last == nullptr ? Value::Null() : DaysSince(in.view.now, last->time);
}
Time StatusSince(const FieldInput& in) {
  if (in.view.lead != nullptr) return in.view.lead->status_since;
  return in.view.contact == nullptr ? 0 : in.view.contact->status_since;
}
Time HandledAt(const FieldInput& in) {
  if (in.view.lead != nullptr) return in.view.lead->handled_at;
  return in.view.contact == nullptr ? 0 : in.view.contact->handled_at;
}
// When somebody last asked to be contacted: since a person last decided the status, and not too long ago. 0: nobody
// did. A status that the packs decided answers nobody, so what led into it counts in it. Nor does whoever lets a lead
// go on that waited in a queue.
Time ContactRequestSince(const FieldInput& in) {
  const std::vector<std::string>& requests = in.responses.contact_requests;
  Time last = in.view.past == nullptr ? 0 : in.view.past->last_contact_request;
  for (const Activity& activity : in.view.activities) {
    if (activity.time <= last) continue;
    if (std::find(requests.begin(), requests.end(), activity.response) != requests.end()) last = activity.time;
  }
  const bool counts = last != 0 && last > HandledAt(in) && in.view.now - last < in.responses.request_days * kDay;
  return counts ? last : 0;
}
Value RecordContactRequested(const FieldInput& in) { return Value::Bool(ContactRequestSince(in) != 0); }
Value RecordStatus(const FieldInput& in) {
  if (in.view.lead != nullptr) return TextOrNull(in.view.lead->status);
  return in.view.contact != nullptr ? TextOrNull(in.view.contact->status) : Value::Null();
}
Value RecordDaysInStatus(const FieldInput& in) {
  if (in.view.lead != nullptr) return DaysSince(in.view.now, in.view.lead->status_since);
  return in.view.contact != nullptr ? DaysSince(in.view.now, in.view.contact->status_since) : Value::Null();
}
Value Now(const FieldInput& in) { return Value::TimestampMicros(in.view.now); }

// When ages change: the other side of the accessors above.
template <auto Member>
Time LeadSince(const FieldInput& in) {
  return in.view.lead == nullptr ? 0 : in.view.lead->*Member;
}
Time InteractionSince(const FieldInput& in) {
  const Activity* last = LastInteraction(in);
  return last == nullptr ? 0 : last->time;
}
Time ActivitySince(const FieldInput& in) { return in.activity == nullptr ? 0 : in.activity->time; }
Time DaysReached(Time since, int64_t days) { return since + days * kDay; }
Time MidnightsReached(Time since, int64_t days) { return domain::StartOfDay(domain::DayOf(since) + days); }

constexpr AgeField kAgeFields[] = {
    {"lead.age_days", LeadSince<&Lead::created_at>, DaysReached},
    {"lead.days_since_activity", LeadSince<&Lead::last_activity_at>, DaysReached},
    {"lead.days_in_status", LeadSince<&Lead::status_since>, DaysReached},
    {"record.days_since_interaction", InteractionSince, DaysReached},
    {"record.days_in_status", StatusSince, DaysReached},
    {"record.contact_requested", ContactRequestSince, DaysReached},
    {"activity.age_days", ActivitySince, MidnightsReached},
};

Value FromAttribute(const domain::Attributes& attributes, const FieldInput& in) {
  if (attributes.empty()) return Value::Null();
  const std::string_view name = std::string_view(in.field.name).substr(in.field.name.find('.') + 1);
  const auto it = attributes.find(name);
  return it == attributes.end() ? Value::Null() : AttributeToValue(it->second, in.field, in.arena);
}
template <typename Record>
Value Attribute(const Record& record, const FieldInput& in) {
  return FromAttribute(record.attributes, in);
}
// Read where tables give an attribute its meaning: what they say, else what was given.
Value Department(const Contact& contact, const FieldInput& in) {
  const std::string& meant = MeaningOf(in).department;
  return meant.empty() ? FromAttribute(contact.attributes, in) : Value::String(meant);
}

constexpr bool kGiven = true;

Type Maybe(Type type) { return Type::Wrapper(std::move(type)); }

std::vector<StandardField> MakeFields() {
  const Type text = Maybe(Type::String());
  const Type whole = Maybe(Type::Int());
  const Type number = Maybe(Type::Double());
  const Type flag = Maybe(Type::Bool());
  const Type moment = Maybe(Type::Timestamp());
  const Type texts = Maybe(Type::List(Type::String()));
  return {
      {"lead.status", text, OfLead<Text<&Lead::status, Lead>>},
      {"lead.source", text, OfLead<MeantText<&domain::Meaning::source, &Lead::source, Lead>>, kGiven},
      {"lead.region", text, OfLead<Text<&Lead::region, Lead>>, kGiven},
      {"lead.country", text, OfLead<Text<&Lead::country, Lead>>, kGiven},
      {"lead.language", text, OfLead<MeantText<&domain::Meaning::language, &Lead::language, Lead>>, kGiven},
      {"lead.disposition", text, OfLead<Text<&Lead::disposition, Lead>>},
      {"lead.assignee", text, OfLead<Text<&Lead::assignee, Lead>>},
      {"lead.products", texts, OfLead<LeadProducts>, kGiven},
      {"lead.roles", texts, OfLead<LeadRoles>, kGiven},
      {"lead.value_amount", number, OfLead<LeadAmount>, kGiven},
      {"lead.value_currency", text, OfLead<LeadCurrency>, kGiven},
      {"lead.value_converted", number, OfLead<LeadValueConverted>, kGiven},
      {"lead.probability", number, OfLead<LeadProbability>, kGiven},
      {"lead.win_probability", number, OfLead<LeadWinProbability>},
      {"lead.weighted_value", number, OfLead<LeadWeightedValue>},
      {"lead.buying_group_completeness", number, OfLead<LeadBuyingGroup>, kGiven},
      {"lead.missing_roles", texts, OfLead<LeadMissingRoles>, kGiven},
      {"lead.purchased", flag, OfLead<LeadPurchased>, kGiven},
      {"lead.activity_count", whole, OfLead<LeadActivityCount>},
      {"lead.contact_count", whole, OfLead<LeadContactCount>, kGiven},
      {"lead.created_at", moment, OfLead<Moment<&Lead::created_at, Lead>>, kGiven},
      {"lead.last_activity_at", moment, OfLead<Moment<&Lead::last_activity_at, Lead>>},
      {"lead.age_days", whole, OfLead<Days<&Lead::created_at, Lead>>},
      {"lead.days_since_activity", whole, OfLead<Days<&Lead::last_activity_at, Lead>>},
      {"lead.days_in_status", whole, OfLead<Days<&Lead::status_since, Lead>>},
      {"contact.title", text, OfContact<Text<&Contact::title, Contact>>, kGiven},
      {"contact.seniority", text, OfContact<Seniority>, kGiven},
      {"contact.email", text, OfContact<Text<&Contact::email, Contact>>, kGiven},
      {"contact.email_domain", text, OfContact<ContactDomain>, kGiven},
      {"contact.has_public_mail", flag, OfContact<ContactPublicMail>, kGiven},
      {"contact.phone", text, OfContact<ContactPhone>, kGiven},
      {"contact.language", text, OfContact<Text<&Contact::language, Contact>>, kGiven},
      {"contact.country", text, OfContact<Text<&Contact::country, Contact>>, kGiven},
      {"contact.given_name", text, OfContact<Text<&Contact::given_name, Contact>>, kGiven},
      {"contact.family_name", text, OfContact<Text<&Contact::family_name, Contact>>, kGiven},
      {"contact.status", text, OfContact<Text<&Contact::status, Contact>>},
      {"contact.disposition", text, OfContact<Text<&Contact::disposition, Contact>>},
      {"contact.marketable", flag, OfContact<ContactMarketable>},
      {"contact.not_marketable_reason", text, OfContact<NotMarketableReason>},
      {"contact.created_at", moment, OfContact<Moment<&Contact::created_at, Contact>>, kGiven},
      {"account.name", text, OfAccount<Text<&Account::name, Account>>, kGiven},
      {"account.domain", text, OfAccount<Text<&Account::domain, Account>>, kGiven},
      {"account.country", text, OfAccount<Text<&Account::country, Account>>, kGiven},
      {"account.region", text, OfAccount<Text<&Account::region, Account>>, kGiven},
      {"account.industry", text, OfAccount<MeantText<&domain::Meaning::industry, &Account::industry, Account>>, kGiven},
      {"account.employees", whole, OfAccount<AccountEmployees>, kGiven},
      {"account.owner", text, OfAccount<Text<&Account::owner, Account>>, kGiven},
      {"account.score", number, OfAccount<AccountTotal>},
      {"account.people", whole, OfAccount<AccountPeople>},
      {"account.products", texts, OfAccount<AccountProducts>},
      {"account.created_at", moment, OfAccount<Moment<&Account::created_at, Account>>, kGiven},
      {"activity.channel", text, OfActivity<Text<&Activity::channel, Activity>>},
      {"activity.investment", text, OfActivity<Text<&Activity::investment, Activity>>},
      {"activity.response", text, OfActivity<Text<&Activity::response, Activity>>},
      {"activity.time", moment, OfActivity<Moment<&Activity::time, Activity>>},
      {"activity.product", text, OfActivity<Text<&Activity::product, Activity>>},
      {"activity.subject", text, OfActivity<Text<&Activity::subject, Activity>>},
      {"activity.age_days", whole, OfActivity<ActivityAge>},
      {"record.status", text, RecordStatus},
      {"record.purchased", Type::Bool(), RecordPurchased},
      {"record.interactions", Type::Int(), RecordInteractions},
      {"record.last_channel", text, RecordLast<&Activity::channel>},
      {"record.last_investment", text, RecordLast<&Activity::investment>},
      {"record.last_response", text, RecordLast<&Activity::response>},
      {"record.days_since_interaction", whole, RecordDaysSinceInteraction},
      {"record.days_in_status", whole, RecordDaysInStatus},
      {"record.contact_requested", Type::Bool(), RecordContactRequested},
      {"score.central", Type::Double(), ScoreCentral},
      {"score.adjustment", Type::Double(), ScoreAdjustment},
      {"score.total", Type::Double(), ScoreTotal},
      {"score.qualified", Type::Bool(), ScoreQualified},
      {"score.warm", Type::Bool(), ScoreWarm},
      {"now", Type::Timestamp(), Now},
  };
}

}  // namespace

std::span<const StandardField> StandardFields() {
  static const std::vector<StandardField>* const fields = new std::vector<StandardField>(MakeFields());
  return *fields;
}

const StandardField* FindStandardField(std::string_view name) {
  for (const StandardField& field : StandardFields()) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool ReadsGivenAlone(const FieldDef& field) {
  if (!field.standard) return true;
  const StandardField* standard = FindStandardField(field.name);
  return standard != nullptr && standard->given;
}

bool IsAccountScoreField(std::string_view name) {
  return name == "account.score" || name == "account.people" || name == "account.products";
}

const AgeField* FindAgeField(std::string_view name) {
  const auto field =
      std::find_if(std::begin(kAgeFields), std::end(kAgeFields), [&](const AgeField& f) { return f.name == name; });
  return field == std::end(kAgeFields) ? nullptr : field;
}

Value AttributeToValue(const domain::AttributeValue& value, const FieldDef& field, cel::Arena& arena) {
  // A value of another type than the schema's is as good as none: rules must not fail on it.
  switch (field.kind) {
    case cel::TypeKind::kString:
      if (const auto* text = std::get_if<std::string>(&value)) return TextOrNull(*text);
      break;
    case cel::TypeKind::kDouble:
      if (const auto* number = std::get_if<double>(&value)) return Value::Double(*number);
      break;
    case cel::TypeKind::kInt:
      if (const auto* number = std::get_if<double>(&value)) {
        if (std::abs(*number) < 9e15 && *number == std::floor(*number)) {
          return Value::Int(static_cast<int64_t>(*number));
        }
      }
      break;
    case cel::TypeKind::kBool:
      if (const auto* flag = std::get_if<bool>(&value)) return Value::Bool(*flag);
      break;
    case cel::TypeKind::kTimestamp:
      if (const auto* moment = std::get_if<domain::Moment>(&value)) return Value::TimestampMicros(moment->micros);
      break;
    case cel::TypeKind::kList:
      if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return TextList(arena, *list);
      break;
    default:
      break;
  }
  return Value::Null();
}

FieldAccessor MeantAttributeAccessor(std::string_view name) {
  return name == "contact.department" ? OfContact<Department> : nullptr;
}

FieldAccessor AttributeAccessor(std::string_view record) {
  if (record == "lead") return OfLead<Attribute<Lead>>;
  if (record == "contact") return OfContact<Attribute<Contact>>;
  if (record == "account") return OfAccount<Attribute<Account>>;
  return nullptr;
}

}  // namespace leadline::packs
