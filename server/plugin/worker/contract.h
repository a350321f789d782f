// What the server and the worker's program agree on besides the frames: descriptors and exit codes.
#pragma once

namespace leadline::plugin {

// leadline-plugin-worker ID GENERATION INSTANCE
inline constexpr int kWorkerSocket = 3;
inline constexpr int kFirstFreeFd = 4;

// Exit codes of the worker's own; a plugin that ends the process may use the same, and only fools itself.
inline constexpr int kExitServerGone = 0;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitFailedToStart = 210;  // said why before
inline constexpr int kExitForbidden = 211;      // named the system call before

}  // namespace leadline::plugin
