// Where the program that runs plugins in workers stands.
#pragma once

#include <string>

namespace leadline::plugin {

// leadline-plugin-worker in the folder of the running program; empty when it is not there. Thread-safe.
std::string WorkerProgramBesideThisOne();

}  // namespace leadline::plugin
