// The unary methods of RoutingService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/routing_service.pb.h"

namespace leadline::cli::routing_service {

inline constexpr UnaryMethod<v1::RouteLeadRequest, v1::RouteLeadResponse> kRouteLead{
    "/leadline.v1.RoutingService/RouteLead"};
inline constexpr UnaryMethod<v1::PreviewRouteRequest, v1::PreviewRouteResponse> kPreviewRoute{
    "/leadline.v1.RoutingService/PreviewRoute"};
inline constexpr UnaryMethod<v1::ReassignLeadRequest, v1::ReassignLeadResponse> kReassignLead{
    "/leadline.v1.RoutingService/ReassignLead"};
inline constexpr UnaryMethod<v1::PlanAbsencesRequest, v1::PlanAbsencesResponse> kPlanAbsences{
    "/leadline.v1.RoutingService/PlanAbsences"};
inline constexpr UnaryMethod<v1::SetAvailabilityRequest, v1::SetAvailabilityResponse> kSetAvailability{
    "/leadline.v1.RoutingService/SetAvailability"};
inline constexpr UnaryMethod<v1::ListQueuesRequest, v1::ListQueuesResponse> kListQueues{
    "/leadline.v1.RoutingService/ListQueues"};
inline constexpr UnaryMethod<v1::GetFairnessRequest, v1::GetFairnessResponse> kGetFairness{
    "/leadline.v1.RoutingService/GetFairness"};
inline constexpr UnaryMethod<v1::BatchReassignLeadsRequest, v1::BatchReassignLeadsResponse> kBatchReassignLeads{
    "/leadline.v1.RoutingService/BatchReassignLeads"};
inline constexpr UnaryMethod<v1::GetRepRequest, v1::Rep> kGetRep{"/leadline.v1.RoutingService/GetRep"};
inline constexpr UnaryMethod<v1::ListRepsRequest, v1::ListRepsResponse> kListReps{
    "/leadline.v1.RoutingService/ListReps"};
inline constexpr UnaryMethod<v1::GetQueueRequest, v1::Queue> kGetQueue{"/leadline.v1.RoutingService/GetQueue"};

}  // namespace leadline::cli::routing_service
