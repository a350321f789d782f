// What the server does between requests: service levels, leads whose person or company changed, leads that wait until
// somebody can take them, what accounts score, following the store's packs and the system's time zones, trials,
// re-scoring, the sums of reports, forgetting the names of old requests and old operations, telling of long queues and
// of calendars that end, and telling health checks which services lack a plugin or a store that works.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/log.h"
#include "app/repeating_task.h"
#include "app/server.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "engine/longrunning/operations.h"
#include "engine/outbox/watches.h"
#include "engine/rollout/pack_rollout.h"
#include "engine/routing/held_leads.h"
#include "store/store.h"

namespace leadline {
class TimeZones;
class ZoneFolder;
}  // namespace leadline

namespace leadline::app {

struct BackgroundOptions {
  std::chrono::milliseconds clock_interval{5'000};  // of service levels
  int rescore_rate = 500;                           // leads a second at most
  std::chrono::milliseconds time_zones_interval{300'000};
  Duration request_retention = 30 * kDay;
  Duration operation_retention = 30 * kDay;  // after their end
};

// Begins with its construction. Thread-safe.
class Background {
 public:
  // `zones` are those that `packs` takes.
  Background(engine::Engine& engine, engine::PackRollout& packs, engine::Operations& operations, store::Store& store,
             ZoneFolder& zones, Server& server, const BackgroundOptions& options, const Log& log);
  // Ends after the steps under way. Idempotent.
  void Stop();

 private:
  std::chrono::milliseconds AdvanceClocks();
  std::chrono::milliseconds FollowChanges();
  std::chrono::milliseconds GiveOutHeldLeads();
  std::chrono::milliseconds ScoreAccounts();
  std::chrono::milliseconds TendPacks();
  std::chrono::milliseconds TendTimeZones();
  std::chrono::milliseconds TellPluginHealth();
  std::chrono::milliseconds TellStoreHealth();
  std::chrono::milliseconds RebuildKeys();
  std::chrono::milliseconds ForgetRequests();
  std::chrono::milliseconds ForgetOperations();
  std::chrono::milliseconds LookAtQueues();
  std::chrono::milliseconds FollowReports();
  void LogSetAside(std::string_view what, const std::vector<domain::SetAsideLead>& leads);
  void LogPluginChanges();

  engine::Engine& engine_;
  engine::PackRollout& packs_;
  engine::Operations& operations_;
  store::Store& store_;
  ZoneFolder& zones_;
  Server& server_;
  const BackgroundOptions options_;
  const Log& log_;
  RepeatingTask clocks_;
  RepeatingTask changes_;
  engine::HeldLeads held_;
  RepeatingTask held_leads_;
  RepeatingTask accounts_;
  RepeatingTask rollout_;
  std::shared_ptr<const TimeZones> arriving_;  // seen once, and not deciding yet
  std::string zones_error_;                    // of the last look
  Time warned_ = 0;                            // of old time zones
  RepeatingTask time_zones_;
  std::vector<engine::PluginOutage> outages_;          // of the last look
  std::vector<std::string> regions_;                   // that had a pack then
  std::map<std::string, engine::PluginView> plugins_;  // by id, of the last look
  RepeatingTask plugin_health_;
  bool store_reads_ = true, store_writes_ = true;  // at the last look
  // Apart from the plugins': a disk that hangs holds it up.
  RepeatingTask store_health_;
  RepeatingTask keys_;
  RepeatingTask requests_;
  RepeatingTask ended_operations_;
  engine::Watches watches_;
  RepeatingTask watching_;
  RepeatingTask reports_;
};

}  // namespace leadline::app
