// What the commands of reports have in common: which records, and how divided.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "cli/command_line/command_line.h"
#include "cli/commands/report/division.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "leadline/v1/report_service.pb.h"

namespace leadline::cli {

struct ReportFlags {
  std::string by, time, format, region, source, product, from, to;
  bool contacts = false;
  bool by_day = false;  // the report is made of whole days
};
using SharedReportFlags = std::shared_ptr<ReportFlags>;

// Which records.
inline void AddSelection(Command command, SharedReportFlags flags) {
  command.AddOption("--region", flags->region, "Only this region");
  command.AddOption("--source", flags->source, "Only this source");
  command.AddOption("--product", flags->product, "Only leads that name this product");
  const std::string days =
      flags->by_day ? "; midnight UTC, such as 2026-01-31, or \"30d ago\" for the midnight so many days ago" : "";
  command.AddOption("--from", flags->from, "From here on" + days);
  command.AddOption("--to", flags->to, "Before this" + days);
}

// What --from or --to says.
inline absl::StatusOr<Time> MomentOf(const ReportFlags& flags, const std::string& text, Time now) {
  return flags.by_day ? ParseDayMoment(text, now) : ParseMoment(text, now);
}

// `other_time`: what --time takes beside "creation"; empty: the report goes by the creation alone.
inline void AddFilter(Command command, SharedReportFlags flags, const std::string& other_time) {
  command.AddOption("--by", flags->by, "Divide by up to three of " + DimensionWords()).Placeholder("WORD,...");
  if (!other_time.empty()) {
    command.AddOption("--time", flags->time, "What --from, --to, weeks and months go by; creation when not given")
        .OneOf({"creation", other_time});
  }
  AddSelection(command, flags);
}

template <typename Request>
absl::StatusOr<Request> FillRequest(const ReportFlags& flags, Time now) {
  Request request;
  v1::ReportFilter& filter = *request.mutable_filter();
  filter.set_region(flags.region);
  filter.set_source(flags.source);
  filter.set_product(flags.product);
  filter.set_subject(flags.contacts ? v1::REPORT_SUBJECT_CONTACTS : v1::REPORT_SUBJECT_LEADS);
  if (!flags.from.empty()) {
    ASSIGN_OR_RETURN(Time from, MomentOf(flags, flags.from, now));
    *filter.mutable_start_time() = ToTimestamp(from);
  }
  if (!flags.to.empty()) {
    ASSIGN_OR_RETURN(Time to, MomentOf(flags, flags.to, now));
    *filter.mutable_end_time() = ToTimestamp(to);
  }
  filter.set_time_basis(flags.time == "entry" ? v1::REPORT_TIME_BASIS_ENTRY
                        : flags.time == "due" ? v1::REPORT_TIME_BASIS_DUE
                                              : v1::REPORT_TIME_BASIS_UNSPECIFIED);
  ASSIGN_OR_RETURN(std::vector<v1::ReportDimension> by, ParseDimensions(flags.by));
  for (const v1::ReportDimension dimension : by) request.add_group_by(dimension);
  return request;
}

}  // namespace leadline::cli
