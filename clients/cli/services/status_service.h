// The unary methods of StatusService, for Session::Run and Session::Ask, and the one that starts long
// work, for RunLong.
#pragma once

#include "cli/services/long_method.h"
#include "cli/services/unary_method.h"
#include "leadline/v1/status_service.pb.h"

namespace leadline::cli::status_service {

inline constexpr UnaryMethod<v1::TransitionLeadRequest, v1::TransitionLeadResponse> kTransitionLead{
    "/leadline.v1.StatusService/TransitionLead"};
inline constexpr UnaryMethod<v1::TransitionContactRequest, v1::TransitionContactResponse> kTransitionContact{
    "/leadline.v1.StatusService/TransitionContact"};
inline constexpr UnaryMethod<v1::RecordDispositionRequest, v1::RecordDispositionResponse> kRecordDisposition{
    "/leadline.v1.StatusService/RecordDisposition"};
inline constexpr UnaryMethod<v1::AcceptLeadRequest, v1::AcceptLeadResponse> kAcceptLead{
    "/leadline.v1.StatusService/AcceptLead"};
inline constexpr UnaryMethod<v1::RejectLeadRequest, v1::RejectLeadResponse> kRejectLead{
    "/leadline.v1.StatusService/RejectLead"};
inline constexpr UnaryMethod<v1::GetStatusHistoryRequest, v1::GetStatusHistoryResponse> kGetStatusHistory{
    "/leadline.v1.StatusService/GetStatusHistory"};
inline constexpr UnaryMethod<v1::ListOverdueRequest, v1::ListOverdueResponse> kListOverdue{
    "/leadline.v1.StatusService/ListOverdue"};
inline constexpr LongMethod<v1::RemapStatusesRequest, v1::RemapStatusesResponse> kRemapStatuses{
    {"/leadline.v1.StatusService/RemapStatuses"}};

}  // namespace leadline::cli::status_service
