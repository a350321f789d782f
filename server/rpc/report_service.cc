#include "rpc/report_service.h"

#include "base/status_macros.h"
#include "rpc/check/filter_check.h"
#include "rpc/convert_records.h"
#include "rpc/convert_requests.h"

namespace leadline::rpc {
namespace {

// What every report is asked for.
struct ReportCall {
  engine::CallContext context;
  engine::ReportFilter filter;
  domain::ReportGroup group = domain::ReportGroup::kNone;
};

template <typename Request>
absl::StatusOr<ReportCall> ReportCallFrom(const Environment& env, const grpc::CallbackServerContext& call,
                                          const Request& request) {
  Checker check(env.engine->clock().Now());
  const FieldPath root;
  ReportCall out;
  out.context = ContextOf(call, check);
  out.context.wanted = StillAsked(call);
  out.filter = ReportFilterFrom(root / "filter", request.filter(), check);
  out.group = ReportGroupFrom(root / "group_by", request.group_by(), check);
  if (out.filter.contacts && out.group == domain::ReportGroup::kSource) {
    check.Refuse(root / "group_by", "contacts have no source to divide by");
  }
  RETURN_IF_ERROR(check.ToStatus());
  FilterCheck known(*env.engine, out.context, check.now());
  known.Region(root / "filter" / "region", out.filter.region);
  known.Source(root / "filter" / "source", out.filter.source);
  known.Product(root / "filter" / "product", out.filter.product);
  RETURN_IF_ERROR(known.ToStatus());
  return out;
}

void ToProto(const domain::DurationStats& from, v1::DurationStats* to) {
  to->set_status(from.status);
  to->set_count(from.count);
  *to->mutable_median() = ToDurationProto(from.median);
  *to->mutable_p90() = ToDurationProto(from.p90);
  *to->mutable_mean() = ToDurationProto(from.mean);
  to->set_open(from.open);
  *to->mutable_open_median() = ToDurationProto(from.open_median);
}

}  // namespace

grpc::ServerUnaryReactor* ReportService::GetFunnel(grpc::CallbackServerContext* call,
                                                   const v1::GetFunnelRequest* request,
                                                   v1::GetFunnelResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request));
    ASSIGN_OR_RETURN(std::vector<domain::Funnel> funnels,
                     env_.engine->GetFunnel(report.context, report.filter, report.group));
    for (const domain::Funnel& funnel : funnels) {
      v1::Funnel* added = response->add_funnels();
      added->set_group(funnel.group);
      added->set_total(funnel.total);
      for (const domain::FunnelStage& stage : funnel.stages) {
        v1::FunnelStage* added_stage = added->add_stages();
        added_stage->set_status(stage.status);
        added_stage->set_entered(stage.entered);
        added_stage->set_current(stage.current);
        added_stage->set_advanced(stage.advanced);
        added_stage->set_conversion(stage.conversion);
      }
      added->set_jumps(funnel.jumps);
      added->set_steps_back(funnel.steps_back);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* ReportService::GetVelocity(grpc::CallbackServerContext* call,
                                                     const v1::GetVelocityRequest* request,
                                                     v1::GetVelocityResponse* response) {
  return ReadLong(env_, call, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request));
    ASSIGN_OR_RETURN(std::vector<domain::Velocity> velocities,
                     env_.engine->GetVelocity(report.context, report.filter, report.group));
    for (const domain::Velocity& velocity : velocities) {
      v1::Velocity* added = response->add_velocities();
      added->set_group(velocity.group);
      added->set_total(velocity.total);
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
    ASSIGN_OR_RETURN(ReportCall report, ReportCallFrom(env_, *call, *request));
    if (report.filter.contacts) return InvalidField("filter.subject", "must be leads; contacts have no service levels");
    ASSIGN_OR_RETURN(std::vector<domain::SlaCompliance> levels,
                     env_.engine->GetSlaCompliance(report.context, report.filter, report.group));
    for (const domain::SlaCompliance& level : levels) {
      v1::SlaCompliance* added = response->add_levels();
      added->set_sla_id(level.sla_id);
      added->set_group(level.group);
      added->set_started(level.started);
      added->set_met(level.met);
      added->set_breached(level.breached);
      added->set_running(level.running);
      added->set_cancelled(level.cancelled);
      added->set_compliance(level.compliance);
      *added->mutable_median_response() = ToDurationProto(level.median_response);
    }
    return absl::OkStatus();
  });
}

}  // namespace leadline::rpc
