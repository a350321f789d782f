// Loading the plugins that packs name, into a snapshot under construction; what is revoked goes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "domain/decision.h"
#include "engine/decide/snapshot.h"
#include "plugin/admit/trust_policy.h"
#include "plugin/host.h"

namespace leadline::engine {

struct WantedPlugin;

// Of the loaded plugins those that the folder's trust policy would not let load any more: why, by id. All of them while
// the policy cannot be read. Reads the policy.
std::map<std::string, std::string, std::less<>> RevokedOf(const Snapshot& snapshot, const PluginFolder& folder);
// Takes them out of a snapshot under construction: their status says why, and a region that needs one lacks it
// (Snapshot::lacking). Reads the policy.
void DropRevoked(const PluginFolder& folder, Snapshot& snapshot);

// What a plugin gives must not follow from the account score that it counts towards, as of a rule (LL2214).
// FAILED_PRECONDITION where the packs use the plugin `id` for that, and it asks for such a field among `slots`.
absl::Status CheckAccountFields(const packs::RuleSet& rules, std::string_view id, std::span<const int> slots);

// Fills in plugins, plugin_status and lacking of a snapshot that has its rules. Both references outlive it. Looks at
// the folder and reads its trust policy once, when it is made. Not thread-safe.
class PluginLoader {
 public:
  // Nothing: nobody may load. An error: the policy cannot be read.
  using Trust = std::optional<absl::StatusOr<plugin::TrustPolicy>>;

  PluginLoader(const PluginFolder& folder, Snapshot& snapshot);

  // Plugins that may go on as they are: those of `running` (may be null; outlives this) that `deciding` names.
  void Keep(const Snapshot* running, std::span<const domain::PluginRef> deciding);
  // All that the packs name. The problems that keep the server from starting; empty when there is none.
  std::vector<std::string> LoadAll();
  // One plugin, in the place of what the snapshot has of it; the others are dropped where they were revoked. NOT_FOUND:
  // no pack names it. Otherwise an error says why it could not be loaded, unless it was loaded before and is revoked:
  // that ends it all the same, and its status says why.
  absl::Status LoadAgain(const std::string& id);

 private:
  void LoadOne(const std::string& id, const WantedPlugin& wanted);
  absl::StatusOr<BoundPlugin> Load(const std::string& id, const WantedPlugin& wanted, PluginStatus& status);
  void ListUnused();

  const PluginFolder& folder_;
  Snapshot& snapshot_;
  absl::StatusOr<plugin::PluginDirectory> directory_;
  const Trust trust_;
  std::map<std::string, const BoundPlugin*, std::less<>> kept_;
  std::vector<std::string> problems_;
  absl::Status last_;  // of the last load
};

}  // namespace leadline::engine
