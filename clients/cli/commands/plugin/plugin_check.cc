// leadline plugin check

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/plugin/plugin_commands.h"
#include "cli/output/text.h"
#include "cli/session/session.h"
#include "engine/decide/plugin_record.h"
#include "packs/loader.h"
#include "packs/rule_set.h"
#include "packs/run/fields.h"
#include "plugin/check/checker.h"
#include "plugin/check/probe/checks.h"
#include "plugin/check/probe/run_probe.h"

namespace leadline::cli {
namespace {

namespace check = plugin::check;

struct Arguments {
  std::string path;
  std::string config_file;
  std::string rules;
  double time_limit = 20;
  bool failures_only = false;
  bool json = false;
  bool list = false;
  int64_t case_number = -1;
  check::CheckOptions options;
};

constexpr char kTeaching[] =
    "Examples:\n"
    "  leadline plugin check build/plugins/fit.so                      every check, with the config its schema "
    "suggests\n"
    "  leadline plugin check fit.so --config fit.json --rules rules    with your config, and the fields of your packs\n"
    "  leadline plugin check fit.so --fuzz 60 --seed 7                 a minute of random batches besides\n"
    "  leadline plugin check fit.so --fuzz 1 --seed 7 --case 4711      the same case again, alone\n"
    "  leadline plugin check fit.so --static                           reads the file, runs nothing of it\n"
    "  leadline plugin check --list                                    what each check proves\n"
    "Runs here, without a server. All but the checks of the file run the plugin, each in a process of its own with "
    "your\n"
    "rights; use --static on a file that you would not run. Races are found by wrong results and crashes only: build\n"
    "the plugin's own tests with -fsanitize=thread to find more. Clocks that are not read through the C library are\n"
    "not seen.\n"
    "Exit code 0 when all passed (warnings are allowed), 1 when a check failed, 2 when nothing could be checked.";

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(fmt::format("{} cannot be read; check the path", path));
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

// The fields of the packs in `folder`; without one, those that every record has.
absl::StatusOr<std::vector<check::KnownField>> FieldsOf(const std::string& folder) {
  std::vector<check::KnownField> fields;
  if (folder.empty()) {
    for (const packs::StandardField& field : packs::StandardFields()) {
      fields.push_back({std::string(field.name), engine::PluginKindOf(field.type), {}});
    }
    return fields;
  }
  packs::LoadResult loaded = packs::LoadRuleSet(folder);
  if (loaded.rules == nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("the packs in {} cannot be loaded; see leadline pack check {}", folder, folder));
  }
  for (const packs::FieldDef& field : loaded.rules->fields()) {
    fields.push_back({field.name, engine::PluginKindOf(field.type), field.values});
  }
  return fields;
}

int List(const Session& session, bool json) {
  if (json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const check::Check& c : check::Checks()) {
      all.push_back({{"id", c.id}, {"proves", c.proves}, {"runs_plugin", c.needs != check::Needs::kFile}});
    }
    session.Print(all.dump(2) + "\n");
    return kExitOk;
  }
  for (const check::Check& c : check::Checks()) session.Print(fmt::format("{:<22} {}\n", c.id, c.proves));
  return kExitOk;
}

int CheckPlugin(const Session& session, Arguments arguments) {
  bool json = arguments.json || session.json();
  if (arguments.list) return List(session, json);
  if (arguments.path.empty()) return session.Fail(absl::InvalidArgumentError("name the plugin's .so, or ask --list"));
  check::CheckOptions& options = arguments.options;
  std::error_code error;
  std::string self = std::filesystem::read_symlink("/proc/self/exe", error).string();
  options.probe_command = {self, "plugin", "probe"};
  options.timeout = std::chrono::milliseconds(static_cast<int64_t>(arguments.time_limit * 1'000));
  if (arguments.case_number >= 0) options.fuzz_case = arguments.case_number;
  if (!arguments.config_file.empty()) {
    auto config = ReadFile(arguments.config_file);
    if (!config.ok()) return session.Fail(config.status());
    options.config_json = *std::move(config);
  }
  auto fields = FieldsOf(arguments.rules);
  if (!fields.ok()) return session.Fail(fields.status());
  options.fields = *std::move(fields);
  auto report = check::RunChecks(arguments.path, options);
  if (!report.ok()) return session.Fail(report.status());
  session.Print(json ? ReportJson(*report) : ReportText(*report, !arguments.failures_only));
  return report->good() ? kExitOk : kExitRefused;
}

}  // namespace

void AddPluginCheck(Command group) {
  auto a = std::make_shared<Arguments>();
  Command check =
      group.AddCommand("check", "Check a plugin here, without a server: before it ships, before it is trusted",
                       kTeaching, [a](Session& session) { return CheckPlugin(session, *a); });
  check.AddOption("plugin", a->path, "The .so; its manifest is beside it");
  check.AddOption("--config", a->config_file, "JSON file: the config to check with; else what its schema suggests");
  check.AddOption("--rules", a->rules, "Folder of packs whose fields the plugin may read; else the standard fields");
  check.AddOption("--only", a->options.only, "Only these checks, by id");
  check.AddFlag("--static", a->options.static_only, "Only read the file; run nothing of it");
  check.AddOption("--time-limit", a->time_limit, "Seconds that one check may take").Positive().ShowDefault();
  check.AddOption("--fuzz", a->options.fuzz_seconds, "Seconds of random batches besides").NotNegative();
  check.AddOption("--seed", a->options.seed, "Of everything that is random").ShowDefault();
  check.AddOption("--case", a->case_number, "Only this random batch").NotNegative();
  check.AddFlag("--failures", a->failures_only, "Show only what did not pass");
  check.AddFlag("--json", a->json, "For programs (the same as -o json)");
  check.AddFlag("--list", a->list, "Show what each check proves");
  // The processes that the checks run in.
  group.AddCommand("probe", "Runs one check; started by check", "", [](Session&) -> int { check::RunProbe(); }).Hide();
}

}  // namespace leadline::cli
