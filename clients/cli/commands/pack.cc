// leadline pack list|validate|diff|activate|rollback, leadline snapshot
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/command_tree.h"
#include "cli/commands/pack_commands.h"
#include "cli/commands/request_input.h"
#include "cli/proto_text.h"
#include "cli/text.h"
#include "leadline/v1/admin_service.grpc.pb.h"

namespace leadline::cli {
namespace {

using Stub = v1::AdminService::Stub;
using enum Table::Align;

// Every YAML file below `folder`, in order.
template <typename Request>
absl::Status ReadPack(const std::string& folder, Request& request) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file() && at->path().extension() == ".yaml") paths.push_back(at->path());
  }
  if (error) return absl::NotFoundError(fmt::format("cannot read the folder {}: {}", folder, error.message()));
  if (paths.empty()) return absl::NotFoundError(fmt::format("{} holds no .yaml file", folder));
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    absl::StatusOr<std::string> text = ReadText(path.string());
    if (!text.ok()) return text.status();
    v1::PackFile& file = *request.add_files();
    file.set_path(path.lexically_relative(folder).string());
    file.set_content(*text);
  }
  return absl::OkStatus();
}

void AddServerSide(CommandTree& tree, CLI::App* group) {
  auto folder = std::make_shared<std::string>();
  CLI::App* validate =
      tree.Command(group, "validate", "Let the server check a pack without using it",
                   "Example:\n  leadline pack validate rules/regions/emea", [folder](Session& session) {
                     v1::ValidatePackRequest request;
                     if (absl::Status read = ReadPack(*folder, request); !read.ok()) return session.Fail(read);
                     return session.Run(&Stub::ValidatePack, request, [&](const auto& response) {
                       for (const auto& d : response.diagnostics()) {
                         session.Print(fmt::format("{}:{}:{}: {}[{}]: {}\n", d.file(), d.line(), d.column(),
                                                   d.severity(), d.code(), d.message()));
                       }
                       if (response.diagnostics_size() == 0) session.Print("good\n");
                     });
                   });
  validate->add_option("folder", *folder, "The pack's folder")->required();

  auto candidate = std::make_shared<std::string>();
  CLI::App* diff =
      tree.Command(group, "diff", "Which decisions a pack would change on the leads that are there",
                   "Example:\n  leadline pack diff rules/regions/emea", [candidate](Session& session) {
                     v1::DiffPackRequest request;
                     if (absl::Status read = ReadPack(*candidate, request); !read.ok()) return session.Fail(read);
                     return session.Run(&Stub::DiffPack, request, [&](const auto& response) {
                       session.Print(fmt::format("{} of {} leads would be decided otherwise\n",
                                                 WithThousands(response.changed()), WithThousands(response.leads())));
                     });
                   });
  diff->add_option("folder", *candidate, "The candidate's folder")->required();

  auto sha256 = std::make_shared<std::string>();
  CLI::App* activate = tree.Command(
      group, "activate", "Make a pack decide", "Example:\n  leadline pack activate SHA256", [sha256](Session& session) {
        v1::ActivatePackRequest request;
        request.set_sha256(*sha256);
        return session.Run(&Stub::ActivatePack, request,
                           [&](const auto& response) { session.Print(DescribeSnapshot(response.snapshot()) + "\n"); });
      });
  activate->add_option("sha256", *sha256, "The pack's SHA-256")->required();

  auto pack = std::make_shared<std::string>();
  CLI::App* rollback = tree.Command(group, "rollback", "Make the pack before decide again",
                                    "Example:\n  leadline pack rollback emea", [pack](Session& session) {
                                      v1::RollbackPackRequest request;
                                      request.set_pack(*pack);
                                      return session.Run(&Stub::RollbackPack, request, [&](const auto& response) {
                                        session.Print(DescribeSnapshot(response.snapshot()) + "\n");
                                      });
                                    });
  rollback->add_option("pack", *pack, "central, or a region")->required();
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
  AddPackCheck(tree, group);
  AddPackPin(tree, group);
  AddPackTest(tree, group);
  tree.Command(group, "list", "The packs that the server decides with", "Example:\n  leadline pack list",
               [](Session& session) {
                 return session.Run(&Stub::ListPacks, v1::ListPacksRequest(),
                                    [&](const auto& response) { ShowPacks(session, response); });
               });
  AddServerSide(tree, group);

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
