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
inline constexpr UnaryMethod<v1::BatchSubmitEnquiriesRequest, v1::BatchSubmitEnquiriesResponse> kBatchSubmitEnquiries{
    "/leadline.v1.LeadService/BatchSubmitEnquiries"};
inline constexpr UnaryMethod<v1::BatchGetLeadsRequest, v1::BatchGetLeadsResponse> kBatchGetLeads{
    "/leadline.v1.LeadService/BatchGetLeads"};
inline constexpr UnaryMethod<v1::SplitLeadRequest, v1::SplitLeadResponse> kSplitLead{
    "/leadline.v1.LeadService/SplitLead"};
inline constexpr UnaryMethod<v1::AddLeadContactRequest, v1::AddLeadContactResponse> kAddLeadContact{
    "/leadline.v1.LeadService/AddLeadContact"};
inline constexpr UnaryMethod<v1::RemoveLeadContactRequest, v1::RemoveLeadContactResponse> kRemoveLeadContact{
    "/leadline.v1.LeadService/RemoveLeadContact"};
inline constexpr UnaryMethod<v1::BatchRecordActivitiesRequest, v1::BatchRecordActivitiesResponse>
    kBatchRecordActivities{"/leadline.v1.LeadService/BatchRecordActivities"};

}  // namespace leadline::cli::lead_service
