// What a report is asked for, from the wire. Pure and thread-safe.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "engine/calls.h"
#include "leadline/v1/report_service.pb.h"
#include "rpc/check/checker.h"

namespace leadline::rpc {

// `other_basis`: the time that the report can go by beside the creation; another one is refused with both.
engine::ReportFilter ReportFilterFrom(const FieldPath& path, const v1::ReportFilter& from,
                                      v1::ReportTimeBasis other_basis, Checker& check);

// What a report divides: its dimensions are others.
enum class ReportDivides { kLeads, kContacts, kLevels };

// Refuses what is unspecified, unknown, there twice, too many, or not of what the report divides, each with its place
// in the list.
engine::ReportDimensions ReportDimensionsFrom(const FieldPath& path, const google::protobuf::RepeatedField<int>& from,
                                              ReportDivides what, Checker& check);

v1::ReportDimension WireDimension(domain::ReportDimension dimension);

}  // namespace leadline::rpc
