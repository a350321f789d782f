#include <limits>

#include "fmt/format.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

using domain::RecordKind;

domain::AttributeValue ValueFrom(const FieldPath& path, const v1::AttributeValue& from, Checker& check) {
  switch (from.kind_case()) {
    case v1::AttributeValue::kStringValue:
      return check.Text(path / "string_value", from.string_value());
    case v1::AttributeValue::kNumberValue:
      return check.Finite(path / "number_value", from.number_value());
    case v1::AttributeValue::kBoolValue:
      return from.bool_value();
    case v1::AttributeValue::kTimeValue:
      return domain::Moment{check.Moment(path / "time_value", from.time_value())};
    case v1::AttributeValue::kListValue: {
      const FieldPath list = path / "list_value";
      const FieldPath values = list / "values";
      check.Count(values, from.list_value().values_size(), kMaxListItems);
      std::vector<std::string> out;
      for (int i = 0; i < from.list_value().values_size(); ++i) {
        out.push_back(check.Text(values[i], from.list_value().values(i)));
      }
      return out;
    }
    case v1::AttributeValue::KIND_NOT_SET:
      break;
  }
  return std::monostate();
}

}  // namespace

domain::Attributes AttributesFrom(const FieldPath& path,
                                  const google::protobuf::Map<std::string, v1::AttributeValue>& from, Checker& check) {
  domain::Attributes out;
  if (from.size() > static_cast<size_t>(kMaxAttributes)) {
    check.Count(path, static_cast<int>(from.size()), kMaxAttributes);
    return out;
  }
  for (const auto& [name, value] : from) {
    if (name.empty() || name.size() > kMaxNameBytes) {
      check.Refuse(path, fmt::format("holds a name of {} bytes; names have 1 to {}", name.size(), kMaxNameBytes));
      continue;
    }
    out.emplace(name, ValueFrom(path.Key(name), value, check));
  }
  return out;
}

domain::Money MoneyFrom(const FieldPath& path, const google::type::Money& from, Checker& check) {
  constexpr int64_t kMicrosPerUnit = 1'000'000;
  constexpr int32_t kNanosPerMicro = 1'000, kMostNanos = 999'999'999;
  constexpr int64_t kMostUnits = std::numeric_limits<int64_t>::max() / kMicrosPerUnit - 1;
  domain::Money to{.currency = check.Currency(path / "currency_code", from.currency_code())};
  if (from.units() < 0 || from.nanos() < 0) {
    check.Refuse(path, "must not be negative");
  } else if (from.units() > kMostUnits) {
    check.Refuse(path / "units", fmt::format("is {}; at most {} are allowed", from.units(), kMostUnits));
  } else if (from.nanos() > kMostNanos) {
    check.Refuse(path / "nanos",
                 fmt::format("is {}; at most {} are allowed: the rest of one unit", from.nanos(), kMostNanos));
  } else if (from.nanos() % kNanosPerMicro != 0) {
    check.Refuse(path / "nanos",
                 fmt::format("is {}; amounts are kept to a millionth of the unit: give a multiple of {}", from.nanos(),
                             kNanosPerMicro));
  } else {
    to.micros = from.units() * kMicrosPerUnit + from.nanos() / kNanosPerMicro;
  }
  return to;
}

std::vector<std::string> WordsFrom(const FieldPath& path, const google::protobuf::RepeatedPtrField<std::string>& from,
                                   Checker& check) {
  check.Count(path, from.size(), kMaxListItems);
  std::vector<std::string> out;
  for (int i = 0; i < from.size() && i < kMaxListItems; ++i) out.push_back(check.RequiredWord(path[i], from[i]));
  return out;
}

domain::Account AccountFrom(const FieldPath& path, const v1::Account& from, Checker& check) {
  domain::Account to;
  to.name = check.Text(path / "display_name", from.display_name());
  to.domain = check.Word(path / "domain", from.domain());
  to.country = check.Word(path / "country", from.country());
  to.region = check.Word(path / "region", from.region());
  to.industry = check.Word(path / "industry", from.industry());
  to.employees = check.NotNegative(path / "employee_count", from.employee_count());
  to.owner = check.Id(path / "owner", from.owner(), {RecordKind::kRep});
  to.attributes = AttributesFrom(path / "attributes", from.attributes(), check);
  return to;
}

domain::Contact ContactFrom(const FieldPath& path, const v1::Contact& from, Checker& check) {
  domain::Contact to;
  to.given_name = check.Text(path / "given_name", from.given_name());
  to.family_name = check.Text(path / "family_name", from.family_name());
  to.email = check.Text(path / "email", from.email());
  to.phone = check.Word(path / "phone", from.phone());
  to.title = check.Text(path / "title", from.title());
  to.language = check.Word(path / "language", from.language());
  to.country = check.Word(path / "country", from.country());
  to.attributes = AttributesFrom(path / "attributes", from.attributes(), check);
  return to;
}

std::vector<domain::ContactRole> LeadContactsFrom(const FieldPath& path,
                                                  const google::protobuf::RepeatedPtrField<v1::LeadContact>& from,
                                                  Checker& check) {
  std::vector<domain::ContactRole> to;
  check.Count(path, from.size(), kMaxListItems);
  for (int i = 0; i < from.size() && i < kMaxListItems; ++i) {
    to.push_back({check.RequiredId(path[i] / "contact", from[i].contact(), {RecordKind::kContact}),
                  check.Word(path[i] / "role", from[i].role())});
  }
  return to;
}

domain::Lead LeadFrom(const FieldPath& path, const v1::Lead& from, Checker& check) {
  domain::Lead to;
  to.account_id = check.Id(path / "account", from.account(), {RecordKind::kAccount});
  to.contacts = LeadContactsFrom(path / "contacts", from.contacts(), check);
  to.source = check.Word(path / "source", from.source());
  to.region = check.Word(path / "region", from.region());
  to.country = check.Word(path / "country", from.country());
  to.language = check.Word(path / "language", from.language());
  to.products = WordsFrom(path / "products", from.products(), check);
  if (from.has_value()) to.value = MoneyFrom(path / "value", from.value(), check);
  to.probability = check.Probability(path / "probability", from.probability());
  to.purchased = from.purchased();
  to.attributes = AttributesFrom(path / "attributes", from.attributes(), check);
  return to;
}

domain::Activity ActivityFrom(const FieldPath& path, const v1::Activity& from, Checker& check) {
  domain::Activity to;
  to.id = check.Key(path / "activity_id", from.activity_id());
  to.lead_id = check.Id(path / "lead", from.lead(), {RecordKind::kLead});
  to.contact_id = check.Id(path / "contact", from.contact(), {RecordKind::kContact});
  to.channel = check.RequiredWord(path / "channel", from.channel());
  to.investment = check.RequiredWord(path / "investment", from.investment());
  to.response = check.RequiredWord(path / "response", from.response());
  if (from.has_occur_time()) to.time = check.PastMoment(path / "occur_time", from.occur_time());
  to.product = check.Word(path / "product", from.product());
  to.subject = check.Text(path / "subject", from.subject());
  return to;
}

}  // namespace leadline::rpc
