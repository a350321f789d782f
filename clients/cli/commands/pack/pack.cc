// leadline pack list, leadline snapshot
#include <fmt/format.h>

#include <memory>

#include "cli/commands/options/list_options.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

int ListPacks(Session& session, const ListRange& range) {
  Table table({{"Pack"},
               {"Version"},
               {"Extends"},
               {"Owner"},
               {"Scoring rules", kRight},
               {"Routes", kRight},
               {"Reps", kRight},
               {"SHA-256"},
               {"What for", kWrap}});
  const ListPages pages = ForEachRecord(
      session, admin_service::kListPacks, v1::ListPacksRequest(), range,
      [](const v1::ListPacksResponse& response) -> const auto& { return response.packs(); },
      [&](const v1::PackInfo& pack) {
        table.Add({IdOf(pack.ref().pack()), pack.ref().version(), IdOf(pack.extends_pack()), pack.owner(),
                   WithThousands(pack.scoring_rule_count()), WithThousands(pack.route_count()),
                   WithThousands(pack.rep_count()), pack.ref().sha256().substr(0, 8), pack.description()});
      });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ShowPageToken(session, pages);
  return kExitOk;
}

void ShowReference(const Session& session, const v1::ReferenceVersions& reference) {
  Table table({{"Table"}, {"Version"}});
  table.Add({"time zones", reference.time_zones()});
  table.Add({"phone metadata", reference.phone_metadata()});
  table.Add({"public suffix list", reference.public_suffix_list()});
  table.Add({"country codes", reference.country_codes()});
  session.Print("\n");
  session.Print(table);
}

}  // namespace

void AddPackCommands(Command root) {
  Command group = root.AddGroup("pack", "Rule packs: what decides");
  AddPackCheck(group);
  AddPackPoints(group);
  AddPackPin(group);
  AddPackAccept(group);
  AddPackTest(group);
  auto range = std::make_shared<ListRange>();
  Command list = group.AddCommand("list", "The packs that the server decides with", "Example:\n  leadline pack list",
                                  [range](Session& session) { return ListPacks(session, *range); });
  AddRangeOptions(list, *range);
  AddPackProposalCommands(group);
  AddPackDiffCommand(group);
  AddPackActivationCommands(group);
  AddPackStatusCommand(group);

  root.AddCommand("snapshot", "What the server decides with at present: generation, packs, plugins, tables",
                  "Example:\n  leadline snapshot", [](Session& session) {
                    return session.Run(
                        admin_service::kGetSnapshot, v1::GetSnapshotRequest(),
                        [&](const v1::GetSnapshotResponse& response) {
                          session.Print(fmt::format("generation {}, since {}\n\n", response.snapshot().generation(),
                                                    FormatMinute(ToTime(response.create_time()))));
                          Table table({{"Kind"}, {"Name"}, {"Version"}, {"SHA-256"}});
                          for (const auto& pack : response.snapshot().packs()) {
                            table.Add({"pack", IdOf(pack.pack()), pack.version(), pack.sha256()});
                          }
                          for (const auto& plugin : response.snapshot().plugins()) {
                            table.Add({"plugin", IdOf(plugin.plugin()), plugin.version(), plugin.sha256()});
                          }
                          session.Print(table);
                          ShowReference(session, response.reference());
                        });
                  });
}

}  // namespace leadline::cli
