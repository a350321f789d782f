
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/plugin/plugin_commands.h"
#include "cli/commands/plugin/plugin_project.h"
#include "cli/session/session.h"

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

void AddPluginNew(Command group) {
  auto wanted = std::make_shared<NewPlugin>();
  Command command = group.AddCommand(
      "new", "Begin a plugin: a project that builds with one command and loads",
      "Examples:\n  leadline plugin new fit_score --lang cpp                        ./fit_score, leadline.score/1\n"
      "  leadline plugin new vat_gate --lang rust --capability status --id com.example.vat_gate\n"
      "  leadline plugin new titles --lang go --capability normalize --dir /tmp/titles",
      [wanted](Session& session) { return MakeProject(session, *wanted); });
  command.AddOption("name", wanted->project.name, "Lower case letters, digits and _").Required();
  command.AddOption("--lang", wanted->project.language, "c, cpp, rust or go")
      .Required()
      .OneOf({"c", "cpp", "rust", "go"});
  wanted->project.capability = "score";
  command.AddOption("--capability", wanted->project.capability, "score, status, normalize, route or merge")
      .OneOf({"score", "status", "normalize", "route", "merge"})
      .ShowDefault();
  command.AddOption("--id", wanted->project.id, "The plugin's id (com.example.NAME)");
  command.AddOption("--dir", wanted->folder, "The project's folder (./NAME)");
  command.AddOption("--sdk", wanted->sdk, "Sources of Leadline, or the prefix of an installed kit");
}

}  // namespace leadline::cli
