// The body of a kCall: the items of a batch, laid out so that the worker hands them to the plugin where they arrived.
//
//   CallHead | values, 16 bytes each: the fields of every record, one record after the other
//            | texts of transitions, or candidate lists, 16 bytes each | candidates, 64 bytes each | everything pointed
//            to
//
// Values and candidates are the plugin interface's own structs with offsets from the body's start in place of pointers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "plugin/worker/wire.h"

namespace leadline::plugin::wire {

enum class Capability : uint32_t { kNormalize = 1, kStatus, kScore, kRoute, kMerge };

struct CallHead {
  uint32_t capability = 0;
  uint32_t items = 0;
  uint32_t fields = 0;  // of each record
  uint32_t candidates = 0;
  int64_t now = 0;
  int64_t time_left = INT64_MAX;  // microseconds; INT64_MAX: for ever
};
static_assert(sizeof(CallHead) == 32);

// What a call says besides its items.
struct CallFrame {
  Time now = 0;
  int64_t time_left = INT64_MAX;
};

// Appends the body for items whose records all have `fields` values. RESOURCE_EXHAUSTED when it is larger than a
// message may be, INVALID_ARGUMENT when a list is nested too deeply or holds a kind that there is not. Nothing is
// allocated when `out` has room.
absl::Status EncodeNormalize(std::span<const Record> records, size_t fields, const CallFrame& frame, Buffer& out);
absl::Status EncodeScore(std::span<const Record> records, size_t fields, const CallFrame& frame, Buffer& out);
absl::Status EncodeGate(std::span<const Transition> items, size_t fields, const CallFrame& frame, Buffer& out);
absl::Status EncodeRoute(std::span<const RouteRequest> items, size_t fields, const CallFrame& frame, Buffer& out);
absl::Status EncodeCompare(std::span<const RecordPair> items, size_t fields, const CallFrame& frame, Buffer& out);

// A call as it arrived. Kept from call to call, so that it seldom allocates. Not thread-safe.
struct DecodedCall {
  Capability capability = Capability::kScore;
  CallFrame frame;
  // The items of the one capability; the others are empty. They point into the body.
  std::vector<Record> records;
  std::vector<Transition> transitions;
  std::vector<RouteRequest> routes;
  std::vector<RecordPair> pairs;
};

// Turns the offsets in `body`, which must be aligned to 16 bytes, into pointers. INTERNAL, as an unfinished sentence,
// when they do not make sense; then `body` is spoilt and `out` must not be used. Any bytes are safe.
absl::Status DecodeCall(std::span<char> body, DecodedCall& out);

}  // namespace leadline::plugin::wire
