// Lists of leads.
#include <array>

#include "engine/listing/id_time.h"
#include "engine/listing/known_values.h"
#include "engine/listing/names.h"
#include "engine/listing/page.h"

namespace leadline::engine {
namespace {

using By = store::IdScan::By;
using domain::Lead;
using domain::Moment;
using LeadValue = FieldValue (*)(const Listed<Lead>&);

FieldValue TimeValue(Time time) { return time == 0 ? FieldValue() : FieldValue(Moment{time}); }

struct LeadField {
  FieldInfo info;
  LeadValue value;
};

const std::array kLeadFields = {
    LeadField{{"status"}, [](const Listed<Lead>& l) { return FieldValue(l.record.status); }},
    LeadField{{"region"}, [](const Listed<Lead>& l) { return FieldValue(l.record.region); }},
    LeadField{{"assignee", FieldType::kName, "reps/"},
              [](const Listed<Lead>& l) { return FieldValue(l.record.assignee); }},
    LeadField{{"hold_queue", FieldType::kName, "queues/"},
              [](const Listed<Lead>& l) { return FieldValue(l.record.hold_queue); }},
    LeadField{{"account", FieldType::kName, "accounts/"},
              [](const Listed<Lead>& l) { return FieldValue(l.record.account_id); }},
    LeadField{{"contact", FieldType::kName, "contacts/"},
              [](const Listed<Lead>& l) {
                std::vector<std::string> ids;
                for (const domain::ContactRole& role : l.record.contacts) ids.push_back(role.contact_id);
                return FieldValue(std::move(ids));
              }},
    LeadField{{"source"},
              [](const Listed<Lead>& l) {
                return FieldValue(domain::Meant(l.record.meaning.central.source, l.record.source));
              }},
    LeadField{{"product"}, [](const Listed<Lead>& l) { return FieldValue(l.record.products); }},
    LeadField{{"attributes.external_id"},
              [](const Listed<Lead>& l) {
                const auto found = l.record.attributes.find(store::kExternalId);
                return found == l.record.attributes.end() ? FieldValue() : found->second;
              }},
    LeadField{{"score", FieldType::kNumber, "", true},
              [](const Listed<Lead>& l) { return FieldValue(store::ListedScore(l.record)); }},
    LeadField{{"create_time", FieldType::kTime, "", true},
              [](const Listed<Lead>& l) { return FieldValue(Moment{CreateTimeOf(l.record.id)}); }},
    LeadField{{"update_time", FieldType::kTime, "", true},
              [](const Listed<Lead>& l) { return TimeValue(l.record.updated_at); }},
    LeadField{{"enquiry_time", FieldType::kTime, "", true},
              [](const Listed<Lead>& l) { return TimeValue(l.record.created_at); }},
    LeadField{{"due_time", FieldType::kTime, "", true},
              [](const Listed<Lead>& l) {
                return l.record.sla && l.record.sla->open() ? TimeValue(l.record.sla->due) : FieldValue();
              }},
    LeadField{{"hold_time", FieldType::kTime, "", true},
              [](const Listed<Lead>& l) { return TimeValue(l.record.held_since); }},
    LeadField{{"change_position", FieldType::kPosition, "", true},
              [](const Listed<Lead>& l) { return FieldValue(static_cast<double>(l.change_position)); }},
};

constexpr std::array kLeadRules = {
    IndexRule{.field = "attributes.external_id", .key = true},
    IndexRule{"contact", By::kContact, "create_time", true},
    IndexRule{"account", By::kAccount, "create_time", true},
    IndexRule{"assignee", By::kAssignee, "create_time", true},
    IndexRule{"hold_queue", By::kQueueByHold, "hold_time", true},
    IndexRule{"status", By::kStatusByScore, "score"},
    IndexRule{"status", By::kStatus, "create_time"},
    IndexRule{"region", By::kRegion, "create_time"},
};

}  // namespace

template <>
struct ListKind<Lead> {
  static const ListShape& Shape() {
    static const std::vector<FieldInfo> fields = [] {
      std::vector<FieldInfo> infos;
      for (const LeadField& field : kLeadFields) infos.push_back(field.info);
      return infos;
    }();
    static const ListShape shape{domain::RecordKind::kLead, "leads", fields, kLeadRules};
    return shape;
  }
  static FieldValue ValueOf(const Listed<Lead>& listed, size_t field) { return kLeadFields[field].value(listed); }
  static absl::StatusOr<Lead> Get(store::Reader& reader, std::string_view id) { return reader.GetLead(id); }

  static absl::Status Prepare(const Snapshot& snapshot, store::Reader& reader, std::string_view filter,
                              BoundTerm& term) {
    const std::string_view field = kLeadFields[term.field].info.name;
    if (field == "account") return ResolveNames(reader, domain::RecordKind::kAccount, filter, term);
    if (field == "contact") return ResolveNames(reader, domain::RecordKind::kContact, filter, term);
    if (field == "product") return absl::OkStatus();  // what packs do not list would be looked for in all leads
    KnownValues known(snapshot, reader);
    return ForEachText(term, [&](const std::string& value, size_t at) -> absl::Status {
      ASSIGN_OR_RETURN(const std::string unknown, known.Unknown(field, value));
      return unknown.empty() ? absl::OkStatus() : FilterError(filter, at, unknown);
    });
  }

  static absl::StatusOr<std::vector<std::string>> IdsOfKey(const Snapshot&, store::Reader& reader,
                                                           std::string_view filter, const BoundTerm& term) {
    std::vector<std::string> ids;
    for (const FieldValue& value : term.values) {
      const std::string& external_id = std::get<std::string>(value);
      ASSIGN_OR_RETURN(const auto more,
                       reader.RecordsOfKey(domain::RecordKind::kLead, store::ExternalIdKey(external_id)));
      if (more.size() >= store::Reader::kMostRecordsOfKey) {
        return FilterError(filter, term.at, "so many leads have this external_id that it finds none of them");
      }
      ids.insert(ids.end(), more.begin(), more.end());
    }
    return ids;
  }
};

absl::StatusOr<ListPage<Lead>> ListLeads(const EngineOptions& options, const CallContext& context,
                                         const ListRequest& request, const Fits<Lead>& fits) {
  return ListRecords<Lead>(options, context, request, fits);
}

}  // namespace leadline::engine
