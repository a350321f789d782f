// Where plugins are loaded.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/load_options.h"
#include "plugin/plugin.h"

namespace leadline::plugin {

// Admits, opens and creates a plugin. What is to run in this process is opened and created in a worker first, which
// also reads its config schema: nothing here does. Every failure says what, why and what to do.
absl::StatusOr<std::shared_ptr<Plugin>> Load(const PluginRequest& request, const LoadOptions& options);

// The very file of a plugin that runs, which was admitted then, in workers of its own: what is asked in its place where
// nothing may happen to the server. Whether the author's file is another by now does not matter.
absl::StatusOr<std::shared_ptr<Plugin>> LoadApart(const PluginInfo& running, const PluginRequest& request,
                                                  const LoadOptions& options);

// The record of a request that failed, for lists of plugins.
PluginInfo FailedPlugin(const PluginRequest& request, const absl::Status& status);

}  // namespace leadline::plugin
