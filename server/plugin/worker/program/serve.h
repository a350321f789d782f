// A worker's work: opens the plugin it is told of, then answers calls until the server lets go.
#pragma once

#include "plugin/worker/channel.h"

namespace leadline::plugin {

// Returns the exit code of the process.
int Serve(Channel& channel);

}  // namespace leadline::plugin
