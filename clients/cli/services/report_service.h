// The unary methods of ReportService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli::report_service {

inline constexpr UnaryMethod<v1::GetFunnelRequest, v1::GetFunnelResponse> kGetFunnel{
    "/leadline.v1.ReportService/GetFunnel"};
inline constexpr UnaryMethod<v1::GetVelocityRequest, v1::GetVelocityResponse> kGetVelocity{
    "/leadline.v1.ReportService/GetVelocity"};
inline constexpr UnaryMethod<v1::GetSlaComplianceRequest, v1::GetSlaComplianceResponse> kGetSlaCompliance{
    "/leadline.v1.ReportService/GetSlaCompliance"};
inline constexpr UnaryMethod<v1::GetFlowRequest, v1::GetFlowResponse> kGetFlow{"/leadline.v1.ReportService/GetFlow"};
inline constexpr UnaryMethod<v1::GetPipelineRequest, v1::GetPipelineResponse> kGetPipeline{
    "/leadline.v1.ReportService/GetPipeline"};
inline constexpr UnaryMethod<v1::GetFeedbackRequest, v1::GetFeedbackResponse> kGetFeedback{
    "/leadline.v1.ReportService/GetFeedback"};
inline constexpr UnaryMethod<v1::ListReportRecordsRequest, v1::ListReportRecordsResponse> kListReportRecords{
    "/leadline.v1.ReportService/ListReportRecords"};

}  // namespace leadline::cli::report_service
