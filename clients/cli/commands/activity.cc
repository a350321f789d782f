// leadline activity
#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {

void AddActivityCommand(Command root) {
  struct Flags {
    std::string lead, activity, contact, subject, id, request_id;
  };
  auto flags = std::make_shared<Flags>();
  Command command = root.AddCommand(
      "activity", "Record what somebody did; the lead is scored again",
      "Examples:\n  leadline activity leads/ID website/medium/download --subject \"Buyer's guide\"\n"
      "  leadline activity leads/ID \"event/high/attend@2026-03-01#analytics\" --id badge-4711",
      [flags](Session& session) {
        v1::RecordActivityRequest request;
        v1::Activity& activity = *request.mutable_activity();
        if (absl::Status parsed = ParseActivity(flags->activity, session.Now(), activity); !parsed.ok()) {
          return session.Fail(parsed);
        }
        activity.set_lead(InKind("leads", flags->lead));
        activity.set_contact(InKind("contacts", flags->contact));
        activity.set_subject(flags->subject);
        activity.set_activity_id(flags->id);
        request.set_request_id(flags->request_id);
        return session.Run(lead_service::kRecordActivity, request, [&](const v1::RecordActivityResponse& response) {
          if (response.replayed()) session.Print("This activity was known already; nothing changed.\n");
          session.Print(fmt::format("activity {}\nstatus   {}\nscore    {}\n\n", response.activity().activity_id(),
                                    response.lead().status(), FormatScore(response.lead().score())));
          session.Print(DecisionTable(response.decisions()));
        });
      });
  command.AddOption("lead", flags->lead, "leads/ID").Required();
  command.AddOption("activity", flags->activity, "channel/investment/response[@time][#product]").Required();
  command.AddOption("--contact", flags->contact, "Who did it; the lead's enquirer when not given");
  command.AddOption("--subject", flags->subject, "What it was about, such as the page");
  command.AddOption("--id", flags->id, "The activity's own id: the same one counts once");
  command.AddOption("--request-id", flags->request_id, "Names the request, so that a repeat acts once");
}

}  // namespace leadline::cli
