// How a call that came over the wire is answered.
#pragma once

#include <vector>

#include "base/clock.h"
#include "plugin/plugin.h"
#include "plugin/worker/wire.h"
#include "plugin/worker/wire_call.h"

namespace leadline::plugin {

// Asks plugins what a kCall asks. Not thread-safe: it keeps the room for results from call to call.
class CallAnswerer {
 public:
  // Makes `out` the body of the kAnswer, whatever comes of the call. The plugin is waited for until the call's own
  // deadline or `latest`, whichever comes first.
  void Answer(Plugin& plugin, const wire::DecodedCall& call, Deadline latest, wire::Buffer& out);

 private:
  absl::Status Run(Plugin& plugin, const wire::DecodedCall& call, const CallOptions& options, wire::Buffer& out);

  std::vector<NormalizeResult> normalized_;
  std::vector<StatusResult> gated_;
  std::vector<ScoreResult> scored_;
  std::vector<RouteResult> routed_;
  std::vector<MergeResult> compared_;
};

}  // namespace leadline::plugin
