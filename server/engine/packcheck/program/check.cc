#include "engine/packcheck/program/check.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/zones/zone_folder.h"
#include "domain/reference_versions.h"
#include "engine/decide/plugin_record.h"
#include "engine/packcheck/asked_plugin.h"
#include "engine/packcheck/check_wire.h"
#include "engine/packtest/pack_tests.h"
#include "packs/check_budget.h"
#include "packs/loader.h"
#include "plugin/worker/contract.h"
#include "plugin/worker/program/sandbox.h"
#include "plugin/worker/program/syscall_filter.h"

namespace leadline::engine {
namespace {

namespace wire = plugin::wire;

struct Job {
  check_wire::Start start;
  packs::PackSet set;
};

absl::StatusOr<Job> ReceiveJob(plugin::Channel& channel) {
  Job job;
  while (true) {
    ASSIGN_OR_RETURN(const wire::Message message, channel.Receive());
    if (message.kind == wire::Kind::kCheckStart) {
      ASSIGN_OR_RETURN(job.start, check_wire::DecodeStart(message.body));
      job.set.root = job.start.root;
      return job;
    }
    if (message.kind != wire::Kind::kCheckFile) return absl::InternalError("sent something else than packs");
    ASSIGN_OR_RETURN(const check_wire::FilePart part, check_wire::DecodeFilePart(message.body));
    if (job.set.packs.empty() || job.set.packs.back().name != part.pack) {
      job.set.packs.push_back({std::string(part.pack), {}});
    }
    job.set.packs.back().files[std::string(part.path)].append(part.bytes);
  }
}

// Reads what of the system the check will need, then shuts off the rest. What the kernel does not have is done without:
// the limits hold all the same, and nothing but our own code runs here.
absl::StatusOr<std::shared_ptr<const TimeZones>> Prepare(const check_wire::Start& start) {
  RETURN_IF_ERROR(plugin::SetLimits(start.memory_bytes));
  ZoneFolder folder(start.zone_folder.empty() ? SystemZoneFolder() : start.zone_folder);
  std::shared_ptr<const TimeZones> zones = folder.LookOrUtc();
  (void)domain::PublicSuffixListVersion();  // reads the list
  (void)plugin::ShutOffFiles("");
  plugin::AllowLoadingOnly().IgnoreError();
  return zones;
}

template <class Body>
absl::Status Send(plugin::Channel& channel, wire::Kind kind, const Body& body) {
  wire::Buffer bytes;
  check_wire::Encode(body, bytes);
  return channel.Send(kind, 0, bytes.span());
}

// The rules with the plugins that the server lends.
absl::StatusOr<std::shared_ptr<const Snapshot>> WithLentPlugins(const std::shared_ptr<const packs::RuleSet>& rules,
                                                                plugin::Channel& channel) {
  ASSIGN_OR_RETURN(const wire::Message message, channel.Receive());
  if (message.kind != wire::Kind::kCheckPlugins) return absl::InternalError("sent something else than plugins");
  ASSIGN_OR_RETURN(std::vector<check_wire::PluginAtHand> plugins, check_wire::DecodePlugins(message.body));
  auto snapshot = std::make_shared<Snapshot>(*MakeTestSnapshot(rules));
  uint32_t number = 0;
  for (check_wire::PluginAtHand& at_hand : plugins) {
    BoundPlugin bound;
    bound.ref = {at_hand.id, at_hand.version, at_hand.sha256};
    std::vector<plugin::FieldSlot> slots;
    for (const std::string& field : at_hand.fields) {
      const int slot = rules->FieldSlot(field);
      if (slot < 0) return absl::InternalError("lent a plugin that reads other fields");
      bound.field_slots.push_back(slot);
      slots.push_back({PluginKindOf(rules->fields()[static_cast<size_t>(slot)].type), static_cast<uint32_t>(slot)});
    }
    const std::string id = at_hand.id;
    bound.plugin = std::make_shared<AskedPlugin>(std::move(at_hand), std::move(slots), number++, channel);
    snapshot->plugins.emplace(id, std::move(bound));
  }
  for (const packs::PluginUse& use : rules->plugins()) {
    if (snapshot->plugins.contains(use.id)) continue;
    for (const std::string& region : use.needed_by) {
      snapshot->lacking[region].push_back({use.id, use.capability, "it is not loaded"});
    }
  }
  return snapshot;
}

absl::Status Check(plugin::Channel& channel) {
  ASSIGN_OR_RETURN(Job job, ReceiveJob(channel));
  packs::CheckBudget budget;
  packs::LoadOptions options;
  options.budget = &budget;
  options.now = job.start.now;
  ASSIGN_OR_RETURN(options.time_zones, Prepare(job.start));
  packs::LoadResult loaded = packs::LoadRuleSet(job.set, options);
  check_wire::Found found;
  found.diagnostics = std::move(loaded.diagnostics);
  if (loaded.rules != nullptr) {
    for (const packs::PackInfo& pack : loaded.rules->packs()) found.packs.push_back(pack.ref);
    found.names_plugins = !loaded.rules->plugins().empty();
  }
  RETURN_IF_ERROR(Send(channel, wire::Kind::kCheckFound, found));
  if (loaded.rules == nullptr || !job.start.tests) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> snapshot, WithLentPlugins(loaded.rules, channel));
  return Send(channel, wire::Kind::kCheckTests, RunPackTests(snapshot, job.set, {}, &budget));
}

}  // namespace

int CheckPacks(plugin::Channel& channel) {
  return Check(channel).ok() ? plugin::kExitServerGone : plugin::kExitFailedToStart;
}

}  // namespace leadline::engine
