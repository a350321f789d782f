#include "engine/packcheck/asked_plugin.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/worker/wire_call.h"

namespace leadline::engine {

namespace wire = plugin::wire;

AskedPlugin::AskedPlugin(check_wire::PluginAtHand plugin, std::vector<plugin::FieldSlot> slots, uint32_t number,
                         plugin::Channel& channel)
    : slots_(std::move(slots)), number_(number), channel_(channel) {
  info_.id = std::move(plugin.id);
  info_.version = std::move(plugin.version);
  info_.sha256 = std::move(plugin.sha256);
  info_.capabilities = std::move(plugin.capabilities);
  info_.fields = std::move(plugin.fields);
  info_.concurrent = plugin.concurrent;
  info_.pure = plugin.pure;
  info_.state = plugin::PluginState::kLoaded;
}

absl::StatusOr<wire::Answer> AskedPlugin::AskOnce(uint32_t items) {
  const uint64_t call = (uint64_t{number_} << 32) | ++calls_;
  RETURN_IF_ERROR(channel_.Send(wire::Kind::kCall, call, request_.span()));
  ASSIGN_OR_RETURN(const wire::Message message, channel_.Receive());
  if (message.kind != wire::Kind::kAnswer || message.call != call) {
    return absl::InternalError(fmt::format("plugin {}: the server answered something else", info_.id));
  }
  ASSIGN_OR_RETURN(wire::Answer answer, wire::ReadAnswer(message.body, items));
  if (answer.code != absl::StatusCode::kOk) return absl::Status(answer.code, answer.message);
  return answer;
}

template <class Item, class Result, class Encode, class Take>
absl::Status AskedPlugin::Ask(std::span<const Item> items, std::span<Result> results,
                              const plugin::CallOptions& options, Encode encode, Take take) {
  while (!items.empty()) {
    size_t n = std::min<size_t>(items.size(), wire::kMostItems);
    while (true) {
      request_.Clear();
      const absl::Status encoded = encode(items.first(n), slots_.size(), wire::CallFrame{options.now}, request_);
      if (encoded.ok()) break;
      if (!absl::IsResourceExhausted(encoded) || n == 1) return encoded;
      n /= 2;
    }
    ASSIGN_OR_RETURN(const wire::Answer answer, AskOnce(static_cast<uint32_t>(n)));
    RETURN_IF_ERROR(take(answer, items.first(n), results.first(n)));
    items = items.subspan(n);
    results = results.subspan(n);
  }
  return absl::OkStatus();
}

absl::Status AskedPlugin::Normalize(std::span<const plugin::Record> records, std::span<plugin::NormalizeResult> results,
                                    const plugin::CallOptions& options) {
  return Ask(records, results, options, &wire::EncodeNormalize,
             [](const wire::Answer& answer, auto, std::span<plugin::NormalizeResult> out) {
               return wire::TakeAnswer(answer, out);
             });
}

absl::Status AskedPlugin::Gate(std::span<const plugin::Transition> transitions, std::span<plugin::StatusResult> results,
                               const plugin::CallOptions& options) {
  return Ask(transitions, results, options, &wire::EncodeGate,
             [](const wire::Answer& answer, auto, std::span<plugin::StatusResult> out) {
               return wire::TakeAnswer(answer, out);
             });
}

absl::Status AskedPlugin::Score(std::span<const plugin::Record> records, std::span<plugin::ScoreResult> results,
                                const plugin::CallOptions& options) {
  return Ask(records, results, options, &wire::EncodeScore,
             [](const wire::Answer& answer, auto, std::span<plugin::ScoreResult> out) {
               return wire::TakeAnswer(answer, out);
             });
}

absl::Status AskedPlugin::Route(std::span<const plugin::RouteRequest> requests, std::span<plugin::RouteResult> results,
                                const plugin::CallOptions& options) {
  return Ask(requests, results, options, &wire::EncodeRoute,
             [](const wire::Answer& answer, std::span<const plugin::RouteRequest> asked,
                std::span<plugin::RouteResult> out) { return wire::TakeAnswer(answer, asked, out); });
}

absl::Status AskedPlugin::Compare(std::span<const plugin::RecordPair> pairs, std::span<plugin::MergeResult> results,
                                  const plugin::CallOptions& options) {
  return Ask(pairs, results, options, &wire::EncodeCompare,
             [](const wire::Answer& answer, auto, std::span<plugin::MergeResult> out) {
               return wire::TakeAnswer(answer, out);
             });
}

}  // namespace leadline::engine
