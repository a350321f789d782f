// leadline timeline
#include "cli/commands/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/options/event_options.h"
#include "cli/output/event_text.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/session/session.h"

namespace leadline::cli {

grpc::Status ReadTimeline(Session& session, v1::GetTimelineRequest request, int64_t limit, std::string& next,
                          const std::function<void(const v1::GetTimelineResponse&)>& page) {
  request.set_page_token(next);
  for (int64_t given = 0; limit == 0 || given < limit;) {
    request.set_page_size(static_cast<int32_t>(limit == 0 ? 1000 : std::min<int64_t>(1000, limit - given)));
    v1::GetTimelineResponse response;
    grpc::Status status = session.Ask(lead_service::kGetTimeline, request, response);
    if (!status.ok()) return status;
    page(response);
    given += response.events_size();
    // A page may be empty where only some kinds are wanted.
    next = response.next_page_token();
    if (next.empty()) break;
    request.set_page_token(next);
  }
  return grpc::Status::OK;
}

namespace {

void ShowEvents(Session& session, const std::vector<v1::Event>& events) {
  // The record is worth a column only where there are several.
  bool several = std::any_of(events.begin(), events.end(),
                             [&](const v1::Event& event) { return event.record() != events.front().record(); });
  std::vector<Table::Column> columns = {{"Time"}, {"#", Table::Align::kRight}};
  if (several) columns.push_back({"Record"});
  columns.push_back({"What", Table::Align::kWrap});
  columns.push_back({"By"});
  Table table(columns);
  for (const auto& event : events) {
    std::vector<std::string> cells = {FormatMinute(ToTime(event.occur_time())), std::to_string(event.sequence())};
    if (several) cells.push_back(event.record());
    cells.push_back(DescribeEvent(event));
    cells.push_back(event.actor());
    table.Add(std::move(cells));
  }
  session.Print(table);
}

// Each event with its decision as it was taken.
void ExplainEvents(Session& session, const std::vector<v1::Event>& events) {
  for (const auto& event : events) {
    session.Print(fmt::format("{}  {} {}: {}\n", FormatMinute(ToTime(event.occur_time())), event.record(),
                              event.sequence(), DescribeEvent(event)));
    if (!event.has_decision()) continue;
    for (const std::string& line : ExplanationLines(event.decision())) session.Print("    " + line + "\n");
  }
}

}  // namespace

void AddTimelineCommand(Command root) {
  struct Flags {
    std::string name, page_token, since, region;
    std::vector<std::string> kinds;
    int64_t limit = 0;
    bool explain = false;
  };
  auto flags = std::make_shared<Flags>();
  Command command = root.AddCommand(
      "timeline", "Everything that happened to a lead, a contact, an account, a pack or a plugin, oldest first",
      "Examples:\n  leadline timeline leads/ID\n  leadline timeline accounts/ID --limit 20\n  leadline timeline "
      "packs/emea\n  leadline timeline leads/ID --kind status_changed --kind assigned --since \"30d ago\"\n"
      "  leadline timeline leads/ID --explain   each decision decided again, by the packs of that time",
      [flags](Session& session) {
        std::vector<v1::Event> events;
        std::string next = flags->page_token;
        v1::GetTimelineRequest request;
        request.set_name(InKind("leads", flags->name));
        request.set_view(flags->explain ? v1::DECISION_VIEW_FULL : v1::DECISION_VIEW_BASIC);
        SetKinds(flags->kinds, *request.mutable_kinds());
        request.set_region(flags->region);
        if (!flags->since.empty()) {
          absl::StatusOr<Time> since = ParseMoment(flags->since, session.Now());
          if (!since.ok()) return session.Fail(since.status());
          *request.mutable_start_time() = ToTimestamp(*since);
        }
        grpc::Status status = ReadTimeline(session, request, flags->limit, next, [&](const auto& page) {
          if (session.json()) return session.PrintJson(page, true);
          events.insert(events.end(), page.events().begin(), page.events().end());
        });
        if (!status.ok()) return session.Fail(status);
        if (session.json()) return kExitOk;
        flags->explain ? ExplainEvents(session, events) : ShowEvents(session, events);
        session.Print(fmt::format("\n{}\n", Counted(static_cast<int64_t>(events.size()), "event")));
        if (!next.empty()) session.Print(fmt::format("There are more: --page-token {}\n", next));
        return kExitOk;
      });
  command.AddOption("name", flags->name, "leads/ID, contacts/ID, accounts/ID, packs/NAME or plugins/ID").Required();
  command.AddOption("--limit", flags->limit, "At most this many; 0: all").NotNegative();
  command.AddOption("--page-token", flags->page_token, "Go on where an earlier timeline ended");
  AddKindOption(command, flags->kinds);
  command.AddOption("--region", flags->region, "Only events about leads of this region");
  command.AddOption("--since", flags->since, "Only what happened from then on");
  command.AddFlag("--explain", flags->explain, "With each decision: the rules, and what they were based on");
}

}  // namespace leadline::cli
