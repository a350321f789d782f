// The readers, one for each file of a pack: status.cc reads status.yaml, sla.cc reads sla.yaml. Each puts what the file
// says into `rules`: the central set for the central pack, and the region's copy of it for a region. What is wrong is
// reported to the layer's problems.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "packs/read/condition_compiler.h"
#include "packs/read/layer.h"
#include "packs/read/plugins.h"
#include "packs/read/scoring_set.h"
#include "packs/rule_set.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

void ReadStatus(Layer& layer, ConditionCompiler& conditions, PluginUses& plugins, const YamlNode& root,
                RegionRules& rules);

// What the central scoring.yaml gives to the regions' ones.
struct SharedScoring {
  std::vector<std::string> dimensions;
  OpenedPoints opened;
};
void ReadScoring(Layer& layer, ConditionCompiler& conditions, PluginUses& plugins, SharedScoring& shared,
                 const YamlNode& root, RegionRules& rules);

// What the routing.yaml of all packs share.
struct SharedRouting {
  std::map<std::string, std::string> team_strategies;     // by team
  std::map<std::string, const YamlNode*> country_places;  // territory entry that holds the country
};
void ReadRouting(Layer& layer, ConditionCompiler& conditions, PluginUses& plugins, SharedRouting& shared,
                 const YamlNode& root, RegionRules& rules);

void ReadMerge(Layer& layer, PluginUses& plugins, const YamlNode& root, RegionRules& rules);

void ReadPhones(Problems& problems, const YamlNode& root, domain::PhoneRules& phones);

// Calendars find their zones among `zones`, and keep them alive.
void ReadSla(Layer& layer, ConditionCompiler& conditions, const std::shared_ptr<const TimeZones>& zones,
             const YamlNode& root, RegionRules& rules);

void ReadNormalize(Layer& layer, ConditionCompiler& conditions, PluginUses& plugins, const YamlNode& root,
                   RegionRules& rules);

// The central mail_providers.yaml.
domain::MailProviders ReadMailProviders(Problems& problems, const YamlNode& root);
// A region's: what it adds counts into the fields of its own records, and only when the centre accepts the file.
void ReadMoreMailProviders(Layer& region, const YamlNode& root, RegionRules& rules);

}  // namespace leadline::packs
