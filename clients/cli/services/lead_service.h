// The unary methods of LeadService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli::lead_service {

inline constexpr UnaryMethod<v1::SubmitEnquiryRequest, v1::SubmitEnquiryResponse> kSubmitEnquiry{
    "/leadline.v1.LeadService/SubmitEnquiry"};
inline constexpr UnaryMethod<v1::GetLeadRequest, v1::Lead> kGetLead{"/leadline.v1.LeadService/GetLead"};
inline constexpr UnaryMethod<v1::ListLeadsRequest, v1::ListLeadsResponse> kListLeads{
    "/leadline.v1.LeadService/ListLeads"};
inline constexpr UnaryMethod<v1::UpdateLeadRequest, v1::Lead> kUpdateLead{"/leadline.v1.LeadService/UpdateLead"};
inline constexpr UnaryMethod<v1::RecordActivityRequest, v1::RecordActivityResponse> kRecordActivity{
    "/leadline.v1.LeadService/RecordActivity"};
inline constexpr UnaryMethod<v1::GetTimelineRequest, v1::GetTimelineResponse> kGetTimeline{
    "/leadline.v1.LeadService/GetTimeline"};
inline constexpr UnaryMethod<v1::ExplainLeadRequest, v1::ExplainLeadResponse> kExplainLead{
    "/leadline.v1.LeadService/ExplainLead"};

}  // namespace leadline::cli::lead_service
