#include "cli/commands/report/html_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/commands/report/html/page.h"
#include "cli/commands/report/report_flags.h"
#include "cli/output/replace_file.h"
#include "cli/services/report_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

constexpr char kPageTeaching[] =
    "With --html, one page for sales and marketing managers that needs no other file:\n"
    "  leadline report --html report.html\n"
    "  leadline report --html q1.html --region emea --from 2026-01-01 --to 2026-04-01";

struct PageFlags {
  ReportFlags report;
  std::string file;
};

// What a shell reads as one word.
std::string ShellWord(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:/").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

absl::Status DescribeSelection(const ReportFlags& flags, Time now, PageNumbers& numbers) {
  const std::array<std::pair<const char*, const std::string*>, 3> named = {
      {{"region", &flags.region}, {"source", &flags.source}, {"product", &flags.product}}};
  const auto add = [&numbers](std::string title, const std::string& option, const std::string& value,
                              const std::string& shown) {
    if (value.empty()) return;
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
    numbers.selection.emplace_back(title, shown);
    numbers.selection_options += " --" + option + " " + ShellWord(value);
  };
  for (const auto& [option, value] : named) add(option, option, *value, *value);
  const std::array<std::array<std::string, 3>, 2> times = {
      {{"created from", "from", flags.from}, {"created before", "to", flags.to}}};
  for (const auto& [title, option, text] : times) {
    if (text.empty()) continue;
    ASSIGN_OR_RETURN(const Time time, MomentOf(flags, text, now));
    // As a moment: "30d ago" would be another one tomorrow.
    add(title, option, FormatTime(time), FormatMinute(time) + " UTC");
  }
  return absl::OkStatus();
}

template <typename Request, typename Response>
grpc::Status AskFor(Session& session, const UnaryMethod<Request, Response>& method, const v1::ReportFilter& filter,
                    v1::ReportDimension by, Response& response) {
  Request request;
  *request.mutable_filter() = filter;
  if (by != v1::REPORT_DIMENSION_UNSPECIFIED) request.add_group_by(by);
  response.Clear();
  return session.Ask(method, request, response);
}

// Contacts have no source, and name no product.
grpc::Status AskForPeople(Session& session, v1::ReportFilter filter, v1::GetFlowResponse& people) {
  people.Clear();
  if (!filter.source().empty() || !filter.product().empty()) return grpc::Status::OK;
  filter.set_subject(v1::REPORT_SUBJECT_CONTACTS);
  return AskFor(session, report_service::kGetFlow, filter, v1::REPORT_DIMENSION_UNSPECIFIED, people);
}

// Every answer once, and at the end the first one again: where it is the same, nothing that shows has changed between.
grpc::Status AskOnce(Session& session, const v1::ReportFilter& filter, PageNumbers& numbers) {
  using namespace report_service;
  constexpr auto kWhole = v1::REPORT_DIMENSION_UNSPECIFIED;
  v1::GetFunnelResponse again;
  grpc::Status status = AskFor(session, kGetFunnel, filter, kWhole, numbers.funnel);
  if (status.ok()) status = AskFor(session, kGetFlow, filter, kWhole, numbers.flow);
  if (status.ok()) status = AskForPeople(session, filter, numbers.people);
  if (status.ok()) status = AskFor(session, kGetFeedback, filter, kWhole, numbers.feedback);
  if (status.ok()) status = AskFor(session, kGetVelocity, filter, kWhole, numbers.velocity);
  if (status.ok()) {
    status = AskFor(session, kGetVelocity, filter, v1::REPORT_DIMENSION_SOURCE, numbers.velocity_by_source);
  }
  if (status.ok()) status = AskFor(session, kGetSlaCompliance, filter, kWhole, numbers.levels);
  if (status.ok()) {
    status = AskFor(session, kGetSlaCompliance, filter, v1::REPORT_DIMENSION_TEAM, numbers.levels_by_team);
  }
  if (status.ok()) status = AskFor(session, kGetPipeline, filter, kWhole, numbers.pipeline);
  if (status.ok()) status = AskFor(session, kGetFunnel, filter, kWhole, again);
  if (!status.ok()) return status;
  again.clear_moment();
  numbers.funnel.clear_moment();
  numbers.changed_meanwhile = again.SerializeAsString() != numbers.funnel.SerializeAsString();
  return status;
}

int WritePage(Session& session, const PageFlags& flags) {
  if (flags.file.empty()) {
    return session.Fail(absl::InvalidArgumentError(
        "leadline report needs a command after it, such as funnel, or --html FILE\n  leadline report --help shows what "
        "there is."));
  }
  PageNumbers numbers;
  numbers.asked = session.Now();
  const absl::StatusOr<v1::GetFunnelRequest> request = FillRequest<v1::GetFunnelRequest>(flags.report, numbers.asked);
  if (!request.ok()) return session.Fail(request.status());
  if (absl::Status described = DescribeSelection(flags.report, numbers.asked, numbers); !described.ok()) {
    return session.Fail(described);
  }
  constexpr int kTries = 3;
  for (int i = 0; i < kTries && (i == 0 || numbers.changed_meanwhile); ++i) {
    numbers.asked = session.Now();
    const grpc::Status status = AskOnce(session, request->filter(), numbers);
    if (!status.ok()) return session.Fail(status);
  }
  const absl::Status written = ReplaceFile(flags.file, ReportPage(numbers), std::nullopt);
  if (!written.ok()) return session.Refuse(std::string(written.message()));
  const int64_t leads = numbers.funnel.funnels_size() > 0 ? numbers.funnel.funnels(0).record_count() : 0;
  if (!session.json()) session.Print(fmt::format("{}: the report of {}\n", flags.file, Counted(leads, "lead")));
  return kExitOk;
}

}  // namespace

void AddReportPage(Command group) {
  auto flags = std::make_shared<PageFlags>();
  group.AddOption("--html", flags->file, "Write a page for managers to this file").Placeholder("FILE");
  flags->report.by_day = true;
  // They live as long as the flags that they are part of.
  AddSelection(group, SharedReportFlags(flags, &flags->report));
  group.SetAction(kPageTeaching, [flags](Session& session) { return WritePage(session, *flags); });
}

}  // namespace leadline::cli
