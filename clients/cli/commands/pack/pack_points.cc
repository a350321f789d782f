// leadline pack points
#include <fmt/format.h>

#include <filesystem>

#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/points_sheet.h"
#include "cli/output/diagnostics.h"
#include "cli/output/terminal.h"
#include "cli/session/session.h"
#include "packs/loader.h"

namespace leadline::cli {
namespace {

struct PointsFlags {
  std::string folder, format;
};

int PrintPoints(Session& session, const PointsFlags& flags) {
  if (!std::filesystem::is_directory(flags.folder)) {
    return session.Fail(absl::NotFoundError(
        fmt::format("there is no folder \"{}\"; name the one that holds central/ and regions/", flags.folder)));
  }
  packs::LoadOptions options;
  options.analyze = false;  // `pack check` says what is wrong; here only what is needed to read the points
  options.now = session.Now();
  const packs::LoadResult loaded = packs::LoadRuleSet(flags.folder, options);
  if (loaded.rules == nullptr) {
    session.Note(FormatDiagnostics(loaded.diagnostics));
    return session.Refuse("the packs have errors, so nothing can be said of their points");
  }
  const PointsSheet sheet = PointsSheetOf(*loaded.rules, options.now);
  if (flags.format == "csv") {
    session.PrintData(PointsAsCsv(sheet));
  } else if (flags.format == "html") {
    session.Print(PointsAsHtml(sheet));
  } else if (flags.format == "json" || (flags.format.empty() && session.json())) {
    session.Print(PointsAsJson(sheet));
  } else {
    session.Print(PointsAsText(sheet, TerminalWidth(1), UseColour(1)));
  }
  return kExitOk;
}

}  // namespace

void AddPackPoints(Command group) {
  auto flags = std::make_shared<PointsFlags>();
  Command points = group.AddCommand(
      "points", "What is worth how many points, on one page, and who signed it",
      "Examples:\n  leadline pack points rules                        a table\n"
      "  leadline pack points rules --format csv           a line for each rule and cell, for a spreadsheet\n"
      "  leadline pack points rules --format html >page    one page to print or to mail",
      [flags](Session& session) { return PrintPoints(session, *flags); });
  points.AddOption("folder", flags->folder, "Folder that holds central/ and regions/").Required();
  points.AddOption("--format", flags->format, "table for people, csv, html, or json for programs (the same as -o json)")
      .OneOf({"table", "csv", "html", "json"});
}

}  // namespace leadline::cli
