#include "plugin/host.h"

#include "base/plugin_id.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/manifest.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/local/local_plugin.h"
#include "plugin/local/module.h"
#include "plugin/text.h"
#include "plugin/worker/worker_plugin.h"

namespace leadline::plugin {
namespace {

absl::StatusOr<Manifest> FindManifest(const PluginRequest& request, const LoadOptions& options) {
  if (!request.path.empty()) return ReadManifest(request.path);
  if (options.directory != nullptr) return options.directory->Find(request.id);
  return absl::InvalidArgumentError("no path is given and there is no plugin folder; start the server with --plugins");
}

absl::StatusOr<std::shared_ptr<Plugin>> LoadUnnamed(const PluginRequest& request, const LoadOptions& options) {
  if (request.config_json.size() > kMostPluginConfigBytes) {
    return absl::InvalidArgumentError(
        fmt::format("its config has {} bytes as JSON; at most {} are taken; make it shorter",
                    request.config_json.size(), kMostPluginConfigBytes));
  }
  ASSIGN_OR_RETURN(Manifest manifest, FindManifest(request, options));
  if (manifest.id != request.id) {
    return absl::FailedPreconditionError(
        fmt::format("the manifest of {} is that of \"{}\"; correct the id or the path", manifest.so_path, manifest.id));
  }
  if (options.trust == nullptr) return NoTrustPolicy();
  RETURN_IF_ERROR(options.trust->Admits(manifest));
  const bool local = request.mode == PluginMode::kLocal || options.fit_for_local;
  if (local) RETURN_IF_ERROR(options.trust->AllowsLocal(manifest));
  ASSIGN_OR_RETURN(AdmittedModule file, Admit(manifest, options.cache_dir));
  if (local && file.go_runtime) {
    return absl::FailedPreconditionError(
        fmt::format("{} is written in Go; a process can hold Go's runtime only once and cannot unload it; "
                    "write  mode: worker  in the pack",
                    manifest.so_path));
  }
  if (request.mode == PluginMode::kWorker) return WorkerPlugin::Create(std::move(file), request, options);
  // Its schema is read, and its first instance made, in a process that may end: here only what went well there.
  RETURN_IF_ERROR(WorkerPlugin::Rehearse(file, request, options));
  ASSIGN_OR_RETURN(Module module, OpenModule(std::move(file)));
  return LocalPlugin::Create(std::move(module), request, options);
}

absl::Status OfPlugin(std::string_view id, const absl::Status& status) {
  return absl::Status(status.code(), fmt::format("plugin {}: {}", Presentable(id), std::string(status.message())));
}

}  // namespace

absl::StatusOr<std::shared_ptr<Plugin>> Load(const PluginRequest& request, const LoadOptions& options) {
  auto plugin = LoadUnnamed(request, options);
  if (plugin.ok()) return plugin;
  return OfPlugin(request.id, plugin.status());
}

absl::StatusOr<std::shared_ptr<Plugin>> LoadApart(const PluginInfo& running, const PluginRequest& request,
                                                  const LoadOptions& options) {
  AdmittedModule file{{.id = running.id,
                       .version = running.version,
                       .capabilities = running.capabilities,
                       .sha256 = running.sha256,
                       .so_path = running.path},
                      CopyPathOf(options.cache_dir, running.sha256)};
  auto plugin = WorkerPlugin::Create(std::move(file), request, options);
  if (plugin.ok()) return plugin;
  return OfPlugin(request.id, plugin.status());
}

PluginInfo FailedPlugin(const PluginRequest& request, const absl::Status& status) {
  PluginInfo info;
  info.id = request.id;
  info.path = request.path;
  info.capabilities = request.capabilities;
  info.state = PluginState::kFailed;
  info.error = std::string(status.message());
  return info;
}

}  // namespace leadline::plugin
