// Lists of contacts.
#include <array>

#include "base/suggestion.h"
#include "domain/internet.h"
#include "domain/matching.h"
#include "domain/phone.h"
#include "engine/listing/id_time.h"
#include "engine/listing/known_values.h"
#include "engine/listing/names.h"
#include "engine/listing/page.h"

namespace leadline::engine {
namespace {

using domain::BlockingKey;
using domain::Contact;

struct ContactField {
  FieldInfo info;
  FieldValue (*value)(const Listed<Contact>&);
};

const std::array kContactFields = {
    ContactField{{"account", FieldType::kName, "accounts/"},
                 [](const Listed<Contact>& l) { return FieldValue(l.record.account_id); }},
    ContactField{{"status"}, [](const Listed<Contact>& l) { return FieldValue(l.record.status); }},
    ContactField{{"email"}, [](const Listed<Contact>& l) { return FieldValue(l.record.email); }},
    // With the country by which it is read.
    ContactField{{"phone"},
                 [](const Listed<Contact>& l) {
                   using Texts = std::vector<std::string>;
                   return l.record.phone.empty() ? FieldValue() : FieldValue(Texts{l.record.phone, l.record.country});
                 }},
    ContactField{{"score", FieldType::kNumber, "", true},
                 [](const Listed<Contact>& l) { return FieldValue(l.record.score.total); }},
    ContactField{{"create_time", FieldType::kTime, "", true},
                 [](const Listed<Contact>& l) { return FieldValue(domain::Moment{CreateTimeOf(l.record.id)}); }},
    ContactField{{"update_time", FieldType::kTime, "", true},
                 [](const Listed<Contact>& l) { return FieldValue(domain::Moment{l.record.updated_at}); }},
    ContactField{{"change_position", FieldType::kPosition, "", true},
                 [](const Listed<Contact>& l) { return FieldValue(static_cast<double>(l.change_position)); }},
};

constexpr std::array kContactRules = {
    IndexRule{.field = "email", .key = true},
    IndexRule{.field = "phone", .key = true},
    IndexRule{"account", store::IdScan::By::kAccount, "create_time", true},
};

// What the packs match by, of all regions.
const domain::MatchPolicy& MatchingOf(const Snapshot& snapshot) { return snapshot.rules->ForRegion("").matching; }

bool MakesKey(const std::vector<BlockingKey>& kinds, BlockingKey kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// The keys under which a person with this email or phone stands; while keys are made again, also those of before.
absl::StatusOr<std::vector<std::string>> KeysOfPerson(store::Reader& reader, const domain::MatchPolicy& policy,
                                                      BlockingKey kind, const std::string& value) {
  domain::MatchPolicy only;
  only.identity = policy.identity;
  only.contact_keys = {kind};
  Contact person;
  (kind == BlockingKey::kEmail ? person.email : person.phone) = value;
  std::vector<std::string> keys = domain::ContactKeys(only, person, nullptr);
  if (kind == BlockingKey::kEmail) return keys;
  ASSIGN_OR_RETURN(const store::KeyBuild build, reader.GetKeyBuild());
  if (build.made_with == policy.identity->fingerprint && build.target.empty()) return keys;
  for (const std::string& text : build.phone_rules) {
    const absl::StatusOr<domain::PhoneRules> rules = domain::PhoneRules::FromText(text);
    if (!rules.ok()) continue;  // of another version of the server
    std::string key = domain::ContactPhoneKey(*rules, person);
    if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

// Numbers are the same when they are found by the same key.
absl::Status PreparePhone(const Snapshot& snapshot, std::string_view filter, BoundTerm& term) {
  const auto identity = MatchingOf(snapshot).identity;
  std::vector<std::string> wanted;
  bool none = false;  // whether no number is wanted, too
  for (size_t i = 0; i < term.values.size(); ++i) {
    const std::string& phone = std::get<std::string>(term.values[i]);
    std::string key = domain::PhoneKey(identity->phones, phone, "");
    none = none || phone.empty();
    if (key.empty() && !phone.empty()) {
      return FilterError(
          filter, term.places[i],
          fmt::format("{} is no telephone number; write it with its country, as in +34 912 345 678", Quoted(phone)));
    }
    if (!key.empty()) wanted.push_back(std::move(key));
  }
  if (term.any) return absl::OkStatus();
  term.same = [identity, wanted = std::move(wanted), none](const FieldValue& value) {
    const auto* number = std::get_if<std::vector<std::string>>(&value);
    if (number == nullptr) return none;
    const std::string key = domain::PhoneKey(identity->phones, number->at(0), number->at(1));
    return std::find(wanted.begin(), wanted.end(), key) != wanted.end();
  };
  return absl::OkStatus();
}

}  // namespace

template <>
struct ListKind<Contact> {
  static const ListShape& Shape() {
    static const std::vector<FieldInfo> fields = [] {
      std::vector<FieldInfo> infos;
      for (const ContactField& field : kContactFields) infos.push_back(field.info);
      return infos;
    }();
    static const ListShape shape{domain::RecordKind::kContact, "contacts", fields, kContactRules};
    return shape;
  }
  static FieldValue ValueOf(const Listed<Contact>& listed, size_t field) { return kContactFields[field].value(listed); }
  static absl::StatusOr<Contact> Get(store::Reader& reader, std::string_view id) { return reader.GetContact(id); }

  static absl::Status Prepare(const Snapshot& snapshot, store::Reader& reader, std::string_view filter,
                              BoundTerm& term) {
    const std::string_view field = kContactFields[term.field].info.name;
    if (field == "account") return ResolveNames(reader, domain::RecordKind::kAccount, filter, term);
    if (field == "phone") return PreparePhone(snapshot, filter, term);
    return ForEachText(term, [&](std::string& value, size_t at) -> absl::Status {
      if (field == "email") {
        std::string email = domain::NormalizeEmail(value);
        if (email.empty()) {
          return FilterError(filter, at, fmt::format("{} is no address of mail", Quoted(value)));
        }
        value = std::move(email);
      }
      if (field != "status") return absl::OkStatus();
      const std::string unknown = KnownValues(snapshot, reader).UnknownStatus(value);
      return unknown.empty() ? absl::OkStatus() : FilterError(filter, at, unknown);
    });
  }

  static absl::StatusOr<std::vector<std::string>> IdsOfKey(const Snapshot& snapshot, store::Reader& reader,
                                                           std::string_view filter, const BoundTerm& term) {
    const domain::MatchPolicy& policy = MatchingOf(snapshot);
    const std::string_view field = kContactFields[term.field].info.name;
    const BlockingKey kind = field == "email" ? BlockingKey::kEmail : BlockingKey::kPhone;
    if (!MakesKey(policy.contact_keys, kind)) {
      return FilterError(filter, term.at,
                         fmt::format("the packs do not match people by {0}, so that nobody is found by it; add {0} to "
                                     "the keys of matching",
                                     field));
    }
    std::vector<std::string> ids;
    for (const FieldValue& value : term.values) {
      ASSIGN_OR_RETURN(const auto keys, KeysOfPerson(reader, policy, kind, std::get<std::string>(value)));
      for (const std::string& key : keys) {
        ASSIGN_OR_RETURN(const auto more, reader.RecordsOfKey(domain::RecordKind::kContact, key));
        if (more.size() >= store::Reader::kMostRecordsOfKey) {
          return FilterError(filter, term.at, fmt::format("so many people have this {} that it finds none", field));
        }
        ids.insert(ids.end(), more.begin(), more.end());
      }
    }
    return ids;
  }
};

absl::StatusOr<ListPage<Contact>> ListContacts(const EngineOptions& options, const CallContext& context,
                                               const ListRequest& request, const Fits<Contact>& fits) {
  return ListRecords<Contact>(options, context, request, fits);
}

}  // namespace leadline::engine
