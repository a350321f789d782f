// What decides: packs and plugins, built together, numbered, immutable.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/source_position.h"
#include "domain/decision.h"
#include "packs/rule_set.h"
#include "plugin/host.h"

namespace leadline::engine {

// What became of a plugin that a pack names or the plugin folder holds.
struct PluginStatus {
  domain::PluginRef ref;
  bool loaded = false;
  bool optional = false;
  std::vector<std::string> capabilities;
  std::vector<std::string> used_by;  // "normalize contact.seniority (emea)"
  std::string error;
};

// A loaded plugin with the record fields that it asked for, as slots of the packs' fields.
struct BoundPlugin {
  std::shared_ptr<plugin::Plugin> plugin;
  std::vector<int> field_slots;  // in the order of the plugin's own slots
  domain::PluginRef ref;
};

// Immutable and thread-safe.
struct Snapshot {
  std::shared_ptr<const packs::RuleSet> rules;
  std::map<std::string, BoundPlugin, std::less<>> plugins;  // loaded ones, by id
  std::vector<PluginStatus> plugin_status;                  // by id
  std::shared_ptr<const domain::SnapshotRef> ref;
  std::vector<std::string> pack_hashes;  // as in `ref`
  Time created_at = 0;
};

struct SnapshotSource {
  std::string rules_root;    // holds central/ and regions/
  std::string plugin_dir;    // empty: no plugins
  std::string plugin_cache;  // where admitted plugins are copied to; needed with plugin_dir
};

struct SnapshotResult {
  std::shared_ptr<const Snapshot> snapshot;  // null on failure
  std::vector<Diagnostic> diagnostics;       // of the packs
  absl::Status status;                       // why it failed, for people; lists every problem
};

// Where plugins are.
struct PluginFolder {
  std::string directory;  // empty: no plugins
  std::string cache;      // where admitted plugins are copied to; needed with `directory`
};

// Compiles packs and loads the plugins they name. A required plugin that cannot be loaded fails the whole; an optional
// one is left out, and its status says why. Thread-safe.
SnapshotResult BuildSnapshot(const packs::PackSet& packs, const PluginFolder& plugins, int64_t generation, Time now);
// The same with the packs of a folder.
SnapshotResult BuildSnapshot(const SnapshotSource& source, int64_t generation, Time now);

// What decides at one moment. Immutable and thread-safe.
struct Deciding {
  std::shared_ptr<const Snapshot> active;
  std::shared_ptr<const Snapshot> canary;  // decides a share of the leads; null: none does
  int canary_percent = 0;
  std::string canary_salt;  // the candidate's hash: the same leads for as long as it is on trial

  // Which of them decides about the lead: always the same one. The leads of a share are among those of every greater
  // share.
  const std::shared_ptr<const Snapshot>& For(std::string_view lead_id) const;
};

// Whether the lead is in a canary's share.
bool InCanary(std::string_view lead_id, std::string_view salt, int percent);

// What decides now. Thread-safe; reading never waits for a build.
class SnapshotHolder {
 public:
  explicit SnapshotHolder(std::shared_ptr<const Snapshot> first) { Set(std::move(first)); }
  std::shared_ptr<const Deciding> GetDeciding() const { return std::atomic_load(&current_); }
  std::shared_ptr<const Snapshot> Get() const { return GetDeciding()->active; }
  void Set(std::shared_ptr<const Snapshot> next) { Set(Deciding{std::move(next), nullptr, 0, ""}); }
  void Set(Deciding next) { std::atomic_store(&current_, std::make_shared<const Deciding>(std::move(next))); }

 private:
  std::shared_ptr<const Deciding> current_;
};

}  // namespace leadline::engine
