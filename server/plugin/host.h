// Where plugins are loaded.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/load_options.h"
#include "plugin/plugin.h"

namespace leadline::plugin {

// Admits, opens and creates a plugin. Every failure says what, why and what to do.
absl::StatusOr<std::shared_ptr<Plugin>> Load(const PluginRequest& request, const LoadOptions& options);

// The record of a request that failed, for lists of plugins.
PluginInfo FailedPlugin(const PluginRequest& request, const absl::Status& status);

}  // namespace leadline::plugin
