// leadline queue list|get|show
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/options/list_options.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/lead_service.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct QueueFlags {
  std::string queue;
  ListRange range;
};

void ShowQueues(Session& session, const google::protobuf::RepeatedPtrField<v1::Queue>& queues) {
  using enum Table::Align;
  Table table({{"Queue"},
               {"Region"},
               {"Owner"},
               {"Leads", kRight},
               {"Past due", kRight},
               {"Longest", kRight},
               {"Description", kWrap}});
  int64_t leads = 0;
  for (const auto& queue : queues) {
    const bool waits = queue.has_oldest_hold_time();
    table.Add({IdOf(queue.name()), queue.region(), queue.declared() ? queue.owner() : "nobody",
               WithThousands(queue.lead_count()), WithThousands(queue.overdue_lead_count()),
               waits ? FormatSpan(session.Now() - ToTime(queue.oldest_hold_time())) : "",
               queue.declared() ? queue.description() : "no pack has it any more"});
    leads += queue.lead_count();
  }
  session.Print(table);
  session.Print(fmt::format("\n{} in {}\n", Counted(leads, "lead"), Counted(queues.size(), "queue")));
}

int ListQueues(Session& session, const QueueFlags& flags) {
  google::protobuf::RepeatedPtrField<v1::Queue> queues;
  const ListPages pages = ForEachRecord(
      session, routing_service::kListQueues, v1::ListQueuesRequest(), flags.range,
      [](const v1::ListQueuesResponse& response) -> const auto& { return response.queues(); },
      [&](const v1::Queue& queue) { *queues.Add() = queue; });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  ShowQueues(session, queues);
  ShowPageToken(session, pages);
  return kExitOk;
}

// Of the clock that is due first.
std::string DueOf(const v1::Lead& lead) {
  const v1::SlaClock* clock = FirstOpenClock(lead);
  return clock == nullptr ? "" : FormatMinute(ToTime(clock->due_time()));
}

int ShowQueue(Session& session, const QueueFlags& flags) {
  v1::ListLeadsRequest request;
  request.set_filter(FilterText("").Equal("hold_queue", InKind("queues", flags.queue)).text());
  request.set_order_by("hold_time");
  Table table({{"Lead"},
               {"Held since"},
               {"Due"},
               {"Status"},
               {"Score", Table::Align::kRight},
               {"Region"},
               {"Held by", Table::Align::kWrap}});
  const ListPages pages = ForEachLead(session, lead_service::kListLeads, request, flags.range, [&](const auto& lead) {
    table.Add({lead.name(), FormatMinute(ToTime(lead.hold_time())), DueOf(lead), lead.status(),
               FormatPoints(lead.score().total()), lead.region(),
               lead.hold_rule().empty() ? "no route had a rep for it" : lead.hold_rule()});
  });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  session.Print(fmt::format("\n{} in {}{}\n", Counted(pages.shown, "lead"), IdOf(flags.queue),
                            pages.next.empty() ? "" : fmt::format("; there are more: --page-token {}", pages.next)));
  return kExitOk;
}

}  // namespace

void AddQueueCommands(Command root) {
  Command group = root.AddGroup("queue", "Where leads wait that nobody works, and who answers for them");
  auto list_flags = std::make_shared<QueueFlags>();
  Command list =
      group.AddCommand("list", "The hold queues, with how many leads wait in each", "Example:\n  leadline queue list",
                       [flags = list_flags](Session& session) { return ListQueues(session, *flags); });
  AddRangeOptions(list, list_flags->range);
  auto flags = std::make_shared<QueueFlags>();
  Command show = group.AddCommand(
      "show", "The leads of one queue, the longest waiting first",
      "Examples:\n  leadline queue show junk\n  leadline queue show data_quality --limit 500\n"
      "  leadline queue show junk -o json   one ListLeadsResponse a line\n"
      "What to do with one: leadline status transition leads/ID mql --reason \"a real enquiry\", or ... disqualified;\n"
      "leadline route reassign leads/ID reps/ID --reason ...; leadline timeline leads/ID says why it is there.",
      [flags](Session& session) { return ShowQueue(session, *flags); });
  show.AddOption("queue", flags->queue, "Its name").Required();
  AddRangeOptions(show, flags->range);

  auto get_flags = std::make_shared<QueueFlags>();
  Command get = group.AddCommand("get", "One queue, with how many leads wait in it",
                                 "Example:\n  leadline queue get data_quality", [flags = get_flags](Session& session) {
                                   v1::GetQueueRequest request;
                                   request.set_name(InKind("queues", flags->queue));
                                   return session.Run(routing_service::kGetQueue, request, [&](const v1::Queue& queue) {
                                     google::protobuf::RepeatedPtrField<v1::Queue> one;
                                     *one.Add() = queue;
                                     ShowQueues(session, one);
                                   });
                                 });
  get.AddOption("queue", get_flags->queue, "Its name").Required();
}

}  // namespace leadline::cli
