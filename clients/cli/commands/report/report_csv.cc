#include "cli/commands/report/report_csv.h"

#include <fmt/format.h>

#include <string_view>

#include "cli/commands/report/division.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

std::string Titles(const std::vector<v1::ReportDimension>& by, std::string_view others) {
  std::string out;
  for (const v1::ReportDimension dimension : by) out += fmt::format("{},", WordOf(dimension));
  return fmt::format("{}remainder,{}\r\n", out, others);
}

template <typename Group>
std::string GroupFields(const Group& group, const std::vector<v1::ReportDimension>& by) {
  std::string out;
  for (int i = 0; i < static_cast<int>(by.size()); ++i) {
    if (i < group.dimensions_size()) out += CsvField(group.dimensions(i).value());
    out += ',';
  }
  return out + (group.remainder() ? "true" : "false");
}

std::string Seconds(const google::protobuf::Duration& duration, int64_t of) {
  if (of == 0) return {};
  return fmt::format("{}", static_cast<double>(ToDuration(duration)) / static_cast<double>(kSecond));
}

std::string StatsFields(std::string_view status, const v1::DurationStats& stats) {
  return fmt::format("{},{},{},{},{},{},{}\r\n", CsvField(status), stats.ended_count(),
                     Seconds(stats.median_duration(), stats.ended_count()),
                     Seconds(stats.p90_duration(), stats.ended_count()),
                     Seconds(stats.mean_duration(), stats.ended_count()), stats.open_count(),
                     Seconds(stats.open_median_duration(), stats.open_count()));
}

}  // namespace

std::string ReportAsCsv(const v1::GetFunnelResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out = Titles(by, "status,entered,advanced,conversion,current");
  for (const v1::Funnel& funnel : response.funnels()) {
    const std::string group = GroupFields(funnel, by);
    for (const v1::FunnelStage& stage : funnel.stages()) {
      out += fmt::format(
          "{},{},{},{},{},{}\r\n", group, CsvField(stage.status()), stage.entered_count(), stage.advanced_count(),
          stage.entered_count() == 0 ? "" : fmt::format("{:.4f}", stage.conversion()), stage.current_count());
    }
  }
  return out;
}

std::string ReportAsCsv(const v1::GetVelocityResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out = Titles(by, "status,ended,median_seconds,p90_seconds,mean_seconds,open,open_median_seconds");
  for (const v1::Velocity& velocity : response.velocities()) {
    const std::string group = GroupFields(velocity, by);
    for (const v1::DurationStats& stage : velocity.stages()) out += group + "," + StatsFields(stage.status(), stage);
    out += group + "," + StatsFields("creation_to_customer", velocity.creation_to_customer());
  }
  return out;
}

std::string ReportAsCsv(const v1::GetSlaComplianceResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out = Titles(by, "sla_id,started,met,breached,running,cancelled,compliance,median_response_seconds");
  for (const v1::SlaCompliance& level : response.levels()) {
    const int64_t decided = level.met_count() + level.breached_count();
    out += fmt::format("{},{},{},{},{},{},{},{},{}\r\n", GroupFields(level, by), CsvField(level.sla_id()),
                       level.started_count(), level.met_count(), level.breached_count(), level.running_count(),
                       level.cancelled_count(), decided == 0 ? "" : fmt::format("{:.4f}", level.compliance()),
                       Seconds(level.median_response_duration(), decided));
  }
  return out;
}

}  // namespace leadline::cli
