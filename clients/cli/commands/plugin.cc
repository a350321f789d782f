// leadline plugin list|load|reload; see plugin_check.cc for check
#include <fmt/format.h>

#include "cli/command_tree.h"
#include "cli/commands/plugin_check.h"
#include "cli/commands/plugin_new.h"
#include "cli/text.h"
#include "leadline/v1/admin_service.grpc.pb.h"

namespace leadline::cli {
namespace {

using Stub = v1::AdminService::Stub;

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

Table PluginTable() {
  return Table({{"Plugin"},
                {"Version"},
                {"State"},
                {"Can", Table::Align::kWrap},
                {"Used by", Table::Align::kWrap},
                {"Why not loaded", Table::Align::kWrap}});
}

void AddPlugin(Table& table, const v1::PluginInfo& plugin) {
  std::string state = plugin.loaded() ? "loaded" : "not loaded";
  if (plugin.optional()) state += ", optional";
  table.Add({plugin.ref().plugin_id(), plugin.ref().version(), state, Joined(plugin.capabilities()),
             Joined(plugin.used_by()), plugin.error()});
}

}  // namespace

void AddPluginCommands(CommandTree& tree) {
  CLI::App* group = tree.Group(nullptr, "plugin", "Plugins: modules that take part in decisions");
  tree.Command(group, "list", "The plugins that the packs name and the plugin folder holds",
               "Example:\n  leadline plugin list", [](Session& session) {
                 return session.Run(&Stub::ListPlugins, v1::ListPluginsRequest(),
                                    [&](const v1::ListPluginsResponse& response) {
                                      Table table = PluginTable();
                                      for (const auto& plugin : response.plugins()) AddPlugin(table, plugin);
                                      session.Print(table.empty() ? "There are no plugins.\n" : "");
                                      if (!table.empty()) session.Print(table);
                                    });
               });
  auto show = [](Session& session, const v1::PluginInfo& plugin) {
    Table table = PluginTable();
    AddPlugin(table, plugin);
    session.Print(table);
  };
  auto load_id = std::make_shared<std::string>();
  CLI::App* load = tree.Command(group, "load", "Load a plugin", "Example:\n  leadline plugin load com.example.intent",
                                [load_id, show](Session& session) {
                                  v1::LoadPluginRequest request;
                                  request.set_plugin_id(*load_id);
                                  return session.Run(&Stub::LoadPlugin, request,
                                                     [&](const auto& response) { show(session, response.plugin()); });
                                });
  load->add_option("plugin", *load_id, "The plugin's id")->required();
  auto reload_id = std::make_shared<std::string>();
  CLI::App* reload =
      tree.Command(group, "reload", "Load a plugin's new file", "Example:\n  leadline plugin reload com.example.intent",
                   [reload_id, show](Session& session) {
                     v1::ReloadPluginRequest request;
                     request.set_plugin_id(*reload_id);
                     return session.Run(&Stub::ReloadPlugin, request,
                                        [&](const auto& response) { show(session, response.plugin()); });
                   });
  reload->add_option("plugin", *reload_id, "The plugin's id")->required();
  AddPluginCheck(tree, group);
  AddPluginNew(tree, group);
}

}  // namespace leadline::cli
