// The work of leadline-pack-checker.
#pragma once

#include "plugin/worker/channel.h"

namespace leadline::engine {

// Checks the packs that the server sends, within the limits that it says, and answers. Gives the exit code of the
// process.
int CheckPacks(plugin::Channel& channel);

}  // namespace leadline::engine
