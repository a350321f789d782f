// leadline activity
#include <fmt/format.h>

#include <memory>

#include "cli/commands/batch_file.h"
#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct ActivityFlags : ChangeFlags {
  std::string lead, activity, contact, subject, id, batch;
};

void ShowRecorded(Session& session, const v1::RecordActivityResponse& response) {
  if (response.replayed()) session.Print("This activity was known already; nothing changed.\n");
  session.Print(fmt::format("activity {}\nstatus   {}\nscore    {}\n\n", response.activity().activity_id(),
                            response.lead().status(), FormatScore(response.lead().score())));
  session.Print(DecisionTable(response.decisions()));
}

std::string DescribeRecorded(const v1::RecordActivityResponse& response) {
  return fmt::format("{}  activity {}{}  status {}  score {}", response.lead().name(),
                     response.activity().activity_id(), response.replayed() ? " (known already)" : "",
                     response.lead().status(), FormatPoints(response.lead().score().total()));
}

int RecordActivity(Session& session, const ActivityFlags& flags) {
  if (!flags.batch.empty()) {
    return RunBatch(session, lead_service::kBatchRecordActivities, flags.batch, flags, DescribeRecorded);
  }
  if (flags.lead.empty() || flags.activity.empty()) {
    return session.Fail(
        absl::InvalidArgumentError("name a lead and what was done, or give many activities with --batch FILE"));
  }
  v1::RecordActivityRequest request;
  v1::Activity& activity = *request.mutable_activity();
  if (absl::Status parsed = ParseActivity(flags.activity, session.Now(), activity); !parsed.ok()) {
    return session.Fail(parsed);
  }
  activity.set_lead(InKind("leads", flags.lead));
  activity.set_contact(InKind("contacts", flags.contact));
  activity.set_subject(flags.subject);
  activity.set_activity_id(flags.id);
  return RunChange(session, lead_service::kRecordActivity, flags, request,
                   [&](const auto& response) { ShowRecorded(session, response); });
}

void AddActivityOptions(Command command, ActivityFlags& flags) {
  Option lead = command.AddOption("lead", flags.lead, "leads/ID");
  command.AddOption("activity", flags.activity, "channel/investment/response[@time][#product]");
  command.AddOption("--contact", flags.contact, "Who did it; the lead's enquirer when not given");
  command.AddOption("--subject", flags.subject, "What it was about, such as the page");
  command.AddOption("--id", flags.id, "The activity's own id: the same one counts once");
  AddChangeOptions<v1::RecordActivityRequest>(command, flags);
  command.AddOption("--batch", flags.batch, "Requests, one JSON object a line; - is the standard input").Excludes(lead);
}

constexpr char kActivityTeaching[] = R"(Examples:
  leadline activity leads/ID website/medium/download --subject "Buyer's guide"
  leadline activity record leads/ID "event/high/attend@2026-03-01#analytics" --id badge-4711
  leadline activity record --batch activities.jsonl
Each line of the file is a RecordActivityRequest in protobuf's JSON mapping:
  {"activity": {"lead": "leads/ID", "channel": "website", "investment": "low", "response": "visit"}}
One that fails does not stop the others. Exit code 1 when one failed.)";

}  // namespace

void AddActivityCommand(Command root) {
  Command group = root.AddGroup("activity", "Record what somebody did; the lead is scored again");
  auto flags = std::make_shared<ActivityFlags>();
  Command record = group.AddCommand("record", "Record one activity, or many from a file", kActivityTeaching,
                                    [flags](Session& session) { return RecordActivity(session, *flags); });
  AddActivityOptions(record, *flags);

  // `activity LEAD ACTIVITY` is `activity record LEAD ACTIVITY`.
  auto short_flags = std::make_shared<ActivityFlags>();
  AddActivityOptions(group, *short_flags);
  group.SetAction(kActivityTeaching, [short_flags](Session& session) { return RecordActivity(session, *short_flags); });
}

}  // namespace leadline::cli
