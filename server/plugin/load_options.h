// What somebody wants loaded, and what the server gives to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/plugin.h"

namespace leadline::plugin {

// Finds a field by its full name, such as "contact.title"; nullopt when the schema has none. Called only inside Load()
// and when the pool grows; must be thread-safe.
using FieldCatalog = std::function<std::optional<FieldSlot>(std::string_view name)>;

// Receives what plugins log, at an enum leadline_log_level. Must be thread-safe.
using LogSink = std::function<void(int level, std::string_view plugin_id, std::string_view text)>;

// Where a plugin runs: in this process, or in a supervised child that cannot take the server down.
enum class PluginMode { kLocal, kWorker };

// What somebody wants loaded.
struct PluginRequest {
  std::string id;                         // must be the manifest's and the descriptor's
  PluginMode mode = PluginMode::kWorker;  // kLocal only for files that the trust policy lets run in the server
  std::string path;                       // of the .so; empty: looked up by id in LoadOptions::directory
  std::string config_json;                // empty: {}; at most kMostPluginConfigBytes
  bool optional = false;                  // for the caller: a failure to load is not fatal
  std::vector<std::string> capabilities;  // that it must have, such as "leadline.score/1"
};

class PluginDirectory;
class TrustPolicy;

// How plugins in child processes are run.
struct WorkerOptions {
  std::string executable;                               // leadline-plugin-worker; required, in either mode
  std::chrono::milliseconds create_timeout{10'000};     // from the start of a process to its first ready instance
  std::chrono::milliseconds call_timeout{250};          // of up to 64 items; then it hangs, and is ended
  uint64_t memory_bytes = 1ULL << 30;                   // a process may have no more of its own
  int quarantine_after = 5;                             // so many deaths ...
  std::chrono::milliseconds quarantine_window{60'000};  // ... within this time, and it is started no more
  // Lets plugins run in workers where the kernel has no Landlock: while one is opened, it may then read what the
  // server's user may read.
  bool without_landlock = false;
  std::function<Sandbox()> probe = &ProbeSandbox;  // says what the kernel has
};

struct LoadOptions {
  FieldCatalog fields;                         // required
  std::string cache_dir;                       // required: private to the server; made when it is not there
  const PluginDirectory* directory = nullptr;  // where requests without a path are looked up
  const TrustPolicy* trust = nullptr;          // who may load; null: nobody
  WorkerOptions worker;
  // Refuses in a worker, too, what may not or cannot run in the server's own process.
  bool fit_for_local = false;
  LogSink log;  // may be empty
  // Local: instances of a plugin that is not CONCURRENT; 0: one for each core. Worker: processes that are busy at once;
  // 0: one for each core, at most 8. One more is kept ready.
  uint32_t max_instances = 0;
};

}  // namespace leadline::plugin
