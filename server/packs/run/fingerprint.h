// Whether two sets of packs decide alike, whatever their files look like.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "packs/rule_set.h"

namespace leadline::packs {

// Of all that meanings, scores, statuses and the queues of gates and transitions go by, of one region's leads and of
// persons in its countries: rules, tables, plugins and fields as compiled. What changes nothing that is decided
// (comments, descriptions, the order of files, routes, service levels, other regions) is not in it. Two that are equal
// decide every record alike; two that differ may. `version_of_plugin` tells the file behind a plugin's id, "" for none.
// `region` is one of `rules`.
std::string FingerprintOf(const RuleSet& rules, const RegionRules& region,
                          const std::function<std::string(std::string_view id)>& version_of_plugin);

// Of the tables that give fields their meaning, without the plugins' files.
std::string FingerprintOfNormalizers(const RegionRules& region, const std::vector<PluginUse>& plugins);

}  // namespace leadline::packs
