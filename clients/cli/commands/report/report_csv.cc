#include "cli/commands/report/report_csv.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "cli/commands/report/division.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

constexpr std::string_view kTheRest = "(the rest)";

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
  return fmt::format(
      "{},{},{},{},{},{},{},{},{}\r\n", CsvField(status), stats.ended_count(),
      Seconds(stats.median_duration(), stats.ended_count()), Seconds(stats.p90_duration(), stats.ended_count()),
      Seconds(stats.mean_duration(), stats.ended_count()), stats.open_count(),
      Seconds(stats.open_median_duration(), stats.open_count()), Seconds(stats.p75_duration(), stats.ended_count()),
      Seconds(stats.p95_duration(), stats.ended_count()));
}

// In units, to a hundredth.
std::string Amount(const google::type::Money& money) {
  return fmt::format("{:.2f}", static_cast<double>(money.units()) + static_cast<double>(money.nanos()) / 1e9);
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
  std::string out = Titles(
      by, "status,ended,median_seconds,p90_seconds,mean_seconds,open,open_median_seconds,p75_seconds,p95_seconds");
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
                       Seconds(level.median_response_duration(), level.has_median_response_duration() ? 1 : 0));
  }
  return out;
}

std::string ReportAsCsv(const v1::GetPipelineResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out = Titles(by,
                           "status,leads,valued,unconverted,currency,value,win_probability,weighted_value,"
                           "buying_groups,complete_groups,completeness");
  for (const v1::Pipeline& pipeline : response.pipelines()) {
    const std::string group = GroupFields(pipeline, by);
    for (const v1::PipelineStage& stage : pipeline.stages()) {
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\r\n", group, CsvField(stage.status()), stage.lead_count(),
                         stage.valued_count(), stage.unconverted_count(), response.currency_code(),
                         stage.has_value() ? Amount(stage.value()) : "",
                         stage.has_win_probability() ? fmt::format("{}", stage.win_probability()) : "",
                         stage.has_weighted_value() ? Amount(stage.weighted_value()) : "", stage.buying_group_count(),
                         stage.complete_group_count(),
                         stage.has_completeness() ? fmt::format("{:.4f}", stage.completeness()) : "");
    }
  }
  return out;
}

std::string ReportAsCsv(const v1::GetFlowResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out = Titles(by, "figure,from,to,value");
  for (const v1::Flow& flow : response.flows()) {
    const std::string group = GroupFields(flow, by);
    const auto add = [&](std::string_view figure, std::string_view from, std::string_view to, std::string_view value) {
      out += fmt::format("{},{},{},{},{}\r\n", group, figure, CsvField(from), CsvField(to), value);
    };
    const auto count = [&](std::string_view figure, int64_t value) { add(figure, "", "", std::to_string(value)); };
    count("records", flow.record_count());
    for (const auto& move : flow.moves()) {
      add("moves", move.from_status(), move.to_status(), std::to_string(move.move_count()));
    }
    count("returns", flow.return_count());
    count("returned", flow.returned_count());
    count("recycled", flow.recycled_count());
    count("recycled_won", flow.recycled_won_count());
    count("won", flow.won_count());
    count("new_round", flow.new_round_count());
    count("won_again", flow.won_again_count());
    for (const auto& crossing : flow.crossings()) {
      add("crossed", crossing.status(), "", std::to_string(crossing.lead_count()));
      add("crossed_won", crossing.status(), "", std::to_string(crossing.won_count()));
    }
    count("touched", flow.touched_count());
    for (const auto& limit : flow.touch_limits()) {
      count(fmt::format("touched_in_{}_minutes", limit.limit_duration().seconds() / 60), limit.touched_count());
    }
    count("never_touched", flow.never_touched_count());
    add("touch_median_seconds", "", "", Seconds(flow.touch_median_duration(), flow.touched_count()));
    add("touch_p75_seconds", "", "", Seconds(flow.touch_p75_duration(), flow.touched_count()));
    add("touch_p95_seconds", "", "", Seconds(flow.touch_p95_duration(), flow.touched_count()));
    for (const auto& left : flow.left_behind())
      add("left_behind", left.status(), "", std::to_string(left.lead_count()));
  }
  return out;
}

std::string ReportAsCsv(const v1::GetFeedbackResponse& response, const std::vector<v1::ReportDimension>& by) {
  std::string out =
      Titles(by, "of,name,layer,sent,accepted,rejected,withdrawn,waiting,won,rejected_later,rejected_share");
  for (const v1::Feedback& feedback : response.feedbacks()) {
    const std::string group = GroupFields(feedback, by);
    const auto add = [&](std::string_view of, std::string_view name, std::string_view layer,
                         const v1::HandOverCounts& counts) {
      out +=
          fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\r\n", group, of, CsvField(name), CsvField(layer),
                      counts.sent_count(), counts.accepted_count(), counts.rejected_count(), counts.withdrawn_count(),
                      counts.waiting_count(), counts.won_count(), counts.rejected_later_count(),
                      counts.has_rejected_share() ? fmt::format("{:.4f}", counts.rejected_share()) : "");
    };
    add("total", "", "", feedback.total());
    for (const auto& rule : feedback.rules()) {
      add("rule", rule.remainder() ? kTheRest : std::string_view(rule.rule_id()), rule.layer(), rule.counts());
    }
    for (const auto& band : feedback.score_bands()) add("score_band", band.score_band(), "", band.counts());
    for (const auto& reason : feedback.total().rejections()) {
      out += fmt::format("{},reason,{},,,,{},,,,{},\r\n", group,
                         CsvField(reason.remainder() ? kTheRest : std::string_view(reason.reject_reason())),
                         reason.rejected_count(), reason.rejected_later_count());
    }
  }
  return out;
}

}  // namespace leadline::cli
