// A loaded plugin as the rest of the server sees it: what it is, how it fares, and the typed calls.
// Knows nothing of packs, stores, the domain or gRPC: a record is an array of values in the order of wanted_fields().
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "leadline/plugin.h"
#include "plugin/sandbox.h"

namespace leadline::plugin {

// Binary-identical to the plugin interface: the caller fills them, they die with the call.
using Value = leadline_value;
using Record = leadline_record;
using Transition = leadline_transition;
using Candidate = leadline_candidate;
using RouteRequest = leadline_route_request;
using RecordPair = leadline_pair;

// Values that point at the caller's memory. `text` must outlive the call.
inline Value NullValue() { return Value{LEADLINE_NULL, 0, {.i64 = 0}}; }
inline Value BoolValue(bool v) { return Value{LEADLINE_BOOL, 0, {.i64 = v ? 1 : 0}}; }
inline Value IntValue(int64_t v) { return Value{LEADLINE_I64, 0, {.i64 = v}}; }
inline Value DoubleValue(double v) { return Value{LEADLINE_F64, 0, {.f64 = v}}; }
inline Value TimeValue(Time v) { return Value{LEADLINE_TIME, 0, {.i64 = v}}; }
inline Value StringValue(std::string_view v) {
  return Value{LEADLINE_STR, static_cast<uint32_t>(v.size()), {.str = v.data()}};
}
inline Value ListValue(std::span<const Value> v) {
  return Value{LEADLINE_LIST, static_cast<uint32_t>(v.size()), {.list = v.data()}};
}
inline Record RecordOf(std::span<const Value> fields) {
  return Record{fields.data(), static_cast<uint32_t>(fields.size()), 0};
}
inline leadline_str StrOf(std::string_view v) { return leadline_str{v.data(), v.size()}; }

// One sentence of a plugin's explanation, and its share of the result (0 where that has no meaning).
struct Reason {
  std::string text;
  double weight = 0;
};

struct NormalizeResult {
  std::optional<std::string> value;  // nullopt: the plugin cannot tell
  double confidence = 0;             // 0 to 1
  std::vector<Reason> reasons;
};

enum class Verdict { kAllow, kDeny, kAbstain };

struct StatusResult {
  Verdict verdict = Verdict::kAbstain;
  std::vector<Reason> reasons;  // at least one when denied
};

struct ScoreResult {
  double points = 0;  // finite
  std::vector<Reason> reasons;
};

struct RouteResult {
  std::optional<uint32_t> choice;  // an index into the candidates; nullopt: nobody is fit
  std::vector<Reason> reasons;     // at least one when nobody is fit
};

enum class Agreement { kMissing, kDifferent, kWeak, kStrong, kExact };

struct MergeResult {
  Agreement level = Agreement::kMissing;
  double weight = 0;  // log2 of the Bayes factor; finite
  std::vector<Reason> reasons;
};

// Of one call. `now` is the time the decision is made for. Deadline and cancellation are cooperative in process; in a
// worker the call ends with them.
struct CallOptions {
  Time now = 0;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const std::atomic<bool>* cancelled = nullptr;
  // Set to whether the plugin answered without asking what time it is or what time is left, and so answers the same at
  // any, where the host can see that; left as it is of a plugin in a worker. May be null.
  bool* timeless = nullptr;
};

// CANCELLED or DEADLINE_EXCEEDED when nobody waits for the call any more. `who` begins the message.
absl::Status StillWanted(const CallOptions& options, std::string_view who);

// What a field is to the host: its kind (enum leadline_kind) and the host's own index of it.
struct FieldSlot {
  uint32_t kind = LEADLINE_NULL;
  uint32_t index = 0;
};

enum class PluginState { kLoaded, kFailed };

// What became of a request. Plain data.
struct PluginInfo {
  std::string id;
  std::string version;
  std::string path;  // of the author's file, not of the copy that runs
  std::string sha256;
  std::vector<std::string> capabilities;
  std::vector<std::string> fields;  // wanted, in slot order
  bool concurrent = false;
  bool pure = false;
  std::optional<Sandbox> sandbox;  // that holds its workers; nothing: it runs in the server's own process
  PluginState state = PluginState::kFailed;
  std::string error;  // when failed
};

// How a loaded plugin fares. Plain data; the counts are since it was loaded.
struct PluginHealth {
  enum class State { kServing, kRestarting, kQuarantined };
  State state = State::kServing;  // a local plugin serves as long as the server lives
  uint64_t calls = 0;             // batches
  uint64_t failures = 0;          // batches that failed, for whatever reason
  uint64_t timeouts = 0;          // of them, those whose deadline passed
  uint64_t deaths = 0;            // of workers: crashes, and kills for hanging
  std::string last_failure;       // with the plugin's id; empty: none
};

// A loaded plugin with one config. Thread-safe. The last owner's release ends its instances; no call may be in flight.
//
// A batch call gets as many results as items, or fails as a whole: with the plugin's own code and message, or INTERNAL
// when the plugin broke the interface (NaN, an index out of range, text that is not UTF-8, ...). Messages begin with
// the plugin's id. FAILED_PRECONDITION: it has not the capability. A record has wanted_fields().size() values, each of
// the field's kind or NULL.
class Plugin {
 public:
  virtual ~Plugin() = default;

  virtual const PluginInfo& info() const = 0;
  // The fields a record holds, in slot order, and what the catalog said of each.
  virtual std::span<const std::string> wanted_fields() const = 0;
  virtual std::span<const FieldSlot> wanted_slots() const = 0;
  bool Has(std::string_view capability) const;
  virtual PluginHealth health() const { return {}; }

  virtual absl::Status Normalize(std::span<const Record> records, std::span<NormalizeResult> results,
                                 const CallOptions& options = {}) = 0;
  virtual absl::Status Gate(std::span<const Transition> transitions, std::span<StatusResult> results,
                            const CallOptions& options = {}) = 0;
  virtual absl::Status Score(std::span<const Record> records, std::span<ScoreResult> results,
                             const CallOptions& options = {}) = 0;
  virtual absl::Status Route(std::span<const RouteRequest> requests, std::span<RouteResult> results,
                             const CallOptions& options = {}) = 0;
  virtual absl::Status Compare(std::span<const RecordPair> pairs, std::span<MergeResult> results,
                               const CallOptions& options = {}) = 0;
};

}  // namespace leadline::plugin
