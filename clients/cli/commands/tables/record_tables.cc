#include "cli/commands/tables/record_tables.h"

#include <fmt/format.h>

#include <map>

#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

// Adds rows with a value.
class Rows {
 public:
  explicit Rows(Table& table) : table_(table) {}
  void operator()(const char* label, const std::string& value) const {
    if (!value.empty()) table_.Add({label, value});
  }
  void Attributes(const google::protobuf::Map<std::string, v1::AttributeValue>& attributes) const {
    std::map<std::string, std::string> sorted;
    for (const auto& [key, value] : attributes) sorted[key] = FormatAttribute(value);
    for (const auto& [key, value] : sorted) (*this)("attribute", fmt::format("{} = {}", key, value));
  }
  // Of any record.
  template <typename Record>
  void End(const Record& record) const {
    (*this)("enquiry made", MinuteOf(EnquiryTimeOf(record)));
    (*this)("created", MinuteOf(record.create_time()));
    (*this)("changed", MinuteOf(record.update_time()));
    if (record.change_position() > 0) (*this)("ledger position", WithThousands(record.change_position()));
    (*this)("etag", record.etag());
  }

 private:
  template <typename Record>
  static const google::protobuf::Timestamp& EnquiryTimeOf(const Record& record) {
    if constexpr (requires { record.enquiry_time(); }) {
      return record.enquiry_time();
    } else {
      return record.first_enquiry_time();
    }
  }

  Table& table_;
};

// "manager"; "trade_fair (given: Messe)"; and where the region has it otherwise.
std::string Meant(const std::string& central, const std::string& given, const v1::Lead& lead,
                  const std::string& regional) {
  std::string out = central.empty() ? given : central;
  if (!central.empty() && !given.empty()) out += fmt::format(" (given: {})", given);
  if (lead.has_regional_meaning() && regional != central) {
    out += fmt::format("{}by the region's table, not accepted by the centre: {}", out.empty() ? "" : "; ",
                       regional.empty() ? "as given" : regional);
  }
  return out;
}

void AddStatus(const Rows& add, const auto& record) {
  if (record.status().empty()) return;
  add("status", fmt::format("{} since {}", record.status(), MinuteOf(record.status_time())));
  add("decided next", MinuteOf(record.next_decision_time()));
  add("disposition", record.disposition());
}

void AddWork(const Rows& add, const v1::Lead& lead) {
  add("assignee", lead.assignee().empty() ? "nobody" : lead.assignee());
  if (!lead.hold_queue().empty()) {
    add("queue", fmt::format("{} since {}{}", IdOf(lead.hold_queue()), MinuteOf(lead.hold_time()),
                             lead.hold_rule().empty() ? ": no route had a rep for it" : " by " + lead.hold_rule()));
  }
  for (const v1::SlaClock& clock : lead.sla_clocks()) {
    add("service level", DescribeClock(clock));
  }
}

void AddMeaning(const Rows& add, const v1::Lead& lead) {
  const v1::Meaning& meaning = lead.meaning();
  const v1::Meaning& regional = lead.regional_meaning();
  add("seniority", Meant(meaning.seniority(), "", lead, regional.seniority()));
  add("department", Meant(meaning.department(), "", lead, regional.department()));
  add("industry", Meant(meaning.industry(), "", lead, regional.industry()));
  add("source", Meant(meaning.source(), lead.source(), lead, regional.source()));
  add("region", lead.region());
  add("territory", lead.territory());
  add("country", lead.country());
  add("language", Meant(meaning.language(), lead.language(), lead, regional.language()));
}

void AddProspects(const Rows& add, const v1::Lead& lead) {
  if (lead.has_win_probability()) {
    const bool estimated = lead.probability() != 0 && lead.probability() == lead.win_probability();
    add("win probability",
        fmt::format("{} ({})", FormatPercent(lead.win_probability()), estimated ? "estimated" : "of its status"));
  } else if (lead.probability() != 0) {
    add("win probability", FormatPercent(lead.probability()));
  }
  if (lead.has_weighted_value()) add("weighted value", FormatMoney(lead.weighted_value()));
  if (!lead.has_buying_group()) return;
  std::string missing;
  for (const v1::BuyingGroupRole& role : lead.buying_group().roles()) {
    const int64_t lacking = role.wanted_count() - role.present_count();
    if (lacking <= 0) continue;
    missing += fmt::format("{}{}", missing.empty() ? "" : ", ", role.role());
    if (lacking > 1) missing += fmt::format(" ({})", lacking);
  }
  add("buying group", fmt::format("{}{}", FormatPercent(lead.buying_group().completeness()),
                                  missing.empty() ? "" : "; missing: " + missing));
}

}  // namespace

std::string MinuteOf(const google::protobuf::Timestamp& time) {
  return time.seconds() == 0 && time.nanos() == 0 ? "" : FormatMinute(ToTime(time));
}

Table RecordTable() { return Table({{""}, {"", Table::Align::kWrap}}); }

void AddRows(Table& table, const v1::Lead& lead) {
  const Rows add(table);
  add("lead", lead.name());
  add("merged into", lead.merged_into());
  if (!lead.original_lead().empty()) {
    add("split off", fmt::format("{}, {}", lead.original_lead(), MinuteOf(lead.split_time())));
  }
  add("account", lead.account());
  for (const auto& contact : lead.contacts()) add("contact", fmt::format("{} ({})", contact.contact(), contact.role()));
  AddStatus(add, lead);
  add("score", FormatScore(lead.score()));
  AddWork(add, lead);
  AddMeaning(add, lead);
  for (const auto& product : lead.products()) add("product", product);
  if (lead.has_value()) add("value", FormatMoney(lead.value()));
  AddProspects(add, lead);
  if (lead.purchased()) add("bought list", "yes");
  add.Attributes(lead.attributes());
  add("activities", lead.activity_count() == 0
                        ? "0"
                        : fmt::format("{}, latest {}", lead.activity_count(), MinuteOf(lead.last_activity_time())));
  add.End(lead);
}

void AddRows(Table& table, const v1::Contact& contact) {
  const Rows add(table);
  add("contact", contact.name());
  add("merged into", contact.merged_into());
  add("erased", MinuteOf(contact.erase_time()));
  const bool both = !contact.given_name().empty() && !contact.family_name().empty();
  add("name", fmt::format("{}{}{}", contact.given_name(), both ? " " : "", contact.family_name()));
  add("email", contact.email());
  add("phone", contact.phone());
  add("title", contact.title());
  add("seniority", contact.seniority());
  add("account", contact.account());
  AddStatus(add, contact);
  if (contact.has_score()) add("score", FormatScore(contact.score()));
  add("marketable", contact.marketable() ? "yes" : "no: " + contact.not_marketable_reason());
  add("region", contact.region());
  add("country", contact.country());
  add("language", contact.language());
  add.Attributes(contact.attributes());
  add.End(contact);
}

void AddRows(Table& table, const v1::Account& account) {
  const Rows add(table);
  add("account", account.name());
  add("merged into", account.merged_into());
  add("name", account.display_name());
  add("domain", account.domain());
  add("country", account.country());
  add("region", account.region());
  add("industry", account.industry());
  if (account.employee_count() > 0) add("employees", WithThousands(account.employee_count()));
  add("owner", account.owner());
  add("score", account.has_score() ? FormatAccountScore(account.score()) : "");
  add("interested in", FormatInterests(account.score()));
  add.Attributes(account.attributes());
  add.End(account);
}

void AddRows(Table& table, const v1::Rep& rep) {
  const Rows add(table);
  add("rep", rep.name());
  add("name", rep.display_name());
  add("team", rep.team());
  add("region", rep.region());
  add("takes leads", rep.available()
                         ? "yes"
                         : "away" + (rep.has_return_time() ? " until " + MinuteOf(rep.return_time()) : std::string()));
  add("planned to be away", FormatAbsences(rep.absences()));
  add("leads in work", fmt::format("{} of {}", WithThousands(rep.open_lead_count()),
                                   rep.capacity() == 0 ? "any number" : WithThousands(rep.capacity())));
  add("most an hour", rep.max_hourly_lead_count() == 0 ? "" : WithThousands(rep.max_hourly_lead_count()));
  add("most in 24 hours", rep.max_daily_lead_count() == 0 ? "" : WithThousands(rep.max_daily_lead_count()));
  add("weight", FormatPoints(rep.weight()));
  add("etag", rep.etag());
}

}  // namespace leadline::cli
