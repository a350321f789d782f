// What the tests of workers share: loading into workers, and looking at processes.
#pragma once

#include <dirent.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugin/testing.h"

namespace leadline::plugin {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

inline constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
inline constexpr auto kLate = absl::StatusCode::kDeadlineExceeded;

inline absl::StatusOr<std::shared_ptr<Plugin>> LoadWorker(const ScratchFolder& scratch, const std::string& name,
                                                          LoadOptions options = {}, std::string config = "") {
  return LoadFixture(scratch, name, std::move(options), std::move(config), PluginMode::kWorker);
}

// Scores one record of the hostile fixture.
inline absl::StatusOr<ScoreResult> ScoreMode(Plugin& plugin, std::string_view mode, double number = 0,
                                             const CallOptions& call = {}) {
  std::vector<Value> fields = {StringValue(mode), DoubleValue(number)};
  Record record = RecordOf(fields);
  ScoreResult result;
  if (absl::Status status = plugin.Score({&record, 1}, {&result, 1}, call); !status.ok()) return status;
  return result;
}

// The children of this process, zombies too.
inline std::vector<pid_t> Children() {
  std::vector<pid_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "children");
    for (pid_t pid; file >> pid;) out.push_back(pid);
  }
  return out;
}

inline size_t OpenDescriptors() {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

// Waits until it holds; false after a time in which it should have.
inline bool Eventually(const std::function<bool()>& holds) {
  const auto patience = steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (steady_clock::now() > patience) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

// Waits for the spare of the only plugin.
inline bool SpareStands() {
  return Eventually([] { return Children().size() == 2; });
}

// Keeps what plugins log. Thread-safe.
class LogLines {
 public:
  LogSink Sink() {
    return [this](int, std::string_view, std::string_view text) {
      std::lock_guard lock(mutex_);
      lines_.emplace_back(text);
    };
  }
  std::vector<std::string> Get() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }
  bool Has(std::string_view part) const {
    std::lock_guard lock(mutex_);
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace leadline::plugin
