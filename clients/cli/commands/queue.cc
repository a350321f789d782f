// leadline queue list|show
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/services/routing_service.h"
#include "cli/session/lead_pages.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct QueueFlags {
  std::string queue, page_token;
  int limit = 50;
};

void ShowQueues(Session& session, const v1::ListQueuesResponse& response) {
  using enum Table::Align;
  Table table({{"Queue"},
               {"Region"},
               {"Owner"},
               {"Leads", kRight},
               {"Past due", kRight},
               {"Longest", kRight},
               {"Description", kWrap}});
  int64_t leads = 0;
  for (const auto& queue : response.queues()) {
    const bool waits = queue.has_oldest_hold_time();
    table.Add({queue.queue(), queue.region(), queue.declared() ? queue.owner() : "nobody", WithThousands(queue.leads()),
               WithThousands(queue.overdue()),
               waits ? FormatSpan(session.Now() - ToTime(queue.oldest_hold_time())) : "",
               queue.declared() ? queue.description() : "no pack has it any more"});
    leads += queue.leads();
  }
  session.Print(table);
  session.Print(fmt::format("\n{} in {}\n", Counted(leads, "lead"), Counted(response.queues_size(), "queue")));
}

std::string DueOf(const v1::Lead& lead) {
  const auto state = lead.sla().state();
  const bool open = state == v1::SLA_STATE_RUNNING || state == v1::SLA_STATE_WARNED || state == v1::SLA_STATE_BREACHED;
  return lead.has_sla() && open ? FormatMinute(ToTime(lead.sla().due_time())) : "";
}

int ShowQueue(Session& session, const QueueFlags& flags) {
  v1::ListLeadsRequest request;
  request.set_hold_queue(flags.queue);
  request.set_page_token(flags.page_token);
  Table table({{"Lead"},
               {"Held since"},
               {"Due"},
               {"Status"},
               {"Score", Table::Align::kRight},
               {"Region"},
               {"Held by", Table::Align::kWrap}});
  const LeadPages pages = ForEachLead(session, lead_service::kListLeads, request, flags.limit, [&](const auto& lead) {
    table.Add({lead.name(), FormatMinute(ToTime(lead.hold_time())), DueOf(lead), lead.status(),
               FormatPoints(lead.score().total()), lead.region(),
               lead.hold_rule().empty() ? "no route had a rep for it" : lead.hold_rule()});
  });
  if (pages.exit_code != kExitOk) return pages.exit_code;
  if (session.json()) return kExitOk;
  session.Print(table);
  session.Print(fmt::format("\n{} in {}{}\n", Counted(pages.shown, "lead"), flags.queue,
                            pages.next.empty() ? "" : fmt::format("; there are more: --page-token {}", pages.next)));
  return kExitOk;
}

}  // namespace

void AddQueueCommands(Command root) {
  Command group = root.AddGroup("queue", "Where leads wait that nobody works, and who answers for them");
  group.AddCommand("list", "The hold queues, with how many leads wait in each", "Example:\n  leadline queue list",
                   [](Session& session) {
                     return session.Run(routing_service::kListQueues, v1::ListQueuesRequest(),
                                        [&](const auto& response) { ShowQueues(session, response); });
                   });
  auto flags = std::make_shared<QueueFlags>();
  Command show = group.AddCommand(
      "show", "The leads of one queue, the longest waiting first",
      "Examples:\n  leadline queue show junk\n  leadline queue show data_quality --limit 500\n"
      "  leadline queue show junk -o json   one ListLeadsResponse a line\n"
      "What to do with one: leadline status transition leads/ID mql --reason \"a real enquiry\", or ... disqualified;\n"
      "leadline route reassign leads/ID reps/ID --reason ...; leadline timeline leads/ID says why it is there.",
      [flags](Session& session) { return ShowQueue(session, *flags); });
  show.AddOption("queue", flags->queue, "Its name").Required();
  show.AddOption("--limit", flags->limit, "At most this many").Positive().ShowDefault();
  show.AddOption("--page-token", flags->page_token, "Go on where an earlier list ended");
}

}  // namespace leadline::cli
