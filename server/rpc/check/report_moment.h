// The moments of reports and their numbers, from the wire and to it. Pure and thread-safe.
#pragma once

#include <string>

#include "engine/calls.h"
#include "leadline/v1/report_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

// The layer of the centre's rules on the wire.
inline constexpr char kCentralLayer[] = "central";

// Opaque to clients; empty for a report whose records cannot be listed.
std::string MomentText(const engine::ReportMoment& moment);
engine::ReportMoment MomentFrom(const FieldPath& path, const std::string& text, Checker& check);

// Refuses a number that is not given, and what is given that the number is not of.
engine::ReportNumber NumberFrom(const FieldPath& path, const v1::ListReportRecordsRequest& request, Checker& check);
// The time that the number's report can go by beside the creation.
v1::ReportTimeBasis OtherBasisOf(const engine::ReportNumber& number);

}  // namespace leadline::rpc
