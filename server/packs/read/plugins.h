// The plugins that packs name: which, where, and what happens without them.
#pragma once

#include <string>
#include <vector>

#include "packs/read/layer.h"
#include "packs/rule_set.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Where a plugin may stand.
struct PluginSlot {
  std::string slot;        // as in extension_points.plugins
  std::string capability;  // "leadline.score/1"
  enum class Fallback { kText, kNumber } kind = Fallback::kText;
  std::vector<std::string> fallbacks;  // what `fallback` may be; empty: any
};

// The uses of plugins by all packs read so far: a plugin is loaded once, so they must agree. Not thread-safe.
class PluginUses {
 public:
  // The plugin of an entry with its options: `plugin`, `optional`, `mode`, `on_failure`, `fallback`, `config`. The
  // entry may have other keys; the caller finishes the reader. Gives its number among the uses; -1 with problems.
  int Read(Layer& layer, MapReader& reader, const PluginSlot& slot);
  // A map that holds nothing but a plugin with its options.
  int ReadAlone(Layer& layer, const YamlNode& node, const PluginSlot& slot);

  const PluginUse& at(int number) const { return uses_[static_cast<size_t>(number)]; }
  const std::vector<PluginUse>& uses() const { return uses_; }

 private:
  // Two packs name a plugin in the same way: one use, and each says for itself whether it can do without.
  static void Join(const PluginUse& use, PluginUse& same);
  void CheckSameSettings(Problems& problems, const YamlNode& at, const PluginUse& use) const;
  void CheckSamePurpose(Problems& problems, const YamlNode& at, const PluginUse& use) const;

  std::vector<PluginUse> uses_;
  std::vector<const YamlNode*> places_;  // beside `uses_`
};

}  // namespace leadline::packs
