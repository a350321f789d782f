// leadline rep get|list
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/options/list_options.h"
#include "cli/commands/tables/record_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct RepFlags {
  std::string name, region, team;
  ListRange range;
};

int ListReps(Session& session, const RepFlags& flags) {
  using enum Table::Align;
  v1::ListRepsRequest request;
  request.set_region(flags.region);
  request.set_team(flags.team);
  Table table({{"Rep"},
               {"Name"},
               {"Team"},
               {"Region"},
               {"Weight", kRight},
               {"In work", kRight},
               {"Capacity", kRight},
               {"Takes leads"}});
  int64_t total = 0;
  const ListPages pages = ForEachRecord(
      session, routing_service::kListReps, request, flags.range,
      [&](const v1::ListRepsResponse& response) -> const auto& {
        total = response.total_size();
        return response.reps();
      },
      [&](const v1::Rep& rep) {
        const std::string back = MinuteOf(rep.return_time());
        table.Add({rep.name(), rep.display_name(), rep.team(), rep.region(), FormatPoints(rep.weight()),
                   WithThousands(rep.open_lead_count()), rep.capacity() == 0 ? "none" : WithThousands(rep.capacity()),
                   rep.available() ? "yes"
                   : back.empty()  ? "away"
                                   : "away until " + back});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ListPages end = pages;
  end.in_all = total;
  ShowEndOfList(session, end, "rep");
  return kExitOk;
}

}  // namespace

void AddRepCommands(Command root) {
  Command group = root.AddGroup("rep", "The reps of the packs that decide");
  auto flags = std::make_shared<RepFlags>();
  Command list =
      group.AddCommand("list", "The reps, central ones first, with what they have in work",
                       "Examples:\n  leadline rep list --region emea\n  leadline rep list --team inside-sales",
                       [flags](Session& session) { return ListReps(session, *flags); });
  list.AddOption("--region", flags->region, "Only reps of this region's pack");
  list.AddOption("--team", flags->team, "Only reps of this team");
  AddRangeOptions(list, flags->range);

  auto get_flags = std::make_shared<RepFlags>();
  Command get = group.AddCommand("get", "One rep",
                                 "Example:\n  leadline rep get reps/ana\n"
                                 "leadline route availability reps/ana --away says that a rep takes no new leads.",
                                 [flags = get_flags](Session& session) {
                                   v1::GetRepRequest request;
                                   request.set_name(InKind("reps", flags->name));
                                   return session.Run(routing_service::kGetRep, request,
                                                      [&](const v1::Rep& rep) { session.Print(TableOfRecord(rep)); });
                                 });
  get.AddOption("rep", get_flags->name, "reps/ID").Required();
}

}  // namespace leadline::cli
