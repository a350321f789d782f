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
inline constexpr UnaryMethod<v1::SetAvailabilityRequest, v1::SetAvailabilityResponse> kSetAvailability{
    "/leadline.v1.RoutingService/SetAvailability"};
inline constexpr UnaryMethod<v1::ListQueuesRequest, v1::ListQueuesResponse> kListQueues{
    "/leadline.v1.RoutingService/ListQueues"};
inline constexpr UnaryMethod<v1::GetFairnessRequest, v1::GetFairnessResponse> kGetFairness{
    "/leadline.v1.RoutingService/GetFairness"};

}  // namespace leadline::cli::routing_service
