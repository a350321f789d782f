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

// The pack that is being read, and the rules that it goes into. All of it must outlive the reading.
struct Reading {
  Layer& layer;
  ConditionCompiler& conditions;
  PluginUses& plugins;
  RegionRules& rules;
};

// What the readers have at hand. Not thread-safe.
class FileReader {
 protected:
  explicit FileReader(const Reading& reading)
      : layer_(reading.layer),
        problems_(layer_.problems()),
        definitions_(layer_.definitions()),
        conditions_(reading.conditions),
        plugins_(reading.plugins),
        rules_(reading.rules) {}

  Layer& layer_;
  Problems& problems_;
  Definitions& definitions_;
  ConditionCompiler& conditions_;
  PluginUses& plugins_;
  RegionRules& rules_;
};

void ReadStatus(const Reading& reading, const YamlNode& root);

// Reads the `queues:` of routing.yaml (null: there is none to read), before the files that name queues.
inline constexpr size_t kMostQueues = 100;            // of one pack
inline constexpr size_t kMostOwnerBytes = 100;        // of a queue
inline constexpr size_t kMostDescriptionBytes = 500;  // the same
void ReadQueues(const Reading& reading, const YamlNode* routing);
// The queue that `node` names, the centre's or the pack's own; empty, and reported, when there is none.
std::string ReadQueueName(Layer& layer, const YamlNode& node);

// Reads the `calendars:` of sla.yaml, before the files that name calendars. They find their zones among those that
// conditions know, and keep them alive.
void ReadCalendars(const Reading& reading, const YamlNode& root);
// Reports a calendar that works less than the centre lets a region count on: its hours, or its days off.
void CheckCalendarFloor(Layer& layer, const domain::BusinessCalendar& calendar, const YamlNode& hours_at,
                        const YamlNode& holidays_at, const std::string& remedy = "");
// The calendar that `node` names for a rep, a team or a territory of the pack; empty, and reported, when there is none.
// A region's keeps to the floor, also by one that the centre has defined.
std::string ReadCalendarName(const Reading& reading, const YamlNode& node);

// Who may not be marketed to; what responses refuse goes to the schema.
void ReadConsent(const Reading& reading, Schema& schema, const YamlNode& root);

// Who takes part in buying which product.
void ReadBuyingGroups(const Reading& reading, const Schema& schema, const YamlNode& root);
// For a pack without the file: warns (LL2654) when its schema has a field of it, which is absent then.
void CheckBuyingGroupsAreThere(Problems& problems, const YamlNode& schema);

// What the central scoring.yaml gives to the regions' ones.
struct SharedScoring {
  std::vector<std::string> dimensions;
  OpenedPoints opened;
};
void ReadScoring(const Reading& reading, SharedScoring& shared, const YamlNode& root);

// What the routing.yaml of all packs share.
struct SharedRouting {
  std::map<std::string, std::string> team_strategies;     // by team
  std::map<std::string, const YamlNode*> country_places;  // territory entry that holds the country
};
void ReadRouting(const Reading& reading, SharedRouting& shared, const YamlNode& root);

void ReadMerge(const Reading& reading, const Schema& schema, const YamlNode& root);

void ReadPhones(Problems& problems, const YamlNode& root, domain::PhoneRules& phones);

void ReadSla(const Reading& reading, const YamlNode& root);

// notify.yaml, after routing.yaml and sla.yaml, whose queues and calendars it names.
inline constexpr size_t kMostNotifyRules = 100;              // of one pack
inline constexpr size_t kMostNotifyEndpoints = 20;           // of one rule
inline constexpr int64_t kMostQueueLength = 1'000'000;       // of `longer_than`
inline constexpr Duration kMostCalendarNotice = 366 * kDay;  // of `within`
void ReadNotify(const Reading& reading, const YamlNode& root);

void ReadNormalize(const Reading& reading, const YamlNode& root);

// role_mailboxes.yaml, which only the centre has: the names of mailboxes that several people read.
inline constexpr size_t kMostRoleMailboxes = 1000;
domain::RoleMailboxes ReadRoleMailboxes(Problems& problems, const YamlNode& root);

// The central mail_providers.yaml.
domain::MailProviders ReadMailProviders(Problems& problems, const YamlNode& root);
// A region's: what it adds counts into the fields of its own records, and only when the centre accepts the file.
void ReadMoreMailProviders(Layer& region, const YamlNode& root, RegionRules& rules);

}  // namespace leadline::packs
