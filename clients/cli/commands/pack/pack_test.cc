// leadline pack test
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>

#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_test_report.h"
#include "cli/session/session.h"
#include "engine/decide/build_snapshot.h"
#include "engine/decide/snapshot.h"
#include "engine/packtest/coverage.h"
#include "engine/packtest/mutation.h"
#include "engine/packtest/pack_tests.h"
#include "packs/cases/test_suite.h"
#include "packs/loader.h"
#include "packs/pack_files.h"
#include "plugin/worker/worker_program.h"

namespace leadline::cli {
namespace {

struct Options {
  std::string folder;
  std::string plugins;
  std::string filter;
  std::string junit;
  double min_coverage = 0;
  bool mutate = false;
  std::string mutate_file;
  bool strict = false;
};

// A folder that is gone with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-pack-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::Status WriteText(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  return out.good() ? absl::OkStatus() : absl::InvalidArgumentError(fmt::format("cannot write {}", path));
}

bool Matches(const packs::TestCase& test, const std::string& filter) {
  return filter.empty() ||
         fmt::format("{}: {}: {}", test.pack, test.suite, test.name).find(filter) != std::string::npos;
}

// The snapshot that decides in the tests; null after an error that was printed.
std::shared_ptr<const engine::Snapshot> SnapshotFor(Session& session, const Options& options, const packs::PackSet& set,
                                                    const std::string& cache) {
  if (options.plugins.empty()) {
    packs::LoadResult loaded = packs::LoadRuleSet(set);
    if (loaded.rules != nullptr) return engine::MakeTestSnapshot(loaded.rules);
    session.Note(FormatDiagnostics(loaded.diagnostics));
    return nullptr;
  }
  // Whoever runs this has the plugins on a machine of their own: they need nobody's trust.
  engine::PluginFolder folder;
  folder.directory = options.plugins;
  folder.cache = cache;
  folder.trust = std::make_shared<plugin::TrustPolicy>(plugin::TrustPolicy::Anything());
  folder.worker.executable = plugin::WorkerProgramBesideThisOne();
  // Nothing of a plugin runs in this process, whatever the packs say.
  folder.mode = plugin::PluginMode::kWorker;
  folder.worker.without_landlock = true;
  if (plugin::ProbeSandbox().landlock_abi == 0) {
    session.Note("This kernel has no Landlock: while it is opened, a plugin may read your files.\n");
  }
  engine::SnapshotResult built = engine::BuildSnapshot(set, folder, 1, session.Now());
  if (built.snapshot == nullptr) session.Note(std::string(built.status.message()) + "\n");
  if (built.snapshot == nullptr || built.snapshot->lacking.empty()) return built.snapshot;
  for (const auto& [region, plugins] : built.snapshot->lacking) {
    for (const engine::LackedPlugin& plugin : plugins) {
      session.Note(fmt::format("the pack {} needs the plugin {}, and it cannot be loaded: {}\n", region, plugin.id,
                               plugin.error));
    }
  }
  return nullptr;
}

engine::MutationReport Mutate(Session& session, const std::shared_ptr<const engine::Snapshot>& snapshot,
                              const packs::PackSet& set, const std::vector<packs::TestCase>& cases,
                              const std::string& file) {
  constexpr size_t kStep = 250;
  const auto wanted = [&](const engine::Mutant& mutant) { return mutant.position.file.ends_with(file); };
  return engine::MutatePacks(snapshot, set, cases, wanted, [&](size_t done, size_t all) {
    if (done % kStep == 0) session.Note(fmt::format("{} of {} changes tried\n", done, all));
  });
}

int TestPacks(Session& session, const Options& options) {
  packs::ReadPacksResult read = packs::ReadPackSet(options.folder);
  if (!read.diagnostics.empty()) {
    session.Note(FormatDiagnostics(read.diagnostics));
    return kExitUsage;
  }
  TemporaryFolder cache;
  const std::shared_ptr<const engine::Snapshot> snapshot = SnapshotFor(session, options, read.set, cache.path());
  if (snapshot == nullptr) return kExitRefused;
  packs::TestSuites suites = packs::ReadTestSuites(read.set, *snapshot->rules);
  std::erase_if(suites.cases, [&](const packs::TestCase& test) { return !Matches(test, options.filter); });
  engine::PackCoverage observer(snapshot);
  engine::PackTestReport report = engine::RunTestCases(snapshot, suites.cases, &observer);
  report.diagnostics = std::move(suites.diagnostics);
  const std::vector<engine::CoverageItem> coverage = observer.Items();
  std::optional<engine::MutationReport> mutation;
  if (options.mutate) {
    if (!report.ok()) {
      session.Print(FormatDiagnostics(report.diagnostics) + DescribeTests(report));
      return session.Refuse("rules are changed only when every test passes");
    }
    mutation = Mutate(session, snapshot, read.set, suites.cases, options.mutate_file);
  }
  if (!options.junit.empty()) {
    if (absl::Status written = WriteText(options.junit, JUnitOf(report)); !written.ok()) return session.Fail(written);
  }
  if (session.json()) {
    nlohmann::json json = ToJson(report, coverage);
    if (mutation) json["mutation"] = ToJson(*mutation);
    session.Print(json.dump(1) + "\n");
  } else {
    session.Print(FormatDiagnostics(report.diagnostics));
    session.Print(DescribeTests(report) + "\n");
    // A part of the tests says nothing of what all of them cover.
    if (options.filter.empty()) {
      session.Print(CoverageTable(coverage));
      session.Print(UncoveredOf(coverage));
    }
    session.Print(CountsOf(report) + (options.filter.empty() ? "; " + PercentOf(coverage) : "") + "\n");
    if (mutation) session.Print(DescribeMutation(*mutation));
  }
  const bool covered = engine::PackCoverage::Percent(coverage) >= options.min_coverage;
  if (!covered) session.Note(fmt::format("the coverage is below {:g}%\n", options.min_coverage));
  const bool noticed = !mutation || !options.strict || mutation->survived == 0;
  return report.ok() && covered && noticed ? kExitOk : kExitRefused;
}

}  // namespace

void AddPackTest(Command group) {
  auto options = std::make_shared<Options>();
  Command test = group.AddCommand(
      "test", "Run the packs' own tests here, without a server: tests/*_test.yaml",
      "Examples:\n  leadline pack test rules                      every pack's tests\n"
      "  leadline pack test rules --filter emea        those whose pack, suite or name holds the text\n"
      "  leadline pack test rules --plugins plugins    with plugins, as the server has them\n"
      "  leadline pack test rules --min-coverage 100   fail when something is not covered\n"
      "  leadline pack test rules --junit tests.xml    for CI\n"
      "  leadline pack test rules --mutate             change each rule and say which change no test notices\n"
      "Plugins load here without a trust policy, in workers: processes with few rights, but of your user.\n"
      "Exit code 1 when a test fails or the coverage is too low.",
      [options](Session& session) { return TestPacks(session, *options); });
  test.AddOption("folder", options->folder, "Folder that holds central/ and regions/").Required().ExistingFolder();
  test.AddOption("--plugins", options->plugins, "Folder of plugins; without it, tests that need one are skipped")
      .ExistingFolder();
  Option filter = test.AddOption("--filter", options->filter, "Only tests whose pack, suite or name holds this text");
  test.AddOption("--min-coverage", options->min_coverage, "Per cent of rules and branches that tests must cover")
      .Between(0, 100)
      .Excludes(filter);
  test.AddOption("--junit", options->junit, "Also write the results as JUnit XML into this file");
  Option mutate =
      test.AddFlag("--mutate", options->mutate, "Change each rule, one at a time, and list what no test notices");
  test.AddOption("--mutate-file", options->mutate_file,
                 "With --mutate: only rules of this file, such as scoring.yaml or emea/routing.yaml")
      .Needs(mutate);
  test.AddFlag("--strict", options->strict, "With --mutate: fail when a change is not noticed").Needs(mutate);
}

}  // namespace leadline::cli
