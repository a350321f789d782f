// leadline pack pin
#include <fmt/format.h>

#include <filesystem>

#include "absl/status/status.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/output/diagnostics.h"
#include "cli/output/replace_file.h"
#include "cli/session/session.h"
#include "engine/packtest/pack_tests.h"
#include "packs/loader.h"
#include "packs/pin.h"
#include "packs/rule_set.h"

namespace leadline::cli {
namespace {

// What must hold before a region may say that it was tested with this central pack: that it was.
bool MayPin(const Session& session, const std::string& folder, const packs::PackSet& set) {
  packs::LoadResult result = packs::LoadRuleSet(set);
  if (result.rules == nullptr) {
    session.Print(FormatDiagnostics(result.diagnostics));
    session.Note(fmt::format("error: {} has {}; nothing was pinned\n", folder,
                             Errors(CountProblems(result.diagnostics).errors)));
    return false;
  }
  const engine::PackTestReport tests = engine::RunPackTests(engine::MakeTestSnapshot(result.rules), set);
  if (tests.ok()) return true;
  session.Print(FormatDiagnostics(tests.diagnostics));
  session.Note(fmt::format("error: {} of {} tests fail; nothing was pinned. See them with: leadline pack test {}\n",
                           tests.failed, tests.failed + tests.passed, folder));
  return false;
}

int PinPacks(const Session& session, const std::string& folder, const std::string& region) {
  if (!std::filesystem::is_directory(folder)) {
    return session.Fail(absl::NotFoundError(
        fmt::format("there is no folder \"{}\"; name the one that holds central/ and regions/", folder)));
  }
  packs::ReadPacksResult read = packs::ReadPackSet(folder);
  if (!region.empty() && (region == "central" || read.set.Find(region) == nullptr)) {
    return session.Fail(absl::NotFoundError(fmt::format("{} has no region \"{}\"", folder, region)));
  }
  if (!read.diagnostics.empty()) {
    session.Print(FormatDiagnostics(read.diagnostics));
    return kExitRefused;
  }
  if (!MayPin(session, folder, read.set)) return kExitRefused;
  for (const packs::Pin& pin : packs::PinsOf(read.set)) {
    if (!region.empty() && pin.region != region) continue;
    if (!pin.changed) {
      session.Print(fmt::format("{}: pinned already\n", pin.region));
      continue;
    }
    if (absl::Status written = ReplaceFile(pin.path, pin.text, std::nullopt); !written.ok()) {
      return session.Refuse(std::string(written.message()));
    }
    session.Print(fmt::format("{}: pinned to the central pack {}\n", pin.region, pin.sha256.substr(0, 16)));
  }
  return kExitOk;
}

}  // namespace

void AddPackPin(Command group) {
  auto folder = std::make_shared<std::string>();
  auto region = std::make_shared<std::string>();
  Command pin = group.AddCommand(
      "pin", "Write into the regions' pack.yaml which central pack they were tested with",
      "Examples:\n  leadline pack pin rules                  every region\n"
      "  leadline pack pin rules --region emea    one\n"
      "Only when the packs have no errors and every test passes. Changes the line tested_against, and nothing else.",
      [folder, region](Session& session) { return PinPacks(session, *folder, *region); });
  pin.AddOption("folder", *folder, "Folder that holds central/ and regions/").Required();
  pin.AddOption("--region", *region, "Only this region");
}

}  // namespace leadline::cli
