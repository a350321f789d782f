// leadline notify list|replay
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/list_options.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/notification_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct NotifyFlags {
  std::string endpoint = "-";
  std::vector<std::string> deliveries;
  bool dead = false, all = false;
  ListRange range;
  ChangeFlags change;
};

std::string StateOf(const v1::WebhookDelivery& delivery) {
  if (delivery.state() == v1::WEBHOOK_DELIVERY_STATE_DEAD) {
    return "given up " + FormatMinute(ToTime(delivery.dead_time()));
  }
  return "waits for " + FormatMinute(ToTime(delivery.next_try_time()));
}

int ListDeliveries(Session& session, const NotifyFlags& flags) {
  v1::ListWebhookDeliveriesRequest request;
  request.set_parent(InKind("webhookEndpoints", flags.endpoint));
  if (flags.dead) request.set_state(v1::WEBHOOK_DELIVERY_STATE_DEAD);
  Table table({{"Delivery"},
               {"Record"},
               {"Rules", Table::Align::kWrap},
               {"Since"},
               {"State"},
               {"Tries", Table::Align::kRight},
               {"Last error", Table::Align::kWrap}});
  const ListPages pages = ForEachRecord(
      session, notification_service::kListWebhookDeliveries, request, flags.range,
      [](const v1::ListWebhookDeliveriesResponse& response) -> const auto& { return response.webhook_deliveries(); },
      [&](const v1::WebhookDelivery& delivery) {
        table.Add({delivery.name(), delivery.record(), fmt::format("{}", fmt::join(delivery.rules(), ", ")),
                   FormatMinute(ToTime(delivery.create_time())), StateOf(delivery),
                   fmt::format("{}", delivery.try_count()), delivery.last_error()});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  session.Print(fmt::format("\n{}\n", pages.shown == 1 ? "1 delivery" : fmt::format("{} deliveries", pages.shown)));
  ShowPageToken(session, pages);
  return kExitOk;
}

int ReplayDeliveries(Session& session, const NotifyFlags& flags) {
  v1::ReplayWebhookDeliveriesRequest request;
  request.set_parent(InKind("webhookEndpoints", flags.endpoint));
  for (const std::string& name : flags.deliveries) {
    request.add_names(name.find('/') != std::string::npos ? name : request.parent() + "/deliveries/" + name);
  }
  if (flags.deliveries.empty() && !flags.all) {
    return session.Refuse("name deliveries of the endpoint, or give --all for all that were given up");
  }
  return RunChange(
      session, notification_service::kReplayWebhookDeliveries, flags.change, request,
      [&](const v1::ReplayWebhookDeliveriesResponse& response) {
        session.Print(fmt::format(
            "{}: {} sent again\n", request.parent(),
            response.replayed_count() == 1 ? "1 delivery" : fmt::format("{} deliveries", response.replayed_count())));
      });
}

}  // namespace

void AddNotifyCommands(Command root) {
  Command group = root.AddGroup("notify", "What endpoints outside are still to be told, and were never told");
  auto list_flags = std::make_shared<NotifyFlags>();
  Command list = group.AddCommand("list", "Deliveries that wait or were given up, by endpoint",
                                  "Examples:\n  leadline notify list\n  leadline notify list crm --dead",
                                  [flags = list_flags](Session& session) { return ListDeliveries(session, *flags); });
  list.AddOption("endpoint", list_flags->endpoint, "Of this endpoint alone; without it, of all");
  list.AddFlag("--dead", list_flags->dead, "Only those that were given up");
  AddRangeOptions(list, list_flags->range);
  auto flags = std::make_shared<NotifyFlags>();
  Command replay = group.AddCommand(
      "replay", "Send again what was given up",
      "Examples:\n  leadline notify replay crm --all\n"
      "  leadline notify replay crm webhookEndpoints/crm/deliveries/1048576\n"
      "--all takes the oldest 1000; done again, the next ones. What happened to the same lead since may have been told "
      "before.",
      [flags](Session& session) { return ReplayDeliveries(session, *flags); });
  replay.AddOption("endpoint", flags->endpoint, "Its name").Required();
  const Option names = replay.AddOption("deliveries", flags->deliveries, "Names of deliveries");
  replay.AddFlag("--all", flags->all, "All that were given up").Excludes(names);
  AddChangeOptions<v1::ReplayWebhookDeliveriesRequest>(replay, flags->change);
}

}  // namespace leadline::cli
