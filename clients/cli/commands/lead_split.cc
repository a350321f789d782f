// leadline lead split
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/tables/record_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct SplitFlags : ChangeFlags {
  std::string lead, value, remaining_value, reason;
  std::vector<std::string> products, contacts, leaving;
  double probability = 0;
};

absl::StatusOr<v1::SplitLeadRequest> RequestOf(const SplitFlags& flags) {
  v1::SplitLeadRequest request;
  request.set_name(InKind("leads", flags.lead));
  for (const std::string& product : flags.products) request.add_products(product);
  for (const std::string& contact : flags.contacts) {
    const size_t equals = contact.find('=');
    v1::LeadContact& added = *request.add_contacts();
    added.set_contact(InKind("contacts", contact.substr(0, equals)));
    added.set_role(equals == std::string::npos ? "" : contact.substr(equals + 1));
  }
  for (const std::string& contact : flags.leaving) request.add_leaving_contacts(InKind("contacts", contact));
  if (!flags.value.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_value(), ParseMoney(flags.value));
  }
  if (!flags.remaining_value.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_remaining_value(), ParseMoney(flags.remaining_value));
  }
  request.set_probability(flags.probability);
  request.set_reason(flags.reason);
  return request;
}

int SplitLead(Session& session, const SplitFlags& flags) {
  absl::StatusOr<v1::SplitLeadRequest> request = RequestOf(flags);
  if (!request.ok()) return session.Fail(request.status());
  return RunChange(session, lead_service::kSplitLead, flags, *request, [&](const v1::SplitLeadResponse& response) {
    session.Print("The lead as it goes on\n");
    session.Print(TableOfRecord(response.lead()));
    session.Print("\nThe new one\n");
    session.Print(TableOfRecord(response.new_lead()));
  });
}

}  // namespace

void AddSplitCommand(Command group) {
  auto flags = std::make_shared<SplitFlags>();
  Command split = group.AddCommand(
      "split", "Make another lead of a part of one: a deal that turned out to be two",
      "Examples:\n  leadline lead split leads/ID --product suite --reason \"two sites buy apart\"\n"
      "  leadline lead split leads/ID --product suite --contact contacts/B=decision_maker --leaving contacts/B \\\n"
      "    --value \"30000 EUR\" --remaining-value \"20000 EUR\" --reason \"the plant in Lyon decides for itself\"\n"
      "The new lead is where the other one is: status, rep or queue, service levels. What had happened by then is the\n"
      "past of both. leadline merge makes one of two.",
      [flags](Session& session) { return SplitLead(session, *flags); });
  split.AddOption("lead", flags->lead, "leads/ID").Required();
  split.AddOption("--product", flags->products, "A product that leaves the lead for the new one; may be repeated")
      .OneValueEach();
  split
      .AddOption("--contact", flags->contacts,
                 "A person of the lead who is the new one's, too: contacts/ID or contacts/ID=role; the first is its "
                 "enquirer; may be repeated. All without it")
      .OneValueEach();
  split.AddOption("--leaving", flags->leaving, "Of these, contacts/ID who leaves the lead; may be repeated")
      .OneValueEach();
  split.AddOption("--value", flags->value, "What the new deal is worth, such as \"30000 EUR\"");
  split.AddOption("--probability", flags->probability, "Probability of winning it, 0 to 1");
  split.AddOption("--remaining-value", flags->remaining_value,
                  "What the lead is worth from here on; as before without it");
  split.AddOption("--reason", flags->reason, "Why").Required();
  AddChangeOptions<v1::SplitLeadRequest>(split, *flags);
}

}  // namespace leadline::cli
