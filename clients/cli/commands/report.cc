// leadline report funnel|velocity|sla|fairness
#include <fmt/format.h>

#include "base/status_macros.h"
#include "cli/commands/commands.h"
#include "cli/commands/fairness.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/report_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

struct ReportFlags {
  std::string by, region, source, product, from, to;
  bool contacts = false;
};
using SharedReportFlags = std::shared_ptr<ReportFlags>;

SharedReportFlags AddFilter(Command command, SharedReportFlags flags) {
  command.AddOption("--by", flags->by, "Divide by source, region or month").OneOf({"source", "region", "month"});
  command.AddOption("--region", flags->region, "Only this region");
  command.AddOption("--source", flags->source, "Only this source");
  command.AddOption("--product", flags->product, "Only leads that name this product");
  command.AddOption("--from", flags->from, "Created from here on");
  command.AddOption("--to", flags->to, "Created before this");
  return flags;
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
  request.set_group_by(flags.by == "source"   ? v1::REPORT_GROUP_SOURCE
                       : flags.by == "region" ? v1::REPORT_GROUP_REGION
                       : flags.by == "month"  ? v1::REPORT_GROUP_MONTH
                                              : v1::REPORT_GROUP_UNSPECIFIED);
  return request;
}

std::string GroupTitle(const ReportFlags& flags, const std::string& group) {
  if (flags.by.empty()) return "";
  return fmt::format("{} {}", flags.by, group.empty() ? "(none)" : group);
}

// Where each group's records stand, one line a group.
void ShowStanding(Session& session, const v1::GetFunnelResponse& response, const ReportFlags& flags) {
  if (response.funnels_size() == 0) return;
  std::vector<Table::Column> columns = {{flags.by.empty() ? "Standing now" : flags.by}, {"Total", kRight}};
  for (const auto& stage : response.funnels(0).stages()) columns.push_back({stage.status(), kRight});
  Table table(columns);
  std::vector<int64_t> sums(columns.size() - 2);
  int64_t total = 0;
  for (const auto& funnel : response.funnels()) {
    std::vector<std::string> cells = {flags.by.empty() ? "all" : (funnel.group().empty() ? "(none)" : funnel.group()),
                                      WithThousands(funnel.total())};
    for (int i = 0; i < funnel.stages_size() && i < static_cast<int>(sums.size()); ++i) {
      cells.push_back(WithThousands(funnel.stages(i).current()));
      sums[static_cast<size_t>(i)] += funnel.stages(i).current();
    }
    total += funnel.total();
    table.Add(cells);
  }
  std::vector<std::string> last = {"all", WithThousands(total)};
  int64_t standing = 0;
  for (int64_t sum : sums) {
    last.push_back(WithThousands(sum));
    standing += sum;
  }
  if (response.funnels_size() > 1) {
    table.AddLine();
    table.Add(last);
  }
  session.Print(table);
  session.Print(fmt::format("\n{} {} in all; the statuses add up to {}{}\n", WithThousands(total),
                            flags.contacts ? "contacts" : "leads", WithThousands(standing),
                            standing == total ? "." : ": THEY DIFFER."));
}

void ShowFunnel(Session& session, const v1::GetFunnelResponse& response, const ReportFlags& flags) {
  for (const auto& funnel : response.funnels()) {
    if (!flags.by.empty()) session.Print(GroupTitle(flags, funnel.group()) + "\n");
    Table table({{"Status"}, {"Entered", kRight}, {"Went on", kRight}, {"Conversion", kRight}, {"In it now", kRight}});
    int64_t standing = 0;
    for (const auto& stage : funnel.stages()) {
      table.Add({stage.status(), WithThousands(stage.entered()), WithThousands(stage.advanced()),
                 stage.entered() == 0 ? "" : FormatPercent(stage.conversion()), WithThousands(stage.current())});
      standing += stage.current();
    }
    table.AddLine();
    table.Add({"total", "", "", "", WithThousands(standing)});
    session.Print(table);
    session.Print(fmt::format("{} {}; {} jumps forward, {} steps back\n\n", WithThousands(funnel.total()),
                              flags.contacts ? "contacts" : "leads", WithThousands(funnel.jumps()),
                              WithThousands(funnel.steps_back())));
  }
  ShowStanding(session, response, flags);
}

std::vector<std::string> StatsCells(const v1::DurationStats& stats) {
  auto span = [&](const google::protobuf::Duration& duration) {
    return stats.count() == 0 ? std::string() : FormatSpan(ToDuration(duration));
  };
  return {WithThousands(stats.count()),
          span(stats.median()),
          span(stats.p90()),
          span(stats.mean()),
          WithThousands(stats.open()),
          stats.open() == 0 ? "" : FormatSpan(ToDuration(stats.open_median()))};
}

void ShowVelocity(Session& session, const v1::GetVelocityResponse& response, const ReportFlags& flags) {
  for (const auto& velocity : response.velocities()) {
    if (!flags.by.empty()) session.Print(GroupTitle(flags, velocity.group()) + "\n");
    Table table({{"Time in"},
                 {"Left it", kRight},
                 {"Median", kRight},
                 {"9 in 10 within", kRight},
                 {"Mean", kRight},
                 {"Still there", kRight},
                 {"Their median age", kRight}});
    auto add = [&](const std::string& label, const v1::DurationStats& stats) {
      std::vector<std::string> cells = {label};
      for (auto& cell : StatsCells(stats)) cells.push_back(cell);
      table.Add(cells);
    };
    for (const auto& stage : velocity.stages()) add(stage.status(), stage);
    table.AddLine();
    add("creation to customer", velocity.creation_to_customer());
    session.Print(table);
    session.Print(fmt::format("{} records\n\n", WithThousands(velocity.total())));
  }
  if (response.velocities_size() < 2) return;
  Table summary({{"Creation to customer, by " + flags.by},
                 {"Records", kRight},
                 {"Customers", kRight},
                 {"Median", kRight},
                 {"9 in 10 within", kRight}});
  for (const auto& velocity : response.velocities()) {
    auto cells = StatsCells(velocity.creation_to_customer());
    summary.Add({velocity.group(), WithThousands(velocity.total()), cells[0], cells[1], cells[2]});
  }
  session.Print(summary);
}

void ShowSla(Session& session, const v1::GetSlaComplianceResponse& response, const ReportFlags& flags) {
  Table table({{"Service level"},
               {flags.by.empty() ? "" : flags.by},
               {"Started", kRight},
               {"Met", kRight},
               {"Broken", kRight},
               {"Running", kRight},
               {"No longer", kRight},
               {"Met in time", kRight},
               {"Median response", kRight}});
  for (const auto& level : response.levels()) {
    bool ended = level.met() + level.breached() > 0;
    table.Add({level.sla_id(), level.group(), WithThousands(level.started()), WithThousands(level.met()),
               WithThousands(level.breached()), WithThousands(level.running()), WithThousands(level.cancelled()),
               ended ? FormatPercent(level.compliance()) : "",
               level.has_median_response() ? FormatSpan(ToDuration(level.median_response())) : ""});
  }
  session.Print(table.empty() ? "No service level was started.\n" : "");
  if (!table.empty()) session.Print(table);
}

template <typename Request, typename Response>
Action Report(SharedReportFlags flags, const UnaryMethod<Request, Response>& method,
              void (*show)(Session&, const Response&, const ReportFlags&)) {
  return [=](Session& session) {
    absl::StatusOr<Request> request = FillRequest<Request>(*flags, session.Now());
    if (!request.ok()) return session.Fail(request.status());
    return session.Run(method, *request, [&](const Response& response) { show(session, response, *flags); });
  };
}

}  // namespace

void AddReportCommands(Command root) {
  Command group = root.AddGroup("report", "Numbers for management, computed from the ledger");

  auto funnel_flags = std::make_shared<ReportFlags>();
  Command funnel = group.AddCommand("funnel", "How many entered each status, went on, and are in it now",
                                    "Examples:\n  leadline report funnel --by source\n"
                                    "  leadline report funnel --region latam --from 2026-01-01 --to 2026-04-01\n"
                                    "  leadline report funnel --contacts   people instead of leads",
                                    Report(funnel_flags, report_service::kGetFunnel, ShowFunnel));
  AddFilter(funnel, funnel_flags);
  funnel.AddFlag("--contacts", funnel_flags->contacts, "Count contacts instead of leads");

  auto velocity_flags = std::make_shared<ReportFlags>();
  Command velocity =
      group.AddCommand("velocity", "How long records stay in each status, and take to become customers",
                       "Examples:\n  leadline report velocity --by source\n  leadline report velocity --by month",
                       Report(velocity_flags, report_service::kGetVelocity, ShowVelocity));
  AddFilter(velocity, velocity_flags);
  velocity.AddFlag("--contacts", velocity_flags->contacts, "Count contacts instead of leads");

  auto sla_flags = std::make_shared<ReportFlags>();
  Command sla = group.AddCommand("sla", "How many service levels were met, and how fast",
                                 "Example:\n  leadline report sla --by region",
                                 Report(sla_flags, report_service::kGetSlaCompliance, ShowSla));
  AddFilter(sla, sla_flags);

  AddFairnessCommand(group);
}

}  // namespace leadline::cli
