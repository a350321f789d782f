// leadline pack check|list, leadline snapshot
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/command_tree.h"
#include "cli/commands/pack_rollout.h"
#include "cli/proto_text.h"
#include "cli/text.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "packs/rule_set.h"

namespace leadline::cli {
namespace {

using Stub = v1::AdminService::Stub;
using enum Table::Align;

nlohmann::json ToJson(const Diagnostic& diagnostic) {
  nlohmann::json json = {{"severity", diagnostic.severity == Severity::kError ? "error" : "warning"},
                         {"code", diagnostic.code},
                         {"file", diagnostic.position.file},
                         {"line", diagnostic.position.line},
                         {"column", diagnostic.position.column},
                         {"length", diagnostic.length},
                         {"message", diagnostic.message},
                         {"hint", diagnostic.hint},
                         {"rule", diagnostic.rule},
                         {"layer", diagnostic.layer}};
  if (diagnostic.related.known()) {
    json["related"] = {{"file", diagnostic.related.file},
                       {"line", diagnostic.related.line},
                       {"column", diagnostic.related.column},
                       {"message", diagnostic.related_message}};
  }
  return json;
}

// Runs here, without a server: the same loader that the server starts with.
int CheckPacks(Session& session, const std::string& folder) {
  packs::LoadResult result = packs::LoadRuleSet(folder);
  auto errors = std::count_if(result.diagnostics.begin(), result.diagnostics.end(),
                              [](const Diagnostic& d) { return d.severity == Severity::kError; });
  auto warnings = static_cast<int64_t>(result.diagnostics.size()) - errors;
  bool good = result.rules != nullptr && errors == 0;
  if (session.json()) {
    nlohmann::json json = {{"ok", good},
                           {"errors", errors},
                           {"warnings", warnings},
                           {"packs", nlohmann::json::array()},
                           {"diagnostics", nlohmann::json::array()}};
    for (const Diagnostic& diagnostic : result.diagnostics) json["diagnostics"].push_back(ToJson(diagnostic));
    if (good) {
      for (const auto& pack : result.rules->packs()) {
        json["packs"].push_back({{"pack", pack.ref.pack},
                                 {"version", pack.ref.version},
                                 {"sha256", pack.ref.sha256},
                                 {"scoringRules", pack.scoring_rules},
                                 {"routes", pack.routes},
                                 {"reps", pack.reps}});
      }
    }
    session.Print(json.dump(1) + "\n");
    return good ? kExitOk : kExitRefused;
  }
  session.Print(FormatDiagnostics(result.diagnostics));
  if (good) {
    Table table({{"Pack"}, {"Version"}, {"Scoring rules", kRight}, {"Routes", kRight}, {"Reps", kRight}, {"SHA-256"}});
    for (const auto& pack : result.rules->packs()) {
      table.Add({pack.ref.pack, pack.ref.version, WithThousands(pack.scoring_rules), WithThousands(pack.routes),
                 WithThousands(pack.reps), pack.ref.sha256.substr(0, 16)});
    }
    session.Print(table);
  }
  session.Print(fmt::format("{}: {}{} errors, {} warnings\n", folder, good ? "good, " : "", errors, warnings));
  return good ? kExitOk : kExitRefused;
}

void ShowPacks(Session& session, const v1::ListPacksResponse& response) {
  Table table({{"Pack"},
               {"Version"},
               {"Extends"},
               {"Owner"},
               {"Scoring rules", kRight},
               {"Routes", kRight},
               {"Reps", kRight},
               {"SHA-256"},
               {"What for", kWrap}});
  for (const auto& pack : response.packs()) {
    table.Add({pack.ref().pack(), pack.ref().version(), pack.extends_pack(), pack.owner(),
               WithThousands(pack.scoring_rules()), WithThousands(pack.routes()), WithThousands(pack.reps()),
               pack.ref().sha256().substr(0, 8), pack.description()});
  }
  session.Print(table);
}

}  // namespace

void AddPackCommands(CommandTree& tree) {
  CLI::App* group = tree.Group(nullptr, "pack", "Rule packs: what decides");
  auto folder = std::make_shared<std::string>();
  CLI::App* check =
      tree.Command(group, "check", "Check packs here, without a server: form, types, seals, statuses, cost",
                   "Examples:\n  leadline pack check rules          rules/central and every rules/regions/*\n"
                   "  leadline pack check rules -o json  for editors and CI\nExit code 1 when there is an error.",
                   [folder](Session& session) { return CheckPacks(session, *folder); });
  check->add_option("folder", *folder, "Folder that holds central/ and regions/")
      ->required()
      ->check(CLI::ExistingDirectory);
  AddPackTestCommand(tree, group);
  tree.Command(group, "list", "The packs that the server decides with", "Example:\n  leadline pack list",
               [](Session& session) {
                 return session.Run(&Stub::ListPacks, v1::ListPacksRequest(),
                                    [&](const auto& response) { ShowPacks(session, response); });
               });
  AddPackProposalCommands(tree, group);
  AddPackDiffCommand(tree, group);
  AddPackActivationCommands(tree, group);
  AddPackStatusCommand(tree, group);

  tree.Command(nullptr, "snapshot", "What the server decides with at present: generation, packs, plugins",
               "Example:\n  leadline snapshot", [](Session& session) {
                 return session.Run(
                     &Stub::GetSnapshot, v1::GetSnapshotRequest(), [&](const v1::GetSnapshotResponse& response) {
                       session.Print(fmt::format("generation {}, since {}\n\n", response.snapshot().generation(),
                                                 FormatMinute(ToTime(response.create_time()))));
                       Table table({{"Kind"}, {"Name"}, {"Version"}, {"SHA-256"}});
                       for (const auto& pack : response.snapshot().packs()) {
                         table.Add({"pack", pack.pack(), pack.version(), pack.sha256()});
                       }
                       for (const auto& plugin : response.snapshot().plugins()) {
                         table.Add({"plugin", plugin.plugin_id(), plugin.version(), plugin.sha256()});
                       }
                       session.Print(table);
                     });
               });
}

}  // namespace leadline::cli
