// leadline pack check
#include <fmt/format.h>

#include <filesystem>
#include <iterator>

#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_store.h"
#include "cli/output/diagnostics.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "packs/cases/test_suite.h"
#include "packs/loader.h"
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

// What can be known of the packs' tests before they run.
void CheckTests(const std::string& folder, packs::CheckBudget& budget, packs::LoadResult& result) {
  if (result.rules == nullptr) return;
  packs::TestSuites suites = packs::ReadTestSuites(packs::ReadPackSet(folder).set, *result.rules, {}, &budget);
  for (packs::PackSoundness& pack : result.packs) {
    for (const Diagnostic& d : suites.diagnostics)
      pack.errors += d.severity == Severity::kError && d.layer == pack.name;
  }
  result.diagnostics.insert(result.diagnostics.end(), std::make_move_iterator(suites.diagnostics.begin()),
                            std::make_move_iterator(suites.diagnostics.end()));
}

struct CheckFlags {
  std::string folder, format;
  bool on_store = false;
};

// Runs here, without a server: the same loader that the server starts with. The leads in the store are the server's.
int CheckPacks(Session& session, const CheckFlags& flags) {
  const auto& [folder, format, on_store] = flags;
  if (folder.empty() && on_store) return CheckStore(session, nullptr);
  if (folder.empty()) {
    return session.Fail(absl::InvalidArgumentError("name the folder that holds central/ and regions/, or --on-store"));
  }
  if (!std::filesystem::is_directory(folder)) {
    return session.Fail(absl::NotFoundError(
        fmt::format("there is no folder \"{}\"; name the one that holds central/ and regions/", folder)));
  }
  if (on_store && !format.empty() && format != "text") {
    return session.Fail(absl::InvalidArgumentError(
        "--on-store goes with --format text; for programs: the check and `pack check --on-store -o json` apart"));
  }
  packs::LoadOptions options;
  options.now = session.Now();
  packs::CheckBudget budget;
  options.budget = &budget;
  packs::LoadResult result = packs::LoadRuleSet(folder, options);
  CheckTests(folder, budget, result);
  if (result.rules != nullptr && on_store && session.json()) return CheckStore(session, result.rules);
  if (format == "sarif") {
    session.Print(DiagnosticsToSarif(result.diagnostics, LEADLINE_VERSION));
  } else if (format == "json" || (format.empty() && session.json())) {
    session.Print(DiagnosticsToJson(result));
  } else {
    ShowForPeople(session, folder, result);
  }
  if (result.rules == nullptr || CountProblems(result.diagnostics).errors > 0) return kExitRefused;
  return on_store ? CheckStore(session, result.rules) : kExitOk;
}

}  // namespace

void AddPackCheck(Command group) {
  auto flags = std::make_shared<CheckFlags>();
  Command check = group.AddCommand(
      "check", "Check packs here, without a server: form, types, seals, statuses, cost",
      "Examples:\n  leadline pack check rules                   rules/central and every rules/regions/*\n"
      "  leadline pack check rules --format json     for programs (the same as -o json)\n"
      "  leadline pack check rules --format sarif    for editors and code hosts\n"
      "  leadline pack check --on-store              regions of the server's leads that no active pack has\n"
      "  leadline pack check rules --on-store        regions of the server's leads that rules/ does not have\n"
      "Exit code 1 when there is an error, or leads of a region that the packs do not know.",
      [flags](Session& session) { return CheckPacks(session, *flags); });
  check.AddOption("folder", flags->folder, "Folder that holds central/ and regions/");
  check.AddFlag("--on-store", flags->on_store, "Ask the server for leads of regions that the packs do not know");
  check
      .AddOption("--format", flags->format,
                 "text for people, json for programs, sarif (2.1.0) for editors and code hosts")
      .OneOf({"text", "json", "sarif"});
}

}  // namespace leadline::cli
