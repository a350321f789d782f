// One capability call in flight: what stands behind leadline_call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "leadline/plugin.h"
#include "plugin/plugin.h"

namespace leadline::plugin {

// Collects reasons, the error text and the memory of one call. Used by the calling thread alone.
class CallState {
 public:
  // Finds the reasons of item `index` in the caller's `results`.
  using ReasonsOf = std::vector<Reason>& (*)(void* results, uint32_t index);

  CallState(const CallOptions& options, void* results, uint32_t count, ReasonsOf reasons_of)
      : options_(options), results_(results), count_(count), reasons_of_(reasons_of) {
    if (options_.timeless != nullptr) *options_.timeless = true;
  }
  CallState(const CallState&) = delete;
  CallState& operator=(const CallState&) = delete;

  leadline_call* handle() { return reinterpret_cast<leadline_call*>(this); }
  static const leadline_call_api& Api();

  // What the plugin's return code, and what it did through the table, amount to. `who` begins the message.
  absl::Status Finish(int32_t code, std::string_view who) const;

 private:
  static CallState& Of(leadline_call* call) { return *reinterpret_cast<CallState*>(call); }
  static const CallState& Of(const leadline_call* call) { return *reinterpret_cast<const CallState*>(call); }
  // The options as the plugin sees them, which may answer by the time from now on.
  const CallOptions& Timed() const {
    if (options_.timeless != nullptr) *options_.timeless = false;
    return options_;
  }
  static int64_t Now(const leadline_call* call);
  static int64_t TimeLeft(const leadline_call* call);
  static int32_t Cancelled(const leadline_call* call);
  static void SetError(leadline_call* call, leadline_str text);
  static void AddReason(leadline_call* call, uint32_t index, leadline_str text, double weight);
  static void* Alloc(leadline_call* call, uint64_t size);

  const CallOptions& options_;
  void* results_;
  uint32_t count_;
  ReasonsOf reasons_of_;
  uint64_t allocated_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::string error_;
  std::string fault_;  // how the plugin broke the interface; empty when it did not
};

// The status for a plugin's return code: its own number and `text`, INTERNAL for a number that there is not.
absl::Status StatusOf(int32_t code, std::string_view who, std::string_view text);

}  // namespace leadline::plugin
