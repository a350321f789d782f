// leadline report funnel|velocity|sla|flow|feedback|pipeline|records|fairness, and --html
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/report/division.h"
#include "cli/commands/report/html_command.h"
#include "cli/commands/report/records.h"
#include "cli/commands/report/report_csv.h"
#include "cli/commands/report/report_flags.h"
#include "cli/commands/report/report_tables.h"
#include "cli/commands/tables/fairness.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/report_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

void AddFormat(Command command, SharedReportFlags flags) {
  command.AddOption("--format", flags->format, "table for people, csv, or json for programs (the same as -o json)")
      .OneOf({"table", "csv", "json"});
}

// Calls `method`, and shows the answer as --format says, or -o where it says nothing.
template <typename Request, typename Response>
Action Report(SharedReportFlags flags, const UnaryMethod<Request, Response>& method) {
  return [=](Session& session) {
    const absl::StatusOr<Request> request = FillRequest<Request>(*flags, session.Now());
    if (!request.ok()) return session.Fail(request.status());
    Response response;
    const grpc::Status status = session.Ask(method, *request, response);
    if (!status.ok()) return session.Fail(status);
    ReportLayout layout{.contacts = flags->contacts, .by_entry = flags->time == "entry"};
    for (const int dimension : request->group_by()) layout.by.push_back(static_cast<v1::ReportDimension>(dimension));
    if (flags->format == "csv") {
      session.PrintData(ReportAsCsv(response, layout.by));
    } else if (flags->format == "json" || (flags->format.empty() && session.json())) {
      session.PrintJson(response);
    } else {
      Show(session, response, layout);
    }
    return static_cast<int>(kExitOk);
  };
}

}  // namespace

void AddReportCommands(Command root) {
  Command group = root.AddGroup("report", "Numbers for management, computed from the ledger");

  auto funnel_flags = std::make_shared<ReportFlags>();
  Command funnel = group.AddCommand("funnel", "How many entered each status, went on, and are in it now",
                                    "Examples:\n  leadline report funnel --by source\n"
                                    "  leadline report funnel --by source,month --time entry\n"
                                    "  leadline report funnel --by team,week --format csv\n"
                                    "  leadline report funnel --region latam --from 2026-01-01 --to 2026-04-01\n"
                                    "  leadline report funnel --contacts   people instead of leads",
                                    Report(funnel_flags, report_service::kGetFunnel));
  AddFilter(funnel, funnel_flags, "entry");
  AddFormat(funnel, funnel_flags);
  funnel.AddFlag("--contacts", funnel_flags->contacts, "Count contacts instead of leads");

  auto velocity_flags = std::make_shared<ReportFlags>();
  Command velocity =
      group.AddCommand("velocity", "How long records stay in each status, and take to become customers",
                       "Examples:\n  leadline report velocity --by source\n  leadline report velocity --by month",
                       Report(velocity_flags, report_service::kGetVelocity));
  AddFilter(velocity, velocity_flags, "entry");
  AddFormat(velocity, velocity_flags);
  velocity.AddFlag("--contacts", velocity_flags->contacts, "Count contacts instead of leads");

  auto sla_flags = std::make_shared<ReportFlags>();
  Command sla = group.AddCommand("sla", "How many service levels were met, and how fast",
                                 "Examples:\n  leadline report sla --by region\n"
                                 "  leadline report sla --by owner,week --time due\n"
                                 "  leadline report sla --by calendar,team",
                                 Report(sla_flags, report_service::kGetSlaCompliance));
  AddFilter(sla, sla_flags, "due");
  AddFormat(sla, sla_flags);

  auto flow_flags = std::make_shared<ReportFlags>();
  flow_flags->by_day = true;
  Command flow = group.AddCommand("flow", "How records moved, who was touched how soon, and who is left behind",
                                  "Examples:\n  leadline report flow --by source\n"
                                  "  leadline report flow --region emea --from 2026-01-01\n"
                                  "  leadline report flow --from \"30d ago\"   from the midnight UTC 30 days ago",
                                  Report(flow_flags, report_service::kGetFlow));
  AddFilter(flow, flow_flags, "");
  AddFormat(flow, flow_flags);
  flow.AddFlag("--contacts", flow_flags->contacts, "Count contacts instead of leads");

  auto pipeline_flags = std::make_shared<ReportFlags>();
  pipeline_flags->by_day = true;
  Command pipeline =
      group.AddCommand("pipeline", "What the leads in each status are worth, and how complete their buying groups are",
                       "Examples:\n  leadline report pipeline\n  leadline report pipeline --by owner\n"
                       "  leadline report pipeline --region emea --time entry --by month",
                       Report(pipeline_flags, report_service::kGetPipeline));
  AddFilter(pipeline, pipeline_flags, "entry");
  AddFormat(pipeline, pipeline_flags);

  auto feedback_flags = std::make_shared<ReportFlags>();
  Command feedback =
      group.AddCommand("feedback", "What sales accepted and rejected, by the rules and scores that sent the lead",
                       "Examples:\n  leadline report feedback --by team\n"
                       "  leadline report feedback --source fair --format csv\n"
                       "  leadline report records rejected --rule title.manager   the leads behind a number",
                       Report(feedback_flags, report_service::kGetFeedback));
  AddFilter(feedback, feedback_flags, "");
  AddFormat(feedback, feedback_flags);

  AddReportRecordsCommand(group);
  AddReportPage(group);
  AddFairnessCommand(group);
}

}  // namespace leadline::cli
