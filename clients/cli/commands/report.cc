// leadline report funnel|velocity|sla|fairness
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/report/division.h"
#include "cli/commands/report/report_csv.h"
#include "cli/commands/report/report_tables.h"
#include "cli/commands/tables/fairness.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/report_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct ReportFlags {
  std::string by, time, format, region, source, product, from, to;
  bool contacts = false;
};
using SharedReportFlags = std::shared_ptr<ReportFlags>;

// `other_time`: what --time takes beside "creation".
void AddFilter(Command command, SharedReportFlags flags, const std::string& other_time) {
  command.AddOption("--by", flags->by, "Divide by up to three of " + DimensionWords()).Placeholder("WORD,...");
  command.AddOption("--time", flags->time, "What --from, --to, weeks and months go by; creation when not given")
      .OneOf({"creation", other_time});
  command.AddOption("--format", flags->format, "table for people, csv, or json for programs (the same as -o json)")
      .OneOf({"table", "csv", "json"});
  command.AddOption("--region", flags->region, "Only this region");
  command.AddOption("--source", flags->source, "Only this source");
  command.AddOption("--product", flags->product, "Only leads that name this product");
  command.AddOption("--from", flags->from, "From here on");
  command.AddOption("--to", flags->to, "Before this");
}

template <typename Request>
absl::StatusOr<Request> FillRequest(const ReportFlags& flags, Time now) {
  Request request;
  v1::ReportFilter& filter = *request.mutable_filter();
  filter.set_region(flags.region);
  filter.set_source(flags.source);
  filter.set_product(flags.product);
  filter.set_subject(flags.contacts ? v1::REPORT_SUBJECT_CONTACTS : v1::REPORT_SUBJECT_LEADS);
  if (!flags.from.empty()) {
    ASSIGN_OR_RETURN(Time from, ParseMoment(flags.from, now));
    *filter.mutable_start_time() = ToTimestamp(from);
  }
  if (!flags.to.empty()) {
    ASSIGN_OR_RETURN(Time to, ParseMoment(flags.to, now));
    *filter.mutable_end_time() = ToTimestamp(to);
  }
  filter.set_time_basis(flags.time == "entry" ? v1::REPORT_TIME_BASIS_ENTRY
                        : flags.time == "due" ? v1::REPORT_TIME_BASIS_DUE
                                              : v1::REPORT_TIME_BASIS_UNSPECIFIED);
  ASSIGN_OR_RETURN(std::vector<v1::ReportDimension> by, ParseDimensions(flags.by));
  for (const v1::ReportDimension dimension : by) request.add_group_by(dimension);
  return request;
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
      session.Print(ReportAsCsv(response, layout.by));
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
  funnel.AddFlag("--contacts", funnel_flags->contacts, "Count contacts instead of leads");

  auto velocity_flags = std::make_shared<ReportFlags>();
  Command velocity =
      group.AddCommand("velocity", "How long records stay in each status, and take to become customers",
                       "Examples:\n  leadline report velocity --by source\n  leadline report velocity --by month",
                       Report(velocity_flags, report_service::kGetVelocity));
  AddFilter(velocity, velocity_flags, "entry");
  velocity.AddFlag("--contacts", velocity_flags->contacts, "Count contacts instead of leads");

  auto sla_flags = std::make_shared<ReportFlags>();
  Command sla = group.AddCommand("sla", "How many service levels were met, and how fast",
                                 "Examples:\n  leadline report sla --by region\n"
                                 "  leadline report sla --by owner,week --time due",
                                 Report(sla_flags, report_service::kGetSlaCompliance));
  AddFilter(sla, sla_flags, "due");

  AddFairnessCommand(group);
}

}  // namespace leadline::cli
