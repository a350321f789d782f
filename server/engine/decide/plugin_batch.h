// Many records for one plugin at a time: a call costs little more for sixty-four records than for one.
#pragma once

#include <algorithm>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/decide/snapshot.h"
#include "packs/run/evaluation.h"
#include "plugin/host.h"

namespace leadline::engine {

// The most records in one call.
inline constexpr size_t kPluginBatch = 64;

// What a plugin reads of many records, kept after the evaluation has gone on to the next one. Not thread-safe.
class PluginRecords {
 public:
  explicit PluginRecords(const BoundPlugin& plugin) : plugin_(plugin) {}

  // Adds what the plugin reads of the record that is bound.
  void Add(packs::Evaluation& evaluation);
  // In the order in which they were added. They live as long as this, and until the next Add.
  std::span<const plugin::Record> records() const { return records_; }

 private:
  plugin::Value Keep(const plugin::Value& value);

  const BoundPlugin& plugin_;
  std::vector<plugin::Record> records_;
  std::deque<std::vector<plugin::Value>> values_;  // of records and of lists
  std::deque<std::string> texts_;
};

// Whether the failure may be one record's fault. A plugin that is late, down or overloaded fails whoever asks.
inline bool MayBeOneRecords(const absl::Status& status) {
  return !absl::IsDeadlineExceeded(status) && !absl::IsUnavailable(status) && !absl::IsCancelled(status) &&
         !absl::IsResourceExhausted(status) && !absl::IsFailedPrecondition(status);
}

// Calls `call(items, results)` with at most kPluginBatch items at a time and gives the status of each item. A batch
// fails as a whole, so each of its items is then asked alone: a record gets the same answer in a batch as by itself.
template <typename Item, typename Result, typename Call>
std::vector<absl::Status> CallInBatches(std::span<const Item> items, std::span<Result> results, Call call) {
  std::vector<absl::Status> out(items.size());
  for (size_t begin = 0; begin < items.size(); begin += kPluginBatch) {
    const size_t count = std::min(kPluginBatch, items.size() - begin);
    const absl::Status status = call(items.subspan(begin, count), results.subspan(begin, count));
    if (status.ok()) continue;
    const bool alone = count > 1 && MayBeOneRecords(status);
    for (size_t i = begin; i < begin + count; ++i) {
      if (alone) results[i] = Result();
      out[i] = alone ? call(items.subspan(i, 1), results.subspan(i, 1)) : status;
    }
  }
  return out;
}

// A plugin's sentences, joined.
std::string Joined(std::span<const plugin::Reason> reasons);
// Each of them with its share.
std::vector<domain::Evidence> EvidenceOf(const packs::PluginUse& use, std::span<const plugin::Reason> reasons);
// That the plugin was not heard, what counts instead by the pack, and why.
std::string NotHeard(const packs::PluginUse& use, const absl::Status& why);
// Why a plugin cannot be asked that was not loaded.
absl::Status NotLoaded(const packs::PluginUse& use);
// Notes in the answer that the plugin was not heard.
void NoteFailure(const absl::Status& why, domain::PluginAnswer& answer);
// What stands for the plugin's sentences where only its answer was kept.
inline constexpr std::string_view kAsToldThen = "as it answered then; its own words are not kept";

}  // namespace leadline::engine
