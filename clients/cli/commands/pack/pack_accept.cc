// leadline pack accept
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/output/diagnostics.h"
#include "cli/output/replace_file.h"
#include "cli/session/session.h"
#include "packs/accept.h"
#include "packs/loader.h"
#include "packs/pack_files.h"

namespace leadline::cli {
namespace {

absl::Status KeepCopy(const packs::Acceptances& acceptances) {
  if (acceptances.copy_path.empty()) return absl::OkStatus();
  const auto folder = std::filesystem::path(acceptances.copy_path).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return absl::PermissionDeniedError(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
  }
  return ReplaceFile(acceptances.copy_path, acceptances.copy_text, std::nullopt);
}

int AcceptFiles(const Session& session, const std::string& region, const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) {
    return session.Fail(absl::NotFoundError(
        fmt::format("there is no folder \"{}\"; name the one that holds central/ and regions/ with --rules", folder)));
  }
  const packs::ReadPacksResult read = packs::ReadPackSet(folder);
  if (region == "central" || read.set.Find(region) == nullptr) {
    return session.Fail(absl::NotFoundError(fmt::format("{} has no region \"{}\"", folder, region)));
  }
  const packs::LoadResult loaded = packs::LoadRuleSet(folder);
  if (loaded.rules == nullptr) {
    session.Print(FormatDiagnostics(loaded.diagnostics));
    session.Note(fmt::format("error: {} has {}; nothing was accepted\n", folder,
                             Errors(CountProblems(loaded.diagnostics).errors)));
    return kExitRefused;
  }
  const packs::Acceptances acceptances = packs::AcceptancesOf(read.set, region);
  if (acceptances.files.empty()) {
    return session.Refuse(
        fmt::format("{} has no file that the centre could accept: normalize.yaml or mail_providers.yaml", region));
  }
  if (acceptances.changed) {
    // The copy first: without it the entry would name what nobody has.
    if (absl::Status kept = KeepCopy(acceptances); !kept.ok()) return session.Refuse(std::string(kept.message()));
    if (absl::Status written = ReplaceFile(acceptances.path, acceptances.text, std::nullopt); !written.ok()) {
      return session.Refuse(std::string(written.message()));
    }
  }
  for (const packs::Acceptances::File& file : acceptances.files) {
    session.Print(fmt::format("{}: {} ({}) {}\n", region, file.name, file.sha256.substr(0, 16),
                              acceptances.changed ? "is accepted in " + acceptances.path : "is accepted already"));
  }
  return kExitOk;
}

}  // namespace

void AddPackAccept(Command group) {
  auto region = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>("rules");
  Command accept = group.AddCommand(
      "accept", "Write into the central pack that a region's tables count into its scores",
      "Examples:\n  leadline pack accept emea\n  leadline pack accept emea --rules build/rules\n"
      "Writes the hashes of normalize.yaml and mail_providers.yaml under accepts of the central pack.yaml, and keeps "
      "a\n"
      "copy of normalize.yaml in central/accepted: it goes on counting when the region changes its own. It is a "
      "change\n"
      "of the central pack: it is approved as one, and the regions are pinned again (leadline pack pin).",
      [region, folder](Session& session) { return AcceptFiles(session, *region, *folder); });
  accept.AddOption("region", *region, "The region whose files are accepted as they are").Required();
  accept.AddOption("--rules", *folder, "Folder that holds central/ and regions/");
}

}  // namespace leadline::cli
