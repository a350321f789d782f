// leadline timeline
#include "cli/commands/timeline.h"

#include <fmt/format.h>

#include "cli/command_tree.h"
#include "cli/proto_text.h"
#include "cli/text.h"
#include "leadline/v1/lead_service.grpc.pb.h"

namespace leadline::cli {

grpc::Status ReadTimeline(Session& session, const std::string& name, int64_t limit, std::string& next,
                          const std::function<void(const v1::GetTimelineResponse&)>& page) {
  v1::GetTimelineRequest request;
  request.set_name(name);
  request.set_page_token(next);
  for (int64_t given = 0; limit == 0 || given < limit;) {
    request.set_page_size(static_cast<int32_t>(limit == 0 ? 1000 : std::min<int64_t>(1000, limit - given)));
    v1::GetTimelineResponse response;
    grpc::Status status = session.Ask(&v1::LeadService::Stub::GetTimeline, request, response);
    if (!status.ok()) return status;
    page(response);
    given += response.events_size();
    next = response.next_page_token();
    if (next.empty() || response.events_size() == 0) break;
    request.set_page_token(next);
  }
  return grpc::Status::OK;
}

void AddTimelineCommand(CommandTree& tree) {
  struct Flags {
    std::string name, page_token;
    int64_t limit = 0;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = tree.Command(
      nullptr, "timeline", "Everything that happened to a lead, a contact or an account, oldest first",
      "Examples:\n  leadline timeline leads/ID\n  leadline timeline accounts/ID --limit 20", [flags](Session& session) {
        Table table({{"Time"}, {"#", Table::Align::kRight}, {"Record"}, {"What", Table::Align::kWrap}, {"By"}});
        std::string next = flags->page_token;
        int64_t events = 0;
        grpc::Status status =
            ReadTimeline(session, InKind("leads", flags->name), flags->limit, next, [&](const auto& page) {
              if (session.json()) return session.PrintJson(page, true);
              for (const auto& event : page.events()) {
                table.Add({FormatMinute(ToTime(event.time())), std::to_string(event.sequence()), event.record(),
                           DescribeEvent(event), event.actor()});
              }
              events += page.events_size();
            });
        if (!status.ok()) return session.Fail(status);
        if (session.json()) return kExitOk;
        session.Print(table);
        session.Print(fmt::format("\n{} events\n", WithThousands(events)));
        if (!next.empty()) session.Print(fmt::format("There are more: --page-token {}\n", next));
        return kExitOk;
      });
  command->add_option("name", flags->name, "leads/ID, contacts/ID or accounts/ID")->required();
  command->add_option("--limit", flags->limit, "At most this many; 0: all")->check(CLI::NonNegativeNumber);
  command->add_option("--page-token", flags->page_token, "Go on where an earlier timeline ended");
}

}  // namespace leadline::cli
