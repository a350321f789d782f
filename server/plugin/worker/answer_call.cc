#include "plugin/worker/answer_call.h"

#include <algorithm>
#include <chrono>

#include "base/status_macros.h"
#include "fmt/format.h"
#include "plugin/worker/wire_answer.h"

namespace leadline::plugin {
namespace {

using std::chrono::steady_clock;

template <class Result, class Item>
absl::Status RunOn(Plugin& plugin,
                   absl::Status (Plugin::*function)(std::span<const Item>, std::span<Result>, const CallOptions&),
                   const std::vector<Item>& items, std::vector<Result>& results, const CallOptions& options,
                   wire::Buffer& out) {
  results.resize(items.size());
  RETURN_IF_ERROR((plugin.*function)(items, results, options));
  absl::Status encoded = wire::EncodeAnswer(std::span<const Result>(results), out, !*options.timeless);
  if (encoded.ok()) return encoded;
  return absl::Status(encoded.code(), fmt::format("plugin {}: {}", plugin.info().id, std::string(encoded.message())));
}

}  // namespace

absl::Status CallAnswerer::Run(Plugin& plugin, const wire::DecodedCall& call, const CallOptions& options,
                               wire::Buffer& out) {
  switch (call.capability) {
    case wire::Capability::kNormalize:
      return RunOn(plugin, &Plugin::Normalize, call.records, normalized_, options, out);
    case wire::Capability::kStatus:
      return RunOn(plugin, &Plugin::Gate, call.transitions, gated_, options, out);
    case wire::Capability::kScore:
      return RunOn(plugin, &Plugin::Score, call.records, scored_, options, out);
    case wire::Capability::kRoute:
      return RunOn(plugin, &Plugin::Route, call.routes, routed_, options, out);
    case wire::Capability::kMerge:
      return RunOn(plugin, &Plugin::Compare, call.pairs, compared_, options, out);
  }
  return absl::InternalError("no such capability");
}

void CallAnswerer::Answer(Plugin& plugin, const wire::DecodedCall& call, Deadline latest, wire::Buffer& out) {
  bool timeless = false;
  CallOptions options{.now = call.frame.now, .timeless = &timeless};
  if (call.frame.time_left != INT64_MAX) {
    // Any number may stand on the wire.
    const Deadline now = steady_clock::now();
    const auto most = std::chrono::duration_cast<std::chrono::microseconds>(Deadline::max() - now).count();
    options.deadline =
        std::min(latest, now + std::chrono::microseconds(std::clamp<int64_t>(call.frame.time_left, 0, most)));
  } else if (latest != kNoDeadline) {
    options.deadline = latest;
  }
  out.Clear();
  if (absl::Status status = Run(plugin, call, options, out); !status.ok()) {
    out.Clear();
    wire::EncodeFailure(status, out);
  }
}

}  // namespace leadline::plugin
