// Lists of accounts.
#include <array>

#include "base/suggestion.h"
#include "domain/internet.h"
#include "domain/matching.h"
#include "engine/listing/id_time.h"
#include "engine/listing/known_values.h"
#include "engine/listing/page.h"

namespace leadline::engine {
namespace {

using domain::Account;

struct AccountField {
  FieldInfo info;
  FieldValue (*value)(const Listed<Account>&);
};

const std::array kAccountFields = {
    AccountField{{"domain"}, [](const Listed<Account>& l) { return FieldValue(l.record.domain); }},
    AccountField{{"country"}, [](const Listed<Account>& l) { return FieldValue(l.record.country); }},
    AccountField{{"region"}, [](const Listed<Account>& l) { return FieldValue(l.record.region); }},
    AccountField{{"owner", FieldType::kName, "reps/"},
                 [](const Listed<Account>& l) { return FieldValue(l.record.owner); }},
    AccountField{
        {"score", FieldType::kNumber, "", true},
        [](const Listed<Account>& l) { return l.record.score ? FieldValue(l.record.score->total) : FieldValue(); }},
    AccountField{{"create_time", FieldType::kTime, "", true},
                 [](const Listed<Account>& l) { return FieldValue(domain::Moment{CreateTimeOf(l.record.id)}); }},
    AccountField{{"update_time", FieldType::kTime, "", true},
                 [](const Listed<Account>& l) { return FieldValue(domain::Moment{l.record.updated_at}); }},
    AccountField{{"change_position", FieldType::kPosition, "", true},
                 [](const Listed<Account>& l) { return FieldValue(static_cast<double>(l.change_position)); }},
};

constexpr std::array kAccountRules = {IndexRule{.field = "domain", .key = true}};

}  // namespace

template <>
struct ListKind<Account> {
  static const ListShape& Shape() {
    static const std::vector<FieldInfo> fields = [] {
      std::vector<FieldInfo> infos;
      for (const AccountField& field : kAccountFields) infos.push_back(field.info);
      return infos;
    }();
    static const ListShape shape{domain::RecordKind::kAccount, "accounts", fields, kAccountRules};
    return shape;
  }
  static FieldValue ValueOf(const Listed<Account>& listed, size_t field) { return kAccountFields[field].value(listed); }
  static absl::StatusOr<Account> Get(store::Reader& reader, std::string_view id) { return reader.GetAccount(id); }

  static absl::Status Prepare(const Snapshot& snapshot, store::Reader& reader, std::string_view filter,
                              BoundTerm& term) {
    const std::string_view field = kAccountFields[term.field].info.name;
    return ForEachText(term, [&](std::string& value, size_t at) -> absl::Status {
      if (field == "domain") {
        std::string registrable = domain::RegistrableDomain(value);
        if (registrable.empty()) {
          return FilterError(filter, at, fmt::format("{} is no domain; write one such as acme.com", Quoted(value)));
        }
        value = std::move(registrable);
      }
      // Regions and reps are those of leads.
      KnownValues known(snapshot, reader);
      const std::string_view known_as = field == "owner" ? "assignee" : field;
      ASSIGN_OR_RETURN(const std::string unknown, known.Unknown(known_as, value));
      return unknown.empty() ? absl::OkStatus() : FilterError(filter, at, unknown);
    });
  }

  static absl::StatusOr<std::vector<std::string>> IdsOfKey(const Snapshot& snapshot, store::Reader& reader,
                                                           std::string_view filter, const BoundTerm& term) {
    const domain::MatchPolicy& policy = snapshot.rules->ForRegion("").matching;
    const auto& kinds = policy.account_keys;
    if (std::find(kinds.begin(), kinds.end(), domain::BlockingKey::kAccountDomain) == kinds.end()) {
      return FilterError(filter, term.at,
                         "the packs do not match companies by domain, so that none is found by it; add domain to the "
                         "keys of matching");
    }
    domain::MatchPolicy only;
    only.identity = policy.identity;
    only.account_keys = {domain::BlockingKey::kAccountDomain};
    std::vector<std::string> ids;
    for (const FieldValue& value : term.values) {
      const Account company{.domain = std::get<std::string>(value)};
      const std::vector<std::string> keys = domain::AccountKeys(only, company);
      if (keys.empty()) {
        return FilterError(
            filter, term.at,
            fmt::format("{} gives mail to everybody; no company is found by it", Quoted(company.domain)));
      }
      ASSIGN_OR_RETURN(const auto more, reader.RecordsOfKey(domain::RecordKind::kAccount, keys.front()));
      if (more.size() >= store::Reader::kMostRecordsOfKey) {
        return FilterError(filter, term.at, "so many companies have this domain that it finds none");
      }
      ids.insert(ids.end(), more.begin(), more.end());
    }
    return ids;
  }
};

absl::StatusOr<ListPage<Account>> ListAccounts(const EngineOptions& options, const CallContext& context,
                                               const ListRequest& request, const Fits<Account>& fits) {
  return ListRecords<Account>(options, context, request, fits);
}

}  // namespace leadline::engine
