// A program that a test runs and kills.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace leadline::store {

// Runs the command, kills it -9 so long after its first output, or after so many lines of it, and gives its whole
// standard output. Calls `meanwhile` again and again, on the calling thread's behalf, from then on until it is dead;
// may be empty. Fails the test when it ends by itself.
std::string RunAndKill(const std::vector<std::string>& command, std::chrono::microseconds life,
                       const std::function<void()>& meanwhile = {}, size_t after_lines = 0);

// The whole lines of an output, without what the kill cut off.
std::vector<std::string> WholeLines(const std::string& output);

}  // namespace leadline::store
