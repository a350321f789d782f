// leadline submit
#include <fmt/format.h>

#include "base/status_macros.h"
#include "cli/commands/batch_file.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/request_input.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kSubmitTeaching[] = R"(Examples:
  leadline submit --given-name Ana --family-name Silva --email ana.silva@acme.example \
      --company "Acme Lda" --title "Gerente de Compras" --country PT --source web_form \
      --activity website/high/contact_me
  leadline submit --json enquiry.json         an Enquiry in protobuf's JSON mapping; "-" reads the standard input
  leadline submit ... --validate-only         decides and shows, stores nothing
  leadline submit ... --request-id form-8812  a repeat of the same request acts once
  leadline submit --batch enquiries.jsonl     many at once, one SubmitEnquiryRequest a line; exit code 1 if one failed

An activity is channel/investment/response, with @TIME and #PRODUCT where they matter:
  --activity "event/high/attend@2026-03-01#analytics"
An attribute is key=value: true, false and numbers are understood; "quoted" is text.)";

struct SubmitFlags : ChangeFlags {
  std::string json, given_name, family_name, email, phone, title, language, country;
  std::string company, domain, industry, role, source, region, value, time, batch;
  int64_t employees = 0;
  bool purchased = false, explain = false;
  std::vector<std::string> products, activities, attributes;
};

absl::Status FillEnquiry(const SubmitFlags& flags, Time now, v1::Enquiry& enquiry) {
  auto& contact = *enquiry.mutable_contact();
  contact.set_given_name(flags.given_name);
  contact.set_family_name(flags.family_name);
  contact.set_email(flags.email);
  contact.set_phone(flags.phone);
  contact.set_title(flags.title);
  contact.set_language(flags.language);
  contact.set_country(flags.country);
  auto& account = *enquiry.mutable_account();
  account.set_display_name(flags.company);
  account.set_domain(flags.domain);
  account.set_industry(flags.industry);
  account.set_employee_count(flags.employees);
  account.set_country(flags.country);
  enquiry.set_role(flags.role);
  enquiry.set_source(flags.source);
  enquiry.set_region(flags.region);
  enquiry.set_language(flags.language);
  enquiry.set_purchased(flags.purchased);
  for (const auto& product : flags.products) enquiry.add_products(product);
  for (const auto& activity : flags.activities) {
    RETURN_IF_ERROR(ParseActivity(activity, now, *enquiry.add_activities()));
  }
  for (const auto& attribute : flags.attributes) {
    std::string key;
    v1::AttributeValue value;
    RETURN_IF_ERROR(ParseAttribute(attribute, key, value));
    (*enquiry.mutable_attributes())[key] = value;
  }
  if (!flags.value.empty()) {
    ASSIGN_OR_RETURN(*enquiry.mutable_value(), ParseMoney(flags.value));
  }
  if (!flags.time.empty()) {
    ASSIGN_OR_RETURN(Time time, ParseMoment(flags.time, now));
    *enquiry.mutable_enquiry_time() = ToTimestamp(time);
  }
  return absl::OkStatus();
}

void ShowResult(Session& session, const v1::SubmitEnquiryResponse& response, bool explain) {
  const v1::Lead& lead = response.lead();
  if (response.replayed()) session.Print("This request was answered before; nothing changed.\n");
  Table table({{""}, {""}});
  table.Add({"lead", lead.name()});
  table.Add(
      {"contact", fmt::format("{} ({})", response.contact().name(), response.contact_created() ? "new" : "known")});
  if (!response.account().name().empty()) {
    table.Add(
        {"account", fmt::format("{} ({})", response.account().name(), response.account_created() ? "new" : "known")});
  }
  table.Add({"status", lead.status()});
  table.Add({"score", FormatScore(lead.score())});
  table.Add({"assignee", lead.assignee().empty() ? "nobody" : lead.assignee()});
  session.Print(table);
  session.Print("\n");
  session.Print(DecisionTable(response.decisions()));
  for (const auto& decision : response.decisions()) {
    if (!explain) break;
    session.Print(fmt::format("\n{} {}\n", KindName(decision.kind()), decision.outcome()));
    for (const std::string& line : ReasonLines(decision)) session.Print("  " + line + "\n");
  }
  session.Print(fmt::format("\nDecided with {}\n", DescribeSnapshot(response.snapshot())));
}

std::string DescribeSubmitted(const v1::SubmitEnquiryResponse& response) {
  const v1::Lead& lead = response.lead();
  return fmt::format("{}{}  status {}  score {}  {}", lead.name(), response.replayed() ? " (known already)" : "",
                     lead.status(), FormatPoints(lead.score().total()),
                     lead.assignee().empty() ? "nobody" : lead.assignee());
}

int Submit(Session& session, const SubmitFlags& flags) {
  if (!flags.batch.empty()) {
    return RunBatch(session, lead_service::kBatchSubmitEnquiries, flags.batch, flags, DescribeSubmitted);
  }
  v1::SubmitEnquiryRequest request;
  absl::Status filled = flags.json.empty() ? FillEnquiry(flags, session.Now(), *request.mutable_enquiry())
                                           : ReadJson(flags.json, *request.mutable_enquiry());
  if (!filled.ok()) return session.Fail(filled);
  if (flags.purchased) request.mutable_enquiry()->set_purchased(true);
  request.set_view(flags.explain ? v1::DECISION_VIEW_FULL : v1::DECISION_VIEW_BASIC);
  return RunChange(session, lead_service::kSubmitEnquiry, flags, request,
                   [&](const auto& response) { ShowResult(session, response, flags.explain); });
}

}  // namespace

void AddSubmitCommand(Command root) {
  auto flags = std::make_shared<SubmitFlags>();
  Command command = root.AddCommand("submit", "Take one enquiry in: match, score, set its status and route it",
                                    kSubmitTeaching, [flags](Session& session) { return Submit(session, *flags); });
  Option json = command.AddOption("--json", flags->json, "Read the Enquiry from this file; - is the standard input");
  command.AddOption("--batch", flags->batch, "Many requests, one JSON object a line; - is the standard input")
      .Excludes(json);
  command.AddOption("--given-name", flags->given_name, "Given name of who asks");
  command.AddOption("--family-name", flags->family_name, "Family name");
  command.AddOption("--email", flags->email, "Email address");
  command.AddOption("--phone", flags->phone, "Telephone number");
  command.AddOption("--title", flags->title, "Job title as given");
  command.AddOption("--language", flags->language, "Language, such as pt-BR");
  command.AddOption("--country", flags->country, "Country code, such as DE");
  command.AddOption("--company", flags->company, "Company's name");
  command.AddOption("--domain", flags->domain, "Company's internet domain");
  command.AddOption("--industry", flags->industry, "Company's industry");
  command.AddOption("--employees", flags->employees, "Company's number of employees").NotNegative();
  command.AddOption("--role", flags->role, "Role in the buying group; enquirer when not given");
  command.AddOption("--source", flags->source, "Where the enquiry came from; required");
  command.AddOption("--region", flags->region, "Sales region; from the country when not given");
  command.AddOption("--product", flags->products, "Product of interest; may be repeated");
  command.AddOption("--value", flags->value, "Expected value, such as \"12000 EUR\"");
  command.AddOption("--activity", flags->activities, "What the person did; may be repeated");
  command.AddOption("--attribute", flags->attributes, "Field that the schema declares, key=value; may be repeated");
  command.AddOption("--time", flags->time, "When the enquiry was made; now when not given");
  command.AddFlag("--purchased", flags->purchased, "From a bought list");
  command.AddFlag("--explain", flags->explain, "With each decision: the rules, and what they were based on");
  AddChangeOptions<v1::SubmitEnquiryRequest>(command, *flags);
}

}  // namespace leadline::cli
