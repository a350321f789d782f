#include "rpc/report_service.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/status_macros.h"
#include "domain/history/record_limits.h"
#include "rpc/check/filter_check.h"
#include "rpc/check/report_check.h"
#include "rpc/check/report_moment.h"
#include "rpc/convert/records.h"
#include "rpc/tokens.h"

namespace leadline::rpc {
namespace {

// What every report is asked for.
struct ReportCall {
  engine::CallContext context;
  engine::ReportFilter filter;
  engine::ReportDimensions dimensions;
};

// `levels`: the report is about service levels.
ReportDivides DividesWhat(const engine::ReportFilter& filter, bool levels) {
  if (filter.contacts) return ReportDivides::kContacts;
  return levels ? ReportDivides::kLevels : ReportDivides::kLeads;
}

template <typename Request>
absl::StatusOr<ReportCall> ReportCallFrom(const Environment& env, const grpc::CallbackServerContext& call,
                                          const Request& request, v1::ReportTimeBasis other_basis) {
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  ReportCall out;
  out.context = ContextOf(call, check);
  out.context.wanted = StillAsked(call);
  out.filter = ReportFilterFrom(root / "filter", request.filter(), other_basis, check);
  const ReportDivides what = DividesWhat(out.filter, other_basis == v1::REPORT_TIME_BASIS_DUE);
  out.dimensions = ReportDimensionsFrom(root / "group_by", request.group_by(), what, check);
  RETURN_IF_ERROR(check.ToStatus());
  FilterCheck known(*env.engine, out.context, check.now());
  known.Region(root / "filter" / "region", out.filter.region);
  known.Source(root / "filter" / "source", out.filter.source);
  known.Product(root / "filter" / "product", out.filter.product);
  RETURN_IF_ERROR(known.ToStatus());
  return out;
}

// `values`: of a group; none of a remainder.
void AddDimensions(const engine::ReportDimensions& dimensions, const domain::GroupKey& values,
                   google::protobuf::RepeatedPtrField<v1::DimensionValue>* to) {
  for (size_t i = 0; i < values.size(); ++i) {
    v1::DimensionValue* added = to->Add();
    added->set_dimension(WireDimension(dimensions[i]));
    const bool owner = dimensions[i] == domain::ReportDimension::kOwner && !values[i].empty();
    added->set_value(owner ? domain::ResourceName(domain::RecordKind::kRep, values[i]) : values[i]);
  }
}

void ToProto(const domain::DurationStats& from, v1::DurationStats* to) {
  to->set_status(from.status);
  to->set_ended_count(from.count);
  *to->mutable_median_duration() = ToDurationProto(from.median);
  *to->mutable_p90_duration() = ToDurationProto(from.p90);
  *to->mutable_mean_duration() = ToDurationProto(from.mean);
  to->set_open_count(from.open);
  *to->mutable_open_median_duration() = ToDurationProto(from.open_median);
  *to->mutable_p75_duration() = ToDurationProto(from.p75);
  *to->mutable_p95_duration() = ToDurationProto(from.p95);
}

void ToProto(const domain::Flow& from, v1::Flow* to) {
  to->set_remainder(from.rest);
  to->set_record_count(from.total);
  for (const domain::StatusMove& move : from.moves) {
    v1::StatusMove* added = to->add_moves();
    added->set_from_status(move.from);
    added->set_to_status(move.to);
    added->set_move_count(move.count);
  }
  to->set_return_count(from.returns);
  to->set_returned_count(from.returned);
  to->set_recycled_count(from.recycled);
  to->set_recycled_won_count(from.recycled_won);
  to->set_won_count(from.won);
  to->set_new_round_count(from.new_round);
  to->set_won_again_count(from.won_again);
  for (const domain::StatusCrossing& crossing : from.crossings) {
    v1::StatusCrossing* added = to->add_crossings();
    added->set_status(crossing.status);
    added->set_lead_count(crossing.leads);
    added->set_won_count(crossing.won);
  }
  to->set_touched_count(from.touched);
  to->set_never_touched_count(from.never_touched);
  *to->mutable_touch_median_duration() = ToDurationProto(from.touch_median);
  *to->mutable_touch_p75_duration() = ToDurationProto(from.touch_p75);
  *to->mutable_touch_p95_duration() = ToDurationProto(from.touch_p95);
  const std::array<std::pair<int64_t, int64_t>, 3> limits = {
      {{5, from.touched_in_5_minutes}, {15, from.touched_in_15_minutes}, {60, from.touched_in_60_minutes}}};
  for (const auto& [minutes, count] : limits) {
    v1::TouchLimit* added = to->add_touch_limits();
    *added->mutable_limit_duration() = ToDurationProto(minutes * kMinute);
    added->set_touched_count(count);
    if (from.total > 0) added->set_share(static_cast<double>(count) / static_cast<double>(from.total));
  }
  for (const domain::StatusCount& left : from.left_behind) {
    v1::StatusCount* added = to->add_left_behind();
    added->set_status(left.status);
    added->set_lead_count(left.count);
  }
}

// Of a double amount of units; where it is beyond what a Money of a lead may be, that.
void SetAmount(double amount, const std::string& currency, google::type::Money* to) {
  constexpr auto kMost = static_cast<double>(domain::kLargestAmount);
  rpc::ToProto(domain::Money{currency, std::llround(std::clamp(amount, -kMost, kMost) * 1e6)}, to);
}

void ToProto(const domain::Pipeline& from, const std::string& currency, v1::Pipeline* to) {
  to->set_remainder(from.rest);
  to->set_record_count(from.total);
  to->set_open_count(from.open);
  for (const domain::PipelineStage& stage : from.stages) {
    v1::PipelineStage* added = to->add_stages();
    added->set_status(stage.status);
    added->set_lead_count(stage.leads);
    added->set_valued_count(stage.valued);
    added->set_unconverted_count(stage.not_converted);
    if (stage.win_probability) added->set_win_probability(*stage.win_probability);
    added->set_buying_group_count(stage.groups_wanted);
    added->set_complete_group_count(stage.groups_complete);
    if (stage.groups_wanted > 0) added->set_completeness(stage.completeness);
    if (currency.empty()) continue;
    SetAmount(stage.value, currency, added->mutable_value());
    SetAmount(stage.weighted_value, currency, added->mutable_weighted_value());
  }
  if (currency.empty()) return;
  SetAmount(from.open_value, currency, to->mutable_open_value());
  SetAmount(from.open_weighted_value, currency, to->mutable_open_weighted_value());
}

void ToProto(const domain::HandOverCounts& from, v1::HandOverCounts* to) {
  to->set_sent_count(from.Sent());
  to->set_accepted_count(from.accepted);
  to->set_rejected_count(from.rejected);
  to->set_withdrawn_count(from.withdrawn);
  to->set_waiting_count(from.waiting);
  to->set_won_count(from.won);
  to->set_rejected_later_count(from.rejected_later);
  const int64_t answered = from.accepted + from.rejected;
  if (answered > 0) to->set_rejected_share(static_cast<double>(from.rejected) / static_cast<double>(answered));
  for (const domain::RejectionCount& rejection : from.rejections) {
    v1::RejectionCount* added = to->add_rejections();
    added->set_reject_reason(rejection.reason);
    added->set_rejected_count(rejection.rejected);
    added->set_rejected_later_count(rejection.rejected_later);
    added->set_remainder(rejection.rest);
  }
}

void ToProto(const domain::Feedback& from, v1::Feedback* to) {
  to->set_remainder(from.rest);
  ToProto(from.total, to->mutable_total());
  for (const domain::RuleFeedback& rule : from.rules) {
    v1::RuleFeedback* added = to->add_rules();
    added->set_rule_id(rule.rule_id);
    if (!rule.rule_id.empty()) added->set_layer(rule.layer.empty() ? kCentralLayer : rule.layer);
    ToProto(rule.counts, added->mutable_counts());
    added->set_remainder(rule.rest);
  }
  for (const domain::BandFeedback& band : from.bands) {
    v1::ScoreBandFeedback* added = to->add_score_bands();
    added->set_score_band(domain::BandName(band.band));
    if (band.band > domain::kBelowZero) added->set_min_score(domain::FirstPointsOf(band.band));
    if (band.band >= domain::kBelowZero && band.band < domain::kLastBand) {
      added->set_max_score(domain::FirstPointsOf(band.band + 1));
    }
    ToProto(band.counts, added->mutable_counts());
  }
}

// The group whose number is listed, as AddDimensions gives it.
void GroupFrom(const FieldPath& path, const v1::ListReportRecordsRequest& request, Checker& check,
               engine::ReportRecordsRequest& to) {
  google::protobuf::RepeatedField<int> dimensions;
  for (const v1::DimensionValue& part : request.group()) dimensions.Add(part.dimension());
  const ReportDivides what = DividesWhat(to.filter, to.number.section == domain::Section::kSla);
  to.dimensions = ReportDimensionsFrom(path, dimensions, what, check);
  for (int i = 0; i < request.group_size(); ++i) {
    const FieldPath item = path[i];
    const FieldPath place = item / "value";
    std::string value = check.Text(place, request.group(i).value(), /*max=*/256);
    const bool owner = request.group(i).dimension() == v1::REPORT_DIMENSION_OWNER;
    if (owner && !value.empty()) value = check.RequiredIdIn(place, value, "reps");
    to.values.push_back(std::move(value));
  }
}

// Those of the filter and of the group.
absl::Status CheckRegions(engine::Engine& engine, const engine::CallContext& context, Time now,
                          const engine::ReportRecordsRequest& wanted) {
  const FieldPath root, filter = root / "filter", group = root / "group";
  FilterCheck known(engine, context, now);
  known.Region(filter / "region", wanted.filter.region);
  for (size_t i = 0; i < wanted.dimensions.size(); ++i) {
    if (wanted.dimensions[i] != domain::ReportDimension::kRegion) continue;
    const FieldPath item = group[static_cast<int>(i)];
    known.Region(item / "value", wanted.values[i]);
  }
  return known.ToStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ReportService::GetFunnel(grpc::CallbackServerContext* call,
                                                   const v1::GetFunnelRequest* request,
                                                   v1::GetFunnelResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_ENTRY));
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(std::vector<domain::Funnel> funnels,
                     env_.engine->GetFunnel(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    for (const domain::Funnel& funnel : funnels) {
      v1::Funnel* added = response->add_funnels();
      AddDimensions(report.dimensions, funnel.group, added->mutable_dimensions());
      added->set_remainder(funnel.rest);
      added->set_record_count(funnel.total);
      for (const domain::FunnelStage& stage : funnel.stages) {
        v1::FunnelStage* added_stage = added->add_stages();
        added_stage->set_status(stage.status);
        added_stage->set_entered_count(stage.entered);
        added_stage->set_current_count(stage.current);
        added_stage->set_advanced_count(stage.advanced);
        added_stage->set_conversion(stage.conversion);
      }
      added->set_jump_count(funnel.jumps);
      added->set_step_back_count(funnel.steps_back);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetVelocity(grpc::CallbackServerContext* call,
                                                     const v1::GetVelocityRequest* request,
                                                     v1::GetVelocityResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_ENTRY));
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(std::vector<domain::Velocity> velocities,
                     env_.engine->GetVelocity(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    for (const domain::Velocity& velocity : velocities) {
      v1::Velocity* added = response->add_velocities();
      AddDimensions(report.dimensions, velocity.group, added->mutable_dimensions());
      added->set_remainder(velocity.rest);
      added->set_record_count(velocity.total);
      for (const domain::DurationStats& stage : velocity.stages) ToProto(stage, added->add_stages());
      ToProto(velocity.creation_to_customer, added->mutable_creation_to_customer());
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetSlaCompliance(grpc::CallbackServerContext* call,
                                                          const v1::GetSlaComplianceRequest* request,
                                                          v1::GetSlaComplianceResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_DUE));
    if (report.filter.contacts) return InvalidField("filter.subject", "must be leads; contacts have no service levels");
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(std::vector<domain::SlaCompliance> levels,
                     env_.engine->GetSlaCompliance(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    for (const domain::SlaCompliance& level : levels) {
      v1::SlaCompliance* added = response->add_levels();
      added->set_sla_id(level.sla_id);
      AddDimensions(report.dimensions, level.group, added->mutable_dimensions());
      added->set_remainder(level.rest);
      added->set_started_count(level.started);
      added->set_met_count(level.met);
      added->set_breached_count(level.breached);
      added->set_running_count(level.running);
      added->set_cancelled_count(level.cancelled);
      added->set_compliance(level.compliance);
      if (level.median_response) *added->mutable_median_response_duration() = ToDurationProto(*level.median_response);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetFlow(grpc::CallbackServerContext* call, const v1::GetFlowRequest* request,
                                                 v1::GetFlowResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_CREATION));
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(std::vector<domain::Flow> flows,
                     env_.engine->GetFlow(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    for (const domain::Flow& flow : flows) {
      v1::Flow* added = response->add_flows();
      AddDimensions(report.dimensions, flow.group, added->mutable_dimensions());
      ToProto(flow, added);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetPipeline(grpc::CallbackServerContext* call,
                                                     const v1::GetPipelineRequest* request,
                                                     v1::GetPipelineResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_ENTRY));
    if (report.filter.contacts) return InvalidField("filter.subject", "must be leads; contacts have no value");
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(engine::PipelineReport answer,
                     env_.engine->GetPipeline(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    response->set_currency_code(answer.currency);
    for (const domain::Pipeline& pipeline : answer.pipelines) {
      v1::Pipeline* added = response->add_pipelines();
      AddDimensions(report.dimensions, pipeline.group, added->mutable_dimensions());
      ToProto(pipeline, answer.currency, added);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetFeedback(grpc::CallbackServerContext* call,
                                                     const v1::GetFeedbackRequest* request,
                                                     v1::GetFeedbackResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_CREATION));
    if (report.filter.contacts) return InvalidField("filter.subject", "must be leads; contacts are not sent to sales");
    engine::ReportMoment moment;
    ASSIGN_OR_RETURN(const engine::FeedbackReport told,
                     env_.engine->GetFeedback(report.context, report.filter, report.dimensions, &moment));
    response->set_moment(MomentText(moment));
    for (const std::string& status : told.sales_statuses) response->add_sales_statuses(status);
    for (const domain::Feedback& feedback : told.feedbacks) {
      v1::Feedback* added = response->add_feedbacks();
      AddDimensions(report.dimensions, feedback.group, added->mutable_dimensions());
      ToProto(feedback, added);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::ListReportRecords(grpc::CallbackServerContext* call,
                                                           const v1::ListReportRecordsRequest* request,
                                                           v1::ListReportRecordsResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    constexpr int kStandardPageSize = 100;
    constexpr int kMostRecordsInPage = 1000;
    Checker check(env_.engine->clock().Now());
    const FieldPath root;
    engine::CallContext context = ContextOf(*call, check);
    engine::ReportRecordsRequest wanted;
    wanted.number = NumberFrom(root, *request, check);
    wanted.filter = ReportFilterFrom(root / "filter", request->filter(), OtherBasisOf(wanted.number), check);
    GroupFrom(root / "group", *request, check, wanted);
    wanted.moment = MomentFrom(root / "moment", request->moment(), check);
    wanted.limit = check.PageSize(root / "page_size", request->page_size(), kStandardPageSize, kMostRecordsInPage);
    v1::ListReportRecordsRequest question = *request;
    question.clear_page_size();
    question.clear_page_token();
    const std::string scope = Scope("ListReportRecords", {context.actor, question.SerializeAsString()});
    wanted.after = CursorOf(root / "page_token", scope, request->page_token(), check);
    RETURN_IF_ERROR(check.ToStatus());
    RETURN_IF_ERROR(CheckRegions(*env_.engine, context, check.now(), wanted));
    ASSIGN_OR_RETURN(const engine::ReportRecordsPage page, env_.engine->ListReportRecords(context, wanted));
    const domain::RecordKind kind = wanted.filter.contacts ? domain::RecordKind::kContact : domain::RecordKind::kLead;
    for (const engine::ReportRecord& record : page.records) {
      v1::ReportRecord* added = response->add_records();
      added->set_name(domain::ResourceName(kind, record.id));
      added->set_occurrence_count(record.count);
    }
    response->set_next_page_token(PageToken(scope, page.next));
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
