// What the server does between requests: service levels, following the store's packs, trials, re-scoring, and telling
// health checks which services lack a plugin.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/log.h"
#include "app/repeating_task.h"
#include "app/server.h"
#include "engine/engine.h"
#include "engine/pack_rollout.h"

namespace leadline::app {

struct BackgroundOptions {
  std::chrono::milliseconds clock_interval{5'000};  // of service levels
  int rescore_rate = 500;                           // leads a second at most
};

// Begins with its construction. Thread-safe.
class Background {
 public:
  Background(engine::Engine& engine, engine::PackRollout& packs, Server& server, const BackgroundOptions& options,
             const Log& log);
  // Ends after the steps under way. Idempotent.
  void Stop();

 private:
  std::chrono::milliseconds AdvanceClocks();
  std::chrono::milliseconds TendPacks();
  std::chrono::milliseconds TellHealth();
  std::chrono::milliseconds RebuildKeys();
  void LogPluginChanges();

  engine::Engine& engine_;
  engine::PackRollout& packs_;
  Server& server_;
  const BackgroundOptions options_;
  const Log& log_;
  RepeatingTask clocks_;
  RepeatingTask rollout_;
  std::vector<engine::PluginOutage> outages_;          // of the last look
  std::map<std::string, engine::PluginView> plugins_;  // by id, of the last look
  RepeatingTask health_;
  RepeatingTask keys_;
};

}  // namespace leadline::app
