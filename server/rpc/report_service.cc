#include "rpc/report_service.h"

#include "base/status_macros.h"
#include "rpc/check/filter_check.h"
#include "rpc/check/report_check.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

// What every report is asked for.
struct ReportCall {
  engine::CallContext context;
  engine::ReportFilter filter;
  engine::ReportDimensions dimensions;
};

template <typename Request>
absl::StatusOr<ReportCall> ReportCallFrom(const Environment& env, const grpc::CallbackServerContext& call,
                                          const Request& request, v1::ReportTimeBasis other_basis) {
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  ReportCall out;
  out.context = ContextOf(call, check);
  out.context.wanted = StillAsked(call);
  out.filter = ReportFilterFrom(root / "filter", request.filter(), other_basis, check);
  out.dimensions = ReportDimensionsFrom(root / "group_by", request.group_by(), out.filter.contacts, check);
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
}

}  // namespace

grpc::ServerUnaryReactor* ReportService::GetFunnel(grpc::CallbackServerContext* call,
                                                   const v1::GetFunnelRequest* request,
                                                   v1::GetFunnelResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request, v1::REPORT_TIME_BASIS_ENTRY));
    ASSIGN_OR_RETURN(std::vector<domain::Funnel> funnels,
                     env_.engine->GetFunnel(report.context, report.filter, report.dimensions));
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
    ASSIGN_OR_RETURN(std::vector<domain::Velocity> velocities,
                     env_.engine->GetVelocity(report.context, report.filter, report.dimensions));
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
    ASSIGN_OR_RETURN(std::vector<domain::SlaCompliance> levels,
                     env_.engine->GetSlaCompliance(report.context, report.filter, report.dimensions));
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
      *added->mutable_median_response_duration() = ToDurationProto(level.median_response);
    }
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
