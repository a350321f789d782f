#include "cli/commands/plugin/plugin_new.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/plugin_project.h"

namespace leadline::cli {
namespace {

struct NewPlugin {
  PluginProjectOptions project;
  std::string folder;
  std::string sdk;
};

int MakeProject(const Session& session, const NewPlugin& wanted) {
  PluginProjectOptions project = wanted.project;
  auto sdk = FindPluginSdk(wanted.sdk);
  if (!sdk.ok()) return session.Fail(sdk.status());
  project.sdk = *sdk;
  auto files = MakePluginProject(project);
  if (!files.ok()) return session.Fail(files.status());
  std::string folder = wanted.folder.empty() ? project.name : wanted.folder;
  if (absl::Status status = WriteProject(folder, *files); !status.ok()) {
    return session.Refuse(std::string(status.message()));
  }
  if (session.json()) {
    nlohmann::json paths = nlohmann::json::array();
    for (const ProjectFile& file : *files) paths.push_back(file.path);
    session.Print(nlohmann::json({{"folder", folder}, {"sdk", *sdk}, {"files", paths}}).dump(2) + "\n");
    return kExitOk;
  }
  for (const ProjectFile& file : *files) session.Print(fmt::format("{}/{}\n", folder, file.path));
  session.Print(fmt::format(
      "\nBuild it:\n  cd {}\n  cmake --workflow --preset release\nREADME.md there says how it is checked and "
      "loaded.\n",
      folder));
  return kExitOk;
}

}  // namespace

void AddPluginNew(CommandTree& tree, CLI::App* group) {
  auto wanted = std::make_shared<NewPlugin>();
  CLI::App* command = tree.Command(
      group, "new", "Begin a plugin: a project that builds with one command and loads",
      "Examples:\n  leadline plugin new fit_score --lang cpp                        ./fit_score, leadline.score/1\n"
      "  leadline plugin new vat_gate --lang rust --capability status --id com.example.vat_gate\n"
      "  leadline plugin new titles --lang go --capability normalize --dir /tmp/titles",
      [wanted](Session& session) { return MakeProject(session, *wanted); });
  command->add_option("name", wanted->project.name, "Lower case letters, digits and _")->required();
  command->add_option("--lang", wanted->project.language, "c, cpp, rust or go")
      ->required()
      ->check(CLI::IsMember({"c", "cpp", "rust", "go"}));
  wanted->project.capability = "score";
  command->add_option("--capability", wanted->project.capability, "score, status, normalize, route or merge")
      ->check(CLI::IsMember({"score", "status", "normalize", "route", "merge"}))
      ->capture_default_str();
  command->add_option("--id", wanted->project.id, "The plugin's id (com.example.NAME)");
  command->add_option("--dir", wanted->folder, "The project's folder (./NAME)");
  command->add_option("--sdk", wanted->sdk, "Sources of Leadline, or the prefix of an installed kit");
}

}  // namespace leadline::cli
