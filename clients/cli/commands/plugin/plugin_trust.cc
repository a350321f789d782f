// leadline plugin trust
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/ids.h"
#include "base/source_position.h"
#include "base/status_macros.h"
#include "cli/commands/plugin/plugin_commands.h"
#include "cli/output/replace_file.h"
#include "cli/session/session.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/manifest.h"
#include "plugin/admit/trust_policy.h"

namespace leadline::cli {
namespace {

using plugin::Manifest;
using plugin::TrustPolicy;

struct Options {
  std::string folder;
  std::string out;
  std::vector<std::string> local;
};

// A policy that grows, and what was done to it.
struct Update {
  TrustPolicy::Contents policy;
  std::string done;                          // a line for each plugin
  std::vector<std::string> no_longer_local;  // ids whose file was replaced
  int left_out = 0;                          // files that are not listed
  bool changed = false;                      // as against what was there
};

// The plugin's hash in the place of those listed for its id. What was signed is listed by its hash as well: a person
// looks at this very file.
void List(Update& update, const Manifest& manifest) {
  auto& plugins = update.policy.plugins;
  std::vector<std::string> before;
  for (const TrustPolicy::Listed& p : plugins) {
    if (p.id == manifest.id) before.push_back(p.sha256);
  }
  const std::string what = fmt::format("{} {}", manifest.id, manifest.version);
  if (before == std::vector<std::string>{manifest.sha256}) {
    update.done += fmt::format("  kept      {}  {}\n", what, manifest.sha256);
    return;
  }
  update.changed = true;
  update.done += fmt::format("  {}  {}  {}\n", before.empty() ? "listed  " : "replaced", what, manifest.sha256);
  for (const std::string& sha256 : before) update.done += fmt::format("            instead of {}\n", sha256);
  std::erase_if(plugins, [&](const TrustPolicy::Listed& p) { return p.id == manifest.id; });
  plugins.push_back({manifest.id, manifest.sha256});
  // A permission to run in the server goes with the file that it was given to.
  const size_t gone = std::erase_if(update.policy.local, [&](const TrustPolicy::Listed& p) {
    return p.id == manifest.id && std::find(before.begin(), before.end(), p.sha256) != before.end();
  });
  if (gone > 0) update.no_longer_local.push_back(manifest.id);
}

// The file that the folder has of the id, in the place of those of the id that might run there before.
absl::Status AllowLocal(Update& update, const std::string& id, const std::vector<Manifest>& manifests) {
  const auto found = std::find_if(manifests.begin(), manifests.end(), [&](const Manifest& m) { return m.id == id; });
  if (found == manifests.end()) {
    std::vector<std::string> known;
    for (const Manifest& m : manifests) known.push_back(m.id);
    const std::string nearest = NearestName(id, known);
    return absl::NotFoundError(fmt::format("--local {}: the folder has no such plugin{}", id,
                                           nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
  }
  const auto& listed = update.policy.plugins;
  if (std::none_of(listed.begin(), listed.end(),
                   [&](const TrustPolicy::Listed& p) { return p.id == id && p.sha256 == found->sha256; })) {
    return absl::FailedPreconditionError(
        fmt::format("--local {}: its file was left out, so it cannot run in the server\n{}", id, update.done));
  }
  std::erase(update.no_longer_local, id);
  auto& local = update.policy.local;
  std::vector<std::string> before;
  for (const TrustPolicy::Listed& p : local) {
    if (p.id == id) before.push_back(p.sha256);
  }
  if (before == std::vector<std::string>{found->sha256}) return absl::OkStatus();
  std::erase_if(local, [&](const TrustPolicy::Listed& p) { return p.id == id; });
  local.push_back({id, found->sha256});
  update.changed = true;
  update.done += fmt::format("  local     {} {} may run in the server's own process\n", id, found->version);
  return absl::OkStatus();
}

absl::StatusOr<Update> UpdateFor(const Options& options) {
  Update update;
  TrustPolicy old;
  if (!options.out.empty() && std::filesystem::exists(options.out)) {
    ASSIGN_OR_RETURN(old, TrustPolicy::Read(options.out));
    update.policy = old.contents();
  } else {
    update.changed = true;
  }
  ASSIGN_OR_RETURN(plugin::PluginDirectory directory, plugin::PluginDirectory::Scan(options.folder));
  auto leave_out = [&](std::string_view why) {
    ++update.left_out;
    update.done += fmt::format("  left out  {}\n", why);
  };
  for (const Manifest& manifest : directory.manifests()) {
    auto bytes = plugin::ReadRegularFile(manifest.so_path);
    if (!bytes.ok()) {
      leave_out(std::string(bytes.status().message()));
    } else if (Sha256Hex(*bytes) != manifest.sha256) {
      leave_out(fmt::format("{}: it is not the file its manifest describes", manifest.so_path));
    } else if (absl::Status status = old.StillAdmits(manifest.id, manifest.version, manifest.sha256); !status.ok()) {
      leave_out(fmt::format("{}: {}", manifest.so_path, std::string(status.message())));
    } else {
      List(update, manifest);
    }
  }
  for (const std::string& problem : directory.problems()) leave_out(problem);
  for (const std::string& id : options.local) RETURN_IF_ERROR(AllowLocal(update, id, directory.manifests()));
  for (const std::string& id : update.no_longer_local) {
    update.done += fmt::format(
        "  worker    {} may not run in the server's own process any more, since its file is another; allow it again "
        "with --local {}\n",
        id, id);
  }
  for (auto* list : {&update.policy.plugins, &update.policy.local}) {
    std::stable_sort(list->begin(), list->end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  }
  return update;
}

int Trust(const Session& session, const Options& options) {
  auto update = UpdateFor(options);
  if (!update.ok()) return session.Fail(update.status());
  const std::string text = TrustPolicy(update->policy, options.out).ToJson();
  const int code = update->left_out == 0 ? kExitOk : kExitRefused;
  if (options.out.empty()) {
    session.Note(update->done);
    session.Print(text);
    return code;
  }
  if (update->changed) {
    if (absl::Status written = ReplaceFile(options.out, text, std::nullopt); !written.ok()) {
      return session.Fail(written);
    }
  }
  session.Print(fmt::format(
      "{}:\n{}{}\n", options.out, update->done,
      update->changed ? "Look it through: what is listed here runs with the server's rights." : "Nothing is changed."));
  return code;
}

}  // namespace

void AddPluginTrust(Command group) {
  auto options = std::make_shared<Options>();
  Command trust = group.AddCommand(
      "trust", "Write a trust policy that lists the plugins of a folder by their hashes",
      "Examples:\n  leadline plugin trust plugins --out trust.json                      list what is there\n"
      "  leadline plugin trust plugins --local com.example.fit --out trust.json   and let one run in the server\n"
      "  leadline plugin trust plugins                                       show it, write nothing\n"
      "A file that is there is updated: publishers, what is revoked, and plugins that are not in the folder, stay as "
      "they\n"
      "are. A permission to run in the server is for one file: give --local again when the file is another.\n"
      "Exit code 1 when a .so of the folder could not be listed.",
      [options](Session& session) { return Trust(session, *options); });
  trust.AddOption("folder", options->folder, "Folder of plugins, with their manifests").Required().ExistingFolder();
  trust
      .AddOption("--local", options->local,
                 "The folder's file of this plugin may run in the server's own process; may be given again")
      .Placeholder("ID")
      .OneValueEach();
  trust.AddOption("--out", options->out, "The policy's file; without it the policy is printed").Placeholder("FILE");
}

}  // namespace leadline::cli
