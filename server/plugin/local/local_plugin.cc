#include "plugin/local/local_plugin.h"

#include <algorithm>
#include <thread>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/local/call_state.h"
#include "plugin/text.h"

namespace leadline::plugin {

LocalPlugin::LocalPlugin(Module module, const PluginRequest& request, const LoadOptions& options,
                         std::optional<FixedFields> fixed)
    : descriptor_(module.descriptor),
      who_("plugin " + module.file.manifest.id),
      config_json_(request.config_json.empty() ? "{}" : request.config_json),
      log_(options.log),
      fields_(fixed ? FieldTable(options.fields, *std::move(fixed)) : FieldTable(options.fields)) {
  info_.id = module.file.manifest.id;
  info_.version = module.file.manifest.version;
  info_.path = module.file.manifest.so_path;
  info_.sha256 = module.file.manifest.sha256;
  info_.capabilities = module.file.manifest.capabilities;
  info_.concurrent = (descriptor_.flags & LEADLINE_FLAG_CONCURRENT) != 0;
  info_.pure = (descriptor_.flags & LEADLINE_FLAG_PURE) != 0;
}

LocalPlugin::~LocalPlugin() {
  for (const auto& instance : instances_) descriptor_.destroy(instance->self);
}

absl::StatusOr<std::shared_ptr<Plugin>> LocalPlugin::Create(Module module, const PluginRequest& request,
                                                            const LoadOptions& options,
                                                            std::optional<FixedFields> fixed) {
  std::shared_ptr<LocalPlugin> plugin(new LocalPlugin(std::move(module), request, options, std::move(fixed)));
  RETURN_IF_ERROR(plugin->FindCapabilities(request));
  ASSIGN_OR_RETURN(void* first, plugin->MakeInstance());
  plugin->fields_.Freeze();
  auto names = plugin->fields_.names();
  plugin->info_.fields.assign(names.begin(), names.end());
  plugin->info_.state = PluginState::kLoaded;
  uint32_t limit = plugin->info_.concurrent ? 1 : options.max_instances;
  // Counting the cores reads files, which a worker may not.
  if (limit == 0) limit = std::max(1U, std::thread::hardware_concurrency());
  plugin->pool_.emplace(first, limit, [owner = plugin.get()] { return owner->MakeInstance(); });
  return plugin;
}

absl::Status LocalPlugin::FindCapabilities(const PluginRequest& request) {
  for (const std::string& wanted : request.capabilities) {
    if (Has(wanted)) continue;
    return absl::FailedPreconditionError(fmt::format("it has {}, not {}; name another plugin",
                                                     fmt::join(info_.capabilities, ", "), Presentable(wanted)));
  }
  auto find = [&]<class Table>(std::string_view id, const Table*& table) -> absl::Status {
    if (!Has(id)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const void* found, FindCapability(descriptor_, id, sizeof(Table)));
    table = static_cast<const Table*>(found);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(find(LEADLINE_NORMALIZE_V1, normalize_));
  RETURN_IF_ERROR(find(LEADLINE_STATUS_V1, status_));
  RETURN_IF_ERROR(find(LEADLINE_SCORE_V1, score_));
  RETURN_IF_ERROR(find(LEADLINE_ROUTE_V1, route_));
  return find(LEADLINE_MERGE_V1, merge_);
}

absl::StatusOr<void*> LocalPlugin::MakeInstance() {
  auto instance = std::make_unique<Instance>();
  instance->plugin = this;
  instance->host = {sizeof(leadline_host),      LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR,     instance.get(),
                    &LocalPlugin::FieldSlotFor, &LocalPlugin::Log,  &LocalPlugin::SetError, &LocalPlugin::Extension};
  void* self = nullptr;
  int32_t code = descriptor_.create(&instance->host, StrOf(config_json_), &self);
  instance->creating.store(false);
  if (code != LEADLINE_OK) {
    std::string said = instance->error.empty() ? instance->field_error : instance->error;
    return StatusOf(code, "create() failed", said);
  }
  if (self == nullptr) return absl::InternalError("create() succeeded but gave no instance");
  instance->self = self;
  std::lock_guard lock(instances_mutex_);
  instances_.push_back(std::move(instance));
  return self;
}

int32_t LocalPlugin::FieldSlotFor(const leadline_host* host, leadline_str name, uint32_t kind, uint32_t* slot) {
  Instance& instance = Of(host);
  auto view = ViewOf(name);
  if (!instance.creating.load()) return LEADLINE_FAILED_PRECONDITION;
  if (!view || slot == nullptr) return LEADLINE_INVALID_ARGUMENT;
  absl::Status status = instance.plugin->fields_.Ask(*view, kind, *slot);
  if (!status.ok()) instance.field_error = std::string(status.message());
  return static_cast<int32_t>(status.code());
}

void LocalPlugin::Log(const leadline_host* host, int32_t level, leadline_str text) {
  const LocalPlugin& plugin = *Of(host).plugin;
  auto view = ViewOf(text);
  if (!plugin.log_ || !view) return;
  int known = std::clamp<int>(level, LEADLINE_LOG_DEBUG, LEADLINE_LOG_ERROR);
  plugin.log_(known, plugin.info_.id, Presentable(*view));
}

void LocalPlugin::SetError(const leadline_host* host, leadline_str text) {
  auto view = ViewOf(text);
  if (Instance& instance = Of(host); instance.creating.load() && view) instance.error = Presentable(*view);
}

// None is defined yet; a plugin must live without any.
const void* LocalPlugin::Extension(const leadline_host*, const char*) { return nullptr; }

absl::Status LocalPlugin::Misuse(std::string_view what) const {
  return absl::InvalidArgumentError(fmt::format("{}: called with {}", who_, what));
}

}  // namespace leadline::plugin
