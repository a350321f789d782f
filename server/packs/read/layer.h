// One pack among the others: what it may define, replace and open.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/sla.h"
#include "packs/read/definitions.h"
#include "packs/rule_set.h"
#include "packs/values/accepted.h"
#include "packs/yaml/map_reader.h"
#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// What the central pack opens to the regions.
struct ExtensionPoints {
  const YamlNode* at = nullptr;  // null: the centre opens nothing
  std::vector<std::string> normalize_fields;
  std::vector<std::string> attributes;  // records that regions may declare attributes of
  bool scoring_adjustments = false;
  bool territories = false;
  bool teams = false;
  bool reps = false;
  bool routes = false;
  bool queues = false;
  bool notifications = false;
  bool calendars = false;
  domain::CalendarFloor floor;            // of the calendars that regions count on
  const YamlNode* hours_at = nullptr;     // where it is written, or would be
  const YamlNode* holidays_at = nullptr;  // the same
  struct PluginPoint {
    std::string slot;
    std::string capability;
  };
  std::vector<PluginPoint> plugins;
  Accepted accepted;  // whole files
};

// The pack that is being read. Not thread-safe; what it is made from must outlive it.
class Layer {
 public:
  // `files`: of the pack, by path in it. `now`: for warnings about dates; 0: nobody asks.
  Layer(PackInfo& info, Problems& problems, Definitions& definitions, const ExtensionPoints& points,
        const std::map<std::string, std::string>& files, Time now)
      : info_(info), problems_(problems), definitions_(definitions), points_(points), files_(files), now_(now) {}

  const std::string& name() const { return info_.ref.pack; }
  bool is_central() const { return name() == "central"; }
  PackInfo& info() { return info_; }
  Problems& problems() { return problems_; }
  Definitions& definitions() { return definitions_; }
  const Definitions& definitions() const { return definitions_; }
  const ExtensionPoints& points() const { return points_; }
  const std::map<std::string, std::string>& files() const { return files_; }
  Time now() const { return now_; }

  // Notes a definition. False, reported, when the id is taken: twice in one pack, in another pack, or sealed by the
  // centre. A region's definition that replaces an open central one gives true and sets `replaces`.
  bool Define(const std::string& kind, const std::string& id, const YamlNode& at, Seal seal, const YamlNode* seal_at,
              bool* replaces = nullptr);
  // See below.
  bool CheckOpened(const YamlNode& at, bool opened, const std::string& what);
  // The ids of one kind that this pack may name.
  std::vector<std::string> IdsOf(const std::string& kind) const { return definitions_.IdsOf(kind, name()); }

 private:
  PackInfo& info_;
  Problems& problems_;
  Definitions& definitions_;
  const ExtensionPoints& points_;
  const std::map<std::string, std::string>& files_;
  const Time now_;
};

// Names an id: 1 to 64 small letters, digits, and . _ -. Reports and gives nothing otherwise.
std::optional<std::string> ReadId(Problems& problems, MapReader& reader, std::string_view kind);
// The `seal:` of a central definition; one that has no meaning for it is reported.
Seal ReadSeal(Problems& problems, MapReader& reader, const std::vector<Seal>& allowed);
// Reports `seal:` and `params:` in a region's definition: only the centre seals.
void RefuseSeal(Problems& problems, MapReader& reader);
// Reports a region's section that no extension point opens. True when it is open.
bool CheckOpened(Problems& problems, const ExtensionPoints& points, const YamlNode& at, bool opened,
                 const std::string& what);
// Reports that the centre does not let a region do this, with the central place. Gives the finding.
Diagnostic& ReportSealed(Problems& problems, const YamlNode& at, const std::string& what, const Definition& central,
                         const std::string& verb = "redefine");

}  // namespace leadline::packs
