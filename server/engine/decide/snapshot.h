// What decides: packs and plugins, built together, numbered, immutable.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "domain/decision.h"
#include "domain/reference_versions.h"
#include "engine/decide/account_reads.h"
#include "packs/rule_set.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/host.h"

namespace leadline::engine {

class InputSchema;

// What became of a plugin that a pack names or the plugin folder holds.
struct PluginStatus {
  domain::PluginRef ref;
  bool loaded = false;
  bool optional = false;
  std::vector<std::string> capabilities;
  std::vector<std::string> used_by;                       // "normalize contact.seniority (emea)"
  plugin::PluginMode mode = plugin::PluginMode::kWorker;  // that the packs want
  std::string error;
};

// A plugin that a region's pack cannot do without, and that is not loaded.
struct LackedPlugin {
  std::string id;
  std::string capability;  // what for: "leadline.score/1"
  std::string error;       // why it is not
};

// A loaded plugin with the record fields that it asked for, as slots of the packs' fields.
struct BoundPlugin {
  std::shared_ptr<plugin::Plugin> plugin;
  std::vector<int> field_slots;  // in the order of the plugin's own slots
  domain::PluginRef ref;
  plugin::PluginRequest request;  // what the packs want of it
};

// Immutable and thread-safe.
struct Snapshot {
  std::shared_ptr<const packs::RuleSet> rules;
  std::shared_ptr<const InputSchema> input;                 // of `rules`: what clients may send
  std::map<std::string, BoundPlugin, std::less<>> plugins;  // loaded ones, by id
  std::vector<PluginStatus> plugin_status;                  // by id
  // By region: what it is for cannot be decided about leads of these, and all else can. What the centre needs is
  // loaded, unless it was revoked since; then `on_failure` says what follows. Empty in tests of packs, which may go
  // without.
  std::map<std::string, std::vector<LackedPlugin>, std::less<>> lacking;
  std::shared_ptr<const domain::SnapshotRef> ref;
  std::vector<std::string> pack_hashes;  // as in `ref`
  domain::ReferenceVersions reference;   // the tables that it decides with; its time zones are those of `rules`
  Time created_at = 0;
  // Whether a rule or a plugin reads how far a person has come: status, disposition, whether marketable and why not.
  bool reads_progress_of_people = false;
  // What rules and plugins read of accounts' scores.
  AccountReads account_reads;
};

// Where plugins are, who may load, and how they run.
struct PluginFolder {
  std::string directory;  // empty: no plugins
  std::string cache;      // where admitted plugins are copied to; needed with `directory`
  // Who may load: a trust policy's file, read again at each load. Empty: nobody, unless `trust` says otherwise.
  std::string trust_file;
  std::shared_ptr<const plugin::TrustPolicy> trust;  // in the place of a file: for tools and tests
  // Where each runs, whatever the packs say: for tools, and for checks apart; nothing: as they say.
  std::optional<plugin::PluginMode> mode;
  // Refuses what may not or cannot run in the server's own process, wherever it is loaded.
  bool fit_for_local = false;
  plugin::WorkerOptions worker;
  plugin::LogSink log;  // what plugins say; may be empty
};

// A use of a plugin that cannot be served now: the packs say that its failure is the request's, and it is quarantined
// or not loaded; or a region's pack needs it, and it is not loaded.
struct PluginOutage {
  std::string id;
  std::string capability;  // "leadline.route/1"
  std::string region;      // whose leads alone it keeps from being decided; empty: everybody's
  bool operator==(const PluginOutage&) const = default;
};
// Those of the centre before those of a region, in the order of the uses.
std::vector<PluginOutage> OutagesOf(const Snapshot& snapshot);

}  // namespace leadline::engine
