// A plugin that runs in this process.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugin/call_record.h"
#include "plugin/field_table.h"
#include "plugin/load_options.h"
#include "plugin/local/instance_pool.h"
#include "plugin/local/module.h"

namespace leadline::plugin {

// See Plugin. Deadlines are cooperative: a call that hangs keeps its thread. Thread-safe.
class LocalPlugin final : public Plugin {
 public:
  // Checks the capabilities and makes the first instance. The config must be one that the plugin's schema takes, which
  // a worker found out. `fixed`: what an instance in another process asked for, which this one may not go beyond.
  static absl::StatusOr<std::shared_ptr<Plugin>> Create(Module module, const PluginRequest& request,
                                                        const LoadOptions& options,
                                                        std::optional<FixedFields> fixed = std::nullopt);
  ~LocalPlugin() override;
  LocalPlugin(const LocalPlugin&) = delete;
  LocalPlugin& operator=(const LocalPlugin&) = delete;

  const PluginInfo& info() const override { return info_; }
  std::span<const std::string> wanted_fields() const override { return fields_.names(); }
  std::span<const FieldSlot> wanted_slots() const override { return fields_.slots(); }
  PluginHealth health() const override { return record_.Health(); }

  absl::Status Normalize(std::span<const Record> records, std::span<NormalizeResult> results,
                         const CallOptions& options) override;
  absl::Status Gate(std::span<const Transition> transitions, std::span<StatusResult> results,
                    const CallOptions& options) override;
  absl::Status Score(std::span<const Record> records, std::span<ScoreResult> results,
                     const CallOptions& options) override;
  absl::Status Route(std::span<const RouteRequest> requests, std::span<RouteResult> results,
                     const CallOptions& options) override;
  absl::Status Compare(std::span<const RecordPair> pairs, std::span<MergeResult> results,
                       const CallOptions& options) override;

 private:
  // An instance and the host table it was given.
  struct Instance {
    LocalPlugin* plugin = nullptr;
    leadline_host host{};
    void* self = nullptr;
    std::atomic<bool> creating{true};
    std::string error;        // what the plugin says of a create() that fails
    std::string field_error;  // the last refusal of a field
  };

  LocalPlugin(Module module, const PluginRequest& request, const LoadOptions& options,
              std::optional<FixedFields> fixed);
  absl::Status FindCapabilities(const PluginRequest& request);
  absl::StatusOr<void*> MakeInstance();
  absl::Status Misuse(std::string_view what) const;

  // Runs `function` on the items, at most LEADLINE_MAX_BATCH at a time, and reads each output through `take`, which
  // says how the plugin broke the interface, or nothing. Counts the batch.
  template <class In, class Out, class Result, class Function, class Take>
  absl::Status Run(Function function, std::span<const In> items, std::span<Result> results, const CallOptions& options,
                   const Out& unset, Take take);
  template <class In, class Out, class Result, class Function, class Take>
  absl::Status RunBatch(Function function, std::span<const In> items, std::span<Result> results,
                        const CallOptions& options, const Out& unset, Take take);
  template <class In, class Out, class Result, class Function, class Take>
  absl::Status RunChunk(Function function, void* self, std::span<const In> items, std::span<Result> results,
                        const CallOptions& options, const Out& unset, Take take);

  static Instance& Of(const leadline_host* host) { return *static_cast<Instance*>(host->impl); }
  static int32_t FieldSlotFor(const leadline_host* host, leadline_str name, uint32_t kind, uint32_t* slot);
  static void Log(const leadline_host* host, int32_t level, leadline_str text);
  static void SetError(const leadline_host* host, leadline_str text);
  static const void* Extension(const leadline_host* host, const char* id);

  const leadline_plugin descriptor_;
  const std::string who_;  // begins every message: "plugin com.example.fit"
  const std::string config_json_;
  const LogSink log_;
  PluginInfo info_;
  FieldTable fields_;
  CallRecord record_;
  const leadline_normalize_v1* normalize_ = nullptr;
  const leadline_status_v1* status_ = nullptr;
  const leadline_score_v1* score_ = nullptr;
  const leadline_route_v1* route_ = nullptr;
  const leadline_merge_v1* merge_ = nullptr;
  std::mutex instances_mutex_;
  std::vector<std::unique_ptr<Instance>> instances_;
  std::optional<InstancePool> pool_;
};

}  // namespace leadline::plugin
