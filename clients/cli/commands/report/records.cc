#include "cli/commands/report/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "cli/commands/report/report_flags.h"
#include "cli/services/report_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kNoValue[] = "(none)";

struct RecordsFlags {
  std::shared_ptr<ReportFlags> report = std::make_shared<ReportFlags>();
  std::string number, values, status, to, sla, rule, layer, band, reason;
};

// "left_behind" for REPORT_NUMBER_LEFT_BEHIND.
std::vector<std::string> NumberWords() {
  constexpr std::string_view kPrefix = "REPORT_NUMBER_";
  std::vector<std::string> words;
  const google::protobuf::EnumDescriptor& numbers = *v1::ReportNumber_descriptor();
  for (int i = 1; i < numbers.value_count(); ++i) {
    words.push_back(absl::AsciiStrToLower(numbers.value(i)->name().substr(kPrefix.size())));
  }
  return words;
}

absl::StatusOr<v1::ReportNumber> ParseNumber(const std::string& word) {
  const std::vector<std::string> words = NumberWords();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) {
    const int place = static_cast<int>(found - words.begin()) + 1;
    return static_cast<v1::ReportNumber>(v1::ReportNumber_descriptor()->value(place)->number());
  }
  return absl::InvalidArgumentError(
      fmt::format("a report has no number \"{}\"; it has {}", word, fmt::join(words, ", ")));
}

// The moment of the report that the number stands in, asked for now.
template <typename Request, typename Response>
absl::StatusOr<std::string> MomentOf(Session& session, const UnaryMethod<Request, Response>& method,
                                     const v1::ListReportRecordsRequest& wanted, grpc::Status& failed) {
  Request request;
  *request.mutable_filter() = wanted.filter();
  for (const v1::DimensionValue& part : wanted.group()) request.add_group_by(part.dimension());
  Response response;
  failed = session.Ask(method, request, response);
  if (!failed.ok()) return std::string();
  if (!response.moment().empty()) return response.moment();
  return absl::FailedPreconditionError(
      "this report is read from all records, and tells no records apart: let times begin at midnight UTC, and divide "
      "by "
      "at most one of source, product, and owner or team, beside the region");
}

absl::StatusOr<std::string> Moment(Session& session, const v1::ListReportRecordsRequest& wanted, grpc::Status& failed) {
  const v1::ReportNumber number = wanted.number();
  if (number <= v1::REPORT_NUMBER_STEPS_BACK) return MomentOf(session, report_service::kGetFunnel, wanted, failed);
  if (number <= v1::REPORT_NUMBER_WON) return MomentOf(session, report_service::kGetVelocity, wanted, failed);
  if (number <= v1::REPORT_NUMBER_SLA_CANCELLED) {
    return MomentOf(session, report_service::kGetSlaCompliance, wanted, failed);
  }
  if (number <= v1::REPORT_NUMBER_TOUCHED_IN_60_MINUTES || number >= v1::REPORT_NUMBER_FLOW_WON) {
    return MomentOf(session, report_service::kGetFlow, wanted, failed);
  }
  if (number <= v1::REPORT_NUMBER_REJECTED_LATER) {
    return MomentOf(session, report_service::kGetFeedback, wanted, failed);
  }
  return MomentOf(session, report_service::kGetPipeline, wanted, failed);
}

absl::StatusOr<v1::ListReportRecordsRequest> RequestOf(const RecordsFlags& flags, Time now) {
  ASSIGN_OR_RETURN(const v1::GetFunnelRequest report, FillRequest<v1::GetFunnelRequest>(*flags.report, now));
  v1::ListReportRecordsRequest request;
  *request.mutable_filter() = report.filter();
  ASSIGN_OR_RETURN(const v1::ReportNumber number, ParseNumber(flags.number));
  request.set_number(number);
  if (flags.values.empty() != (report.group_by_size() == 0)) {
    return absl::InvalidArgumentError(
        report.group_by_size() == 0
            ? "--values goes with --by: it names the group"
            : "--by goes with --values: name the group, such as --by region --values emea; (none) is for no value");
  }
  const std::vector<std::string> values = SplitValues(flags.values);
  if (report.group_by_size() > 0 && values.size() != static_cast<size_t>(report.group_by_size())) {
    return absl::InvalidArgumentError(fmt::format("--values has {} values and --by {} words: it must have one for each",
                                                  values.size(), report.group_by_size()));
  }
  for (int i = 0; i < report.group_by_size(); ++i) {
    v1::DimensionValue* part = request.add_group();
    part->set_dimension(report.group_by(i));
    const std::string& value = values[static_cast<size_t>(i)];
    part->set_value(value == kNoValue ? "" : value);
  }
  if (!flags.status.empty()) request.set_status(flags.status == kNoValue ? "" : flags.status);
  if (!flags.to.empty()) request.set_to_status(flags.to);
  if (!flags.sla.empty()) request.set_sla_id(flags.sla);
  if (!flags.rule.empty()) request.set_rule_id(flags.rule);
  if (!flags.layer.empty()) request.set_rule_layer(flags.layer);
  if (!flags.band.empty()) request.set_score_band(flags.band);
  if (!flags.reason.empty()) request.set_reject_reason(flags.reason);
  request.set_page_size(1000);
  return request;
}

int ListRecords(Session& session, const RecordsFlags& flags) {
  absl::StatusOr<v1::ListReportRecordsRequest> request = RequestOf(flags, session.Now());
  if (!request.ok()) return session.Fail(request.status());
  grpc::Status failed;
  const absl::StatusOr<std::string> moment = Moment(session, *request, failed);
  if (!failed.ok()) return session.Fail(failed);
  if (!moment.ok()) return session.Fail(moment.status());
  request->set_moment(*moment);
  int64_t sum = 0;
  do {
    v1::ListReportRecordsResponse response;
    const grpc::Status status = session.Ask(report_service::kListReportRecords, *request, response);
    if (!status.ok()) return session.Fail(status);
    for (const v1::ReportRecord& record : response.records()) {
      sum += record.occurrence_count();
      if (session.json()) {
        session.PrintJson(record, /*compact=*/true);
      } else {
        session.Print(record.occurrence_count() == 1
                          ? record.name() + "\n"
                          : fmt::format("{} {}\n", record.name(), record.occurrence_count()));
      }
    }
    request->set_page_token(response.next_page_token());
  } while (!request->page_token().empty());
  if (!session.json()) session.Print(fmt::format("{} in all\n", WithThousands(sum)));
  return kExitOk;
}

}  // namespace

void AddReportRecordsCommand(Command group) {
  auto flags = std::make_shared<RecordsFlags>();
  flags->report->by_day = true;
  Command command = group.AddCommand(
      "records", "The records behind one number of a report, by name; they add up to it",
      "Examples:\n  leadline report records left_behind\n"
      "  leadline report records current --status mql --by region --values emea\n"
      "  leadline report records moves --status mql --to-status sal\n"
      "  leadline report records crossed_won --status customer\n"
      "  leadline report records sla_breached --sla contact_me --by owner --values reps/emea-tom-hughes\n"
      "  leadline report records rejected --rule title.manager --reason no_budget\n"
      "  leadline report records current --by source,region --values 'fair\\, spring,emea'",
      [flags](Session& session) { return ListRecords(session, *flags); });
  command.AddOption("number", flags->number, fmt::format("One of {}", fmt::join(NumberWords(), ", "))).Required();
  AddFilter(command, flags->report, "");
  command.AddOption("--time", flags->report->time, "What the report's --time was").OneOf({"creation", "entry", "due"});
  command
      .AddOption("--values", flags->values,
                 "The group: a value for each word of --by; (none) for records without one. A comma that is part of a "
                 "value is written \\, and a backslash before a comma \\\\")
      .Placeholder("VALUE,...");
  command.AddOption("--status", flags->status,
                    "The status that the number is of; of crossed and crossed_won (none) for new people");
  command.AddOption("--to-status", flags->to, "Of moves: the status that was entered");
  command.AddOption("--sla", flags->sla, "The service level that the number is of");
  command.AddOption("--rule", flags->rule, "Of a number of feedback: the rule that sent the lead");
  command.AddOption("--layer", flags->layer, "The layer of that rule, such as central");
  command.AddOption("--score", flags->band, "Of a number of feedback: the band of the score, such as 90_to_100");
  command.AddOption("--reason", flags->reason, "Of rejected and rejected_later: why");
  command.AddFlag("--contacts", flags->report->contacts, "List contacts instead of leads");
}

}  // namespace leadline::cli
