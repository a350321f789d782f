#include "engine/rollout/table_changes.h"

#include <string>
#include <string_view>

#include "base/zones/time_zones.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using domain::ReferenceVersions;

struct Table {
  std::string_view name;
  std::string ReferenceVersions::*version;
};
constexpr Table kTables[] = {{"time zones", &ReferenceVersions::time_zones},
                             {"phone metadata", &ReferenceVersions::phone_metadata},
                             {"public suffix list", &ReferenceVersions::public_suffix_list},
                             {"country codes", &ReferenceVersions::country_codes}};

const std::string& ZonesHash(const Snapshot& snapshot) { return snapshot.rules->time_zones()->fingerprint(); }

// Zones of one version may differ where a package mends them.
bool OnlyTheFilesDiffer(const domain::Rollout& rollout, const Snapshot& snapshot) {
  return rollout.reference.time_zones == snapshot.reference.time_zones &&
         rollout.time_zones_sha256 != ZonesHash(snapshot);
}

// "time zones 2025b -> 2026f" for each that differs.
std::string Difference(const domain::Rollout& rollout, const Snapshot& snapshot, std::string_view between) {
  std::string out;
  for (const Table& table : kTables) {
    const std::string& before = rollout.reference.*table.version;
    const std::string& now = snapshot.reference.*table.version;
    if (before == now) continue;
    out += fmt::format("{}{} {}{}{}", out.empty() ? "" : "; ", table.name, before.empty() ? "unknown" : before, between,
                       now);
  }
  if (OnlyTheFilesDiffer(rollout, snapshot)) {
    out += fmt::format("{}time zones {} (files {}){}files {}", out.empty() ? "" : "; ", snapshot.reference.time_zones,
                       rollout.time_zones_sha256.substr(0, 12), between, ZonesHash(snapshot).substr(0, 12));
  }
  return out;
}

}  // namespace

bool TablesDiffer(const domain::Rollout& rollout, const Snapshot& snapshot) {
  return rollout.reference != snapshot.reference || rollout.time_zones_sha256 != ZonesHash(snapshot);
}

void NoteTables(const Snapshot& snapshot, domain::Rollout& rollout) {
  rollout.reference = snapshot.reference;
  rollout.time_zones_sha256 = ZonesHash(snapshot);
}

std::vector<domain::EventPayload> TableChanges(const domain::Rollout& rollout, const Snapshot& next) {
  if (!TablesDiffer(rollout, next)) return {};
  const domain::PackRef& central = next.ref->packs.front();
  domain::PackChanged change;
  change.action = "tables_updated";
  change.pack = central.pack;
  change.version = central.version;
  change.sha256 = central.sha256;
  change.generation = rollout.generation;
  change.reason = Difference(rollout, next, " -> ");
  return {std::move(change)};
}

absl::Status CheckTables(const domain::Rollout& rollout, const Snapshot& snapshot) {
  if (rollout.time_zones_sha256.empty() || !TablesDiffer(rollout, snapshot)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("generation {} decides with other tables than this server has; bring its packages to the same "
                  "versions: {}",
                  rollout.generation, Difference(rollout, snapshot, " decides, this server has ")));
}

}  // namespace leadline::engine
