#include "engine/decide/snapshot.h"

#include <algorithm>
#include <utility>

namespace leadline::engine {

std::vector<PluginOutage> OutagesOf(const Snapshot& snapshot) {
  std::vector<PluginOutage> outages;
  const auto add = [&](const packs::PluginUse& use, const std::string& layer) {
    PluginOutage outage{use.id, use.capability, layer == "central" ? "" : layer};
    if (std::find(outages.begin(), outages.end(), outage) == outages.end()) outages.push_back(std::move(outage));
  };
  for (const packs::PluginUse& use : snapshot.rules->plugins()) {
    const auto bound = snapshot.plugins.find(use.id);
    const bool loaded = bound != snapshot.plugins.end();
    const bool serves = loaded && bound->second.plugin->health().state != plugin::PluginHealth::State::kQuarantined;
    if (serves) continue;
    const bool fails = use.on_failure == packs::PluginUse::OnFailure::kFail;
    for (const std::string& layer : fails ? use.layers : use.needed_by) {
      if (fails || !loaded) add(use, layer);
    }
  }
  std::stable_partition(outages.begin(), outages.end(), [](const PluginOutage& o) { return o.region.empty(); });
  return outages;
}

}  // namespace leadline::engine
