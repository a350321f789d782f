// leadline pack check
#include <fmt/format.h>

#include <filesystem>

#include "cli/commands/pack/pack_commands.h"
#include "cli/output/diagnostics.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "packs/rule_set.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

Table TableOf(const packs::RuleSet& rules) {
  Table table({{"Pack"}, {"Version"}, {"Scoring rules", kRight}, {"Routes", kRight}, {"Reps", kRight}, {"SHA-256"}});
  for (const packs::PackInfo& pack : rules.packs()) {
    table.Add({pack.ref.pack, pack.ref.version, WithThousands(pack.scoring_rules), WithThousands(pack.routes),
               WithThousands(pack.reps), pack.ref.sha256.substr(0, 16)});
  }
  return table;
}

void ShowForPeople(const Session& session, const std::string& folder, const packs::LoadResult& result) {
  session.Print(FormatDiagnostics(result.diagnostics));
  if (result.rules != nullptr) session.Print(TableOf(*result.rules));
  session.Print(DescribeSoundness(result.packs));
  const ProblemCount count = CountProblems(result.diagnostics);
  session.Print(fmt::format("{}: {}{}, {}\n", folder, count.errors == 0 ? "good, " : "", Errors(count.errors),
                            Warnings(count.warnings)));
}

// Runs here, without a server: the same loader that the server starts with.
int CheckPacks(const Session& session, const std::string& folder, const std::string& format) {
  if (!std::filesystem::is_directory(folder)) {
    return session.Fail(absl::NotFoundError(
        fmt::format("there is no folder \"{}\"; name the one that holds central/ and regions/", folder)));
  }
  const packs::LoadResult result = packs::LoadRuleSet(folder);
  if (format == "sarif") {
    session.Print(DiagnosticsToSarif(result.diagnostics, LEADLINE_VERSION));
  } else if (format == "json" || (format.empty() && session.json())) {
    session.Print(DiagnosticsToJson(result));
  } else {
    ShowForPeople(session, folder, result);
  }
  return result.rules != nullptr ? kExitOk : kExitRefused;
}

}  // namespace

void AddPackCheck(Command group) {
  auto folder = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>();
  Command check = group.AddCommand(
      "check", "Check packs here, without a server: form, types, seals, statuses, cost",
      "Examples:\n  leadline pack check rules                   rules/central and every rules/regions/*\n"
      "  leadline pack check rules --format json     for programs (the same as -o json)\n"
      "  leadline pack check rules --format sarif    for editors and code hosts\n"
      "Exit code 1 when there is an error.",
      [folder, format](Session& session) { return CheckPacks(session, *folder, *format); });
  check.AddOption("folder", *folder, "Folder that holds central/ and regions/").Required();
  check.AddOption("--format", *format, "text for people, json for programs, sarif (2.1.0) for editors and code hosts")
      .OneOf({"text", "json", "sarif"});
}

}  // namespace leadline::cli
