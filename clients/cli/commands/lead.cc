// leadline lead get|list|update
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/lead_pages.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

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

void ShowLead(Session& session, const v1::Lead& lead) {
  Table table({{""}, {"", Table::Align::kWrap}});
  auto add = [&](const char* label, const std::string& value) {
    if (!value.empty()) table.Add({label, value});
  };
  add("lead", lead.name());
  add("merged into", lead.merged_into());
  add("account", lead.account());
  for (const auto& contact : lead.contacts()) add("contact", fmt::format("{} ({})", contact.contact(), contact.role()));
  add("status", fmt::format("{} since {}", lead.status(), FormatMinute(ToTime(lead.status_time()))));
  add("disposition", lead.disposition());
  add("score", FormatScore(lead.score()));
  add("assignee", lead.assignee().empty() ? "nobody" : lead.assignee());
  if (!lead.hold_queue().empty()) {
    add("queue", fmt::format("{} since {}{}", lead.hold_queue(), FormatMinute(ToTime(lead.hold_time())),
                             lead.hold_rule().empty() ? ": no route had a rep for it" : " by " + lead.hold_rule()));
  }
  if (lead.has_sla()) {
    add("service level", fmt::format("{}, {}, due {}", lead.sla().sla_id(), SlaStateName(lead.sla().state()),
                                     FormatMinute(ToTime(lead.sla().due_time()))));
  }
  const v1::Meaning& meaning = lead.meaning();
  const v1::Meaning& regional = lead.regional_meaning();
  add("seniority", Meant(meaning.seniority(), "", lead, regional.seniority()));
  add("department", Meant(meaning.department(), "", lead, regional.department()));
  add("industry", Meant(meaning.industry(), "", lead, regional.industry()));
  add("source", Meant(meaning.source(), lead.source(), lead, regional.source()));
  add("region", lead.region());
  add("country", lead.country());
  add("language", Meant(meaning.language(), lead.language(), lead, regional.language()));
  for (const auto& product : lead.products()) add("product", product);
  if (lead.has_value()) add("value", FormatMoney(lead.value()));
  if (lead.probability() != 0) add("probability", FormatPercent(lead.probability()));
  if (lead.purchased()) add("bought list", "yes");
  std::map<std::string, std::string> attributes;
  for (const auto& [key, value] : lead.attributes()) attributes[key] = FormatAttribute(value);
  for (const auto& [key, value] : attributes) add("attribute", fmt::format("{} = {}", key, value));
  add("activities", lead.activity_count() == 0 ? "0"
                                               : fmt::format("{}, latest {}", lead.activity_count(),
                                                             FormatMinute(ToTime(lead.last_activity_time()))));
  add("created", FormatMinute(ToTime(lead.create_time())));
  add("changed", FormatMinute(ToTime(lead.update_time())));
  add("etag", lead.etag());
  session.Print(table);
}

struct ListFlags {
  v1::ListLeadsRequest request;
  std::string page_token;
  int limit = 50;
  std::string status, region, assignee, source, queue;
};

int ListLeads(Session& session, const ListFlags& flags) {
  v1::ListLeadsRequest request;
  request.set_status(flags.status);
  request.set_region(flags.region);
  request.set_assignee(InKind("reps", flags.assignee));
  request.set_source(flags.source);
  request.set_hold_queue(flags.queue);
  request.set_page_token(flags.page_token);
  Table table(
      {{"Lead"}, {"Status"}, {"Score", Table::Align::kRight}, {"Source"}, {"Region"}, {"Assignee"}, {"Created"}});
  const LeadPages pages = ForEachLead(session, lead_service::kListLeads, request, flags.limit, [&](const auto& lead) {
    table.Add({lead.name(), lead.status(), FormatPoints(lead.score().total()),
               lead.meaning().source().empty() ? lead.source() : lead.meaning().source(), lead.region(),
               IdOf(lead.assignee()), FormatMinute(ToTime(lead.create_time()))});
  });
  if (pages.exit_code != kExitOk) return pages.exit_code;
  if (session.json()) return kExitOk;
  session.Print(table);
  session.Print(fmt::format("\n{}{}\n", Counted(pages.shown, "lead"), pages.next.empty() ? "" : "; there are more:"));
  if (!pages.next.empty()) session.Print(fmt::format("  --page-token {}\n", pages.next));
  return kExitOk;
}

absl::Status SetField(std::string_view assignment, v1::UpdateLeadRequest& request) {
  size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format("\"{}\" is not a change; write field=value", assignment));
  }
  std::string field(assignment.substr(0, equals));
  std::string value(assignment.substr(equals + 1));
  v1::Lead& lead = *request.mutable_lead();
  constexpr std::string_view kAttributes = "attributes.";
  if (field.starts_with(kAttributes)) {
    std::string key;
    v1::AttributeValue attribute;
    // Nothing after the sign unsets the attribute: it stands in the mask and not in the lead.
    RETURN_IF_ERROR(ParseAttribute(assignment.substr(kAttributes.size()), key, attribute));
    if (!value.empty()) (*lead.mutable_attributes())[key] = attribute;
  } else if (field == "products") {
    for (size_t begin = 0; begin <= value.size() && !value.empty();) {
      size_t end = std::min(value.find(',', begin), value.size());
      if (end > begin) lead.add_products(value.substr(begin, end - begin));
      begin = end + 1;
    }
  } else if (field == "value") {
    if (!value.empty()) {
      ASSIGN_OR_RETURN(*lead.mutable_value(), ParseMoney(value));
    }
  } else if (field == "probability") {
    char* end = nullptr;
    lead.set_probability(std::strtod(value.c_str(), &end));
    if (value.empty() || *end != '\0') {
      return absl::InvalidArgumentError(fmt::format("probability \"{}\" is not a number from 0 to 1", value));
    }
  } else if (field == "account") {
    lead.set_account(InKind("accounts", value));
  } else if (field == "source") {
    lead.set_source(value);
  } else if (field == "region") {
    lead.set_region(value);
  } else if (field == "country") {
    lead.set_country(value);
  } else if (field == "language") {
    lead.set_language(value);
  } else {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" cannot be set here; there are account, source, region, country, language, products, value, "
                    "probability, attributes.NAME, and --contact for contacts",
                    field));
  }
  request.mutable_update_mask()->add_paths(field);
  return absl::OkStatus();
}

struct UpdateFlags {
  std::string name, etag, request_id;
  std::vector<std::string> changes, contacts;
};

int UpdateLead(Session& session, const UpdateFlags& flags) {
  v1::UpdateLeadRequest request;
  request.mutable_lead()->set_name(InKind("leads", flags.name));
  request.mutable_lead()->set_etag(flags.etag);
  request.set_request_id(flags.request_id);
  for (const auto& change : flags.changes) {
    if (absl::Status set = SetField(change, request); !set.ok()) return session.Fail(set);
  }
  for (const auto& contact : flags.contacts) {
    size_t equals = contact.find('=');
    auto& added = *request.mutable_lead()->add_contacts();
    added.set_contact(InKind("contacts", contact.substr(0, equals)));
    added.set_role(equals == std::string::npos ? "" : contact.substr(equals + 1));
  }
  if (!flags.contacts.empty()) request.mutable_update_mask()->add_paths("contacts");
  return session.Run(lead_service::kUpdateLead, request, [&](const v1::Lead& lead) { ShowLead(session, lead); });
}

}  // namespace

void AddLeadCommands(Command root) {
  Command group = root.AddGroup("lead", "Look at leads and change them");

  auto name = std::make_shared<std::string>();
  Command get =
      group.AddCommand("get", "One lead", "Example:\n  leadline lead get leads/0198f2a4-...", [name](Session& session) {
        v1::GetLeadRequest request;
        request.set_name(InKind("leads", *name));
        return session.Run(lead_service::kGetLead, request, [&](const v1::Lead& lead) { ShowLead(session, lead); });
      });
  get.AddOption("lead", *name, "leads/ID").Required();

  auto list_flags = std::make_shared<ListFlags>();
  Command list = group.AddCommand(
      "list", "Leads, newest first",
      "Examples:\n  leadline lead list --status mql --region emea\n  leadline lead list --assignee reps/ana "
      "--limit 500\n  leadline lead list -o json   one ListLeadsResponse a line",
      [list_flags](Session& session) { return ListLeads(session, *list_flags); });
  list.AddOption("--status", list_flags->status, "Only leads in this status");
  list.AddOption("--region", list_flags->region, "Only leads of this region");
  list.AddOption("--assignee", list_flags->assignee, "Only leads that this rep works");
  list.AddOption("--source", list_flags->source, "Only leads from this source, as the packs mean it");
  list.AddOption("--queue", list_flags->queue, "Only leads that wait in this hold queue, the longest waiting first");
  list.AddOption("--limit", list_flags->limit, "At most this many").Positive().ShowDefault();
  list.AddOption("--page-token", list_flags->page_token, "Go on where an earlier list ended");

  auto update_flags = std::make_shared<UpdateFlags>();
  Command update = group.AddCommand(
      "update", "Change fields of a lead",
      "Examples:\n  leadline lead update leads/ID --set \"value=25000 EUR\" --set probability=0.4\n"
      "  leadline lead update leads/ID --set attributes.budget=approved --etag 3\n"
      "  leadline lead update leads/ID --set products=platform,analytics\n"
      "  leadline lead update leads/ID --contact contacts/A=enquirer --contact contacts/B=decision_maker\n"
      "Nothing after the = unsets a field.",
      [update_flags](Session& session) { return UpdateLead(session, *update_flags); });
  update.AddOption("lead", update_flags->name, "leads/ID").Required();
  update.AddOption("--set", update_flags->changes, "field=value; may be repeated").OneValueEach();
  update.AddOption("--contact", update_flags->contacts, "The whole buying group, contacts/ID=role; may be repeated")
      .OneValueEach();
  update.AddOption("--etag", update_flags->etag, "Refuse when the lead has changed since");
  update.AddOption("--request-id", update_flags->request_id, "Names the request, so that a repeat acts once");
}

}  // namespace leadline::cli
