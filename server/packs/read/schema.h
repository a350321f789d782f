// schema.yaml: which fields rules may read, of which type and within which bounds.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/env.h"
#include "packs/read/layer.h"
#include "packs/rule_set.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// The declared fields and the environments that conditions are compiled in. Not thread-safe while it is read.
class Schema {
 public:
  // Reads the central file whole; what is wrong goes to `problems`.
  void Read(Problems& problems, const YamlNode& root);
  // Reads a region's file: attributes for its own rules, of the records that the centre opens. After the central file
  // and before any environment is asked for, since slots are numbered in order. `regions`: the names of all of them.
  void ReadRegion(Layer& region, const YamlNode& root, const std::vector<std::string>& regions);

  // What conditions know of time zones; before any environment is asked for.
  void UseTimeZones(std::shared_ptr<const TimeZones> zones) { time_zones_ = std::move(zones); }
  const std::shared_ptr<const TimeZones>& time_zones() const { return time_zones_; }

  const std::vector<FieldDef>& fields() const { return fields_; }
  const ResponseKinds& responses() const { return responses_; }
  void UseRefusals(std::vector<Refusal> refusals) { responses_.refusals = std::move(refusals); }
  int SlotOf(std::string_view name) const;
  std::vector<std::string> FieldNames() const;
  // The environment in which plain names are looked up in `container` first ("contact"; "" for none). All
  // environments number their slots alike.
  const cel::Env& EnvFor(const std::string& container);

 private:
  void ReadRecord(Problems& problems, const std::string& record, const YamlNode& node);
  void ReadField(Problems& problems, const std::string& name, const YamlNode& key, const YamlNode& node,
                 const std::string& layer);
  // Whether a region may declare it.
  bool CheckRegional(Layer& region, const std::string& name, const YamlNode& key,
                     const std::vector<std::string>& regions);
  // Whether the name begins with the region's, and not with a longer one of another region.
  bool CheckPrefix(Layer& region, const YamlNode& key, const std::vector<std::string>& regions);
  void FollowActivities();
  // Of the two lists, those that no activity has are reported.
  void ReadResponses(Problems& problems, MapReader& top);
  void Add(FieldDef field, const YamlNode& at);

  std::vector<FieldDef> fields_;
  std::vector<const YamlNode*> places_;  // beside `fields_`: where each is declared
  ResponseKinds responses_;
  std::shared_ptr<const TimeZones> time_zones_;
  std::map<std::string, int, std::less<>> slots_;
  std::map<std::string, std::unique_ptr<cel::Env>> envs_;
};

}  // namespace leadline::packs
