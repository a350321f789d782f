// A plugin as a process that checks packs sees it: the server runs it, and is asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/packcheck/check_wire.h"
#include "plugin/plugin.h"
#include "plugin/worker/channel.h"
#include "plugin/worker/wire_answer.h"

namespace leadline::engine {

// Not thread-safe: the channel is one conversation.
class AskedPlugin final : public plugin::Plugin {
 public:
  // `number` is the plugin's among those that the server lends. `slots` are of its wanted fields, in the same order.
  // `channel` outlives it.
  AskedPlugin(check_wire::PluginAtHand plugin, std::vector<plugin::FieldSlot> slots, uint32_t number,
              plugin::Channel& channel);

  const plugin::PluginInfo& info() const override { return info_; }
  std::span<const std::string> wanted_fields() const override { return info_.fields; }
  std::span<const plugin::FieldSlot> wanted_slots() const override { return slots_; }

  absl::Status Normalize(std::span<const plugin::Record> records, std::span<plugin::NormalizeResult> results,
                         const plugin::CallOptions& options = {}) override;
  absl::Status Gate(std::span<const plugin::Transition> transitions, std::span<plugin::StatusResult> results,
                    const plugin::CallOptions& options = {}) override;
  absl::Status Score(std::span<const plugin::Record> records, std::span<plugin::ScoreResult> results,
                     const plugin::CallOptions& options = {}) override;
  absl::Status Route(std::span<const plugin::RouteRequest> requests, std::span<plugin::RouteResult> results,
                     const plugin::CallOptions& options = {}) override;
  absl::Status Compare(std::span<const plugin::RecordPair> pairs, std::span<plugin::MergeResult> results,
                       const plugin::CallOptions& options = {}) override;

 private:
  // `encode` and `take` are those of the capability in plugin/worker/wire_call.h and wire_answer.h.
  template <class Item, class Result, class Encode, class Take>
  absl::Status Ask(std::span<const Item> items, std::span<Result> results, const plugin::CallOptions& options,
                   Encode encode, Take take);
  absl::StatusOr<plugin::wire::Answer> AskOnce(uint32_t items);

  plugin::PluginInfo info_;
  const std::vector<plugin::FieldSlot> slots_;
  const uint32_t number_;
  plugin::Channel& channel_;
  uint32_t calls_ = 0;
  plugin::wire::Buffer request_;
};

}  // namespace leadline::engine
