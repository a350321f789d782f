// leadline plugin list|load|reload; see plugin_check.cc for check
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands/options/change_options.h"
#include "cli/commands/options/list_options.h"
#include "cli/commands/plugin/plugin_commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"
#include "plugin/sandbox.h"

namespace leadline::cli {
namespace {

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

Table PluginTable() {
  return Table({{"Plugin"},
                {"Version"},
                {"Mode"},
                {"Sandbox", Table::Align::kWrap},
                {"State"},
                {"Calls", Table::Align::kRight},
                {"Failed", Table::Align::kRight},
                {"Can", Table::Align::kWrap},
                {"Used by", Table::Align::kWrap},
                {"What is wrong", Table::Align::kWrap}});
}

std::string StateOf(const v1::PluginInfo& plugin) {
  std::string state = "not loaded";
  if (plugin.loaded()) {
    state = plugin.health().state() == v1::PLUGIN_STATE_RESTARTING    ? "restarting"
            : plugin.health().state() == v1::PLUGIN_STATE_QUARANTINED ? "quarantined"
                                                                      : "serving";
  }
  return plugin.optional() ? state + ", optional" : state;
}

std::string TroubleOf(const v1::PluginInfo& plugin) {
  std::string text = plugin.error();
  auto add = [&](std::string_view label, const std::string& what) {
    if (!what.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", label, what);
  };
  if (plugin.last_load_error() != plugin.error()) add("the last load failed", plugin.last_load_error());
  add("the last failed call", plugin.health().last_failure());
  add("it decides until the next load, activation or start", plugin.revoked());
  return text;
}

// What holds the plugin's processes; a plugin in the server's own is held by nothing.
std::string SandboxOf(const v1::PluginInfo& plugin) {
  if (!plugin.loaded()) return "";
  if (!plugin.has_sandbox()) return "none";
  const v1::PluginSandbox& sandbox = plugin.sandbox();
  return Describe(plugin::Sandbox{sandbox.landlock_abi(), sandbox.seccomp(), sandbox.no_new_privileges()});
}

void AddPlugin(Table& table, const v1::PluginInfo& plugin) {
  const v1::PluginHealth& health = plugin.health();
  const bool named = plugin.mode() != v1::PLUGIN_MODE_UNSPECIFIED;
  table.Add({IdOf(plugin.ref().plugin()), plugin.ref().version(),
             named ? (plugin.mode() == v1::PLUGIN_MODE_LOCAL ? "local" : "worker") : "", SandboxOf(plugin),
             StateOf(plugin), plugin.loaded() ? WithThousands(health.call_count()) : "",
             plugin.loaded() ? WithThousands(health.failure_count()) : "", Joined(plugin.capabilities()),
             Joined(plugin.used_by()), TroubleOf(plugin)});
}

// A call to load a plugin's file, with what both calls have in common.
template <typename Request, typename Response>
void AddLoad(Command group, const std::string& name, const std::string& description, const std::string& teaching,
             const LongMethod<Request, Response>& method) {
  struct LoadFlags : ChangeFlags {
    std::string id, reason;
    bool keep_scores = false;
  };
  auto flags = std::make_shared<LoadFlags>();
  Command command = group.AddCommand(name, description, teaching, [=](Session& session) {
    Request request;
    request.set_name(InKind("plugins", flags->id));
    request.set_reason(flags->reason);
    request.set_skip_rescoring(flags->keep_scores);
    return RunChange(session, method, *flags, request, [&](const Response& response) {
      if (flags->validate_only) {
        const v1::PluginRef& ref = response.plugin().ref();
        session.Print(fmt::format("{} {} would be loaded; it would be:\n", IdOf(ref.plugin()), ref.version()));
      }
      Table table = PluginTable();
      AddPlugin(table, response.plugin());
      session.Print(table);
    });
  });
  command.AddOption("plugin", flags->id, "The plugin's id").Required();
  command.AddOption("--reason", flags->reason, "Why, for the ledger");
  command.AddFlag("--skip-rescoring", flags->keep_scores, "Leave the leads with the scores they have");
  AddChangeOptions<Request>(command, *flags);
  AddAsyncFlag(command, *flags);
}

int ListPlugins(Session& session, const ListRange& range) {
  Table table = PluginTable();
  const ListPages pages = ForEachRecord(
      session, admin_service::kListPlugins, v1::ListPluginsRequest(), range,
      [](const v1::ListPluginsResponse& response) -> const auto& { return response.plugins(); },
      [&](const v1::PluginInfo& plugin) { AddPlugin(table, plugin); });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  if (table.empty()) {
    session.Print("There are no plugins.\n");
  } else {
    session.Print(table);
  }
  ShowPageToken(session, pages);
  return kExitOk;
}

int ShowSandbox(const Session& session) {
  const plugin::Sandbox sandbox = plugin::ProbeSandbox();
  if (session.json()) {
    const nlohmann::ordered_json json = {{"landlockAbi", sandbox.landlock_abi},
                                         {"seccomp", sandbox.seccomp},
                                         {"noNewPrivileges", sandbox.no_new_privileges}};
    session.Print(json.dump(1) + "\n");
  } else {
    session.Print(Describe(sandbox) + "\n");
  }
  return sandbox.landlock_abi > 0 ? kExitOk : kExitRefused;
}

}  // namespace

void AddPluginCommands(Command root) {
  Command group = root.AddGroup("plugin", "Plugins: modules that take part in decisions");
  auto range = std::make_shared<ListRange>();
  Command list = group.AddCommand("list", "The plugins that the packs name and the plugin folder holds",
                                  "Example:\n  leadline plugin list",
                                  [range](Session& session) { return ListPlugins(session, *range); });
  AddRangeOptions(list, *range);
  AddLoad(group, "load", "Load a plugin that the packs name and that is not loaded",
          "Example:\n  leadline plugin load com.example.intent --reason \"its licence is there\"",
          admin_service::kLoadPlugin);
  AddLoad(group, "reload", "Let a plugin's new file decide; calls under way end with the old one",
          "Example:\n  leadline plugin reload com.example.intent --reason \"1.4.1 knows Czech titles\"\n"
          "The file in the server's plugin folder is admitted, loaded beside the old one and tried on smoke records.\n"
          "When any of it fails, the old one goes on deciding.",
          admin_service::kReloadPlugin);
  group.AddCommand("sandbox", "What this machine's kernel keeps plugins in workers from",
                   "Example:\n  leadline plugin sandbox\n"
                   "Runs here, without a server. Exit code 1 when the kernel has no Landlock: leadlined then refuses "
                   "workers,\nunless it is started with --plugin-without-landlock.",
                   [](Session& session) { return ShowSandbox(session); });
  AddPluginTrust(group);
  AddPluginSign(group);
  AddPluginCheck(group);
  AddPluginNew(group);
}

}  // namespace leadline::cli
