// How a report is divided, in words: what --by takes, and what stands in the columns of a group.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

// "source, region, product, owner, team, week, month, calendar".
std::string DimensionWords();

// Words of --by, separated by commas, in their order; none when `text` is empty. INVALID_ARGUMENT, with the nearest,
// for another word.
absl::StatusOr<std::vector<v1::ReportDimension>> ParseDimensions(std::string_view text);
// The values of "emea,web": one that has a comma in it has a backslash before the comma, and one before a backslash.
// Before anything else a backslash stands for itself.
std::vector<std::string> SplitValues(std::string_view text);
std::string_view WordOf(v1::ReportDimension dimension);

// "source web, month 2026-03\n"; empty when the report is not divided.
std::string GroupTitle(const google::protobuf::RepeatedPtrField<v1::DimensionValue>& group, bool remainder,
                       const std::vector<v1::ReportDimension>& by);

// Cells for people, one for each of `count` dimensions: "(none)" where the group has no value, "(the rest)" and blanks
// for the remainder.
std::vector<std::string> GroupCells(const google::protobuf::RepeatedPtrField<v1::DimensionValue>& group, bool remainder,
                                    size_t count);

}  // namespace leadline::cli
